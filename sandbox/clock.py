"""Sandbox time: real time plus an offset that only grows, so that days pass at once."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


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

    def travel_to(self, moment: datetime) -> None:
        """Raises ValueError for a moment in the past or without a zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        self.advance(moment - self.now())


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
