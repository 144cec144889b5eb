from decimal import Decimal

import pytest

from services.commission import Tier, read_rate, read_tiers
from services.errors import InvalidInput, Problem

D = Decimal
THREE = (Tier(up_to=D(50000), rate=D(8)), Tier(up_to=D(100000), rate=D(10)), Tier(rate=D("12.5")))


@pytest.mark.parametrize(
    ("words", "locale"),
    [
        ("up to 50,000: 8%\nup to 100,000: 10%\nabove: 12.5%", "en-US"),
        ("- Up to 50k: 8 %\n- up to €100,000 : 10 %\n- above 100,000: 12.5%\n", "en-US"),
        ("0 - 50,000: 8%\n50,000 - 100,000: 10%\n100,000+: 12.5%", "en-US"),
        ("from 0: 8%\nfrom 50,000: 10%\nfrom 100,000: 12.5%", "en-US"),
        ("< 50000 = 8\n< 100000 = 10\nrest = 12.5", "en-US"),
        ("from 0 to 50,000 -> 8%\nfrom 50,000 to 100,000 → 10%\nthe rest → 12.5%", "en-US"),
        ("50000: 8%\n100000: 10%\neverything else: 12,5%", "en-GB"),
        ("up to 50.000: 8%\nup to 100.000: 10%\nabove: 12,5 %", "de-DE"),
    ],
)
def test_tiers_are_read_however_they_are_written(words: str, locale: str) -> None:
    assert read_tiers(words, locale, "EUR") == THREE


@pytest.mark.parametrize(
    ("words", "problem", "line"),
    [
        ("", Problem.REQUIRED, None),
        ("up to 50,000", Problem.NOT_A_TIER, "1"),
        ("up to 50,000: 8%\nabove: much", Problem.NOT_A_TIER, "2"),
        ("up to 50,000: 8%\nabove: 101%", Problem.NOT_A_TIER, "2"),
        ("up to lots: 8%\nabove: 10%", Problem.NOT_A_TIER, "1"),
        ("up to 50,000: 8%", Problem.TIERS_END, "1"),
        ("up to 50,000: 8%\nup to 40,000: 9%\nabove: 10%", Problem.TIERS_OUT_OF_ORDER, "2"),
        ("up to 50,000: 8%\nfrom 60,000: 10%", Problem.TIERS_OUT_OF_ORDER, "2"),
        ("from 10: 8%", Problem.TIERS_OUT_OF_ORDER, "1"),
        ("above: 8%\nup to 50,000: 9%\nabove: 10%", Problem.TIERS_OUT_OF_ORDER, "1"),
        ("up to 1: 1%\n" * 21, Problem.TOO_MANY_LINES, None),
    ],
)
def test_a_bad_line_is_named(words: str, problem: Problem, line: str | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_tiers(words, "en-US", "EUR")

    found = refused.value.problems["tiers"]
    assert (found.problem, found.facts.get("line")) == (problem, line)


@pytest.mark.parametrize(
    ("words", "rate"), [("8", "8"), (" 12,5 % ", "12.5"), ("0.25%", "0.25"), ("100", "100")]
)
def test_a_rate_is_read_with_or_without_its_sign(words: str, rate: str) -> None:
    assert read_rate(words) == D(rate)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("lots", Problem.NOT_A_PERCENTAGE),
        ("", Problem.NOT_A_PERCENTAGE),
        ("101", Problem.OUT_OF_RANGE),
        ("-1%", Problem.OUT_OF_RANGE),
        ("1.234", Problem.TOO_MANY_DECIMALS),
    ],
)
def test_a_bad_rate_is_told_at_its_field(words: str, problem: Problem) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_rate(words, "share")

    assert refused.value.problems["share"].problem is problem
