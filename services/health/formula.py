"""The health of a relationship as a number that explains itself. Pure; `docs/health.md` tells it.

Each part is 0 to 100 and begins at 50. What fades counts half after each half-life. The score is
the weighted mean of the parts; what each part brings to it is told in whole points that add up.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.configuration.catalogue import HealthWeights
from services.health.evidence import Contact, Deal, Evidence

BEGINNING = 50
"""Where a part stands before there is anything to judge by."""
USUAL_DAYS = 15
"""Frequency halves what it misses for each contact per so many days, while a contact counts."""
MIX_LIVES = 3
"""Half-lives for which a type counts as seen."""
SLOWLY = 6
"""Wins, losses and promises fade so many times slower than contacts."""
HORIZON = 10
"""Half-lives after which a contact counts less than a thousandth, and is left out."""


class PartName(StrEnum):
    """What a score is made of, in the order it is told; the names of the weights."""

    RECENCY = "recency"
    FREQUENCY = "frequency"
    MIX = "mix"
    PIPELINE = "pipeline"
    WIN_RATE = "win_rate"
    PROMISES = "promises"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: how it is, what it counts, and the points it brings, of `weight` at most."""

    name: PartName
    value: int
    weight: int
    points: int


@dataclass(frozen=True, slots=True)
class Health:
    """The points of the parts add up to the score. A part that counts nothing is left out."""

    score: int
    parts: tuple[Part, ...]

    @property
    def exact(self) -> int:
        """The score before it is rounded, in hundredths of a point."""
        return sum(part.value * part.weight for part in self.parts)


def score(evidence: Evidence, weights: HealthWeights, half_life: int, today: date) -> Health:
    """How healthy the relationship is `today`. `half_life` in days, one or more."""
    seen = _Seen(evidence, tuple(evidence.counted()), half_life, today)
    values = {name: _whole(measure(seen)) for name, measure in _MEASURES.items()}
    counting = {name: getattr(weights, name) for name in values if getattr(weights, name)}
    points = _shared_out({name: values[name] * weight for name, weight in counting.items()})
    parts = tuple(Part(name, values[name], counting[name], points[name]) for name in counting)
    return Health(sum(points.values()), parts)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The evidence, and the contacts of it that count, looked at on one day."""

    evidence: Evidence
    contacts: tuple[Contact, ...]
    half_life: int
    today: date

    def left(self, day: date, slower: int = 1) -> float:
        """What is left of something of that day: 1 on it, a half after each half-life."""
        return 0.5 ** (max((self.today - day).days, 0) / (self.half_life * slower))

    def lifted(self, share: float) -> float:
        """A part from a share of 0 to 1. Of what it misses, a new partner is given half, which
        fades as the partner stops being new: silence becomes a fact only with time.
        """
        return 100 * (share + (1 - share) * self.left(self.evidence.known_since) / 2)


def _recency(seen: _Seen) -> float:
    """What is left of the last contact. One contact alone says half as much, two three quarters."""
    if not seen.contacts:
        return seen.lifted(0)
    last = max(contact.on for contact in seen.contacts)
    return seen.lifted(seen.left(last) * _filled(len(seen.contacts)))


def _frequency(seen: _Seen) -> float:
    """What is left of all contacts together; steady contact gives the same for any half-life."""
    left = math.fsum(seen.left(contact.on) for contact in seen.contacts)
    return seen.lifted(_filled(left * USUAL_DAYS / seen.half_life))


def _mix(seen: _Seen) -> float:
    """How many of the configured types were seen lately."""
    types = set(seen.evidence.types)
    if not types:
        return BEGINNING
    lately = seen.half_life * MIX_LIVES
    found = {each.type for each in seen.contacts if (seen.today - each.on).days <= lately}
    return seen.lifted(len(found & types) / len(types))


def _pipeline(seen: _Seen) -> float:
    """What the partner brings, counted in typical opportunities of the company. An open one that
    does not move falls to half its value, one that was won fades to nothing.
    """
    typical = seen.evidence.typical
    if not typical:
        return BEGINNING
    worth = math.fsum(
        float(deal.value / typical) * _kept(deal, seen)
        for deal in seen.evidence.deals
        if deal.value is not None
    )
    return seen.lifted(_filled(worth))


def _kept(deal: Deal, seen: _Seen) -> float:
    left = seen.left(deal.since)
    return {"open": (1 + left) / 2, "won": left, "lost": 0.0}[deal.status]


def _win_rate(seen: _Seen) -> float:
    """Wins among what was closed, as if one had been won and one lost before."""
    deals = seen.evidence.deals
    won = math.fsum(seen.left(deal.since, SLOWLY) for deal in deals if deal.status == "won")
    lost = math.fsum(seen.left(deal.since, SLOWLY) for deal in deals if deal.status == "lost")
    return 100 * (won + 1) / (won + lost + 2)


def _promises(seen: _Seen) -> float:
    """Promises kept among those kept and overdue, as if there had been one of each before."""
    kept = math.fsum(seen.left(day, SLOWLY) for day in seen.evidence.kept)
    return 100 * (kept + 1) / (kept + seen.evidence.overdue(seen.today) + 2)


_MEASURES: Mapping[PartName, Callable[[_Seen], float]] = {
    PartName.RECENCY: _recency,
    PartName.FREQUENCY: _frequency,
    PartName.MIX: _mix,
    PartName.PIPELINE: _pipeline,
    PartName.WIN_RATE: _win_rate,
    PartName.PROMISES: _promises,
}


def _filled(amount: float) -> float:
    """From 0 towards 1: each whole one halves what is missing."""
    return 1 - 0.5**amount


def _whole(value: float) -> int:
    """Half up."""
    return math.floor(value + 0.5)


def _shared_out(hundredths: Mapping[PartName, int]) -> dict[PartName, int]:
    """Whole points that add up to the sum, half up: those with the largest remainders get what
    rounding down leaves.
    """
    points = {name: value // 100 for name, value in hundredths.items()}
    missing = (sum(hundredths.values()) + 50) // 100 - sum(points.values())
    by_remainder = sorted(hundredths, key=lambda name: -(hundredths[name] % 100))
    for name in by_remainder[:missing]:
        points[name] += 1
    return points
