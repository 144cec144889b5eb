"""What the page remembers of each person: how far they read, what failed for them.

Unread counts are kept as messages arrive: nothing is counted by going through a channel, so that a
workspace of many thousand messages shows as fast as a small one.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import islice, takewhile

from sandbox.person import Person
from sandbox.store import Store
from sandbox.wire import as_text
from sandbox.workspace import Channel, Message

Spot = tuple[str, str, str, str]  # team, user, channel, ts
LONGEST_LOOK = 200  # of what came before the page first looked, so much can be unread
EXACT = 100  # up to so many unread, deleted ones are taken out


@dataclass
class Reading:
    """One person in one channel: what they have yet to read, counted up to `upto`."""

    upto: str
    unread: list[str] = field(default_factory=list[str])


@dataclass
class Seen:
    """The page's memory."""

    store: Store
    failed: dict[Spot, str] = field(default_factory=dict[Spot, str])
    _read: dict[str, str] = field(default_factory=dict[str, str])
    _readings: dict[str, Reading] = field(default_factory=dict[str, Reading])

    def __post_init__(self) -> None:
        self._read = {key: as_text(kept["ts"]) for key, kept in self.store.all("read")}

    def unread(self, me: Person, channel: Channel) -> int:
        """How many messages the person has not read, replies in threads not counted."""
        timeline = me.team.timeline(channel.id)
        reading = self._reading(me, channel)
        for message in timeline.after(reading.upto):
            reading.upto = message.ts
            if _is_news(me, message):
                reading.unread.append(message.ts)
        if len(reading.unread) <= EXACT:
            reading.unread = [ts for ts in reading.unread if timeline.living(ts)]
        return len(reading.unread)

    def last_read(self, me: Person, channel: Channel) -> str:
        """The `ts` up to which the person has read; empty for a channel never opened."""
        return self._read.get(_reader(me, channel), "")

    def reads(self, me: Person, channel: Channel, ts: str) -> None:
        """The person has read everything up to that message."""
        key = _reader(me, channel)
        self._read[key] = ts
        reading = self._readings.get(key)
        if reading is not None:
            del reading.unread[: bisect_right(reading.unread, ts)]
            reading.upto = max(reading.upto, ts)
        self.store.put("read", key, {"ts": ts})

    def fails(self, me: Person, message: Message, error: str | None) -> None:
        """What a press came to, shown beside the message; None clears it."""
        spot = spot_of(me, message)
        self.failed.pop(spot, None)
        if error is not None:
            self.failed[spot] = error

    def _reading(self, me: Person, channel: Channel) -> Reading:
        """Begins at what was last read, or so far back as the page looks at all."""
        key = _reader(me, channel)
        if key not in self._readings:
            last = self._read.get(key, "")
            recent = list(islice(me.team.timeline(channel.id).newest(), LONGEST_LOOK))
            unread = takewhile(lambda message: message.ts > last, recent)
            fresh = [message.ts for message in unread if _is_news(me, message)]
            self._readings[key] = Reading(recent[0].ts if recent else last, fresh[::-1])
        return self._readings[key]


def spot_of(me: Person, message: Message) -> Spot:
    return (me.team.id, me.member.id, message.channel, message.ts)


def _is_news(me: Person, message: Message) -> bool:
    unheard = message.is_reply and not message.broadcast
    for_me = message.ephemeral_for in (None, me.member.id)
    return for_me and not unheard and message.user != me.member.id


def _reader(me: Person, channel: Channel) -> str:
    return f"{me.team.id}/{me.member.id}/{channel.id}"
