"""Samples, costs and ratios of costs. Pure: measures and prints nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Sample:
    """What one contestant did in one round. `latencies` and all else in seconds."""

    latencies: tuple[float, ...]
    seconds: float
    cpu_seconds: float
    database_seconds: float = 0.0
    """CPU of the database's sessions; 0 where nobody looked."""

    @property
    def count(self) -> int:
        return len(self.latencies)


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to look at a sample: a cost, in milliseconds for each unit of work. `over` makes one
    figure of the rounds'.
    """

    name: str
    cost: Callable[[Sample], float]
    over: Callable[[Sequence[float]], float] = median


@dataclass(frozen=True, slots=True)
class Series:
    """One contestant's samples, round by round."""

    name: str
    samples: Sequence[Sample]

    def costs(self, measure: Measure) -> list[float]:
        return [measure.cost(sample) for sample in self.samples]

    def usually(self, measure: Measure) -> float:
        """What the measure makes of the rounds, their median as a rule, in milliseconds."""
        return measure.over(self.costs(measure))


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times the baseline's cost ours is: the median over the rounds, and their range."""

    value: float
    least: float
    most: float


def latency(sample: Sample) -> float:
    """The median, in milliseconds."""
    return percentile(sample.latencies, 50)


def cpu(sample: Sample) -> float:
    """The measured process's own time for each, in milliseconds; not the database's."""
    return sample.cpu_seconds / sample.count * 1000


def whole_cpu(sample: Sample) -> float:
    """The measured process's time and the database's for each, in milliseconds."""
    return (sample.cpu_seconds + sample.database_seconds) / sample.count * 1000


def longest(sample: Sample) -> float:
    """The longest, in milliseconds."""
    return percentile(sample.latencies, 100)


P50 = Measure("p50", latency)
CPU = Measure("CPU", cpu)
WHOLE_CPU = Measure("CPU with the database's", whole_cpu)
LONGEST = Measure("longest", longest, over=max)
"""Of all that happened in any round."""


def percentile(latencies: Sequence[float], share: int) -> float:
    """The latency that `share` percent do not exceed, in milliseconds."""
    ordered = sorted(latencies)
    at = -(-len(ordered) * share // 100) - 1
    return ordered[max(at, 0)] * 1000


def ratio(measure: Measure, ours: Series, baseline: Series) -> Ratio:
    """Round against round, so that what slows the whole machine slows both."""
    pairs = zip(ours.costs(measure), baseline.costs(measure), strict=True)
    ratios = [ours_once / theirs_once for ours_once, theirs_once in pairs]
    return Ratio(median(ratios), min(ratios), max(ratios))
