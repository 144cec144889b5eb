"""What a Slack workspace is made of: teams, their people, channels, messages and files.

Plain state and its records. Knows nothing of HTTP, of Block Kit or of who may do what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Unpack

from sandbox.records import (
    Channel,
    Enterprise,
    File,
    Member,
    MemberFields,
    Message,
    Revoked,
    Scheduled,
    TeamAbout,
    plain,
    revived,
)
from sandbox.store import Store
from sandbox.timeline import Timeline
from sandbox.wire import Changes

__all__ = [
    "ALL_SCOPES",
    "Channel",
    "Enterprise",
    "File",
    "Member",
    "MemberFields",
    "Message",
    "Revoked",
    "Scheduled",
    "Team",
    "TeamAbout",
    "load_enterprises",
    "load_teams",
    "plain",
    "revived",
]

# Everything the sandbox's methods can ask for: what a team grants when it is not told otherwise.
ALL_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "chat:write.public",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users.profile:read",
    "users:read",
    "users:read.email",
)


class Team:
    """One workspace with the app installed."""

    def __init__(
        self,
        about: TeamAbout,
        store: Store,
        changes: Changes,
        enterprise: Enterprise | None = None,
    ) -> None:
        self.about = about
        self.enterprise = enterprise
        self.people: dict[str, Member] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Timeline] = {}
        self.files: dict[str, File] = {}
        self.scheduled: dict[str, Scheduled] = {}
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
        """The app's user: one for all the teams of an enterprise, as its people are."""
        return f"UB{self.id[1:]}" if self.enterprise is None else self.enterprise.bot_user_id

    @property
    def is_org_install(self) -> bool:
        """Whether one token of its enterprise serves the team."""
        return self.enterprise is not None and self.enterprise.is_org_install

    @property
    def bot_token(self) -> str:
        org = self.enterprise if self.is_org_install else None
        return self.about.bot_token if org is None else org.bot_token

    @property
    def bot_scopes(self) -> tuple[str, ...]:
        org = self.enterprise if self.is_org_install else None
        return tuple(self.about.bot_scopes if org is None else org.bot_scopes)

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

    def archive(self, channel: Channel, *, archived: bool = True) -> None:
        channel.archived = archived
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

    def revoke(self, revoked: Revoked | None) -> None:
        """Makes the bot token answer with this error, or work again."""
        self.about = replace(self.about, revoked=revoked)
        self.save()

    def grant(self, scopes: Sequence[str]) -> None:
        self.about = replace(self.about, bot_scopes=list(scopes))
        self.save()

    def timeline(self, channel_id: str) -> Timeline:
        """The channel's messages, indexed."""
        return self.messages.get(channel_id) or self.messages.setdefault(channel_id, Timeline())

    def history(self, channel_id: str) -> list[Message]:
        """Every message that was not deleted, oldest first, ephemeral ones included."""
        return self.timeline(channel_id).all()

    def message(self, channel_id: str, ts: str) -> Message | None:
        """The message as it reads now; None once deleted."""
        return self.timeline(channel_id).living(ts)

    def private_messages(self, user_id: str) -> list[Message]:
        """The ephemeral messages this person sees, of all channels, oldest first."""
        found = [each for line in self.messages.values() for each in line.private(user_id)]
        return sorted(found, key=lambda message: message.ts)

    def put_message(self, message: Message) -> Message:
        """Keeps a new message or an edit. Ephemeral ones do not survive a restart."""
        timeline = self.timeline(message.channel)
        before = timeline.get(message.ts)
        timeline.put(message)
        if message.ephemeral_for is None:
            self._store.put("message", f"{self.id}/{message.channel}/{message.ts}", plain(message))
        self._changes.saved(self.id, message, before)
        return message

    def put_file(self, file: File) -> File:
        """Keeps a new file or what became of it."""
        self.files[file.id] = file
        self._store.put("file", f"{self.id}/{file.id}", plain(file))
        self._changes.note()
        return file

    def put_scheduled(self, message: Scheduled) -> None:
        self.scheduled[message.id] = message
        self._store.put("scheduled", f"{self.id}/{message.id}", plain(message))

    def drop_scheduled(self, message: Scheduled) -> None:
        del self.scheduled[message.id]
        self._store.drop("scheduled", f"{self.id}/{message.id}")

    def save(self) -> None:
        self._store.put("team", self.id, plain(self.about))
        self._changes.saved(self.id, self.about)

    def save_person(self, member: Member) -> None:
        self.people[member.id] = member
        self._store.put("member", f"{self.id}/{member.id}", plain(member))
        self._changes.saved(self.id, member)

    def save_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        self._store.put("channel", f"{self.id}/{channel.id}", plain(channel))
        self._changes.saved(self.id, channel)


def load_enterprises(store: Store) -> dict[str, Enterprise]:
    """The enterprises of a folder."""
    return {key: revived(Enterprise, value) for key, value in store.all("enterprise")}


def load_teams(
    store: Store, changes: Changes, enterprises: Mapping[str, Enterprise]
) -> dict[str, Team]:
    """The teams of a folder with all that is theirs."""
    teams: dict[str, Team] = {}
    for key, value in store.all("team"):
        about = revived(TeamAbout, value)
        teams[key] = Team(about, store, changes, enterprises.get(about.enterprise_id))
    for _, value in store.all("member"):
        member = revived(Member, value)
        teams[member.team_id].people[member.id] = member
    for _, value in store.all("channel"):
        channel = revived(Channel, value)
        teams[channel.team_id].channels[channel.id] = channel
    for _, value in store.all("message"):
        message = revived(Message, value)
        teams[message.team_id].timeline(message.channel).put(message)
    for _, value in store.all("file"):
        file = revived(File, value)
        teams[file.team_id].files[file.id] = file
    for _, value in store.all("scheduled"):
        scheduled = revived(Scheduled, value)
        teams[scheduled.team_id].scheduled[scheduled.id] = scheduled
    return teams
