"""The whole examination, in the order an operator mends things."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version

import psycopg
import tzdata
from aiohttp import ClientError, ClientSession, ClientTimeout
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery import SlackHost
from bot.doctor import database, tokens, workspaces
from bot.doctor.findings import Finding, fault, of_skew, well
from bot.settings import Settings
from services.db import Clock
from services.sealing import Sealer

SECONDS = 10
"""For one call; no workspace holds up the others for longer."""
NOT_REACHED = (psycopg.Error, SQLAlchemyError, ClientError, OSError, TimeoutError)


async def examine(settings: Settings, clock: Clock, url: str | None = None) -> list[Finding]:
    """Every finding; `url` is where Slack reaches this app, looked at when given."""
    now = clock.now()
    application = settings.database_url.get_secret_value()
    found = [
        well("settings", "complete"),
        *tokens.of_settings(settings),
        well("time zones", f"tzdata {version('tzdata')}, rules of {tzdata.IANA_VERSION}"),
        *await _unless_away("database", lambda: database.of_application(application, clock)),
    ]
    owner = settings.migration_database_url
    async with ClientSession(timeout=ClientTimeout(total=SECONDS)) as session:
        host = SlackHost(settings.slack_api_url, session)
        found += await _unless_away("Slack", lambda: _clock_of_slack(host, clock))
        found += await _unless_away("Slack", lambda: workspaces.of_settings(settings, host))
        if owner is not None:
            found += await _of_owner(settings, owner.get_secret_value(), host, now)
        if url is not None:
            found += await _unless_away("address", lambda: _address(session, url))
    return found


async def _of_owner(settings: Settings, url: str, host: SlackHost, now: datetime) -> list[Finding]:
    sealer = Sealer([key.get_secret_value() for key in settings.encryption_keys])

    async def of_workspaces() -> list[Finding]:
        return await workspaces.of_all(await workspaces.installed(url), sealer, host)

    return [
        *await _unless_away("owner's database", lambda: database.of_owner(url, now)),
        *await _unless_away("workspaces", of_workspaces),
    ]


async def _clock_of_slack(host: SlackHost, clock: Clock) -> list[Finding]:
    """Slack's answer carries its time, to the second."""
    before = clock.now()
    async with host.session.post(f"{host.base_url}api.test") as answer:
        told = answer.headers.get("Date")
    reached = well("Slack", f"reached at {host.base_url}")
    if told is None:
        return [reached]
    middle = before + (clock.now() - before) / 2
    return [reached, of_skew("clock and Slack", middle - parsedate_to_datetime(told))]


async def _address(session: ClientSession, url: str) -> list[Finding]:
    async with session.get(f"{url.rstrip('/')}/live") as answer:
        status = answer.status
    if status == OK:
        return [well("address", f"{url} answers")]
    advice = "Does the proxy lead to this app's PORT? /live must answer 200 there."
    return [fault("address", f"{url}/live answers {status}", advice)]


async def _unless_away(what: str, look: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
    try:
        return await look()
    except NOT_REACHED as error:
        return [fault(what, f"not reached ({type(error).__name__})", _ADVICE[what])]


OK = 200
_ADVICE = {
    "database": "Is DATABASE_URL right? A new database or login is made by: python -m bot migrate",
    "owner's database": "Is MIGRATION_DATABASE_URL right? Then run: python -m bot migrate",
    "workspaces": "Is MIGRATION_DATABASE_URL right? Then run: python -m bot migrate",
    "Slack": "Does this machine reach SLACK_API_URL, over its proxy or firewall?",
    "address": "Does the name lead here, and is `serve` running?",
}
