"""What one person sees of one team, as the page shows it."""

from collections import Counter
from dataclasses import asdict, dataclass, field

from sandbox.clock import SandboxClock
from sandbox.controls import controls_of
from sandbox.core import Core
from sandbox.payloads import view_payload
from sandbox.person import Person
from sandbox.posting import blocks_of
from sandbox.store import Store
from sandbox.views import View, state_of, values_for
from sandbox.wire import JsonObject, as_text
from sandbox.workspace import Channel, Member, Message

PAGE_LENGTH = 200

Spot = tuple[str, str, str, str]  # team, user, channel, ts


@dataclass
class Seen:
    """What the page itself remembers of each person: how far they read, what failed for them."""

    store: Store
    failed: dict[Spot, str] = field(default_factory=dict[Spot, str])
    _read: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self._read = {key: as_text(kept["ts"]) for key, kept in self.store.all("read")}

    def unread(self, me: Person, channel: Channel) -> int:
        last = self._read.get(_reader(me, channel), "")
        return sum(1 for m in me.sees(channel) if m.ts > last and m.user != me.member.id)

    def reads(self, me: Person, channel: Channel, ts: str) -> None:
        """The person has read everything up to that message."""
        self._read[_reader(me, channel)] = ts
        self.store.put("read", _reader(me, channel), {"ts": ts})

    def fails(self, me: Person, message: Message, error: str | None) -> None:
        """What a press came to, shown beside the message; None clears it."""
        spot = _spot(me, message)
        self.failed.pop(spot, None)
        if error is not None:
            self.failed[spot] = error


def _reader(me: Person, channel: Channel) -> str:
    return f"{me.team.id}/{me.member.id}/{channel.id}"


def _spot(me: Person, message: Message) -> Spot:
    return (me.team.id, me.member.id, message.channel, message.ts)


def state(me: Person, seen: Seen, channel: Channel, before: str) -> JsonObject:
    """Everything the page shows: who, where, what is said, what is open."""
    found = [m for m in me.sees(channel) if not before or m.ts < before]
    page = found[-PAGE_LENGTH:]
    replies = Counter(m.thread_ts or "" for m in found if m.thread_ts != m.ts)
    return {
        "version": me.core.changes.version,
        "clock": clock(me.core),
        "app": _app(me),
        "teams": [_team(team.id, team.name, team.domain) for team in me.core.teams.values()],
        "team": _team(me.team.id, me.team.name, me.team.domain),
        "me": _member(me.member),
        "people": [_member(member) for member in me.team.people.values()],
        "channels": [_channel(me, seen, room) for room in rooms(me)],
        "dms": [_dm(me, seen)],
        "channel": {"id": channel.id, "name": _shown_name(me, channel), "kind": _kind(channel)},
        "messages": [_message(me, seen, message, replies) for message in page],
        "has_more": len(found) > len(page),
        "views": [_view(me, view) for view in me.views],
        "home": None if me.home is None else _view(me, me.home),
    }


def clock(core: Core) -> JsonObject:
    now = core.clock.now()
    ahead = core.clock.ahead if isinstance(core.clock, SandboxClock) else None
    seconds = 0 if ahead is None else int(ahead.total_seconds())
    return {"now": now.isoformat(timespec="seconds"), "ahead_seconds": seconds}


def rooms(me: Person) -> list[Channel]:
    """The channels the person can see, by name; direct messages are not among them."""
    seen = [
        room for room in me.team.channels.values() if room.kind == "channel" and me.can_read(room)
    ]
    return sorted(seen, key=lambda room: room.name)


def _app(me: Person) -> JsonObject:
    core = me.core
    return {
        "name": core.app.name,
        "id": core.app.id,
        "bot_user_id": me.team.bot_user_id,
        "bot_id": me.team.bot_id,
        "connected": me.interactions.courier.connected,
        "commands": [asdict(command) for command in core.commands.values()],
        "shortcuts": [asdict(shortcut) for shortcut in core.shortcuts],
    }


def _team(team_id: str, name: str, domain: str) -> JsonObject:
    return {"id": team_id, "name": name, "domain": domain}


def _member(member: Member) -> JsonObject:
    return {
        "id": member.id,
        "name": member.handle,
        "display_name": member.name,
        "real_name": member.real_name,
        "tz": member.tz,
        "locale": member.locale,
        "is_admin": member.is_admin,
        "is_owner": member.is_owner,
        "is_restricted": member.is_restricted,
        "is_bot": member.is_bot,
        "deleted": member.deleted,
    }


def _channel(me: Person, seen: Seen, channel: Channel) -> JsonObject:
    return {
        "id": channel.id,
        "name": channel.name,
        "private": channel.private,
        "archived": channel.archived,
        "shared": channel.shared,
        "member": me.member.id in channel.members,
        "with_bot": me.team.bot_user_id in channel.members,
        "unread": seen.unread(me, channel),
    }


def _dm(me: Person, seen: Seen) -> JsonObject:
    channel = me.dm_channel
    return {
        "id": channel.id,
        "user": me.team.bot_user_id,
        "name": me.core.app.name,
        "unread": seen.unread(me, channel),
    }


def _kind(channel: Channel) -> str:
    return "dm" if channel.kind == "im" else "channel"


def _shown_name(me: Person, channel: Channel) -> str:
    return me.core.app.name if channel.kind == "im" else channel.name


def _message(me: Person, seen: Seen, message: Message, replies: Counter[str]) -> JsonObject:
    author = me.team.people.get(message.user)
    values = values_for(controls_of(blocks_of(message)), me.core.picked_in(message, me.member.id))
    return {
        "channel": message.channel,
        "ts": message.ts,
        "user": message.user,
        "author": message.user if author is None else author.name,
        "app": message.bot_id is not None,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "reply_count": replies[message.ts],
        "edited": message.edited,
        "ephemeral": message.ephemeral_for is not None,
        "metadata": message.metadata,
        "state": state_of(values),
        "pressed_error": seen.failed.get(_spot(me, message)),
    }


def _view(me: Person, view: View) -> JsonObject:
    shown = view_payload(me.core, me.team, view)
    return {**shown, "errors": view.errors, "error": view.error}
