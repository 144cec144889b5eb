import json
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession

from bot.web import MOST_BYTES
from tests.journeys.conftest import World

FORM = "application/x-www-form-urlencoded"


def a_command(words: str = "help", **more: str) -> bytes:
    return urlencode(
        {
            "command": "/tandem",
            "text": words,
            "team_id": "T0ACME",
            "user_id": "U0RONACME",
            "channel_id": "C0DEALSACME",
            "trigger_id": "1.1.1",
            "api_app_id": "A0TANDEM",
            **more,
        }
    ).encode()


def app_url(world: World) -> str:
    http = world.slack.courier.http
    assert http is not None
    return http.url.removesuffix("/slack/events")


async def test_a_request_from_slack_is_answered(world: World) -> None:
    body = a_command()

    reply = await world.slack.post_raw(world.slack.sign(body), body)

    assert reply.status == 200
    assert "Other commands" in reply.body


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "now", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "٣", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "1" * 400, "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "1794996000", "X-Slack-Signature": "v0=é"},
        {"X-Slack-Request-Timestamp": "1794996000", "X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "-1", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "1794996000.0", "X-Slack-Signature": "v0=00"},
    ],
)
async def test_what_is_not_signed_is_refused_in_one_word(
    world: World, headers: dict[str, str]
) -> None:
    reply = await world.slack.post_raw(headers, a_command())

    assert (reply.status, reply.body) == (401, "invalid signature")
    assert world.slack.calls == []


async def test_a_signed_body_that_is_no_text_is_no_fault(world: World) -> None:
    body = b"command=%2Ftandem\xff\xfe"

    reply = await world.slack.post_raw(world.slack.sign(body), body)

    assert reply.status is not None
    assert reply.status < 500


@pytest.mark.parametrize("body", [b"", b"{", b"payload=%7B", b"[]"])
async def test_a_signed_body_that_makes_no_sense_is_no_fault(world: World, body: bytes) -> None:
    reply = await world.slack.post_raw(world.slack.sign(body), body)

    assert reply.status is not None
    assert reply.status < 500


async def test_a_body_that_is_too_large_is_refused_clearly(world: World) -> None:
    body = a_command("x" * MOST_BYTES)

    reply = await world.slack.post_raw(world.slack.sign(body), body)

    assert reply.status == 413
    assert str(MOST_BYTES) in reply.body


async def test_slacks_probe_of_the_certificate_is_answered_without_a_signature(
    world: World,
) -> None:
    reply = await world.slack.post_raw({}, b"ssl_check=1&token=anything")

    assert (reply.status, reply.body) == (200, "")


async def test_a_command_cannot_pass_for_the_probe(world: World) -> None:
    body = b"ssl_check=1&" + a_command()

    assert (await world.slack.post_raw({}, body)).status == 401


@pytest.mark.parametrize("name", ["X-Slack-Bolt-Lazy-Only", "X-Slack-Bolt-Lazy-Function-Name"])
async def test_headers_that_no_signature_covers_decide_nothing(world: World, name: str) -> None:
    body = a_command()
    headers = world.slack.sign(body) | {name: "1"}

    reply = await world.slack.post_raw(headers, body)

    assert "Other commands" in reply.body


async def test_a_workspace_without_the_app_is_told_so(world: World) -> None:
    body = a_command(team_id="T0NOBODY")

    reply = await world.slack.post_raw(world.slack.sign(body), body)

    assert reply.status == 200
    assert "not installed" in reply.body


async def test_slacks_question_for_the_address_is_answered(world: World) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "t"}).encode()
    headers = world.slack.sign(body) | {"Content-Type": "application/json"}

    reply = await world.slack.post_raw(headers, body)

    assert reply.status == 200
    assert "abc" in reply.body


async def test_alive_is_a_process_that_answers(world: World) -> None:
    async with (
        ClientSession() as session,
        session.get(f"{app_url(world)}/live") as live,
        session.get(f"{app_url(world)}/ready") as ready,
    ):
        assert (live.status, await live.json()) == (200, {"live": True})
        assert (ready.status, await ready.json()) == (200, {"ready": True, "reasons": []})
