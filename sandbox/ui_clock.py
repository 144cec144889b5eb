"""Journeys in time from the page: how far one has come, what was said on the way, and an early end.

The clock itself is `sandbox.clock`'s matter; here it is only watched and stopped.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sandbox.clock import SandboxClock
from sandbox.core import Call, Core
from sandbox.wire import JsonObject

SAYING = frozenset(
    {"chat.postMessage", "chat.postEphemeral", "chat.update", "files.completeUploadExternal"}
)

FARTHEST = timedelta(days=3653)
"""How far one journey goes: its stops on the way take real time."""


class StoppedEarly(Exception):
    """Somebody wants to stay where the journey has come to."""


@dataclass
class Journey:
    """One journey under way."""

    begin: datetime
    goal: datetime
    messages: int = 0
    stopped: bool = False


@dataclass
class Journeys:
    """The one journey there can be at a time."""

    core: Core
    current: Journey | None = None

    def heard(self, call: Call) -> None:
        """Counts what the app says meanwhile."""
        if self.current is not None and call.ok and call.method in SAYING:
            self.current.messages += 1

    async def travel(self, seconds: float, to: datetime | None) -> None:
        """Moves the clock by these seconds, or to that moment, UTC unless it says otherwise.

        Raises ValueError for a journey into the past or farther than ten years, while another one
        is under way, and on a clock that cannot be moved.
        """
        clock = self.core.clock
        if not isinstance(clock, SandboxClock):
            raise ValueError("the sandbox runs on a clock of its own maker")  # noqa: TRY004 - told to the page
        if self.current is not None:
            raise ValueError("the clock is already on its way")
        now = clock.now()
        step = _step(seconds, to, now)
        self.current = Journey(now, now + step)
        try:
            await clock.travel(step, self._at_stop)
        except StoppedEarly:
            return
        finally:
            self.current = None
            self.core.keep_time()
            self.core.changes.note()

    def stop(self) -> None:
        """Ends the journey at its next stop."""
        if self.current is not None:
            self.current.stopped = True

    async def _at_stop(self) -> None:
        self.core.changes.note()
        await self.core.at_stop()
        if self.current is not None and self.current.stopped:
            raise StoppedEarly

    def shown(self) -> JsonObject:
        """The clock as the page shows it."""
        core = self.core
        now = core.clock.now()
        ahead = core.clock.ahead if isinstance(core.clock, SandboxClock) else timedelta(0)
        return {
            "now": now.isoformat(timespec="seconds"),
            "ahead_seconds": int(ahead.total_seconds()),
            "journey": None if self.current is None else _told(self.current),
        }


def _step(seconds: float, to: datetime | None, now: datetime) -> timedelta:
    """How far it is. Raises ValueError beyond ten years, and for what is no number."""
    if to is not None:
        seconds += ((to if to.tzinfo else to.replace(tzinfo=UTC)) - now).total_seconds()
    if not abs(seconds) <= FARTHEST.total_seconds():  # what is no number fails, too
        raise ValueError("the clock goes ten years ahead at a time")
    return timedelta(seconds=seconds)


def _told(journey: Journey) -> JsonObject:
    return {
        "from": journey.begin.isoformat(timespec="seconds"),
        "to": journey.goal.isoformat(timespec="seconds"),
        "messages": journey.messages,
    }
