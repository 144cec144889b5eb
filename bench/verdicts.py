"""Bars, whether they hold, and when nothing follows from a run. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.figures import Measure, Ratio, Series, ratio

UNUSUAL = 2.0
"""A bare answer that costs so many times its usual was disturbed, and all else with it."""
TIMES = "\N{MULTIPLICATION SIGN}"
EXIT_CODES = {"holds": 0, "fails": 1, "void": 2}


class Verdict(StrEnum):
    HOLDS = "holds"
    FAILS = "fails"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Bar:
    """What ours may cost at most: so many times a baseline's cost, or so many milliseconds."""

    measure: Measure
    limit: float
    baseline: str | None = None
    """A contestant's name; None: the limit is milliseconds."""
    contestant: str = "tandem"


@dataclass(frozen=True, slots=True)
class Bare:
    """What a bare signed answer cost in this run, and what it usually costs, in milliseconds."""

    measure: Measure
    now: float
    usual: float

    @property
    def is_usual(self) -> bool:
        return self.now <= UNUSUAL * self.usual


@dataclass(frozen=True, slots=True)
class Finding:
    """A bar, what was measured, and the verdict."""

    bar: Bar
    value: float
    ratio: Ratio | None
    verdict: Verdict

    @property
    def share(self) -> float:
        """Of the limit; above 1 it fails."""
        return self.value / self.bar.limit


def found(bar: Bar, series: Mapping[str, Series], bare: Bare) -> Finding:
    """Hold what was measured against the bar."""
    ours = series[bar.contestant]
    if bar.baseline is None:
        return _finding(bar, ours.usually(bar.measure), None, bare)
    against = ratio(bar.measure, ours, series[bar.baseline])
    return _finding(bar, against.value, against, bare)


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """The one that decides last: the first that fails, else the first of the case."""
    failing = [each for each in findings if each.verdict is Verdict.FAILS]
    decides = [*failing, *findings][:1]
    return [*(each for each in findings if each not in decides), *decides]


def exit_code(findings: Sequence[Finding]) -> int:
    """0: all hold. 1: one fails. 2: nothing follows."""
    return max((EXIT_CODES[each.verdict] for each in findings), default=0)


def line(case: str, finding: Finding) -> str:
    """`list-cpu: 1.41 (times) floor (bar 1.8): holds`, rounded up: never down into the bar."""
    bar = finding.bar
    value = f"{math.ceil(finding.value * 100 - 1e-9) / 100:.2f}"
    if bar.baseline is None:
        return f"{case}: {value} ms (bar {bar.limit:g} ms): {finding.verdict}"
    return f"{case}: {value} {TIMES} {bar.baseline} (bar {bar.limit:g}): {finding.verdict}"


def _finding(bar: Bar, value: float, against: Ratio | None, bare: Bare) -> Finding:
    if not bare.is_usual:
        return Finding(bar, value, against, Verdict.VOID)
    holds = value <= bar.limit
    return Finding(bar, value, against, Verdict.HOLDS if holds else Verdict.FAILS)
