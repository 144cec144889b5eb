"""What is to happen at a later time of the sandbox's clock: scheduled messages, files made ready.

Knows when, not what.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from sandbox.clock import Clock

Act = Callable[[], None]


@dataclass
class Agenda:
    """Acts in order of their time. An act that must not happen any more checks that by itself."""

    clock: Clock
    _waiting: list[tuple[datetime, int, Act]] = field(
        default_factory=list[tuple[datetime, int, Act]]
    )
    _numbers: "count[int]" = field(default_factory=count)

    def at(self, moment: datetime, act: Act) -> None:
        """Does it when the clock has come so far and somebody looks."""
        heappush(self._waiting, (moment, next(self._numbers), act))

    def catch_up(self) -> None:
        """Does all that is due by now."""
        while self._waiting and self._waiting[0][0] <= self.clock.now():
            _, _, act = heappop(self._waiting)
            act()
