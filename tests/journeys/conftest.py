"""The whole application against the local Slack, over HTTP, with real signatures.

Nothing runs by itself: a test says when the scheduler ticks, jobs run and messages are delivered,
and moves the one clock that the app and Slack share.
"""

import base64
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import cast
from unittest.mock import patch
from uuid import uuid4

import pytest
from aiohttp import web
from pydantic import SecretStr
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import JsonObject
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as SlackView
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

import handlers
from bot.app import Tandem, built
from bot.checks import refuse_unsafe
from bot.embedded import EmbeddedPostgres
from bot.manifest import BOT_SCOPES, EVENTS, OPTIONAL_SCOPES, manifest
from bot.settings import Settings
from sandbox import Call, Channel, Member, Message, Person, Sandbox, Team
from services import configuration, organizations
from services.configuration import catalogue
from services.db import Database, connect
from services.directory import Installed, NewInstallation
from services.people import SlackProfile
from services.sealing import Sealer
from services.tables import SlackIdentity, User
from services.values import Actor, OrganizationId, WorkspaceId
from tests.conftest import Urls, close_template, create_database, urls_of
from tests.copies import Copies
from tests.factories import FixedClock
from tests.logs import LogWatch

SIGNING_SECRET = "the-signing-secret"
KEY = base64.b64encode(b"a key of thirty-two bytes, fixed").decode()
ACME = ("T0ACME", "Acme")
GLOBEX = ("T0GLOBEX", "Globex Corp")
MANY = 200


@dataclass(repr=False)
class Office:
    """One company in Slack: its team, its people, its channels, and what it is in the app."""

    slack: Sandbox
    team: Team
    members: dict[str, Member]
    deals: Channel
    alerts: Channel
    status: Channel
    organization_id: OrganizationId
    workspace_id: WorkspaceId

    @property
    def application(self) -> Actor:
        return Actor.application(self.organization_id)

    def person(self, name: str) -> Person:
        """Somebody of the company, by first name in lower case; does what a person does."""
        return self.slack.person(self.team, self.members[name])


@dataclass(repr=False)
class World:
    """Everything, running."""

    slack: Sandbox
    tandem: Tandem
    clock: FixedClock
    acme: Office
    globex: Office
    _known: dict[str, Person] = field(default_factory=dict[str, Person])

    @property
    def db(self) -> Database:
        return self.tandem.db

    def person(self, name: str) -> Person:
        """Somebody of Acme: ada (admin), ron and olga (reps), mia (manager), gus (a guest)."""
        return self._known.setdefault(name, self.acme.person(name))

    async def deliver(self) -> None:
        """Deliver all that waits; the clock moves as far as Slack's pace asks."""
        for _ in range(MANY):
            if await self.tandem.deliverer.deliver_due():
                continue
            due = await self.tandem.deliverer.next_at()
            if due is None or due > self.clock.now() + timedelta(minutes=2):
                return
            await self.slack.travel(max(due, self.clock.now() + timedelta(milliseconds=1)))
        raise AssertionError("the outbox never empties")

    async def settle(self) -> None:
        """Tick, run the jobs, deliver: all that would happen by itself by now."""
        await self.tandem.tick()
        await self.tandem.work()
        await self.deliver()

    async def set_channels(self, office: Office | None = None) -> None:
        """As if an admin had chosen the three channels and the test posts had arrived."""
        at = office or self.acme
        async with self.db.transaction(at.application) as tx:
            for setting, channel in (
                (catalogue.DEALS_CHANNEL, at.deals),
                (catalogue.ALERTS_CHANNEL, at.alerts),
                (catalogue.STATUS_CHANNEL, at.status),
            ):
                reached = catalogue.Channel(
                    workspace_id=str(at.workspace_id), channel_id=channel.id, is_reached=True
                )
                await configuration.write(tx, setting, reached)

    async def give_role(self, name: str, role: str, office: Office | None = None) -> None:
        """Change somebody's role; they must have used the app before."""
        at = office or self.acme
        async with self.db.transaction(at.application) as tx:
            who = SlackIdentity.slack_user_id == at.members[name].id
            await tx.session.execute(
                update(User)
                .where(User.id == SlackIdentity.user_id, who)
                .values(role=role)
                .execution_options(synchronize_session=False)
            )

    def cards(self, channel: Channel, words: str) -> list[Message]:
        """The app's messages in a channel whose text has these words, oldest first."""
        return [each for each in self.slack_history(channel) if words in each.text]

    def slack_history(self, channel: Channel) -> list[Message]:
        team = next(each for each in self.slack.teams if channel in each.channels.values())
        return team.history(channel.id)


@dataclass(frozen=True)
class InstalledOffices:
    """What the two workspaces are in the app."""

    template: str
    acme: Installed
    globex: Installed


@pytest.fixture(scope="session")
async def installed(postgres: EmbeddedPostgres, template: str) -> InstalledOffices:
    return await installed_offices(postgres, template)


async def installed_offices(postgres: EmbeddedPostgres, template: str) -> InstalledOffices:
    """Makes a template in which both workspaces have the app: doing it in each test is slow."""
    name = f"template_{uuid4().hex[:12]}"
    create_database(postgres, name, template=template)
    clock = FixedClock()
    database = connect(urls_of(postgres, name).application, clock, pool_size=1)
    elsewhere = Sandbox(clock=clock)
    acme = await install(database, a_team(elsewhere, *ACME))
    globex = await install(database, a_team(elsewhere, *GLOBEX))
    await refuse_unsafe(database._engine)
    await database.close()
    close_template(postgres, name)
    return InstalledOffices(name, acme, globex)


@pytest.fixture
def office_urls(
    postgres: EmbeddedPostgres, copies: Copies, installed: InstalledOffices
) -> Iterator[Urls]:
    """A database of the test's own with both workspaces installed."""
    name = copies.take(installed.template)
    yield urls_of(postgres, name)
    copies.give_back(name)


@pytest.fixture
async def slack(clock: FixedClock, logged: LogWatch) -> AsyncIterator[Sandbox]:
    """Patient: how fast the app answers is measured elsewhere, and this machine may be busy."""
    sandbox = Sandbox(
        clock=clock, signing_secret=SIGNING_SECRET, deadline=30.0, monotonic=lambda: 0.0
    )
    await sandbox.start()
    yield sandbox
    await sandbox.stop()
    logged.add_secrets(sandbox.client_secret, sandbox.app_token)
    logged.add_texts(delivery.payload for delivery in sandbox.deliveries)


@pytest.fixture
def settings(office_urls: Urls, slack: Sandbox) -> Settings:
    return settings_for(office_urls, slack)


def settings_for(urls: Urls, slack: Sandbox) -> Settings:
    """The app's settings, for this database and this Slack."""
    return Settings(
        database_url=SecretStr(urls.application),
        slack_signing_secret=SecretStr(SIGNING_SECRET),
        slack_client_id=slack.client_id,
        slack_client_secret=SecretStr(slack.client_secret),
        slack_api_url=slack.api_url,
        encryption_keys=(SecretStr(KEY),),
    )


@pytest.fixture
async def tandem(settings: Settings, clock: FixedClock) -> AsyncIterator[Tandem]:
    """Its database is a copy of one that was examined when it was made; doing it again is slow."""
    async with AsyncExitStack() as stack:
        with patch("bot.app.refuse_unsafe", refuse_nothing):
            application = await stack.enter_async_context(built(settings, clock))
        yield application


async def refuse_nothing(_engine: AsyncEngine) -> None:
    """Instead of the examination."""


@pytest.fixture
async def world(
    slack: Sandbox, tandem: Tandem, clock: FixedClock, installed: InstalledOffices
) -> AsyncIterator[World]:
    async with a_world(slack, tandem, clock, installed) as world:
        yield world


@asynccontextmanager
async def a_world(
    slack: Sandbox, tandem: Tandem, clock: FixedClock, installed: InstalledOffices
) -> AsyncGenerator[World]:
    """The app listening, installed in two workspaces that are two companies."""
    runner = web.AppRunner(tandem.web, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.connect_app(
        f"{site.name}/slack/events",
        signing_secret=SIGNING_SECRET,
        commands=[
            entry.model_dump(exclude_none=True)
            for entry in manifest(handlers.routes()).features.slash_commands
        ],
        events=list(EVENTS),
    )
    yield World(
        slack=slack,
        tandem=tandem,
        clock=clock,
        acme=an_office(slack, ACME, installed.acme),
        globex=an_office(slack, GLOBEX, installed.globex),
    )
    await runner.cleanup()
    assert [refused for call in slack.calls for refused in against_the_models(call)] == []


REFUSED_SHAPES = frozenset(
    {"invalid_blocks", "invalid_arguments", "view_too_large", "msg_too_long"}
)
"""What the local Slack says to a call whose shape is wrong: never right, in any test."""
UNMODELLED = frozenset({"data_visualization"})
"""What Slack has and its models do not know yet: the local Slack examines it."""


def against_the_models(call: Call) -> list[str]:
    """What Slack's own models, or the local Slack, have against what the app sent."""
    if call.error in REFUSED_SHAPES:
        return [f"{call.method}: {call.error}"]
    blocks = cast("list[dict[str, object]]", call.args.get("blocks") or [])
    refused = [_refused_block(json.dumps(block)) for block in blocks]
    if view := call.args.get("view"):
        refused.append(_refused_view(json.dumps(view)))
    return [f"{call.method}: {words}" for words in refused if words]


@lru_cache(2_000)
def _refused_block(sent: str) -> str | None:
    """Many are sent again and again."""
    block = json.loads(sent)
    return _refusal_of(Block.parse(block), block)


@lru_cache(500)
def _refused_view(sent: str) -> str | None:
    view = json.loads(sent)
    return _refusal_of(SlackView(**view), view)


def _refusal_of(model: JsonObject | None, sent: dict[str, object]) -> str | None:
    if model is None:
        kind = sent.get("type")
        return None if kind in UNMODELLED else f"not modelled: {kind}"
    try:
        model.to_dict()
    except SlackObjectFormationError as error:
        return str(error)
    return None


def an_office(slack: Sandbox, named: tuple[str, str], installed: Installed) -> Office:
    """A workspace with people and channels, with the app installed by Ada."""
    team = a_team(slack, *named)
    return Office(
        slack=slack,
        team=team,
        members={each.name: each for each in team.people.values() if not each.is_bot},
        deals=team.channels[f"C0DEALS{team.domain.upper()}"],
        alerts=team.channels[f"C0ALERTS{team.domain.upper()}"],
        status=team.channels[f"C0STATUS{team.domain.upper()}"],
        organization_id=installed.organization_id,
        workspace_id=installed.workspace_id,
    )


def a_team(slack: Sandbox, team_id: str, name: str) -> Team:
    """Its people, and a channel for each purpose; the guest is in that of statuses alone."""
    short = name.split(maxsplit=1)[0].lower()
    scopes = (*BOT_SCOPES, *OPTIONAL_SCOPES)
    token = f"xoxb-{short}"
    team = slack.add_team(team_id, name, domain=short, bot_token=token, bot_scopes=scopes)
    members = {
        who: team.add_person(
            f"U0{who.upper()}{short.upper()}",
            who,
            real_name=f"{who.title()} {short.title()}",
            email=f"{who}@{short}.example",
            email_confirmed=True,
            tz=zone,
            locale=locale,
            is_restricted=who == "gus",
        )
        for who, zone, locale in (
            ("ada", "UTC", "en-US"),
            ("ron", "America/New_York", "en-US"),
            ("olga", "Europe/Berlin", "de-DE"),
            ("mia", "Asia/Singapore", "en-GB"),
            ("gus", "UTC", "en-US"),
        )
    }
    for each in ("deals", "alerts", "status"):
        let_in = [one for one in members.values() if each == "status" or not one.is_restricted]
        team.add_channel(f"C0{each.upper()}{short.upper()}", each, members=let_in)
    return team


async def install(db: Database, team: Team) -> Installed:
    """As if Ada had installed the app."""
    title = team.domain.title()
    return await organizations.install(
        db,
        NewInstallation(
            name=team.name,
            subdomain=team.domain,
            enterprise_id=None,
            team_id=team.id,
            app_id="A0TANDEM",
            bot_id=team.bot_id,
            bot_user_id=team.bot_user_id,
            scopes=team.bot_scopes,
        ),
        organizations.Tokens(team.bot_token),
        Sealer([KEY]),
        SlackProfile(
            slack_user_id=f"U0ADA{team.domain.upper()}",
            team_id=team.id,
            real_name=f"Ada {title}",
            email=f"ada@{team.domain}.example",
            is_email_confirmed=True,
            time_zone="UTC",
            locale="en-US",
        ),
    )
