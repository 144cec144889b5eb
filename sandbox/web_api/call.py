"""One call of a method: who calls, with which arguments, and what they may do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sandbox.core import Core
from sandbox.limits import TIER_3
from sandbox.records import Channel
from sandbox.response_urls import ResponseUrls
from sandbox.sockets import Sockets
from sandbox.tokens import Token
from sandbox.web_api.arguments import Arguments
from sandbox.web_api.codes import InstallCode, InstallCodes
from sandbox.web_api.tickets import Tickets
from sandbox.wire import JsonObject, SlackError
from sandbox.workspace import Team

__all__ = ["ApiCall", "Arguments", "InstallCode", "InstallCodes", "Kinds", "Method", "Services"]


@dataclass(frozen=True)
class Services:
    """The parts of the sandbox that methods work on."""

    core: Core
    urls: ResponseUrls
    sockets: Sockets
    codes: InstallCodes
    tickets: Tickets = field(default_factory=Tickets)


@dataclass(frozen=True)
class Kinds:
    """The scopes that open a method for each kind of conversation; any one of several will do."""

    public: tuple[str, ...]
    private: tuple[str, ...]
    im: tuple[str, ...]
    mpim: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.public, *self.private, *self.mpim, *self.im)

    def of(self, channel: Channel) -> tuple[str, ...]:
        match channel.kind:
            case "im":
                return self.im
            case "mpim":
                return self.mpim
            case "channel":
                return self.private if channel.private else self.public


READ = Kinds(("channels:read",), ("groups:read",), ("im:read",), ("mpim:read",))
HISTORY = Kinds(("channels:history",), ("groups:history",), ("im:history",), ("mpim:history",))
MANAGE = Kinds(("channels:manage",), ("groups:write",), ("im:write",), ("mpim:write",))
INVITE = Kinds(
    ("channels:manage", "channels:write.invites"),
    ("groups:write", "groups:write.invites"),
    ("im:write",),
    ("mpim:write",),
)
TOPIC = Kinds(
    ("channels:manage", "channels:write.topic"),
    ("groups:write", "groups:write.topic"),
    ("im:write", "im:write.topic"),
    ("mpim:write", "mpim:write.topic"),
)


def has_one(scopes: Sequence[str], wanted: Sequence[str]) -> None:
    """Raises SlackError missing_scope, with what is needed and what there is, if none is there."""
    if not any(scope in scopes for scope in wanted):
        raise SlackError("missing_scope", needed=",".join(wanted), provided=",".join(scopes))


@dataclass(frozen=True)
class ApiCall:
    """A method being called in `team` by the app's bot, or by a person whose token it is."""

    services: Services
    team: Team
    token: Token
    args: Arguments
    scopes: tuple[str, ...]

    @property
    def core(self) -> Core:
        return self.services.core

    @property
    def user_id(self) -> str:
        """Who acts."""
        return self.token.user_id or self.team.bot_user_id

    def need(self, *scopes: str) -> None:
        """Raises SlackError missing_scope unless the token has one of them."""
        has_one(self.scopes, scopes)

    def is_in(self, channel: Channel) -> bool:
        return self.user_id in channel.members

    def visible_channel(self, name: str = "channel") -> Channel:
        """The channel of an argument. Raises SlackError for one that the caller cannot see."""
        channel = self.team.channels.get(self.args.text(name))
        if channel is None or (channel.private and not self.is_in(channel)):
            raise SlackError("channel_not_found")
        return channel

    def channel_for(self, kinds: Kinds) -> Channel:
        """The channel argument, where the token has the scope of its kind."""
        channel = self.visible_channel()
        self.need(*kinds.of(channel))
        return channel

    def room_for(self, kinds: Kinds, *, joined: bool = False) -> Channel:
        """A channel, public or private. Raises SlackError for direct messages.

        `joined`: the caller must be a member of it.
        """
        channel = self.channel_for(kinds)
        if channel.kind != "channel":
            raise SlackError("method_not_supported_for_channel_type")
        if joined and not self.is_in(channel):
            raise SlackError("not_in_channel")
        return channel


@dataclass(frozen=True)
class Method:
    """A method of the Web API: what it does, what it asks for, how often it may be called.

    `scopes`: any one of them opens it. `of_team`: a token of an enterprise must say which team.
    """

    run: Callable[[ApiCall], JsonObject]
    scopes: Sequence[str] = ()
    per_minute: int = TIER_3
    of_team: bool = False
