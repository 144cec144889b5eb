from pathlib import Path

from bench.cases import CASES
from bench.figures import P50, Sample, Series
from bench.report import Result, told
from bench.verdicts import Bare, found
from bench.written import BEGIN, END, FILE, write

QUICK = Series("tandem", [Sample((0.004,), 1.0, 0.003)])
BARE = Bare(P50, now=0.3, usual=0.25)


def a_result(case: str) -> Result:
    findings = [found(bar, {"tandem": QUICK}, BARE) for bar in CASES[case].bars]
    return Result(CASES[case], {"tandem": QUICK}, BARE, findings, (0.5, 1.5))


def test_figures_replace_those_from_before(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(f"before\n{BEGIN}\nstale\n{END}\nafter\n")

    write([a_result("list-latency")], "a machine", file)

    page = file.read_text()
    assert "| `list-latency` (tandem, p50) | 4.00 ms |  |  | 5 ms | holds |" in page
    assert "a machine" in page
    assert "stale" not in page
    assert (page[:6], page[-6:]) == ("before", "after\n")


def test_every_case_is_a_word_of_the_page() -> None:
    page = FILE.read_text()

    assert [name for name in CASES if f"| `{name}` |" not in page] == []


def test_a_case_without_a_bar_says_so() -> None:
    *_, last = told(a_result("bolt"))

    assert last == "bolt: figures only, no bar"
