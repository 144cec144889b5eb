"""The one-time codes of the OAuth dance, and what each is worth."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.core import Core
from sandbox.records import Enterprise
from sandbox.wire import SlackError
from sandbox.workspace import Team

# https://docs.slack.dev/authentication/installing-with-oauth#exchanging
LIFE = timedelta(minutes=10)


@dataclass(frozen=True)
class InstallCode:
    """Who agreed to the installation, in which team, to be sent back where.

    `scopes` None grants what the team has granted before. With `enterprise` it is org-wide.
    """

    team: Team
    user_id: str
    redirect_uri: str | None
    scopes: tuple[str, ...] | None = None
    user_scopes: tuple[str, ...] = ()
    enterprise: Enterprise | None = None


class InstallCodes:
    """Issues codes and takes each back once, for ten minutes."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[datetime, InstallCode]] = {}

    def issue(self, core: Core, install: InstallCode) -> str:
        now = core.clock.now()
        code = core.app.secret(f"code {core.stamps.next()}")
        self._codes = {key: kept for key, kept in self._codes.items() if now - kept[0] < LIFE}
        self._codes[code] = (now, install)
        return code

    def take(self, core: Core, code: str) -> InstallCode:
        """Raises SlackError for a code never issued, already exchanged or too old."""
        issued, install = self._codes.pop(code, (None, None))
        if issued is None or install is None or core.clock.now() - issued >= LIFE:
            raise SlackError("invalid_code")
        return install
