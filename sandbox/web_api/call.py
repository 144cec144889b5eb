"""One call of a method: who calls, with which arguments, and what they may do."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.core import Core
from sandbox.limits import TIER_3
from sandbox.response_urls import ResponseUrls
from sandbox.sockets import Sockets
from sandbox.wire import JsonObject, SlackError, maybe_object, parse
from sandbox.workspace import Channel, Team


@dataclass(frozen=True)
class Services:
    """The parts of the sandbox that methods work on."""

    core: Core
    urls: ResponseUrls
    sockets: Sockets
    codes: "InstallCodes"


class InstallCodes:
    """One-time codes of the OAuth dance, and what each is worth."""

    def __init__(self) -> None:
        self._codes: dict[str, InstallCode] = {}

    def issue(self, core: Core, install: "InstallCode") -> str:
        code = core.app.secret(f"code {core.stamps.next()}")
        self._codes[code] = install
        return code

    def take(self, code: str) -> "InstallCode":
        """Raises SlackError for a code never issued or already exchanged."""
        install = self._codes.pop(code, None)
        if install is None:
            raise SlackError("invalid_code")
        return install


@dataclass(frozen=True)
class InstallCode:
    """Who agreed to the installation, in which team, to be sent back where."""

    team: Team
    user_id: str
    redirect_uri: str | None


class Arguments:
    """The arguments of a call, however they came. Slack's own words when one is amiss."""

    def __init__(self, given: JsonObject) -> None:
        self.given = given

    def text(self, name: str) -> str:
        """Raises SlackError invalid_arguments when it is missing."""
        value = self.maybe(name)
        if not value:
            raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def maybe(self, name: str) -> str:
        """The text of an argument, empty when it was not given."""
        value = self.given.get(name)
        if value is None:
            return ""
        if isinstance(value, bool | int | float):
            return str(value).lower()
        if not isinstance(value, str):
            raise SlackError(
                "invalid_arguments", [f"[ERROR] must be a string [json-pointer:/{name}]"]
            )
        return value

    def flag(self, name: str) -> bool:
        return self.maybe(name) in ("true", "1")

    def number(self, name: str, default: int) -> int:
        value = self.maybe(name)
        if not value:
            return default
        if not value.isdecimal():
            raise SlackError(
                "invalid_arguments", [f"[ERROR] must be an integer [json-pointer:/{name}]"]
            )
        return int(value)

    def json(self, name: str, otherwise: str) -> object:
        """A JSON argument, parsed if it came as text. Raises SlackError `otherwise`."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return parse(value) if value else None
        except ValueError as error:
            raise SlackError(otherwise) from error

    def json_object(self, name: str) -> JsonObject:
        """Raises SlackError invalid_arguments unless it is a JSON object."""
        value = maybe_object(self.json(name, "invalid_arguments"))
        if value is None:
            self.text(name)
            raise SlackError(
                "invalid_arguments", [f"[ERROR] must be an object [json-pointer:/{name}]"]
            )
        return value


@dataclass(frozen=True)
class ApiCall:
    """A method being called by the app's bot in `team`."""

    services: Services
    team: Team
    args: Arguments

    @property
    def core(self) -> Core:
        return self.services.core

    def need(self, scope: str) -> None:
        """Raises SlackError missing_scope, naming what is needed and what there is."""
        if scope not in self.team.bot_scopes:
            provided = ",".join(self.team.bot_scopes)
            raise SlackError("missing_scope", needed=scope, provided=provided)

    def visible_channel(self) -> Channel:
        """The channel argument. Raises SlackError for one the bot cannot see."""
        channel = self.team.channels.get(self.args.text("channel"))
        if channel is None or (channel.private and self.team.bot_user_id not in channel.members):
            raise SlackError("channel_not_found")
        return channel


@dataclass(frozen=True)
class Method:
    """A method of the Web API: what it does, what it asks for, how often it may be called."""

    run: Callable[[ApiCall], JsonObject]
    scope: str | None = None
    per_minute: int = TIER_3
