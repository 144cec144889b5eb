"""Installing into many workspaces: Bolt's OAuth routes over our own installations."""

import logging

from slack_bolt.error import BoltError
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.stateless import StatelessOAuthStateStore

from bot.delivery import SlackHost
from bot.identity import profile_of
from bot.installations import Installations
from bot.manifest import BOT_SCOPES
from bot.settings import Settings
from bot.slack_client import SlackRefusedError
from services import organizations
from services.db import Database
from services.directory import NewInstallation
from services.sealing import Sealer

log = logging.getLogger(__name__)

STATE_SECONDS = 300
SLACK = "https://slack.com/api/"


class InstallationStore(AsyncInstallationStore):
    """Saves an installation as our workspace; reading is `Authorize`'s, from its own cache."""

    def __init__(
        self,
        db: Database,
        sealer: Sealer,
        host: SlackHost,
        installations: Installations,
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._host = host
        self._installations = installations

    @property
    def logger(self) -> logging.Logger:
        return log

    async def async_save(self, installation: Installation) -> None:
        """Install or repair. Raises BoltError, which shows the installer a page with the words."""
        if not installation.bot_token or not installation.bot_id or not installation.bot_user_id:
            raise BoltError("Slack gave no bot token")
        client = self._host.client(installation.bot_token)
        try:
            installer = await profile_of(client, installation.user_id)
        except SlackRefusedError as refused:
            raise BoltError(f"Slack does not tell who installs ({refused.reason})") from refused
        new = _new_installation(installation)
        installed = await organizations.install(
            self._db,
            new,
            organizations.Tokens(installation.bot_token),
            self._sealer,
            installer,
        )
        self._installations.forget_misses()
        log.info("workspace.installed", extra={"is_new": installed.is_new})

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """Not from here: requests are authorized by `Authorize`."""
        del enterprise_id, team_id, is_enterprise_install


def oauth_settings(settings: Settings, store: InstallationStore) -> AsyncOAuthSettings | None:
    """Bolt's OAuth settings, or None for one workspace with its own token.

    The state is signed and short-lived and bound to the browser by a cookie; Slack takes each code
    once.
    """
    if not settings.slack_client_id or not settings.slack_client_secret:
        return None
    secret = settings.slack_client_secret.get_secret_value()
    is_elsewhere = settings.slack_api_url != SLACK
    return AsyncOAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=secret,
        scopes=list(BOT_SCOPES),
        user_scopes=[],
        installation_store=store,
        state_store=StatelessOAuthStateStore(
            expiration_seconds=STATE_SECONDS, signing_secret=secret
        ),
        state_expiration_seconds=STATE_SECONDS,
        authorization_url=_authorization_url(settings.slack_api_url) if is_elsewhere else None,
    )


def _authorization_url(api_url: str) -> str:
    return f"{api_url.removesuffix('/').removesuffix('/api')}/oauth/v2/authorize"


def _new_installation(installation: Installation) -> NewInstallation:
    is_whole_grid = bool(installation.is_enterprise_install)
    name = installation.enterprise_name if is_whole_grid else installation.team_name
    return NewInstallation(
        name=name or "Company",
        subdomain=name or "company",
        enterprise_id=installation.enterprise_id,
        team_id=None if is_whole_grid else installation.team_id,
        app_id=installation.app_id,
        bot_id=installation.bot_id or "",
        bot_user_id=installation.bot_user_id or "",
        scopes=tuple(installation.bot_scopes or ()),
    )
