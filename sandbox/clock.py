"""Sandbox time: real time plus an offset that only grows, so that days pass at once."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

NEAR, FAR = timedelta(minutes=30), timedelta(hours=2)
"""How far apart the stops of a journey are, on its last day and before."""
LAST = timedelta(days=1)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

AtStop = Callable[[], Awaitable[None]]


class Clock(Protocol):
    """Whatever tells the time; tests hand in a fixed one."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        ...


class SandboxClock:
    """Real time plus an offset. Moves forward only: what has happened stays in the past."""

    def __init__(self, ahead: timedelta = timedelta(0)) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, step: timedelta) -> None:
        """Raises ValueError for a step back."""
        if step < timedelta(0):
            raise ValueError("time in the sandbox only moves forward")
        self.ahead += step

    async def travel(self, step: timedelta, at_stop: AtStop) -> None:
        """As `advance`, with stops on the way: what is due meanwhile happens about then, not all
        at once at the end.
        """
        if step < timedelta(0):
            raise ValueError("time in the sandbox only moves forward")
        goal = self.ahead + step
        while self.ahead < goal:
            left = goal - self.ahead
            apart = NEAR if left <= LAST else FAR
            self.advance(min(apart - (self.now() - BEGINNING) % apart, left))
            await at_stop()


class Stamps:
    """Message times as Slack writes them: seconds with six decimals, never the same one twice."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        self._last = max(self._last + 1, int(self._clock.now().timestamp() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def seen(self, ts: str) -> None:
        """A stamp loaded from a folder: later ones come after it."""
        seconds, _, fraction = ts.partition(".")
        self._last = max(self._last, int(seconds) * 1_000_000 + int(fraction))
