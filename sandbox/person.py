"""A person at their Slack, driven by a test: types, presses, picks, submits, reacts and reads.

Refuses (ValueError) what no client would let them do: an element that is not there, an option that
is not offered, a channel they cannot see.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox import files, mentions, posting, reactions
from sandbox.answers import Answer, Option
from sandbox.choosing import NotThere, Picked, found, input_called, meant
from sandbox.controls import Control, controls_of
from sandbox.core import Core
from sandbox.events import Events
from sandbox.interactions import Interactions
from sandbox.legible import labels_of, texts_of
from sandbox.payloads import Actor, Surface
from sandbox.posting import Place, blocks_of
from sandbox.shapes import wire_file
from sandbox.values import Picker, entered
from sandbox.views import Values, View, values_for
from sandbox.wire import JsonObject, as_object, text_of
from sandbox.workspace import Channel, File, Member, Message, Team

# https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
SHORTEST_QUERY = 3


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
        return self.team.private_messages(self.member.id)

    def sees(self, channel: Channel) -> list[Message]:
        """The messages of a channel as the person reads them, oldest first."""
        self._reads(channel)
        readers = (None, self.member.id)
        return [m for m in self.team.history(channel.id) if m.ephemeral_for in readers]

    def thread(self, message: Message) -> list[Message]:
        """The thread a message is in, from its first message on."""
        first = message.thread_ts or message.ts
        said = self.sees(self.team.channels[message.channel])
        return [each for each in said if first in (each.ts, each.thread_ts)]

    def reads(self, where: Surface) -> str:
        """Every text a message or a view shows the person, a line each."""
        return "\n".join(texts_of(where))

    def touchable(self, where: Surface) -> list[str]:
        """What can be touched there: the words on it, or its action_id where it has none."""
        return labels_of(_blocks(where))

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

    async def reply(self, message: Message, text: str) -> Message:
        """Answers in the thread of a message."""
        room = self.team.channels[message.channel]
        return await self.say(room, text, thread_ts=message.thread_ts or message.ts)

    async def react(self, message: Message, name: str) -> Message:
        """Adds an emoji, named as `thumbsup`. Raises SlackError as reactions.add refuses."""
        self._reads(self.team.channels[message.channel])
        async with self.events.acting(self.member.id):
            return reactions.add(self.team, self._now(message), self.member.id, name)

    async def unreact(self, message: Message, name: str) -> Message:
        """Takes an emoji back. Raises SlackError as reactions.remove refuses."""
        self._reads(self.team.channels[message.channel])
        async with self.events.acting(self.member.id):
            return reactions.remove(self.team, self._now(message), self.member.id, name)

    async def upload(
        self,
        channel: Channel,
        name: str,
        content: bytes,
        *,
        comment: str = "",
        thread_ts: str | None = None,
    ) -> Message:
        """Shares a file; the app hears of it where it is a member."""
        self._enters(channel)
        async with self.events.acting(self.member.id):
            file = files.shared(self.team, self.keep(name, content), [channel])
            words = mentions.typed(self.team, comment, with_names=False)
            place = Place(channel.id, self.member.id, thread_ts, subtype="file_share")
            return posting.post(self.core, self.team, place, posting.Draft(words, files=[file.id]))

    def keep(self, name: str, content: bytes) -> File:
        """Uploads a file without sharing it, as a modal's file input does."""
        about = files.Described(name)
        file = files.keep(self.core, self.team, self.member.id, about, content)
        files.look_at(self.core, self.team, file)
        return self.team.files[file.id]

    async def shortcut(self, callback_id: str, message: Message | None = None) -> Answer:
        """Starts a global shortcut, or one from the menu of a message."""
        return await self.interactions.shortcut(self.actor, callback_id, message)

    async def open_home(self) -> None:
        """Opens the app's Home tab."""
        await self.events.home_opened(self.team, self.member, self.home)

    async def press(
        self,
        message: Message,
        key: str,
        value: Picked = None,
        *,
        block_id: str | None = None,
        agree: bool = True,
    ) -> Answer:
        """Touches an element of a message, called by its action_id, block_id or button text.

        `value` is what is picked in a select, by its value or its words, or tells equal buttons
        apart. A message in hand is pressed as it was when read, as a finger does that is faster
        than an update. Where the element asks first, `agree` is the answer; a no comes to nothing,
        and the question is the answer's `message`.
        """
        where = self._as_held(message)
        return await self._press(where, found(_blocks(where), key, value, block_id), value, agree)

    async def press_in_view(
        self,
        key: str,
        value: Picked = None,
        *,
        view: View | None = None,
        block_id: str | None = None,
        agree: bool = True,
    ) -> Answer:
        """As `press`, in the modal in front (or in the view handed in, such as `home`)."""
        where = view or self._top()
        return await self._press(where, found(where.blocks, key, value, block_id), value, agree)

    def fill(self, values: Mapping[str, Picked], *, view: View | None = None) -> None:
        """Enters values into the modal in front; keys are block_ids or action_ids."""
        where = view or self._top()
        for key, value in values.items():
            self.enter(where, input_called(where.blocks, key), value)

    async def choose(
        self, key: str, value: Picked, *, within: Surface | None = None
    ) -> Answer | None:
        """Enters one value; where the element tells the app at once, the answer to that."""
        where = within or self._top()
        control = input_called(_blocks(where), key)
        if control.dispatches:
            return await self.touch(where, control, value)
        self.enter(where, control, value)
        return None

    async def suggest(self, key: str, query: str, *, within: Surface | None = None) -> list[Option]:
        """Types into an external select: the options offered, none below its shortest query.

        Raises SuggestionFailed when the app does not answer with valid options.
        """
        where = within or self._top()
        return await self.offered(where, input_called(_blocks(where), key), query)

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
        picker = self._picker(where, key)
        state = entered(control, meant(control, value, picker), picker)
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
            picked = meant(control, value, picker)
            state: JsonObject | None = entered(control, picked, picker)
        else:
            state = self.enter(where, control, value) if control.holds_value else None
        return await self.interactions.touch(self.actor, where, control, state)

    async def _press(self, where: Surface, control: Control, value: Picked, agree: bool) -> Answer:
        question = as_object(control.element.get("confirm"))
        if question and not agree:
            return Answer(message=f"{text_of(question['title'])} {text_of(question['text'])}")
        return await self.touch(where, control, value)

    def _now(self, message: Message) -> Message:
        """The message as it stands. Raises NotThere once it is deleted."""
        now = self.team.message(message.channel, message.ts)
        if now is None:
            raise NotThere("this message is gone")
        return now

    def _values(self, message: Message) -> Values:
        kept = self.core.picked_in(message, self.member.id)
        return values_for(controls_of(blocks_of(message)), kept)

    def _picker(self, where: Surface, key: tuple[str, str]) -> Picker:
        directory = TeamDirectory(self.team)
        if isinstance(where, View):
            return Picker(directory, where.offered.get(key, []), self._uploaded)
        place = (self.member.id, (where.channel, where.ts), key)
        return Picker(directory, self.core.offered.get(place, []))

    def _uploaded(self, file_id: str) -> JsonObject | None:
        """A file of the person's own, as a file input holds it."""
        file = self.team.files.get(file_id)
        mine = file is not None and file.user == self.member.id
        return wire_file(self.core, self.team, file) if mine and file is not None else None

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
