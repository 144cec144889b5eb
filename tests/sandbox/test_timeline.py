from collections.abc import Iterable
from dataclasses import replace

from sandbox.records import Message
from sandbox.timeline import Timeline


def said(ts: str, thread_ts: str | None = None, ephemeral_for: str | None = None) -> Message:
    whom = {"thread_ts": thread_ts, "ephemeral_for": ephemeral_for}
    return replace(Message("T0ACME", "C0DEALS", ts, "U0ANA", f"at {ts}"), **whom)


def filled(*messages: Message) -> Timeline:
    line = Timeline()
    for message in messages:
        line.put(message)
    return line


def times(messages: Iterable[Message]) -> list[str]:
    return [each.ts for each in messages]


def test_messages_stand_in_order_of_time_however_they_came() -> None:
    line = filled(said("3.0"), said("1.0"), said("2.0"))

    assert times(line.all()) == ["1.0", "2.0", "3.0"]
    assert times(line.newest(before="3.0")) == ["2.0", "1.0"]
    assert times(line.after("1.0")) == ["2.0", "3.0"]
    assert times(line.top_level("2.0", "3.0")) == ["3.0", "2.0"]


def test_replies_and_what_one_person_sees_are_not_for_the_channel() -> None:
    reply, whisper = said("2.0", thread_ts="1.0"), said("3.0", ephemeral_for="U0BEN")
    line = filled(said("1.0"), reply, whisper)

    assert times(line.top_level()) == ["1.0"]
    assert (times(line.replies("1.0")), times(line.private("U0BEN"))) == (["2.0"], ["3.0"])


def test_a_reply_that_is_sent_to_the_channel_later_moves_there() -> None:
    reply = said("2.0", thread_ts="1.0")
    line = filled(said("1.0"), reply)

    line.put(replace(reply, broadcast=True))

    assert times(line.top_level()) == ["2.0", "1.0"]
    assert times(line.replies("1.0")) == ["2.0"]


def test_what_is_deleted_is_only_remembered() -> None:
    first = said("1.0")
    line = filled(first, said("2.0"))

    line.put(replace(first, deleted=True))

    assert (times(line.all()), line.living("1.0"), len(line)) == (["2.0"], None, 2)
