"""What a Slack workspace is made of: teams, their people, channels and messages.

Plain state and its records. Knows nothing of HTTP, of Block Kit or of who may do what.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Literal, TypedDict, TypeVar, Unpack, cast

from sandbox.store import Store
from sandbox.wire import Changes, JsonObject

# Everything the sandbox's methods can ask for: what a team grants when it is not told otherwise.
ALL_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:read",
    "users:read",
    "users:read.email",
)

T = TypeVar("T")


class MemberFields(TypedDict, total=False):
    """What may be said of a person beside id and name; see `Member`."""

    real_name: str
    email: str
    email_confirmed: bool
    tz: str
    locale: str
    is_admin: bool
    is_owner: bool
    is_restricted: bool
    is_bot: bool
    deleted: bool


@dataclass(eq=False)
class Member:
    """A user of a team: a person or a bot."""

    id: str
    team_id: str
    name: str
    real_name: str = ""
    email: str = ""
    email_confirmed: bool = True
    tz: str = "UTC"
    locale: str = "en-US"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False

    @property
    def handle(self) -> str:
        """What follows an @: lower case, no spaces."""
        return ".".join(self.name.lower().split())


@dataclass(eq=False)
class Channel:
    """A channel or a person's direct messages with the app (`kind` im; `peer` is the person)."""

    id: str
    team_id: str
    name: str
    private: bool = False
    archived: bool = False
    shared: bool = False
    kind: Literal["channel", "im"] = "channel"
    peer: str = ""
    members: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Message:
    """A message as it reads now; a later edit is another value with the same `ts`."""

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


class Team:
    """One workspace with the app installed."""

    def __init__(self, about: "TeamAbout", store: Store, changes: Changes) -> None:
        self.about = about
        self.people: dict[str, Member] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self._store = store
        self._changes = changes

    @property
    def id(self) -> str:
        return self.about.id

    @property
    def name(self) -> str:
        return self.about.name

    @property
    def domain(self) -> str:
        return self.about.domain

    @property
    def bot_id(self) -> str:
        return f"B{self.id[1:]}"

    @property
    def bot_user_id(self) -> str:
        return f"UB{self.id[1:]}"

    @property
    def bot_token(self) -> str:
        return self.about.bot_token

    @property
    def bot_scopes(self) -> tuple[str, ...]:
        return tuple(self.about.bot_scopes)

    def add_person(self, user_id: str, name: str, **about: Unpack[MemberFields]) -> Member:
        """The person, made if the team has no such id yet (a loaded one stays as it was)."""
        known = self.people.get(user_id)
        if known is not None:
            return known
        member = Member(user_id, self.id, name, **about)
        member.real_name = member.real_name or name
        self.save_person(member)
        return member

    def change_person(self, member: Member, **about: Unpack[MemberFields]) -> None:
        for name, value in about.items():
            setattr(member, name, value)
        self.save_person(member)

    def add_channel(
        self,
        channel_id: str,
        name: str,
        *,
        private: bool = False,
        members: Sequence[Member] = (),
        with_bot: bool = True,
        shared: bool = False,
    ) -> Channel:
        """The channel, made if the team has no such id yet (a loaded one stays as it was)."""
        known = self.channels.get(channel_id)
        if known is not None:
            return known
        ids = [member.id for member in members] + [self.bot_user_id] * with_bot
        channel = Channel(channel_id, self.id, name, private=private, shared=shared, members=ids)
        self.save_channel(channel)
        return channel

    def join(self, channel: Channel, user_id: str) -> None:
        if user_id not in channel.members:
            channel.members.append(user_id)
            self.save_channel(channel)

    def leave(self, channel: Channel, user_id: str) -> None:
        if user_id in channel.members:
            channel.members.remove(user_id)
            self.save_channel(channel)

    def add_bot(self, channel: Channel) -> None:
        self.join(channel, self.bot_user_id)

    def remove_bot(self, channel: Channel) -> None:
        self.leave(channel, self.bot_user_id)

    def archive(self, channel: Channel) -> None:
        channel.archived = True
        self.save_channel(channel)

    def dm(self, member: Member) -> Channel:
        """The person's direct messages with the app."""
        channel_id = f"D{member.id[1:]}"
        known = self.channels.get(channel_id)
        if known is not None:
            return known
        ids = [member.id, self.bot_user_id]
        channel = Channel(channel_id, self.id, member.handle, kind="im", peer=member.id)
        channel.private, channel.members = True, ids
        self.save_channel(channel)
        return channel

    def revoke(self, revoked: Literal["token_revoked", "account_inactive"] | None) -> None:
        """Makes the bot token answer with this error, or work again."""
        self.about = replace(self.about, revoked=revoked)
        self.save()

    def grant(self, scopes: Sequence[str]) -> None:
        self.about = replace(self.about, bot_scopes=list(scopes))
        self.save()

    def history(self, channel_id: str) -> list[Message]:
        """Every message that was not deleted, oldest first, ephemeral ones included."""
        kept = self.messages.get(channel_id, {}).values()
        return sorted((m for m in kept if not m.deleted), key=lambda message: message.ts)

    def message(self, channel_id: str, ts: str) -> Message | None:
        """The message as it reads now; None once deleted."""
        found = self.messages.get(channel_id, {}).get(ts)
        return None if found is None or found.deleted else found

    def put_message(self, message: Message) -> Message:
        """Keeps a new message or an edit. Ephemeral ones do not survive a restart."""
        self.messages.setdefault(message.channel, {})[message.ts] = message
        if message.ephemeral_for is None:
            self._store.put("message", f"{self.id}/{message.channel}/{message.ts}", asdict(message))
        self._changes.note()
        return message

    def save(self) -> None:
        self._store.put("team", self.id, asdict(self.about))
        self._changes.note()

    def save_person(self, member: Member) -> None:
        self.people[member.id] = member
        self._store.put("member", f"{self.id}/{member.id}", asdict(member))
        self._changes.note()

    def save_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        self._store.put("channel", f"{self.id}/{channel.id}", asdict(channel))
        self._changes.note()


@dataclass(frozen=True)
class TeamAbout:
    """What a team is, and what it granted the app. `revoked`: the error its token now gets."""

    id: str
    name: str
    domain: str
    bot_token: str
    bot_scopes: list[str]
    revoked: Literal["token_revoked", "account_inactive"] | None = None


def load_teams(store: Store, changes: Changes) -> dict[str, Team]:
    """The teams of a folder with all that is theirs."""
    teams = {
        key: Team(revived(TeamAbout, value), store, changes) for key, value in store.all("team")
    }
    for _, value in store.all("member"):
        member = revived(Member, value)
        teams[member.team_id].people[member.id] = member
    for _, value in store.all("channel"):
        channel = revived(Channel, value)
        teams[channel.team_id].channels[channel.id] = channel
    for _, value in store.all("message"):
        message = revived(Message, value)
        teams[message.team_id].messages.setdefault(message.channel, {})[message.ts] = message
    return teams


def revived(kind: Callable[..., T], value: JsonObject) -> T:
    """A record as the dataclass it was written from; fields it no longer has are dropped."""
    names = {item.name for item in fields(cast("type", kind))}
    return kind(**{name: held for name, held in value.items() if name in names})
