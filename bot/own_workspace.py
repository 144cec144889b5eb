"""The workspace whose bot token is in the settings: installed by starting, without OAuth."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from aiohttp import ClientError

from bot.delivery import SlackHost
from bot.refusals import is_passing, is_rate_limit
from bot.slack_client import SlackRefusedError, scopes_of
from services import organizations
from services.db import Database
from services.directory import NewInstallation
from services.errors import SwitchedOff, Unlinked
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
        """Install it, or leave that to `run`; one that an admin unlinked is left alone. Raises
        SlackRefusedError for a wrong token.
        """
        try:
            await self.again(is_asked=False)
        except (ClientError, TimeoutError, ConnectionError) as away:
            log.warning("own_workspace.slack_away", extra={"reason": type(away).__name__})
        except SlackRefusedError as refused:
            if not is_passing(refused) and not is_rate_limit(refused):
                raise
            log.warning("own_workspace.slack_away", extra={"reason": refused.reason})
        except SwitchedOff:
            log.warning("own_workspace.switched_off")
        except Unlinked:
            log.warning("own_workspace.unlinked", extra={"advice": "python -m bot install"})

    async def again(self, *, is_asked: bool = True) -> str:
        """Install it, also after an admin unlinked it; its name. Raises what Slack answers, and
        SwitchedOff.
        """
        told, scopes = await scopes_of(self._host.client(self._token))
        self._is_installed = True
        new, tokens = _new(told, scopes), organizations.Tokens(self._token)
        await organizations.install(self._db, new, tokens, self._sealer, is_asked=is_asked)
        return new.name

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
