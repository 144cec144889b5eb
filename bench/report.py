"""The figures as text: one table, then one plain line for each ratio."""

from collections.abc import Iterator, Sequence
from statistics import median

from bench.contests import Result
from bench.figures import Ratio, Series, cpu, percentile, ratio

HEAD = ("", "p50 ms", "p99 ms", "a second", "at once", "CPU ms each")


def table(results: Sequence[Result]) -> Iterator[str]:
    """Every contestant's own figures: the medians of its rounds, the percentiles of all."""
    yield _row(HEAD)
    for result in results:
        yield f"{result.contest.title}, {result.companies} companies"
        yield from (_row(_cells(each)) for each in result.series)


def lines(results: Sequence[Result]) -> Iterator[str]:
    """Every ratio, or why it is none."""
    for result in results:
        ours, *baselines = result.series
        for baseline in baselines:
            for measure in result.contest.measures:
                found = ratio(measure, ours, baseline)
                yield f"{result.contest.name}, {result.companies} companies: {_words(found)}"


def _cells(series: Series) -> tuple[str, ...]:
    many, together = max(series.samples.items())
    alone = [each for sample in series.samples.get(1, ()) for each in sample.latencies]
    rate = median(sample.count / sample.seconds for sample in together)
    return (
        f"  {series.name}",
        f"{percentile(alone, 50):.2f}" if alone else "",
        f"{percentile(alone, 99):.2f}" if alone else "",
        f"{rate:.0f}",
        str(many),
        f"{median(cpu(sample) for sample in together):.2f}",
    )


def _row(cells: Sequence[str]) -> str:
    first, *others = cells
    return f"{first:<40}" + "".join(f"{cell:>13}" for cell in others)


def _words(found: Ratio) -> str:
    against = f"{found.baseline}, {found.measure.name}"
    both = f"{found.ours:.2f} ms against {found.theirs:.2f} ms"
    if found.is_void:
        rounds = f"its rounds took from {found.their_best:.2f} to {found.their_worst:.2f} ms"
        return f"void against {against} ({both}, but {rounds})"
    return f"{found.value:.2f} times {against} ({both})"
