"""The table of `make bench` in docs/benchmarks.md, between two marks; the words around it stay."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.report import Result
from bench.verdicts import Finding

FILE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
HEAD = ("case", "ours", "baseline", "ratio", "bar", "verdict")


def write(results: Sequence[Result], about: str, file: Path = FILE) -> None:
    """Put the figures in the place of those from before."""
    before, _, rest = file.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    figures = "\n".join(_figures(results, about))
    file.write_text(f"{before}{BEGIN}\n{figures}\n{END}{after}")


def _figures(results: Sequence[Result], about: str) -> Iterator[str]:
    loads = [load for result in results for load in result.loads]
    yield f"{time.strftime('%Y-%m-%d')}, {about}."
    yield f"Load average {min(loads):.1f} to {max(loads):.1f}."
    yield ""
    yield _row(HEAD)
    yield _row(["---"] * len(HEAD))
    for result in results:
        yield from (_row(_cells(result, each)) for each in result.findings)
    yield ""
    for result in results:
        yield f"`{result.case.name}`: {result.case.title}. Milliseconds of each:"
        yield ""
        yield _row(("", "p50", "p99", "a second", "CPU"))
        yield _row(["---"] * 5)
        yield from (_row(cells[:5]) for cells in result.cells())
        yield ""


def _cells(result: Result, finding: Finding) -> list[str]:
    bar = finding.bar
    ours = f"{result.series[bar.contestant].usually(bar.measure):.2f} ms"
    name = f"`{result.case.name}` ({bar.contestant}, {bar.measure.name})"
    if bar.baseline is None:
        return [name, ours, "", "", f"{bar.limit:g} ms", finding.verdict]
    theirs = f"{bar.baseline}: {result.series[bar.baseline].usually(bar.measure):.2f} ms"
    return [name, ours, theirs, f"{finding.value:.2f}", f"{bar.limit:g}", finding.verdict]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
