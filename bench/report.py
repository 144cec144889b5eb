"""The figures as text: every contestant's own, then one line for each bar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.figures import Series, cpu, percentile
from bench.rounds import Case
from bench.verdicts import Bare, Finding, in_order, line

HEAD = ("", "p50 ms", "p99 ms", "a second", "CPU ms each", "requests")


@dataclass(frozen=True, slots=True)
class Result:
    """A case that has been run."""

    case: Case
    series: dict[str, Series]
    bare: Bare
    findings: Sequence[Finding]
    loads: tuple[float, float]
    """The load average before and after."""

    def cells(self) -> Iterator[tuple[str, ...]]:
        """A row for each contestant, as HEAD names its cells."""
        return (_cells(each) for each in self.series.values())


def told(result: Result) -> Iterator[str]:
    """The whole of a run, its verdict last."""
    yield result.case.title
    yield _row(HEAD)
    yield from (_row(each) for each in result.cells())
    yield from (_range(each) for each in result.findings if each.ratio is not None)
    yield bare_line(result.bare)
    yield "load average {:.1f} before, {:.1f} after".format(*result.loads)
    if not result.findings:
        yield f"{result.case.name}: figures only, no bar"
    yield from (line(result.case.name, each) for each in in_order(result.findings))


def bare_line(bare: Bare) -> str:
    """What a plain signed answer cost, and what follows."""
    figures = f"bare aiohttp: {bare.measure.name} {bare.now:.3f} ms, usually {bare.usual:.3f} ms"
    if bare.is_usual:
        return figures
    return f"{figures}: more than twice, so the machine was disturbed and nothing follows"


def _range(finding: Finding) -> str:
    ratio = finding.ratio
    if ratio is None:
        return ""
    rounds = f"{ratio.least:.2f} to {ratio.most:.2f} in single rounds"
    return f"{finding.bar.contestant} against {finding.bar.baseline}: {rounds}"


def _cells(series: Series) -> tuple[str, ...]:
    latencies = [each for sample in series.samples for each in sample.latencies]
    seconds = sum(sample.seconds for sample in series.samples)
    each_cpu = sum(cpu(sample) for sample in series.samples) / len(series.samples)
    return (
        series.name,
        f"{percentile(latencies, 50):.2f}",
        f"{percentile(latencies, 99):.2f}",
        f"{len(latencies) / seconds:.0f}",
        f"{each_cpu:.3f}",
        str(len(latencies)),
    )


def _row(cells: Sequence[str]) -> str:
    first, *others = cells
    return f"{first:<20}" + "".join(f"{cell:>13}" for cell in others)
