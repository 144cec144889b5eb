from collections.abc import Awaitable
from datetime import timedelta

import pytest

from sandbox import Channel, Member, Person, Sandbox, Team
from tests.sandbox.slack_app import Api, FixedClock, Payload, refusal


async def error_of(call: Awaitable[object]) -> str:
    return (await refusal(call))["error"]


async def thread(api: Api, *texts: str) -> str:
    """A message in #deals with these replies; its time."""
    parent = (await api.chat_postMessage(channel="C0DEALS", text="parent"))["ts"]
    for text in texts:
        await api.chat_postMessage(channel="C0DEALS", text=text, thread_ts=parent)
    return parent


def texts(answer: Payload) -> list[str]:
    return [message["text"] for message in answer["messages"]]


async def test_conversations_are_listed_by_type_where_the_scope_is_there(
    api: Api, team: Team, deals: Channel, ana: Member
) -> None:
    team.add_channel("C0SECRET", "secret", private=True, members=[ana])
    team.add_channel("C0OTHERS", "others", private=True, members=[ana], with_bot=False)
    team.archive(team.add_channel("C0OLD", "old"))

    public = await api.conversations_list(exclude_archived=True)
    both = await api.conversations_list(types="public_channel,private_channel", limit=2)
    mine = await api.users_conversations(user="U0ANA", types="private_channel")

    assert [room["id"] for room in public["channels"]] == ["C0DEALS"]
    assert [room["id"] for room in both["channels"]] == ["C0DEALS", "C0OLD"]
    assert both["response_metadata"]["next_cursor"]
    assert [room["id"] for room in mine["channels"]] == ["C0SECRET"]
    assert await error_of(api.conversations_list(types="secret")) == "invalid_types"
    assert await error_of(api.conversations_list(limit=1001)) == "invalid_limit"
    team.grant(["channels:read"])
    told = await refusal(api.conversations_list(types="private_channel"))
    assert (told["error"], told["needed"]) == ("missing_scope", "groups:read")


async def test_members_are_listed_by_pages(api: Api, team: Team, deals: Channel) -> None:
    first = await api.conversations_members(channel="C0DEALS", limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await api.conversations_members(channel="C0DEALS", cursor=cursor)

    assert first["members"] + second["members"] == ["U0ANA", "U0BEN", team.bot_user_id]


async def test_several_people_share_one_group_conversation(
    api: Api, team: Team, ana: Member, ben: Member
) -> None:
    first = (await api.conversations_open(users="U0ANA,U0BEN"))["channel"]["id"]
    second = (await api.conversations_open(users="U0BEN,U0ANA", return_im=True))["channel"]

    assert (second["id"], second["is_mpim"]) == (first, True)
    assert (await api.chat_postMessage(channel=first, text="x"))["ok"]
    assert (await api.conversations_close(channel=first))["ok"]
    assert await error_of(api.conversations_open(users="U0NOBODY")) == "user_not_found"
    nobody = api.api_call("conversations.open")
    assert await error_of(nobody) == "users_list_not_supplied"


async def test_a_channel_is_made_named_described_and_archived(api: Api, team: Team) -> None:
    room = (await api.conversations_create(name="north"))["channel"]
    told = {"channel": room["id"]}

    await api.conversations_rename(**told, name="south")
    await api.conversations_setTopic(**told, topic="Deals of the south")
    await api.conversations_setPurpose(**told, purpose="To win")
    shown = (await api.conversations_info(**told, include_num_members=True))["channel"]
    await api.conversations_archive(**told)

    assert (shown["name"], shown["topic"]["value"], shown["purpose"]["value"]) == (
        "south",
        "Deals of the south",
        "To win",
    )
    assert (shown["num_members"], shown["creator"]) == (1, team.bot_user_id)
    assert await error_of(api.conversations_archive(**told)) == "already_archived"
    assert await error_of(api.conversations_setTopic(**told, topic="x")) == "is_archived"
    await api.conversations_unarchive(**told)
    assert await error_of(api.conversations_unarchive(**told)) == "not_archived"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("a" * 81, "invalid_name_maxlength"),
        ("North", "invalid_name_specials"),
        ("north west", "invalid_name_specials"),
        ("--", "invalid_name_punctuation"),
        ("deals", "name_taken"),
    ],
)
async def test_a_bad_name_makes_no_channel(api: Api, deals: Channel, name: str, error: str) -> None:
    assert await error_of(api.conversations_create(name=name)) == error


async def test_the_app_joins_invites_and_leaves(api: Api, team: Team, ana: Member) -> None:
    room = team.add_channel("C0OPEN", "open", with_bot=False)
    outside = await error_of(api.conversations_invite(channel="C0OPEN", users="U0ANA"))

    await api.conversations_join(channel="C0OPEN")
    again = await api.conversations_join(channel="C0OPEN")
    await api.conversations_invite(channel="C0OPEN", users="U0ANA")
    twice = await error_of(api.conversations_invite(channel="C0OPEN", users="U0ANA"))
    await api.conversations_kick(channel="C0OPEN", user="U0ANA")
    await api.conversations_leave(channel="C0OPEN")

    assert (outside, again["warning"], twice) == (
        "not_in_channel",
        "already_in_channel",
        "already_in_channel",
    )
    assert room.members == []


async def test_a_thread_is_read_with_its_first_message(
    api: Api, deals: Channel, slack: Sandbox
) -> None:
    slack.core.rates.enforced = False
    parent = await thread(api, "one", "two", "three")

    first = await api.conversations_replies(channel="C0DEALS", ts=parent, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await api.conversations_replies(channel="C0DEALS", ts=parent, cursor=cursor)

    assert (texts(first), texts(second)) == (["parent", "one", "two"], ["parent", "three"])
    head = first["messages"][0]
    assert (head["reply_count"], head["thread_ts"], first["has_more"]) == (3, parent, True)
    assert head["latest_reply"] == second["messages"][1]["ts"]
    missing = api.conversations_replies(channel="C0DEALS", ts="1.000001")
    assert await error_of(missing) == "thread_not_found"


async def test_a_reply_sent_to_the_channel_too_is_in_its_history(
    api: Api, deals: Channel, clock: FixedClock
) -> None:
    parent = await thread(api)
    reply = await api.chat_postMessage(
        channel="C0DEALS", text="for all", thread_ts=parent, reply_broadcast=True
    )
    late = await api.chat_postMessage(channel="C0DEALS", text="late", thread_ts=parent)

    again = {"channel": "C0DEALS", "ts": late["ts"], "reply_broadcast": "true"}
    await api.api_call("chat.update", data=again)

    assert reply["message"]["subtype"] == "thread_broadcast"
    history = await api.conversations_history(channel="C0DEALS")
    assert texts(history) == ["late", "for all", "parent"]


async def test_a_deleted_beginning_leaves_its_thread_to_be_read(
    api: Api, deals: Channel, slack: Sandbox
) -> None:
    parent = await thread(api, "one")

    await api.chat_delete(channel="C0DEALS", ts=parent)

    first, reply = (await api.conversations_replies(channel="C0DEALS", ts=parent))["messages"]
    assert (first["subtype"], first["reply_count"], reply["text"]) == ("tombstone", 1, "one")
    assert await error_of(api.chat_delete(channel="C0DEALS", ts=parent)) == "message_not_found"


async def test_the_history_of_an_unlisted_app_comes_once_a_minute_and_fifteen_at_a_time(
    api: Api, team: Team, deals: Channel, slack: Sandbox, clock: FixedClock, me: Person
) -> None:
    slack.core.unlisted = True
    for number in range(20):
        me.write(deals, str(number))

    page = await api.conversations_history(channel="C0DEALS", limit=100)

    assert len(page["messages"]) == 15
    assert await error_of(api.conversations_history(channel="C0DEALS")) == "ratelimited"
    clock.advance(timedelta(minutes=1))
    cursor = page["response_metadata"]["next_cursor"]
    rest = await api.conversations_history(channel="C0DEALS", cursor=cursor)
    assert texts(rest) == ["4", "3", "2", "1", "0"]


async def test_a_time_that_is_none_is_refused(api: Api, deals: Channel) -> None:
    oldest = api.conversations_history(channel="C0DEALS", oldest="yesterday")
    latest = api.conversations_history(channel="C0DEALS", latest="tomorrow")

    assert (await error_of(oldest), await error_of(latest)) == (
        "invalid_ts_oldest",
        "invalid_ts_latest",
    )


async def test_a_message_is_posted_when_its_time_comes(
    api: Api, deals: Channel, clock: FixedClock, me: Person
) -> None:
    soon = int(clock.now().timestamp()) + 120
    planned = await api.chat_scheduleMessage(channel="C0DEALS", text="later", post_at=soon)
    other = await api.chat_scheduleMessage(channel="C0DEALS", text="never", post_at=soon)
    await api.chat_deleteScheduledMessage(
        channel="C0DEALS", scheduled_message_id=other["scheduled_message_id"]
    )

    listed = (await api.chat_scheduledMessages_list())["scheduled_messages"]
    clock.advance(timedelta(seconds=121))
    after = (await api.chat_scheduledMessages_list())["scheduled_messages"]

    assert [each["id"] for each in listed] == [planned["scheduled_message_id"]]
    assert after == []
    assert [message.text for message in me.sees(deals)] == ["later"]


@pytest.mark.parametrize(
    ("seconds", "error"),
    [(-1, "time_in_past"), (121 * 86400, "time_too_far"), (60, "no_text")],
)
async def test_a_message_is_not_scheduled_for_any_time(
    api: Api, deals: Channel, clock: FixedClock, seconds: int, error: str
) -> None:
    args = {"channel": "C0DEALS", "post_at": str(int(clock.now().timestamp()) + seconds)}
    text = {} if error == "no_text" else {"text": "x"}

    assert await error_of(api.api_call("chat.scheduleMessage", data=args | text)) == error
