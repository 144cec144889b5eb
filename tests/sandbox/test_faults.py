import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from sandbox import Channel, Person, Sandbox, Team
from sandbox.faults import Fault, FaultKind, Faults
from tests.sandbox.slack_app import (
    TOKEN,
    Api,
    FixedClock,
    Payload,
    SlackApp,
    client,
    refusal,
)


async def called(api: Api) -> str:
    """What came of a call: `ok`, Slack's error, or the status of an answer that is no JSON."""
    try:
        await api.auth_test()
    except aiohttp.ClientError:
        return "no answer"
    except SlackApiError as error:
        data = error.response.data
        return data["error"] if isinstance(data, dict) else str(error.response.status_code)
    return "ok"


async def test_a_burst_of_limits_says_when_to_come_back_and_passes(
    slack: Sandbox, api: Api
) -> None:
    slack.faults.add(Fault("rate_limited", "auth.test", times=2, seconds=30))

    with pytest.raises(SlackApiError, match="ratelimited") as caught:
        await api.auth_test()

    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "30"
    assert [await called(api) for _ in range(2)] == ["ratelimited", "ok"]


async def test_a_server_error_is_no_json_and_does_nothing(
    slack: Sandbox, api: Api, deals: Channel, me: Person
) -> None:
    slack.faults.add(Fault("server_error", "chat.postMessage", times=1))

    with pytest.raises(SlackApiError, match="status: 500"):
        await api.chat_postMessage(channel=deals.id, text="hello")

    assert me.sees(deals) == []


async def test_a_revoked_token_is_refused_as_one(slack: Sandbox, api: Api) -> None:
    slack.faults.add(Fault("revoked"))

    assert (await refusal(api.auth_test()))["error"] == "token_revoked"


async def test_a_lost_connection_does_nothing_and_answers_nothing(
    slack: Sandbox, api: Api, deals: Channel, me: Person
) -> None:
    slack.faults.add(Fault("lost_connection", times=1))

    with pytest.raises(aiohttp.ClientError):
        await api.chat_postMessage(channel=deals.id, text="hello")

    assert me.sees(deals) == []


async def test_what_was_accepted_without_an_answer_is_done(
    slack: Sandbox, api: Api, deals: Channel, me: Person
) -> None:
    slack.faults.add(Fault("accepted_unanswered", "chat.postMessage", times=1))

    with pytest.raises(aiohttp.ClientError):
        await api.chat_postMessage(channel=deals.id, text="hello")

    assert [message.text for message in me.sees(deals)] == ["hello"]


async def test_a_slow_call_is_held_back_and_then_answered(slack: Sandbox, api: Api) -> None:
    slack.faults.add(Fault("slow", seconds=0.05))
    began = time.monotonic()

    assert await called(api) == "ok"
    assert time.monotonic() - began >= 0.05


async def test_a_fault_strikes_only_its_method_and_its_team(
    slack: Sandbox, api: Api, team: Team
) -> None:
    slack.faults.add(Fault("revoked", "chat.postMessage"))
    slack.faults.add(Fault("revoked", team="T0OTHER"))

    assert await called(api) == "ok"


async def test_several_faults_strike_in_the_documented_order(slack: Sandbox, api: Api) -> None:
    for kind in ("revoked", "rate_limited", "server_error", "lost_connection"):
        slack.faults.add(Fault(kind, times=1))

    seen = [await called(api) for _ in range(5)]

    assert seen == ["no answer", "500", "ratelimited", "token_revoked", "ok"]
    assert [active.struck for active in slack.faults.active] == [1, 1, 1, 1]


async def test_a_fault_removed_strikes_no_more(slack: Sandbox, api: Api) -> None:
    first = slack.faults.add(Fault("revoked"))
    slack.faults.remove(first)
    slack.faults.add(Fault("server_error"))
    slack.faults.clear()

    assert await called(api) == "ok"


def struck(seed: int) -> list[bool]:
    faults = Faults(seed)
    faults.add(Fault("revoked", share=0.5))
    return [faults.strikes("revoked", "auth.test", "T1") is not None for _ in range(64)]


def test_the_same_seed_gives_the_same_troubles_and_another_others() -> None:
    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 16 < sum(struck(1)) < 48


@pytest.mark.parametrize(
    "wrong", [{"kind": "gremlin"}, {"share": 1.5}, {"seconds": -1.0}, {"times": -1}]
)
def test_a_fault_that_cannot_be_is_refused(wrong: Payload) -> None:
    told: Payload = {"kind": "slow", **wrong}

    with pytest.raises(ValueError, match="fault"):
        Fault(**told)


async def test_a_post_to_a_response_url_can_fail_too(
    slack: Sandbox, me: Person, deals: Channel, app: SlackApp
) -> None:
    await me.command("/opp", channel=deals)
    url = app.last["response_url"]
    slack.faults.add(Fault("server_error", "response_url", times=1))

    async with aiohttp.ClientSession() as session:
        statuses = [(await session.post(url, json={"text": "hi"})).status for _ in range(2)]

    assert statuses == [500, 200]
    assert [message.text for message in me.sees(deals)] == ["hi"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("lost_connection", None),
        ("server_error", 500),
        ("rate_limited", 429),
        ("accepted_unanswered", None),
    ],
)
async def test_the_book_says_what_the_caller_saw(
    slack: Sandbox, me: Person, app: SlackApp, api: Api, kind: FaultKind, status: int | None
) -> None:
    slack.faults.add(Fault(kind))
    await me.command("/opp")

    await called(api)
    async with aiohttp.ClientSession() as session:
        with suppress(aiohttp.ClientError):
            await session.post(app.last["response_url"], json={"text": "later"})

    call, post = slack.calls
    assert (call.method, post.method) == ("auth.test", "response_url")
    assert (call.status, post.status, post.args) == (status, status, {"text": "later"})


@dataclass
class Gate(Faults):
    """Holds calls back for a while, and tells when one is there."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def delay(self, kind: Literal["slow", "event_slow"], method: str, team_id: str | None) -> float:
        self.reached.set()
        return 0.02 if (kind, method, team_id) == ("slow", "chat.postMessage", "T0ACME") else 0.0


async def test_stopping_leaves_nothing_behind_of_a_call_under_way(
    clock: FixedClock, app: SlackApp
) -> None:
    slack = Sandbox(clock=clock)
    await slack.start()
    slack.connect_app(app.url)
    slack.add_team("T0ACME", "Acme", domain="acme", bot_token=TOKEN).add_channel("C0", "deals")
    gate = slack.core.faults = Gate()

    posted = asyncio.ensure_future(client(slack.api_url).chat_postMessage(channel="C0", text="x"))
    await gate.reached.wait()
    await slack.stop()

    assert (await posted)["ok"] is True
    await slack.events.settled()


async def test_a_duplicated_event_comes_twice_with_one_id(
    slack: Sandbox, me: Person, deals: Channel, app: SlackApp
) -> None:
    slack.faults.add(Fault("duplicated", "message", times=1))

    await me.say(deals, "once")

    first, second = app.requests
    assert first.body == second.body
    assert "X-Slack-Retry-Num" not in second.headers


async def test_a_reordered_event_is_overtaken_by_the_next(
    slack: Sandbox, me: Person, deals: Channel, app: SlackApp
) -> None:
    slack.faults.add(Fault("reordered", "message", times=1, seconds=30))

    await asyncio.gather(me.say(deals, "first"), me.say(deals, "second"))

    texts = [request.payload["event"]["text"] for request in app.requests]
    assert texts == ["second", "first"]


async def test_a_reordered_event_that_nothing_overtakes_comes_late(
    slack: Sandbox, me: Person, deals: Channel, app: SlackApp
) -> None:
    slack.faults.add(Fault("reordered", seconds=0.01))

    await me.say(deals, "alone")

    assert len(app.requests) == 1


async def test_an_event_lost_on_the_way_comes_again(
    slack: Sandbox, me: Person, deals: Channel, app: SlackApp
) -> None:
    slack.faults.add(Fault("event_lost_connection", times=1))

    await me.say(deals, "hello")

    (request,) = app.requests
    assert request.headers["X-Slack-Retry-Reason"] == "connection_failed"


async def test_an_event_whose_answer_is_lost_comes_again_though_it_was_heard(
    slack: Sandbox, me: Person, deals: Channel, app: SlackApp
) -> None:
    slack.faults.add(Fault("event_unanswered", times=1))

    await me.say(deals, "hello")

    ids = [request.payload["event_id"] for request in app.requests]
    assert ids == [ids[0]] * 2
    assert app.requests[1].headers["X-Slack-Retry-Reason"] == "http_timeout"


async def test_a_command_whose_answer_is_lost_has_timed_out_for_the_person(
    slack: Sandbox, me: Person, deals: Channel, app: SlackApp
) -> None:
    slack.faults.add(Fault("event_unanswered", "command"))

    answer = await me.command("/opp", channel=deals)

    assert answer.error == "operation_timeout"
    assert len(app.requests) == 1


async def test_a_slow_event_is_held_back(
    slack: Sandbox, me: Person, deals: Channel, app: SlackApp
) -> None:
    slack.faults.add(Fault("event_slow", seconds=0.02))
    began = time.monotonic()

    await me.say(deals, "hello")

    assert timedelta(seconds=time.monotonic() - began) >= timedelta(seconds=0.02)
