"""`bot demo`: a PostgreSQL, a local Slack with two companies in it, and the app, in one process.

Nothing outside is needed. The data stays in a folder; the next start goes on where this one ended.
"""

import asyncio
import base64
import json
import os
import secrets
import shutil
import socket
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql
from pydantic import SecretStr

import handlers
from bot import migrate
from bot.app import Tandem, built, keep_serving
from bot.demo_people import ACME, SECOND, DemoChannel, DemoCompany, profile_of
from bot.embedded import EmbeddedPostgres
from bot.manifest import BOT_SCOPES, EVENTS, OPTIONAL_SCOPES, manifest
from bot.seed import seed
from bot.settings import Settings
from sandbox import Member, Sandbox, SandboxClock, Team
from services import opportunities, organizations
from services.channels import reached_channel
from services.configuration.catalogue import DEALS_CHANNEL
from services.directory import Installed, NewInstallation
from services.values import Actor

HOST = "127.0.0.1"
DATABASE = "tandem"
OWNER = "tandem_owner"
APPLICATION = "tandem_app"
SHOWN = 3
COMPANIES = (ACME, SECOND)
ON_ITS_WAY = timedelta(minutes=1)
"""What is to be delivered within it is being sent, or waits for its turn in its channel."""
TURN = timedelta(seconds=2)
LOOK_SECONDS = 0.05
MOST_LOOKS = 200


@dataclass(frozen=True, slots=True)
class Secrets:
    """Made at the first start and kept in the folder, readable by its owner only."""

    owner_password: str
    application_password: str
    signing_secret: str
    encryption_key: str

    @classmethod
    def kept_in(cls, folder: Path) -> "Secrets":
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "secrets.json"
        if not path.exists():
            made = cls(
                secrets.token_urlsafe(24),
                secrets.token_urlsafe(24),
                secrets.token_hex(16),
                base64.b64encode(os.urandom(32)).decode(),
            )
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "w") as out:
                json.dump(asdict(made), out)
        return cls(**json.loads(path.read_text()))


async def demo(folder: Path, port: int, stop: asyncio.Event, *, reset: bool) -> None:
    """Run until `stop` is set. `port` is the page's; another one when it is taken."""
    began = time.monotonic()
    server = EmbeddedPostgres(folder / "postgres")
    if reset:
        await asyncio.to_thread(_forget, folder, server)
    _say("Starting the database ...")
    async with furnished(folder, server, SandboxClock(), port) as (tandem, slack):
        serving = asyncio.create_task(keep_serving(tandem, stop))
        _say(f"\nReady after {time.monotonic() - began:.1f} s. Open {slack.url} in a browser.")
        _say("Try: /opp list   /opp new   /partner log   /weekly   /tandem settings")
        _say("Felix is a guest, Priya of another company: they see only where they were let in.")
        _say("(Ctrl-C ends)")
        await serving
    _say("Stopped. The data is kept; `make demo` goes on, `make demo ARGS=--reset` begins again.")


@asynccontextmanager
async def furnished(
    folder: Path, server: EmbeddedPostgres, clock: SandboxClock, port: int
) -> AsyncGenerator[tuple[Tandem, Sandbox]]:
    """The app and its Slack with both companies in them; the app does not listen yet."""
    kept = Secrets.kept_in(folder)
    async with server:
        url = await asyncio.to_thread(_prepare, server, kept)
        async with (
            _local_slack(folder, port, kept, clock) as slack,
            built(_settings(url, slack, kept), clock) as tandem,
        ):
            slack.accompany(partial(_keep_up, tandem, clock))
            await _fill(tandem, slack)
            _connect(slack, tandem.settings.port)
            yield tandem, slack


def _connect(slack: Sandbox, port: int) -> None:
    features = manifest(handlers.routes()).features
    slack.connect_app(
        f"http://{HOST}:{port}/slack/events",
        signing_secret=slack.signing_secret,
        commands=[entry.model_dump(exclude_none=True) for entry in features.slash_commands],
        shortcuts=[entry.model_dump() for entry in features.shortcuts],
        events=list(EVENTS),
    )


async def _keep_up(tandem: Tandem, clock: SandboxClock) -> None:
    """On a journey in time: what is due by now happens, and is in Slack when this returns.

    A conversation's next turn is a second away: the clock goes there.
    """
    if await tandem.tick():
        await tandem.work()
    for _ in range(MOST_LOOKS):
        if await tandem.deliverer.deliver_due():
            continue
        due = await tandem.deliverer.next_at()
        away = ON_ITS_WAY if due is None else due - clock.now()
        if away >= ON_ITS_WAY:
            return
        if away <= TURN:
            clock.advance(max(away, timedelta(0)))
        await asyncio.sleep(0 if away <= TURN else LOOK_SECONDS)


def _forget(folder: Path, server: EmbeddedPostgres) -> None:
    server.remove()
    shutil.rmtree(folder / "slack", ignore_errors=True)
    (folder / "secrets.json").unlink(missing_ok=True)


def _prepare(server: EmbeddedPostgres, kept: Secrets) -> str:
    """Owner, database and schema, made or brought up to date; returns the application's URL."""
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        _ensure_owner(connection, kept.owner_password)
    owner = _url(server, OWNER, kept.owner_password)
    application = _url(server, APPLICATION, kept.application_password)
    migrate.migrate(owner, application)
    return application


def _ensure_owner(connection: psycopg.Connection, password: str) -> None:
    role = sql.Identifier(OWNER)
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (OWNER,))
    if known.rowcount == 0:
        made = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}")
        connection.execute(made.format(role, sql.Literal(password)))
    known = connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,))
    if known.rowcount == 0:
        made = sql.SQL("CREATE DATABASE {} OWNER {}")
        connection.execute(made.format(sql.Identifier(DATABASE), role))


def _url(server: EmbeddedPostgres, role: str, password: str) -> str:
    return f"postgresql://{role}:{password}@{HOST}:{server.port}/{DATABASE}"


@asynccontextmanager
async def _local_slack(
    folder: Path, port: int, kept: Secrets, clock: SandboxClock
) -> AsyncGenerator[Sandbox]:
    slack = Sandbox(clock=clock, signing_secret=kept.signing_secret, folder=folder / "slack")
    for company in COMPANIES:
        _furnish(slack, company)
    await slack.start(host=HOST, port=port if _is_free(port) else 0)
    try:
        yield slack
    finally:
        await slack.stop()


def _furnish(slack: Sandbox, company: DemoCompany) -> Team:
    team = slack.add_team(
        company.team_id,
        company.name,
        domain=company.domain,
        bot_token=f"xoxb-{company.domain}-{secrets.token_hex(8)}",
        bot_scopes=(*BOT_SCOPES, *OPTIONAL_SCOPES),
    )
    members = [
        team.add_person(
            each.slack_user_id,
            each.name,
            email=each.email,
            email_confirmed=True,
            tz=each.time_zone,
            locale=each.locale,
            is_owner=each.is_owner,
            is_admin=each.is_owner,
            is_restricted=each.is_guest,
            home_team=each.home_team,
        )
        for each in company.people
    ]
    for channel in company.channels:
        team.add_channel(
            channel.channel_id,
            channel.name,
            members=[each for each in members if _is_let_in(each, channel)],
            private=channel.is_private,
            with_bot=channel.has_app,
            shared=channel.is_shared,
        )
    return team


def _is_let_in(member: Member, channel: DemoChannel) -> bool:
    """Guests to all but private channels and that of deals, strangers to shared ones alone."""
    if member.is_stranger:
        return channel.is_shared
    is_for_staff = channel.is_private or channel.purpose == "deals"
    return not (is_for_staff and member.is_restricted)


def _settings(application_url: str, slack: Sandbox, kept: Secrets) -> Settings:
    return Settings(
        database_url=SecretStr(application_url),
        slack_signing_secret=SecretStr(kept.signing_secret),
        slack_client_id=slack.client_id,
        slack_client_secret=SecretStr(slack.client_secret),
        slack_api_url=slack.api_url,
        host=HOST,
        port=_free_port(),
        encryption_keys=(SecretStr(kept.encryption_key),),
        log_format="text",
    )


async def _fill(tandem: Tandem, slack: Sandbox) -> None:
    """Install the app in both companies; fill them with their history the first time."""
    installed = [(each, await _install(tandem, slack, each)) for each in COMPANIES]
    new = [(company, found) for company, found in installed if found.is_new]
    if new:
        _say("Making two companies with months of history ...")
        await seed(tandem.database_url, new, slack.clock.now())
    for _, found in new:
        await _show_some(tandem, found)


async def _show_some(tandem: Tandem, installed: Installed) -> None:
    """Somebody shares a few cards, so that the deals channel has something to press."""
    async with tandem.db.transaction(Actor.application(installed.organization_id)) as tx:
        place = await reached_channel(tx, DEALS_CHANNEL)
        if place is None:
            return
        page = await opportunities.list_opportunities(tx, opportunities.Filter())
        for row in page.rows[-SHOWN:]:
            await opportunities.share_opportunity(tx, row.number, place)


async def _install(tandem: Tandem, slack: Sandbox, company: DemoCompany) -> Installed:
    team = next(each for each in slack.teams if each.id == company.team_id)
    new = NewInstallation(
        name=company.name,
        subdomain=company.domain,
        enterprise_id=None,
        team_id=company.team_id,
        app_id=None,
        bot_id=team.bot_id,
        bot_user_id=team.bot_user_id,
        scopes=team.bot_scopes,
    )
    installer = profile_of(company, company.people[0])
    tokens = organizations.Tokens(team.bot_token)
    return await organizations.install(tandem.db, new, tokens, tandem.sealer, installer)


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return tried.connect_ex((HOST, port)) != 0


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind((HOST, 0))
        return int(tried.getsockname()[1])


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
