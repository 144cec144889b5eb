import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from sandbox import Person, Sandbox
from tests.sandbox.slack_app import SECRET, TOKEN, FixedClock, SlackApp, client


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "made" / "record.jsonl"


@pytest.fixture
async def recorded(record: Path, clock: FixedClock, app: SlackApp) -> AsyncIterator[Sandbox]:
    slack = Sandbox(clock=clock, signing_secret=SECRET, record=record)
    await slack.start()
    slack.connect_app(app.url, commands=[{"command": "/opp"}])
    yield slack
    await slack.stop()


@pytest.fixture
def me(recorded: Sandbox) -> Person:
    team = recorded.add_team("T0ACME", "Acme", domain="acme", bot_token=TOKEN)
    return recorded.person(team, team.add_person("U0ANA", "Ana"))


def lines(record: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]


async def test_every_call_answer_and_request_is_a_line_as_soon_as_it_happened(
    recorded: Sandbox, me: Person, app: SlackApp, record: Path
) -> None:
    app.answers({"text": "done"})

    await me.command("/opp", "new Acme")
    async with aiohttp.ClientSession() as session:
        await session.post(app.last["response_url"], json={"text": "later"})

    delivery, posted = lines(record)
    assert (delivery["direction"], delivery["kind"], delivery["via"]) == (
        "delivery",
        "command",
        "http",
    )
    assert (delivery["team"], delivery["person"]) == ("T0ACME", "U0ANA")
    assert (delivery["request"]["text"], delivery["answer"]) == ("new Acme", {"text": "done"})
    assert (delivery["status"], delivery["error"]) == (200, None)
    assert delivery["at"] == "2026-11-20T12:00:00.000+00:00"
    assert (posted["direction"], posted["method"]) == ("call", "response_url")


async def test_a_refused_call_is_recorded_with_its_error(
    recorded: Sandbox, me: Person, record: Path
) -> None:
    api = client(recorded.api_url)

    with pytest.raises(SlackApiError, match="channel_not_found"):
        await api.chat_postMessage(channel="C0NONE", text="hi")

    (line,) = lines(record)
    assert (line["method"], line["team"], line["error"]) == (
        "chat.postMessage",
        "T0ACME",
        "channel_not_found",
    )
    assert (line["request"]["channel"], line["answer"]["ok"]) == ("C0NONE", False)
    assert line["seconds"] >= 0


async def test_no_secret_reaches_the_record(recorded: Sandbox, me: Person, record: Path) -> None:
    api, app = client(recorded.api_url), recorded.core.app
    await api.auth_test()
    await api.apps_connections_open(app_token=recorded.app_token)
    code = recorded.issue_code(me.team, me.member)
    form = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
    async with aiohttp.ClientSession() as session:
        await session.post(f"{recorded.api_url}oauth.v2.access", data=form)
    await me.command("/opp")

    text = json.dumps(lines(record))
    secrets = [TOKEN, recorded.app_token, SECRET, app.client_secret, app.verification_token]
    assert not [secret for secret in secrets if secret in text]
    assert "ticket=(removed)" in text


async def test_a_later_start_adds_to_the_record(
    recorded: Sandbox, me: Person, record: Path, clock: FixedClock
) -> None:
    await me.command("/opp")
    again = Sandbox(clock=clock, record=record)
    await again.start()

    with pytest.raises(SlackApiError, match="unknown_method"):
        await client(again.api_url).api_call("nothing.known")
    await again.stop()

    assert [line["direction"] for line in lines(record)] == ["delivery", "call"]
