"""A person at their Slack, driven by a test: types, presses, picks, submits, and reads.

Refuses (ValueError) what no client would let them do: an element that is not there, an option that
is not offered, a channel they cannot see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox import mentions, posting
from sandbox.answers import Answer, Option
from sandbox.controls import Control, controls_of
from sandbox.core import Core
from sandbox.events import Events
from sandbox.interactions import Interactions
from sandbox.payloads import Actor, Surface
from sandbox.posting import Place, blocks_of
from sandbox.values import Entry, Picker, entered
from sandbox.views import Values, View, values_for
from sandbox.wire import JsonObject
from sandbox.workspace import Channel, Member, Message, Team

# https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
SHORTEST_QUERY = 3

Picked = Entry | Option | Sequence[Option]


class NotThere(ValueError):
    """The person does not see what they were told to touch."""


@dataclass(frozen=True)
class TeamDirectory:
    """Who and what a person of the team can pick."""

    team: Team

    def has_user(self, user_id: str) -> bool:
        return user_id in self.team.people

    def has_channel(self, channel_id: str) -> bool:
        return channel_id in self.team.channels


@dataclass(frozen=True)
class Desk:
    """What people work with: the state, what they can do, and what is told of it."""

    core: Core
    interactions: Interactions
    events: Events

    def person(self, team: Team, member: Member) -> "Person":
        return Person(self.core, team, member, self.interactions, self.events)


@dataclass(frozen=True)
class Person:
    """One member of a team, at the keyboard."""

    core: Core
    team: Team
    member: Member
    interactions: Interactions
    events: Events

    @property
    def actor(self) -> Actor:
        """Raises NotThere for somebody whose account is closed."""
        if self.member.deleted:
            raise NotThere(f"the account of {self.member.name} is closed")
        return Actor(self.core, self.team, self.member)

    def can_read(self, channel: Channel) -> bool:
        """Public channels are open to all of the company but guests, all others to members."""
        is_outside = self.member.is_restricted or self.member.is_stranger
        return not (channel.private or is_outside) or self.member.id in channel.members

    @property
    def views(self) -> list[View]:
        """The stack of open modals, the top one last."""
        return self.core.views.stack(self.team.id, self.member.id)

    @property
    def view(self) -> View | None:
        """The modal in front of the person."""
        return self.views[-1] if self.views else None

    @property
    def home(self) -> View | None:
        """The app's Home tab as last published for the person."""
        return self.core.views.home(self.team.id, self.member.id)

    @property
    def dm_channel(self) -> Channel:
        return self.team.dm(self.member)

    @property
    def dm(self) -> list[Message]:
        """The messages between the person and the app."""
        return self.sees(self.dm_channel)

    @property
    def ephemerals(self) -> list[Message]:
        """Every message that only this person sees, oldest first."""
        mine = [
            message
            for channel_id in self.team.messages
            for message in self.team.history(channel_id)
            if message.ephemeral_for == self.member.id
        ]
        return sorted(mine, key=lambda message: message.ts)

    def sees(self, channel: Channel) -> list[Message]:
        """The messages of a channel as the person reads them, oldest first."""
        self._reads(channel)
        readers = (None, self.member.id)
        return [m for m in self.team.history(channel.id) if m.ephemeral_for in readers]

    async def command(self, name: str, text: str = "", *, channel: Channel | None = None) -> Answer:
        """Types a slash command, in the app's direct messages unless a channel is named."""
        room = channel or self.dm_channel
        self._enters(room)
        return await self.interactions.command(self.actor, room, name, text)

    async def say(self, channel: Channel, text: str, *, thread_ts: str | None = None) -> Message:
        """Writes a message; the app hears of it where it is a member."""
        async with self.events.acting(self.member.id):
            return self.write(channel, text, thread_ts=thread_ts)

    def write(self, channel: Channel, text: str, *, thread_ts: str | None = None) -> Message:
        """Writes a message without telling the app."""
        self._enters(channel)
        written = mentions.typed(self.team, text, with_names=False)
        place = Place(channel.id, self.member.id, thread_ts)
        return posting.post(self.core, self.team, place, posting.Draft(written))

    async def shortcut(self, callback_id: str, message: Message | None = None) -> Answer:
        """Starts a global shortcut, or one from the menu of a message."""
        return await self.interactions.shortcut(self.actor, callback_id, message)

    async def open_home(self) -> None:
        """Opens the app's Home tab."""
        await self.events.home_opened(self.team, self.member, self.home)

    async def press(
        self, message: Message, key: str, value: Picked = None, *, block_id: str | None = None
    ) -> Answer:
        """Touches an element of a message, called by its action_id, block_id or button text.

        `value` is what is picked in a select, or tells equal buttons apart. A message in hand is
        pressed as it was when read, as a finger does that is faster than an update.
        """
        where = self._as_held(message)
        return await self.touch(where, _found(blocks_of(where), key, value, block_id), value)

    async def press_in_view(
        self,
        key: str,
        value: Picked = None,
        *,
        view: View | None = None,
        block_id: str | None = None,
    ) -> Answer:
        """Touches an element of the modal in front (or of the view handed in, such as `home`)."""
        where = view or self._top()
        return await self.touch(where, _found(where.blocks, key, value, block_id), value)

    def fill(self, values: Mapping[str, Picked], *, view: View | None = None) -> None:
        """Enters values into the modal in front; keys are block_ids or action_ids."""
        where = view or self._top()
        for key, value in values.items():
            self.enter(where, _input_called(where.blocks, key), value)

    async def choose(
        self, key: str, value: Picked, *, within: Surface | None = None
    ) -> Answer | None:
        """Enters one value; where the element tells the app at once, the answer to that."""
        where = within or self._top()
        control = _input_called(_blocks(where), key)
        if control.dispatches:
            return await self.touch(where, control, value)
        self.enter(where, control, value)
        return None

    async def suggest(self, key: str, query: str, *, within: Surface | None = None) -> list[Option]:
        """Types into an external select: the options offered, none below its shortest query.

        Raises SuggestionFailed when the app does not answer with valid options.
        """
        where = within or self._top()
        return await self.offered(where, _input_called(_blocks(where), key), query)

    async def offered(self, where: Surface, control: Control, query: str) -> list[Option]:
        """The options for what is typed into an external select; see `suggest`."""
        shortest = control.element.get("min_query_length", SHORTEST_QUERY)
        if isinstance(shortest, int) and len(query) < shortest:
            return []
        return await self.interactions.suggest(self.actor, where, control, query)

    async def submit(self, *, view: View | None = None) -> Answer:
        """Submits the modal in front."""
        return await self.interactions.submit(self.actor, view or self._top())

    async def close(self, *, everything: bool = False) -> None:
        """Cancels the modal in front, or with `everything` the whole stack."""
        self._top()
        leaving = list(reversed(self.views)) if everything else [self._top()]
        for view in leaving:
            await self.interactions.closed(self.actor, view, cleared=everything)

    def enter(self, where: Surface, control: Control, value: Picked) -> JsonObject:
        """Enters a value into one input. Raises CannotEnter when no client would let them."""
        key = (control.block_id, control.action_id)
        state = entered(control, _entry(value), self._picker(where, key))
        if isinstance(where, View):
            where.values[key] = state
            where.errors.pop(control.block_id, None)
        else:
            values = self._values(where) | {key: state}
            self.core.keep_picked(where, self.member.id, values)
        self.core.changes.note()
        return state

    async def touch(self, where: Surface, control: Control, value: Picked) -> Answer:
        """Presses or picks, and tells the app."""
        if control.type == "overflow":
            picker = self._picker(where, (control.block_id, control.action_id))
            state: JsonObject | None = entered(control, _entry(value), picker)
        else:
            state = self.enter(where, control, value) if control.holds_value else None
        return await self.interactions.touch(self.actor, where, control, state)

    def _values(self, message: Message) -> Values:
        kept = self.core.picked_in(message, self.member.id)
        return values_for(controls_of(blocks_of(message)), kept)

    def _picker(self, where: Surface, key: tuple[str, str]) -> Picker:
        directory = TeamDirectory(self.team)
        if isinstance(where, View):
            return Picker(directory, where.offered.get(key, []))
        place = (self.member.id, (where.channel, where.ts), key)
        return Picker(directory, self.core.offered.get(place, []))

    def _as_held(self, message: Message) -> Message:
        if message.ephemeral_for not in (None, self.member.id):
            raise NotThere("this message is for somebody else")
        self._reads(self.team.channels[message.channel])
        self.core.keep_picked(message, self.member.id, self._values(message))
        return message

    def _top(self) -> View:
        if self.view is None:
            raise NotThere("no modal is open")
        return self.view

    def _reads(self, channel: Channel) -> None:
        if not self.can_read(channel):
            raise NotThere(f"{self.member.name} is not in {channel.name}")

    def _enters(self, channel: Channel) -> None:
        """Whoever writes in a public channel joins it."""
        self._reads(channel)
        if channel.archived:
            raise NotThere(f"{channel.name} is archived")
        self.team.join(channel, self.member.id)


def _blocks(where: Surface) -> list[JsonObject]:
    return where.blocks if isinstance(where, View) else blocks_of(where)


def _found(blocks: list[JsonObject], key: str, value: Picked, block_id: str | None) -> Control:
    controls = controls_of(blocks)
    named = [control for control in controls if control.goes_by(key)]
    if block_id is not None:
        named = [control for control in named if control.block_id == block_id]
    same = [control for control in named if control.element.get("value") == value]
    if value is not None and same:
        named = same
    if not named:
        raise NotThere(f"no element {key!r} among {[c.action_id for c in controls]}")
    if len(named) > 1:
        raise NotThere(f"{len(named)} elements are called {key!r}: say which by block_id or value")
    return named[0]


def _input_called(blocks: list[JsonObject], key: str) -> Control:
    inputs = [control for control in controls_of(blocks) if control.holds_value]
    named = [control for control in inputs if key in (control.block_id, control.action_id)]
    if len(named) != 1:
        known = [(control.block_id, control.action_id) for control in inputs]
        raise NotThere(f"{len(named)} inputs are called {key!r} among {known}")
    return named[0]


def _entry(value: Picked) -> Entry:
    if isinstance(value, Option):
        return value.value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [item.value if isinstance(item, Option) else item for item in value]
    return value
