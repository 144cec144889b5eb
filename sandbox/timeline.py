"""The messages of one conversation in order of time, found fast however many there are.

Keeps an index of what everybody reads, of each thread and of what only one person sees. Knows
nothing of teams or channels.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping

from sandbox.records import Message


class Timeline(Mapping[str, Message]):
    """Messages by `ts`. As a mapping it holds the deleted ones too; all else leaves them out."""

    def __init__(self) -> None:
        self._by_ts: dict[str, Message] = {}
        self._living: list[str] = []
        self._top: list[str] = []
        self._threads: dict[str, list[str]] = {}
        self._private: dict[str, list[str]] = {}

    def __getitem__(self, ts: str) -> Message:
        return self._by_ts[ts]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_ts)

    def __len__(self) -> int:
        return len(self._by_ts)

    def put(self, message: Message) -> None:
        """Keeps a new message, an edit or a deletion."""
        known = self._by_ts.get(message.ts)
        if known is not None and not known.deleted:
            for index in self._indexes(known):
                _take(index, known.ts)
        self._by_ts[message.ts] = message
        if not message.deleted:
            for index in self._indexes(message):
                _insert(index, message.ts)

    def living(self, ts: str) -> Message | None:
        """The message as it reads now; None once deleted."""
        found = self._by_ts.get(ts)
        return None if found is None or found.deleted else found

    def all(self) -> list[Message]:
        """Every message, oldest first, ephemeral ones included."""
        return [self._by_ts[ts] for ts in self._living]

    def after(self, ts: str) -> list[Message]:
        """The messages later than `ts`, oldest first, ephemeral ones included."""
        return [self._by_ts[each] for each in self._living[bisect_right(self._living, ts) :]]

    def newest(self, before: str = "") -> Iterator[Message]:
        """The messages, ephemeral ones included, newest first; only those earlier than `before`."""
        end = bisect_left(self._living, before) if before else len(self._living)
        return (self._by_ts[self._living[at]] for at in range(end - 1, -1, -1))

    def top_level(self, oldest: str = "", latest: str = "") -> Iterator[Message]:
        """What a channel shows to everybody, newest first, both ends included.

        Replies stand in their thread and are not here, unless they were also sent to the channel.
        """
        start = bisect_left(self._top, oldest) if oldest else 0
        end = bisect_right(self._top, latest) if latest else len(self._top)
        return (self._by_ts[self._top[at]] for at in range(end - 1, start - 1, -1))

    def replies(self, thread_ts: str) -> list[Message]:
        """The replies of a thread, oldest first, without the message it began with."""
        return [self._by_ts[ts] for ts in self._threads.get(thread_ts, [])]

    def private(self, user_id: str) -> list[Message]:
        """What only this person sees, oldest first."""
        return [self._by_ts[ts] for ts in self._private.get(user_id, [])]

    def _indexes(self, message: Message) -> list[list[str]]:
        if message.ephemeral_for is not None:
            return [self._living, self._private.setdefault(message.ephemeral_for, [])]
        indexes = [self._living]
        if message.is_reply and message.thread_ts is not None:
            indexes.append(self._threads.setdefault(message.thread_ts, []))
        if not message.is_reply or message.broadcast:
            indexes.append(self._top)
        return indexes


def _insert(index: list[str], ts: str) -> None:
    if not index or index[-1] < ts:
        index.append(ts)
    else:
        insort(index, ts)


def _take(index: list[str], ts: str) -> None:
    place = bisect_left(index, ts)
    if place < len(index) and index[place] == ts:
        del index[place]
