"""Examines each installed workspace: does its token open, live, belong there and suffice?"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from aiohttp import ClientError
from psycopg.rows import class_row

from bot.delivery import SlackHost
from bot.doctor.findings import Finding, fault, warning, well
from bot.doctor.tokens import APP, BOT, ROTATED_BOT, WHERE_APP, kind_of
from bot.manifest import BOT_SCOPES
from bot.refusals import is_passing, is_rate_limit
from bot.settings import Settings
from bot.slack_client import SlackRefusedError, call, scopes_of
from services.organizations import BOT_TOKEN, REFRESH_TOKEN
from services.organizations.installing import place
from services.sealing import SealBrokenError, Sealer
from services.values import OrganizationId, WorkspaceId

AT_ONCE = 10
"""So many workspaces are asked after at the same time."""
INSTALL_AGAIN = "Somebody there installs Tandem again: /slack/install. Nothing is lost meanwhile."
INSTALLED = """
SELECT w.id, w.organization_id, o.subdomain || '/' || w.team_name AS name, w.team_id,
       w.sealed_bot_token, w.sealed_refresh_token, w.parked_at, w.parked_because
FROM workspaces w JOIN organizations o ON o.id = w.organization_id
WHERE w.uninstalled_at IS NULL AND o.is_active
ORDER BY o.subdomain, w.created_at, w.id
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """A workspace as the owner's login reads it."""

    id: UUID
    organization_id: UUID
    name: str
    team_id: str | None
    sealed_bot_token: bytes | None
    sealed_refresh_token: bytes | None
    parked_at: datetime | None
    parked_because: str | None

    @property
    def what(self) -> str:
        return f"workspace {self.name}"


async def installed(url: str) -> list[Installed]:
    """All that are served, as the tables' owner. Raises psycopg's errors."""
    async with (
        await psycopg.AsyncConnection.connect(url, autocommit=True) as owner,
        owner.cursor(row_factory=class_row(Installed)) as cursor,
    ):
        await cursor.execute(INSTALLED)
        return await cursor.fetchall()


async def of_all(workspaces: Sequence[Installed], sealer: Sealer, host: SlackHost) -> list[Finding]:
    """Each of them, a few at a time."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def examined(workspace: Installed) -> list[Finding]:
        async with turn:
            return await _of_one(workspace, sealer, host)

    found = await asyncio.gather(*map(examined, workspaces))
    return [finding for each in found for finding in each]


async def of_settings(settings: Settings, host: SlackHost) -> list[Finding]:
    """The tokens that the settings hold, when they are of their kind."""
    found: list[Finding] = []
    if settings.slack_bot_token is not None:
        token = settings.slack_bot_token.get_secret_value()
        if kind_of(token) in {BOT, ROTATED_BOT}:
            found.append(await _asked("own workspace", token, None, host))
    if settings.slack_app_token is not None:
        token = settings.slack_app_token.get_secret_value()
        if kind_of(token) == APP:
            found.append(await _of_app(token, host))
    return found


async def _of_app(token: str, host: SlackHost) -> Finding:
    try:
        told = await call(host.client(token), "auth.test")
    except SlackRefusedError as refused:
        words = f"Slack refuses SLACK_APP_TOKEN ({refused.reason})"
        return _silent("socket mode", refused) or fault("socket mode", words, WHERE_APP)
    return well("socket mode", f"the token of {told.get('app_name')} lives")


async def _of_one(workspace: Installed, sealer: Sealer, host: SlackHost) -> list[Finding]:
    what = workspace.what
    if workspace.sealed_bot_token is None:
        return [*_parked(workspace), fault(what, "no token is kept", INSTALL_AGAIN)]
    try:
        token = _opened(workspace, sealer, BOT_TOKEN, workspace.sealed_bot_token)
        if workspace.sealed_refresh_token is not None:
            _opened(workspace, sealer, REFRESH_TOKEN, workspace.sealed_refresh_token)
    except SealBrokenError:
        advice = "python -m bot keys check tells which key is missing from ENCRYPTION_KEYS."
        return [*_parked(workspace), fault(what, "its token does not open", advice)]
    kind = kind_of(token)
    if kind not in {BOT, ROTATED_BOT}:
        return [fault(what, f"what is kept is {kind}, and should be {BOT}", INSTALL_AGAIN)]
    return [*_parked(workspace), await _asked(what, token, workspace.team_id, host)]


async def _asked(what: str, token: str, team_id: str | None, host: SlackHost) -> Finding:
    try:
        told, scopes = await scopes_of(host.client(token))
    except SlackRefusedError as refused:
        words = f"Slack refuses its token ({refused.reason})"
        return _silent(what, refused) or fault(what, words, INSTALL_AGAIN)
    except (ClientError, OSError, TimeoutError) as error:
        words = f"Slack was not reached ({type(error).__name__})"
        return warning(what, words, "Ask again; see whether this machine reaches Slack.")
    if not told.get("bot_id"):
        return fault(what, "the token speaks for a person, not for the bot", INSTALL_AGAIN)
    if team_id is not None and told.get("team_id") != team_id:
        return fault(what, f"the token is of another team ({told.get('team')})", INSTALL_AGAIN)
    return _of_scopes(what, scopes)


def _silent(what: str, refused: SlackRefusedError) -> Finding | None:
    """What says nothing of the token: a pause that Slack asks for, or trouble of its own."""
    if not (is_rate_limit(refused) or is_passing(refused)):
        return None
    words = f"Slack did not answer ({refused.reason})"
    return warning(what, words, "Ask again in a minute; status.slack.com tells of trouble there.")


def _of_scopes(what: str, scopes: Sequence[str]) -> Finding:
    missing = [scope for scope in BOT_SCOPES if scope not in scopes]
    if not missing:
        return well(what, "its token lives and has every scope of the manifest")
    reasons = " ".join(f"{scope}: {BOT_SCOPES[scope]}" for scope in missing)
    return fault(
        what,
        f"its token lacks {', '.join(missing)}",
        f"Somebody there installs Tandem again: /slack/install. {reasons}",
    )


def _parked(workspace: Installed) -> list[Finding]:
    if workspace.parked_at is None:
        return []
    words = f"parked since {workspace.parked_at:%Y-%m-%d %H:%M} UTC ({workspace.parked_because})"
    return [warning(workspace.what, words, f"Its messages wait. {INSTALL_AGAIN}")]


def _opened(workspace: Installed, sealer: Sealer, column: str, sealed: bytes) -> str:
    ids = OrganizationId(workspace.organization_id), WorkspaceId(workspace.id)
    return sealer.open(place(*ids, column), sealed)
