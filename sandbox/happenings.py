"""What happens in a team that an app may be told of, noticed where the state is saved.

Only what happens while somebody is being watched counts: what a person does, what a method of the
Web API does. Setting a scene makes no events. Knows who did it, not who is told.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from sandbox import channel_events, message_events, people_events
from sandbox.core import Core
from sandbox.happening import Happening
from sandbox.workspace import Channel, Enterprise, Member, Message, Revoked, Team, TeamAbout

Key = tuple[str, str]


@dataclass(frozen=True)
class Watch:
    """Whoever acts (nobody named: the app itself), and what came of it so far."""

    actor: str
    seen: list[Happening] = field(default_factory=list[Happening])


@dataclass
class Happenings:
    """Remembers how channels and people were when last saved, to tell what changed."""

    core: Core
    domains: tuple[str, ...] = ()
    _channels: dict[Key, Channel] = field(default_factory=dict[Key, Channel])
    _people: dict[Key, Member] = field(default_factory=dict[Key, Member])
    _abouts: dict[str, TeamAbout] = field(default_factory=dict[str, TeamAbout])
    _revoked: "dict[str, Revoked | None]" = field(default_factory=dict[str, "Revoked | None"])
    _watch: "ContextVar[Watch | None]" = field(
        default_factory=lambda: ContextVar("watch", default=None)
    )

    def __post_init__(self) -> None:
        self._revoked = {org.id: org.revoked for org in self.core.enterprises.values()}
        for team in self.core.teams.values():
            self._abouts[team.id] = team.about
            self._people |= {(team.id, each.id): replace(each) for each in team.people.values()}
            self._channels |= {(team.id, each.id): _copy(each) for each in team.channels.values()}
        self.core.changes.witnesses.append(self._saved)

    @contextmanager
    def watching(self, actor: str = "") -> Generator[list[Happening]]:
        """Whatever is done within, by this user (or the app), is added to the list."""
        watch = Watch(actor)
        before = self._watch.set(watch)
        try:
            yield watch.seen
        finally:
            self._watch.reset(before)

    def posted(self, team: Team, message: Message) -> list[Happening]:
        """What a message that is there already would have told."""
        return message_events.happened(self.core, team, message, None, self.domains)

    def _saved(self, team_id: str, record: object, before: object) -> None:
        team = self._team(team_id)
        if team is None:
            return
        found = self._noticed(team, record, before)
        watch = self._watch.get()
        if watch is not None:
            watch.seen.extend(found(watch.actor or team.bot_user_id))

    def _team(self, owner: str) -> Team | None:
        """The team, or any of the enterprise."""
        teams = self.core.teams
        return teams.get(owner) or next(
            (team for team in teams.values() if team.about.enterprise_id == owner), None
        )

    def _noticed(
        self, team: Team, record: object, before: object
    ) -> Callable[[str], list[Happening]]:
        """How to tell of it, once it is known that somebody listens, and who did it."""
        core = self.core
        match record:
            case Message():
                old = before if isinstance(before, Message) else None
                return lambda _: message_events.happened(core, team, record, old, self.domains)
            case Channel():
                known = self._channels.get((team.id, record.id))
                self._channels[team.id, record.id] = _copy(record)
                return lambda actor: channel_events.happened(core, team, record, known, actor)
            case Member():
                person = self._people.get((team.id, record.id))
                self._people[team.id, record.id] = replace(record)
                return lambda _: people_events.happened(core, team, record, person)
            case TeamAbout():
                about = self._abouts.get(team.id, record)
                self._abouts[team.id] = record
                return lambda _: people_events.team_changed(team, record, about)
            case Enterprise():
                revoked = self._revoked.get(record.id)
                self._revoked[record.id] = record.revoked
                return lambda _: people_events.revoked(team, record.revoked, revoked)
            case _:
                return lambda _: []


def _copy(channel: Channel) -> Channel:
    return replace(channel, members=[*channel.members], shared_with=[*channel.shared_with])
