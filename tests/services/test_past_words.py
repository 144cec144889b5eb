from dataclasses import replace
from datetime import date

import pytest

from services.opportunities.past.words import Unclear, past_day
from services.quick_text import Asked

TODAY = Asked(today=date(2026, 11, 22), locale="en-US", territory="US")
"""A Sunday."""
BRITISH = replace(TODAY, locale="en-GB", territory="GB", fiscal_start=4)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("2026-09-30", "2026-09-30"),
        ("30 sep", "2026-09-30"),
        ("since Sep 30.", "2026-09-30"),
        ("31 dec", "2025-12-31"),
        ("22 nov", "2026-11-22"),
        ("30 sep 2024", "2024-09-30"),
        ("3/4/2026", "2026-03-04"),
        ("today", "2026-11-22"),
        ("yesterday", "2026-11-21"),
        ("last friday", "2026-11-20"),
        ("sunday", "2026-11-15"),
        ("2 weeks ago", "2026-11-08"),
        ("a month ago", "2026-10-22"),
        ("last month", "2026-10-31"),
        ("september", "2026-09-30"),
        ("q2", "2026-06-30"),
        ("end of last quarter", "2026-09-30"),
        ("start of the quarter", "2026-09-30"),
        ("beginning of last year", "2024-12-31"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("tomorrow", "2026-11-23"),
        ("next friday", "2026-11-27"),
        ("in 3 weeks", "2026-12-13"),
    ],
)
def test_a_day_is_the_last_one_such(words: str, meant: str) -> None:
    assert past_day(words, TODAY) == date.fromisoformat(meant)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("05/11", "2026-11-05"),
        ("fy26", "2026-03-31"),
        ("beginning of last year", "2025-03-31"),
        ("q4", "2026-03-31"),
    ],
)
def test_days_are_read_in_the_persons_order_and_quarters_are_the_companys(
    words: str, meant: str
) -> None:
    assert past_day(words, BRITISH) == date.fromisoformat(meant)


@pytest.mark.parametrize("words", ["", "whenever", "2026-02-30", "30 sep or 1 oct", "9" * 500])
def test_what_is_no_day_is_asked_about(words: str) -> None:
    assert past_day(words, TODAY) == Unclear()


def test_a_day_that_may_be_two_names_both() -> None:
    abroad = replace(TODAY, territory="PT")

    assert past_day("03/04", abroad) == Unclear((date(2026, 3, 4), date(2026, 4, 3)))
