"""What people do on the page: each act is one post of the page's JSON API."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from sandbox import posting, reactions, ui_state
from sandbox.answers import Answer, SuggestionFailed
from sandbox.controls import Control, controls_of
from sandbox.payloads import Surface
from sandbox.person import Desk, Person
from sandbox.posting import blocks_of
from sandbox.ui_clock import Journeys
from sandbox.ui_inputs import (
    Asked,
    ClosedView,
    Container,
    Entered,
    HomeOpened,
    InChannel,
    Reacted,
    Said,
    Spotted,
    Started,
    Submitted,
    Suggested,
    Touched,
    Travelled,
    Typed,
)
from sandbox.ui_seen import Seen
from sandbox.views import View
from sandbox.wire import JsonObject, as_list
from sandbox.workspace import Channel, Message

Later = Callable[[Coroutine[object, object, object]], None]
# An act takes the person and the input of its own model, which the table pairs it with.
AnyAct: TypeAlias = Callable[[Person, Any], Awaitable[JsonObject]]
DONE: JsonObject = {"ok": True}


@dataclass(frozen=True)
class Acts:
    """The acts, over the same driver the tests use."""

    desk: Desk
    seen: Seen
    journeys: Journeys
    later: Later

    def table(self) -> dict[str, tuple[type[Asked], AnyAct]]:
        """Path under /ui/ → the input it takes, and the act."""
        return {
            "command": (Typed, self.command),
            "say": (Said, self.say),
            "press": (Touched, self.press),
            "fill": (Entered, self.fill),
            "suggest": (Suggested, self.suggest),
            "submit": (Submitted, self.submit),
            "close": (ClosedView, self.close),
            "shortcut": (Started, self.shortcut),
            "home": (HomeOpened, self.home),
            "read": (InChannel, self.read),
            "dismiss": (Spotted, self.dismiss),
            "react": (Reacted, self.react),
            "clock": (Travelled, self.travel),
            "clock/stop": (Asked, self.stop),
        }

    async def command(self, me: Person, typed: Typed) -> JsonObject:
        name, _, text = typed.text.strip().partition(" ")
        return _told(await me.command(name, text, channel=channel_of(me, typed.channel)))

    async def say(self, me: Person, said: Said) -> JsonObject:
        channel = channel_of(me, said.channel)
        with me.events.watching(me.member.id) as happened:
            message = me.write(channel, said.text, thread_ts=said.thread_ts)
        self.seen.reads(me, channel, message.ts)
        me.events.later(happened)
        return {"ok": True, "ts": message.ts}

    async def press(self, me: Person, touched: Touched) -> JsonObject:
        where = _where(me, touched.container)
        control = _control(where, touched.block_id, touched.action_id)
        answer = await me.touch(where, control, touched.value)
        if not isinstance(where, View):
            self.seen.fails(me, where, answer.error)
            self.desk.core.changes.note()
        return _told(answer)

    async def fill(self, me: Person, entered: Entered) -> JsonObject:
        view = _view(me, entered.view_id)
        me.enter(view, _control(view, entered.block_id, entered.action_id), entered.value)
        return DONE

    async def suggest(self, me: Person, asked: Suggested) -> JsonObject:
        where = _where(me, asked.container)
        control = _control(where, asked.block_id, asked.action_id)
        try:
            options = await me.offered(where, control, asked.query)
        except SuggestionFailed as error:
            return {"options": [], "error": str(error)}
        return {"options": [asdict(option) for option in options]}

    async def submit(self, me: Person, submitted: Submitted) -> JsonObject:
        view = _view(me, submitted.view_id)
        for block_id, values in submitted.values.items():
            for action_id, value in values.items():
                me.enter(view, _control(view, block_id, action_id), value)
        return _told(await me.submit(view=view))

    async def close(self, me: Person, closed: ClosedView) -> JsonObject:
        if _view(me, closed.view_id) is not me.view:
            raise ValueError("another modal lies over this one")
        await me.close(everything=closed.everything)
        return DONE

    async def shortcut(self, me: Person, started: Started) -> JsonObject:
        message = None if started.container is None else _message(me, started.container)
        return _told(await me.shortcut(started.callback_id, message))

    async def home(self, me: Person, opened: HomeOpened) -> JsonObject:
        self.later(me.events.home_opened(me.team, me.member, me.home, opened.tab))
        return DONE

    async def read(self, me: Person, asked: InChannel) -> JsonObject:
        channel = channel_of(me, asked.channel)
        newest = next(me.team.timeline(channel.id).newest(), None)
        if newest is not None and self.seen.unread(me, channel):
            self.seen.reads(me, channel, newest.ts)
            self.desk.core.changes.note()
        return DONE

    async def dismiss(self, me: Person, spotted: Spotted) -> JsonObject:
        message = _message(me, Container(channel=spotted.channel, message_ts=spotted.ts))
        if message.ephemeral_for != me.member.id:
            raise ValueError("only a message that only you see can be dismissed")
        posting.remove(me.team, message)
        return DONE

    async def react(self, me: Person, reacted: Reacted) -> JsonObject:
        """Adds the person's reaction, or takes it back."""
        message = _message(me, Container(channel=reacted.channel, message_ts=reacted.ts))
        mine = me.member.id
        given = any(
            mine in as_list(each["users"])
            for each in message.reactions
            if each["name"] == reacted.name
        )
        change = reactions.remove if given else reactions.add
        with me.events.watching(mine) as seen:
            change(me.team, message, mine, reacted.name)
        me.events.later(seen)
        return DONE

    async def travel(self, _: Person, travelled: Travelled) -> JsonObject:
        await self.journeys.travel(travelled.advance_seconds or 0, travelled.travel_to)
        return self.journeys.shown()

    async def stop(self, _: Person, __: Asked) -> JsonObject:
        self.journeys.stop()
        return DONE


def _told(answer: Answer) -> JsonObject:
    return {
        "ok": answer.ok,
        "error": answer.error,
        "message": answer.message,
        "errors": answer.errors,
    }


def channel_of(me: Person, channel_id: str) -> Channel:
    """Raises LookupError for a channel that the person does not see."""
    channel = me.team.channels.get(channel_id)
    if channel is None or not me.can_read(channel):
        raise LookupError(f"there is no channel {channel_id!r}")
    return channel


def _where(me: Person, container: Container) -> Surface:
    if container.view_id is not None:
        return _view(me, container.view_id)
    return _message(me, container)


def _view(me: Person, view_id: str) -> View:
    for view in [*me.views, *([me.home] if me.home else [])]:
        if view.id == view_id:
            return view
    raise LookupError("this view is closed")


def _message(me: Person, container: Container) -> Message:
    found = ui_state.visible(
        me, channel_of(me, container.channel or ""), container.message_ts or ""
    )
    if found is None:
        raise LookupError("this message is gone")
    return found


def _control(where: Surface, block_id: str, action_id: str) -> Control:
    blocks = where.blocks if isinstance(where, View) else blocks_of(where)
    for control in controls_of(blocks):
        if (control.block_id, control.action_id) == (block_id, action_id):
            return control
    raise LookupError("this element is gone")
