"""Samples, ratios of costs, and when a ratio is void. Pure: measures and prints nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

UNUSUAL = 2.0
"""A baseline that costs so many times more in one round than in another was disturbed."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one contestant did in one round. `latencies` and `seconds` in seconds."""

    latencies: tuple[float, ...]
    seconds: float
    cpu_seconds: float

    @property
    def count(self) -> int:
        return len(self.latencies)


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to look at a sample: a cost, in milliseconds for each unit of work."""

    name: str
    at_once: int
    cost: Callable[[Sample], float]


@dataclass(frozen=True, slots=True)
class Series:
    """One contestant's samples, round by round, for each number of requests at once."""

    name: str
    samples: dict[int, list[Sample]]

    def costs(self, measure: Measure) -> list[float]:
        return [measure.cost(sample) for sample in self.samples[measure.at_once]]


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times the baseline's cost ours is: the median over the rounds."""

    measure: Measure
    baseline: str
    value: float
    ours: float
    theirs: float
    their_best: float
    their_worst: float

    @property
    def is_void(self) -> bool:
        """Whether the baseline's rounds differ too much for anything to follow."""
        return self.their_worst > UNUSUAL * self.their_best


def latency(sample: Sample) -> float:
    """The median, in milliseconds."""
    return percentile(sample.latencies, 50)


def duration(sample: Sample) -> float:
    """The wall's time for each, in milliseconds: a thousand divided by how many a second."""
    return sample.seconds / sample.count * 1000


def cpu(sample: Sample) -> float:
    """The measured process's own time for each, in milliseconds; not the database's."""
    return sample.cpu_seconds / sample.count * 1000


def percentile(latencies: Sequence[float], share: int) -> float:
    """The latency that `share` percent do not exceed, in milliseconds."""
    ordered = sorted(latencies)
    at = -(-len(ordered) * share // 100) - 1
    return ordered[max(at, 0)] * 1000


def ratio(measure: Measure, ours: Series, baseline: Series) -> Ratio:
    """Round against round, so that what slows the whole machine slows both."""
    our_costs, their_costs = ours.costs(measure), baseline.costs(measure)
    pairs = zip(our_costs, their_costs, strict=True)
    return Ratio(
        measure=measure,
        baseline=baseline.name,
        value=median(ours_once / theirs_once for ours_once, theirs_once in pairs),
        ours=median(our_costs),
        theirs=median(their_costs),
        their_best=min(their_costs),
        their_worst=max(their_costs),
    )
