"""Troubles by switch: what Slack or the network does wrong, on purpose and the same way each time.

A fault is chosen by method (for deliveries: the event's type or the request's kind) and by team.
Knows nothing of HTTP: server.py and delivery.py ask, and do the harm themselves.

When several faults apply to one Web API call, this is the order:

1. `slow`: the call is held back, by the sum of the seconds of every slow fault that strikes;
2. the first of `lost_connection` (closed, nothing done), `server_error` (HTTP 500, nothing done),
   `rate_limited` (HTTP 429 with Retry-After, nothing done) and `revoked` (token_revoked) ends it;
3. the method runs;
4. `accepted_unanswered`: what was done stays done, but the connection closes without an answer.

And for one request to the app:

1. `event_slow` holds it back;
2. `reordered` lets the next event overtake it (events only);
3. `event_lost_connection`: the app never gets it, and Slack treats it as a failed delivery;
4. it is sent; `duplicated` sends the same event once more (events only);
5. `event_unanswered`: the app got it, but its answer is lost, as if it had taken too long.

Faults of one kind are asked in the order in which they were added; one that does not come to its
turn does not count as having struck.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

CallKind = Literal[
    "slow", "lost_connection", "server_error", "rate_limited", "revoked", "accepted_unanswered"
]
EventKind = Literal[
    "event_slow", "reordered", "event_lost_connection", "duplicated", "event_unanswered"
]
FaultKind = CallKind | EventKind

KINDS: tuple[FaultKind, ...] = (*get_args(CallKind), *get_args(EventKind))
ENDING: tuple[CallKind, ...] = ("lost_connection", "server_error", "rate_limited", "revoked")
"""What may end a call before its method runs, in this order."""


@dataclass(frozen=True)
class Fault:
    """One switch. `times`: how often it strikes before it is spent (None: for ever); `share`: of
    how many of the calls it concerns, from 0 to 1; `seconds`: how long `slow` waits, and what
    `rate_limited` says in Retry-After.

    Raises ValueError for a kind that is none, a share outside 0 to 1 and negative numbers.
    """

    kind: FaultKind
    method: str = "*"
    team: str = "*"
    times: int | None = None
    share: float = 1.0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault is called {self.kind!r}: {', '.join(KINDS)}")
        if not 0 <= self.share <= 1:
            raise ValueError("the share of a fault is between 0 and 1")
        if self.seconds < 0 or (self.times is not None and self.times < 0):
            raise ValueError("a fault has no negative times or seconds")

    def concerns(self, method: str, team_id: str | None) -> bool:
        return self.method in ("*", method) and self.team in ("*", team_id)


@dataclass
class ActiveFault:
    """A fault that is switched on, and how often it struck so far."""

    id: str
    fault: Fault
    chance: random.Random
    struck: int = 0

    @property
    def spent(self) -> bool:
        return self.fault.times is not None and self.struck >= self.fault.times

    def strikes(self) -> bool:
        """Draws lots, and counts."""
        if self.spent or self.chance.random() >= self.fault.share:
            return False
        self.struck += 1
        return True


def nobody() -> None:
    """Nobody wants to know."""


@dataclass
class Faults:
    """The switches. The same seed, faults and calls give the same troubles."""

    seed: int = 0
    noted: Callable[[], None] = nobody
    _active: dict[str, ActiveFault] = field(default_factory=dict[str, ActiveFault])
    _added: int = 0

    @property
    def active(self) -> list[ActiveFault]:
        """Every fault that is on, spent ones included, in the order they were added."""
        return list(self._active.values())

    def add(self, fault: Fault) -> str:
        """Switches the fault on; its id."""
        self._added += 1
        name = f"F{self._added}"
        # Each fault has dice of its own, so that one does not change what another does.
        chance = random.Random(f"{self.seed}/{self._added}")  # noqa: S311 - not a secret
        self._active[name] = ActiveFault(name, fault, chance)
        self.noted()
        return name

    def remove(self, fault_id: str) -> None:
        """Switches it off. Raises KeyError for an id that is not on."""
        del self._active[fault_id]
        self.noted()

    def clear(self) -> None:
        self._active.clear()
        self.noted()

    def strikes(self, kind: FaultKind, method: str, team_id: str | None) -> Fault | None:
        """The first fault of this kind that strikes this call, counted; None if none does."""
        for active in self._of(kind, method, team_id):
            if active.strikes():
                return active.fault
        return None

    def ending(self, method: str, team_id: str | None) -> Fault | None:
        """The fault that ends this call before anything is done, if one does."""
        struck = (self.strikes(kind, method, team_id) for kind in ENDING)
        return next((fault for fault in struck if fault is not None), None)

    def delay(self, kind: Literal["slow", "event_slow"], method: str, team_id: str | None) -> float:
        """How many seconds this is held back, by all faults of the kind together."""
        concerned = self._of(kind, method, team_id)
        return sum(active.fault.seconds for active in concerned if active.strikes())

    def _of(self, kind: FaultKind, method: str, team_id: str | None) -> list[ActiveFault]:
        return [
            active
            for active in self._active.values()
            if active.fault.kind == kind and active.fault.concerns(method, team_id)
        ]
