from pathlib import Path

import pytest

from bench.figures import CPU, Sample, Series
from bench.usual import bare_of, kept, remember
from bench.verdicts import Bar, Bare, Finding, Verdict, exit_code, found, in_order, line

UNDISTURBED = Bare(CPU, now=0.19, usual=0.1)
DISTURBED = Bare(CPU, now=0.21, usual=0.1)


def a_series(name: str, *milliseconds: float) -> Series:
    return Series(name, [Sample((1.0,), 1.0, each / 1000) for each in milliseconds])


def a_finding(
    ours: float, limit: float = 1.8, baseline: str = "floor", bare: Bare = UNDISTURBED
) -> Finding:
    series = {"tandem": a_series("tandem", ours), baseline: a_series(baseline, 1.0)}
    return found(Bar(CPU, limit, baseline), series, bare)


def test_a_bar_holds_up_to_its_limit() -> None:
    assert a_finding(1.8).verdict is Verdict.HOLDS
    assert a_finding(1.801).verdict is Verdict.FAILS


def test_nothing_follows_where_a_bare_answer_costs_more_than_twice_its_usual() -> None:
    assert a_finding(1.0, bare=DISTURBED).verdict is Verdict.VOID
    assert a_finding(9.0, bare=DISTURBED).verdict is Verdict.VOID


def test_a_line_says_case_figure_bar_and_verdict() -> None:
    assert (
        line("list-cpu", a_finding(1.4))
        == "list-cpu: 1.40 \N{MULTIPLICATION SIGN} floor (bar 1.8): holds"
    )


def test_a_figure_is_never_rounded_into_its_bar() -> None:
    assert "1.81" in line("list-cpu", a_finding(1.8001))


def test_a_bar_without_a_baseline_is_milliseconds() -> None:
    series = {"tandem": a_series("tandem", 4.0, 6.0, 5.0)}

    finding = found(Bar(CPU, 5.0), series, UNDISTURBED)

    assert line("list-latency", finding) == "list-latency: 5.00 ms (bar 5 ms): holds"


def test_the_first_bar_decides_where_all_hold() -> None:
    first, second = a_finding(1.0, baseline="floor"), a_finding(1.0, baseline="stock")

    assert [each.bar.baseline for each in in_order([first, second])] == ["stock", "floor"]
    assert exit_code([first, second]) == 0


def test_a_bar_that_fails_decides() -> None:
    holds, fails = a_finding(1.0), a_finding(9.0, baseline="stock")

    assert in_order([holds, fails])[-1] is fails
    assert exit_code([holds, fails]) == 1


def test_a_void_run_has_an_exit_code_of_its_own() -> None:
    assert exit_code([a_finding(1.0, bare=DISTURBED)]) == 2


def test_a_known_machine_is_judged_by_its_usual_figure(tmp_path: Path) -> None:
    file = tmp_path / "usual.json"
    remember("a machine", Bare(CPU, now=0.125, usual=0.1), file)

    bare = bare_of(a_series("bare", 0.3, 0.26, 0.27), CPU, kept(file)["a machine"])

    assert (bare.now, bare.usual) == pytest.approx((0.27, 0.125))
    assert not bare.is_usual


def test_an_unknown_machine_is_judged_by_the_best_round() -> None:
    bare = bare_of(a_series("bare", 0.3, 0.1, 0.15), CPU, {})

    assert (bare.now, bare.usual) == pytest.approx((0.15, 0.1))
    assert bare.is_usual


def test_nothing_is_usual_before_it_is_remembered(tmp_path: Path) -> None:
    assert kept(tmp_path / "none.json") == {}
