"""The workspace whose bot token is in the settings: installed by starting, without OAuth."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from aiohttp import ClientError

from bot.delivery import SlackHost, is_passing, is_rate_limit
from bot.slack_client import SlackRefusedError, scopes_of
from services import organizations
from services.db import Database
from services.directory import NewInstallation
from services.errors import SwitchedOff
from services.sealing import Sealer

log = logging.getLogger(__name__)

TRY_AGAIN = 10.0


class OwnWorkspace:
    """Slack may be away when the process starts: what was installed before works meanwhile."""

    def __init__(self, db: Database, sealer: Sealer, host: SlackHost, token: str) -> None:
        self._db = db
        self._sealer = sealer
        self._host = host
        self._token = token
        self._is_installed = False

    async def install(self) -> None:
        """Install it, or leave that to `run`. Raises SlackRefusedError for a wrong token."""
        try:
            told, scopes = await scopes_of(self._host.client(self._token))
        except (ClientError, TimeoutError, ConnectionError) as away:
            log.warning("own_workspace.slack_away", extra={"reason": type(away).__name__})
            return
        except SlackRefusedError as refused:
            if not is_passing(refused) and not is_rate_limit(refused):
                raise
            log.warning("own_workspace.slack_away", extra={"reason": refused.reason})
            return
        self._is_installed = True
        tokens = organizations.Tokens(self._token)
        try:
            await organizations.install(self._db, _new(told, scopes), tokens, self._sealer)
        except SwitchedOff:
            log.warning("own_workspace.switched_off")

    async def run(self) -> None:
        """Try until it is installed. Raises as `install`."""
        while not self._is_installed:
            await asyncio.sleep(TRY_AGAIN)
            await self.install()


def _new(told: Mapping[str, object], scopes: Sequence[str]) -> NewInstallation:
    """https://docs.slack.dev/reference/methods/auth.test"""
    name = str(told.get("team") or "Company")
    return NewInstallation(
        name=name,
        subdomain=name,
        enterprise_id=_text(told.get("enterprise_id")),
        team_id=_text(told.get("team_id")),
        app_id=_text(told.get("app_id")),
        bot_id=str(told.get("bot_id")),
        bot_user_id=str(told.get("user_id")),
        scopes=tuple(scopes),
    )


def _text(value: object) -> str | None:
    return str(value) if value else None
