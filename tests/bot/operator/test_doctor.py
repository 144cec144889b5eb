"""The doctor against the local Slack, over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta

import psycopg
import pytest

from bot.app import SystemClock
from bot.doctor.findings import State, of_skew
from bot.doctor.tokens import kind_of
from bot.manifest import BOT_SCOPES
from bot.operator.examination import MARKS
from sandbox import Fault, Sandbox, SandboxClock, Team
from sandbox.faults import CallKind
from services import organizations
from services.db import connect
from services.directory import NewInstallation
from services.organizations import Tokens
from services.sealing import Sealer, new_key
from tests.bot.operator.conftest import Operator, Said
from tests.conftest import Urls
from tests.factories import FixedClock

KEY, ANOTHER = new_key(), new_key()


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(clock=SandboxClock())
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
def at_desk(fresh_urls: Urls) -> Operator:
    return Operator(fresh_urls, FixedClock(SystemClock().now()))


def a_team(slack: Sandbox, name: str, bot_scopes: list[str] | None = None) -> Team:
    short = name.lower()
    return slack.add_team(
        f"T0{name.upper()}",
        name,
        domain=short,
        bot_token=f"xoxb-{short}",
        bot_scopes=bot_scopes or [*BOT_SCOPES],
    )


async def install(operator: Operator, team: Team, *, token: str = "", key: str = KEY) -> None:
    db = connect(operator.urls.application, operator.clock, pool_size=1)
    new = NewInstallation(
        name=team.name,
        subdomain=team.domain,
        enterprise_id=None,
        team_id=team.id,
        app_id="A0TANDEM",
        bot_id=team.bot_id,
        bot_user_id=team.bot_user_id,
        scopes=team.bot_scopes,
    )
    await organizations.install(db, new, Tokens(token or team.bot_token), Sealer([key]))
    await db.close()


async def doctor(operator: Operator, slack: Sandbox, *words: str, **environment: str) -> Said:
    given = {
        "ENCRYPTION_KEYS": KEY,
        "SLACK_SIGNING_SECRET": "0123456789abcdef",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "fedcba9876543210",
        "SLACK_API_URL": slack.api_url,
    }
    return await operator.run("doctor", *words, **(given | environment))


async def test_where_all_is_well_every_line_says_so(at_desk: Operator, slack: Sandbox) -> None:
    await install(at_desk, a_team(slack, "Acme"))

    said = await doctor(at_desk, slack)

    assert (said.code, said.err) == (0, ""), said.out
    assert {line[:4] for line in said.out.splitlines()} == {MARKS[State.WELL]}
    for what in ("workspace acme/Acme", "time zones: tzdata", "clock and Slack", "backups"):
        assert what in said.out


async def test_the_tokens_of_the_settings_are_tried(at_desk: Operator, slack: Sandbox) -> None:
    a_team(slack, "Acme")

    alive = await doctor(
        at_desk, slack, SLACK_BOT_TOKEN="xoxb-acme", SLACK_APP_TOKEN=slack.app_token
    )
    dead = await doctor(
        at_desk, slack, SLACK_BOT_TOKEN="xoxb-nobody", SLACK_APP_TOKEN="xapp-nobody"
    )
    mixed = await doctor(
        at_desk, slack, SLACK_BOT_TOKEN="xoxp-1", SLACK_SIGNING_SECRET=slack.app_token
    )

    assert (alive.code, "ok   own workspace" in alive.out) == (0, True), alive.out
    assert "ok   socket mode" in alive.out
    assert "FAIL own workspace: Slack refuses its token (invalid_auth)" in dead.out
    assert "FAIL socket mode: Slack refuses SLACK_APP_TOKEN" in dead.out
    assert "FAIL SLACK_BOT_TOKEN: is a person's token, and should be a bot token" in mixed.out
    assert "FAIL SLACK_SIGNING_SECRET: is an app-level token" in mixed.out


async def test_each_workspace_is_told_what_is_wrong_with_it(
    at_desk: Operator, slack: Sandbox
) -> None:
    dead = a_team(slack, "Dead")
    narrow = a_team(slack, "Narrow", bot_scopes=["commands", "chat:write"])
    await install(at_desk, a_team(slack, "Acme"))
    await install(at_desk, dead)
    await install(at_desk, narrow)
    await install(at_desk, a_team(slack, "Persons"), token="xoxp-of-a-person")
    await install(at_desk, a_team(slack, "Swapped"), token="xoxb-acme")
    await install(at_desk, a_team(slack, "Sealed"), key=ANOTHER)
    silent: tuple[tuple[str, CallKind], ...] = (
        ("Limited", "rate_limited"),
        ("Down", "server_error"),
    )
    for name, kind in silent:
        team = a_team(slack, name)
        await install(at_desk, team)
        slack.faults.add(Fault(kind, "auth.test", team=team.id))
    dead.revoke("token_revoked")

    said = await doctor(at_desk, slack, "--json")

    rows = {row["what"].removeprefix("workspace "): row for row in said.data}  # pyright: ignore[reportGeneralTypeIssues]  # JSON of a list
    told = {name.partition("/")[0]: f"{row['state']}: {row['words']}" for name, row in rows.items()}
    assert said.code == 1
    assert told["acme"].startswith("ok")
    assert told["dead"] == "fault: Slack refuses its token (token_revoked)"
    assert told["narrow"].startswith("fault: its token lacks users:read, users:read.email")
    assert told["persons"] == "fault: what is kept is a person's token, and should be a bot token"
    assert told["swapped"] == "fault: the token is of another team (Acme)"
    assert told["sealed"] == "fault: its token does not open"
    assert told["limited"] == "warning: Slack did not answer (ratelimited)"
    assert told["down"].startswith("warning: Slack did not answer (")
    assert all(row["advice"] for row in rows.values() if row["state"] != "ok")
    assert "xox" not in said.out


async def test_what_waits_or_is_nobodys_is_warned_of(at_desk: Operator, slack: Sandbox) -> None:
    await install(at_desk, a_team(slack, "Acme"))
    with psycopg.connect(at_desk.urls.owner) as owner:
        owner.execute(
            "INSERT INTO users (organization_id, email, password_hash, first_name, last_name, role,"
            " permissions) SELECT id, 'ron@acme.example', '!', 'Ron', 'Rep', 'admin',"
            ' \'{"grant": [], "deny": ["people.manage"]}\' FROM organizations'
        )
        owner.execute(
            "INSERT INTO outbox (organization_id, workspace_id, lane, method, kind, payload,"
            " not_before) SELECT organization_id, id, 'C0', 'chat.postMessage', 'card', '{}',"
            " now() - interval '1 hour' FROM workspaces"
        )

    waiting = await doctor(at_desk, slack)
    with psycopg.connect(at_desk.urls.owner) as owner:
        owner.execute("UPDATE workspaces SET parked_at = now(), parked_because = 'invalid_auth'")
        owner.execute("DROP POLICY owner_partners ON partners")
        owner.execute("ALTER FUNCTION directory.next_delivery_at() OWNER TO CURRENT_USER")
    parked = await doctor(at_desk, slack)

    assert waiting.code == 0
    assert "WARN deliveries: 1 wait for more than 15 minutes" in waiting.out
    assert "WARN administrators: nobody administers acme" in waiting.out
    assert "WARN workspace acme/Acme: parked since" in parked.out
    assert "deliveries: none waits" in parked.out
    assert "FAIL backups: no policy for the owner of partners" in parked.out
    assert "FAIL functions: some of schema directory do not belong to" in parked.out
    assert parked.code == 1


async def test_whatever_is_away_the_rest_is_looked_at(empty_urls: Urls, slack: Sandbox) -> None:
    at_desk = Operator(empty_urls, FixedClock(SystemClock().now()))
    nowhere = "http://127.0.0.1:1"

    said = await doctor(
        at_desk, slack, "--url", nowhere, SLACK_API_URL=f"{nowhere}/api/", SLACK_APP_TOKEN="xoxb-1"
    )

    failed = [line for line in said.out.splitlines() if line.startswith("FAIL")]
    assert said.code == 1
    assert [line.split(":")[0].removeprefix("FAIL ") for line in failed] == [
        "SLACK_APP_TOKEN",
        "database",
        "Slack",
        "owner's database",
        "workspaces",
        "address",
    ]
    assert "python -m bot migrate" in said.out


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("xoxb-1-2-a", "a bot token"),
        ("xoxp-1-2-a", "a person's token"),
        ("xapp-1-A-2-b", "an app-level token"),
        ("xoxe.xoxb-1-a", "a bot token that ends after 12 hours"),
        ("xoxe-1-a", "a refresh token"),
        ("8f742231b10e8888abcd99yyyzzz85a5", "no token"),
    ],
)
def test_kinds_of_tokens_are_told_apart(token: str, kind: str) -> None:
    assert kind_of(token) == kind


@pytest.mark.parametrize(
    ("seconds", "state"),
    [
        (0, State.WELL),
        (-29, State.WELL),
        (30, State.WARNING),
        (-299, State.WARNING),
        (300, State.FAULT),
    ],
)
def test_clocks_apart_are_warned_of_before_slack_refuses(seconds: int, state: State) -> None:
    assert of_skew("clock and Slack", timedelta(seconds=seconds)).state is state
