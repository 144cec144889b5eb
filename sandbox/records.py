"""The records a Slack workspace is made of, each as it is kept.

Plain values. They know nothing of each other, of HTTP or of who may do what.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Literal, TypedDict, TypeVar, cast

from sandbox.wire import JsonObject

T = TypeVar("T")
Revoked = Literal["token_revoked", "account_inactive"]


class MemberFields(TypedDict, total=False):
    """What may be said of a person beside id and name; see `Member`."""

    real_name: str
    email: str
    email_confirmed: bool
    tz: str
    locale: str
    title: str
    status_text: str
    status_emoji: str
    status_expiration: int
    presence: Literal["active", "away"]
    is_admin: bool
    is_owner: bool
    is_primary_owner: bool
    is_restricted: bool
    is_ultra_restricted: bool
    is_bot: bool
    deleted: bool
    home_team: str


@dataclass(eq=False)
class Member:
    """A user of a team: a person or a bot.

    `home_team` is set for a stranger in a Slack Connect channel: the id of their own team.
    """

    id: str
    team_id: str
    name: str
    real_name: str = ""
    email: str = ""
    email_confirmed: bool = True
    tz: str = "UTC"
    locale: str = "en-US"
    title: str = ""
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0
    presence: Literal["active", "away"] = "active"
    is_admin: bool = False
    is_owner: bool = False
    is_primary_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    home_team: str = ""

    @property
    def handle(self) -> str:
        """What follows an @: lower case, no spaces."""
        return ".".join(self.name.lower().split())

    @property
    def is_stranger(self) -> bool:
        """Of another company, here through a shared channel."""
        return bool(self.home_team) and self.home_team != self.team_id


@dataclass(eq=False)
class Channel:
    """A channel, a person's direct messages with the app (`kind` im; `peer` is the person), or
    those of several (mpim). `shared_with`: the other teams of a shared one.
    """

    id: str
    team_id: str
    name: str
    private: bool = False
    archived: bool = False
    shared: bool = False
    general: bool = False
    kind: Literal["channel", "im", "mpim"] = "channel"
    peer: str = ""
    topic: str = ""
    purpose: str = ""
    creator: str = ""
    created: int = 0
    members: list[str] = field(default_factory=list[str])
    shared_with: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Message:
    """A message as it reads now; a later edit is another value with the same `ts`.

    `reactions` are as on the wire (name, users, count), `files` are ids; `username` and `icons` are
    what an app customised; `plain` shows marks such as *this* as they are;
    `streaming` is how the tasks of a message that is still being written are shown.
    """

    team_id: str
    channel: str
    ts: str
    user: str
    text: str
    bot_id: str | None = None
    blocks: list[JsonObject] = field(default_factory=list[JsonObject])
    attachments: list[JsonObject] = field(default_factory=list[JsonObject])
    metadata: JsonObject | None = None
    thread_ts: str | None = None
    ephemeral_for: str | None = None
    edited: str | None = None
    deleted: bool = False
    reactions: list[JsonObject] = field(default_factory=list[JsonObject])
    files: list[str] = field(default_factory=list[str])
    subtype: str | None = None
    broadcast: bool = False
    username: str = ""
    icons: JsonObject | None = None
    plain: bool = False
    streaming: str = ""

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(frozen=True)
class File:
    """A file somebody uploaded; its bytes are in the store under its id.

    `ready`: Slack has looked at it, so that blocks may show it.
    """

    id: str
    team_id: str
    user: str
    name: str
    title: str
    mimetype: str
    filetype: str
    size: int
    created: int
    channels: list[str] = field(default_factory=list[str])
    alt_text: str = ""
    ready: bool = False
    deleted: bool = False


@dataclass(frozen=True)
class Scheduled:
    """A message that is to be posted at `post_at` (unix seconds); the rest as in `Message`."""

    id: str
    team_id: str
    channel: str
    post_at: int
    created: int
    author: str = ""
    text: str | None = None
    blocks: list[JsonObject] | None = None
    attachments: list[JsonObject] | None = None
    metadata: JsonObject | None = None
    thread_ts: str | None = None
    broadcast: bool = False


@dataclass(eq=False)
class Enterprise:
    """An organization on Enterprise Grid. With a `bot_token` the app is installed org-wide."""

    id: str
    name: str
    domain: str
    bot_token: str = ""
    bot_scopes: list[str] = field(default_factory=list[str])
    revoked: Revoked | None = None

    @property
    def bot_user_id(self) -> str:
        return f"UB{self.id[1:]}"

    @property
    def is_org_install(self) -> bool:
        return bool(self.bot_token)


@dataclass(frozen=True)
class TeamAbout:
    """What a team is, and what it granted the app. `revoked`: the error its token now gets."""

    id: str
    name: str
    domain: str
    bot_token: str
    bot_scopes: list[str]
    revoked: Revoked | None = None
    enterprise_id: str = ""


def revived(kind: Callable[..., T], value: JsonObject) -> T:
    """A record as the dataclass it was written from; fields it no longer has are dropped."""
    names = {item.name for item in fields(cast("type", kind))}
    return kind(**{name: held for name, held in value.items() if name in names})


def plain(record: object) -> JsonObject:
    """The fields of a record, to be written at once: what is inside is not copied."""
    return dict(vars(record))
