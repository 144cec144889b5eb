from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import InvalidInput, Problem
from services.fiscal import beside, quarter_of, read_span, year_of

TODAY = date(2026, 11, 18)
JULY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("words", "start", "name", "first", "last"),
    [
        ("2026-Q3", 1, "2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("q3", 1, "2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("Q3 2025", 1, "2025-Q3", date(2025, 7, 1), date(2025, 9, 30)),
        ("fy2027 q1", 4, "2027-Q1", date(2026, 4, 1), date(2026, 6, 30)),
        ("", 1, "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("  ", 10, "2027-Q1", date(2026, 10, 1), date(2026, 12, 31)),
        ("Last quarter", 1, "2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("next quarter", 1, "2027-Q1", date(2027, 1, 1), date(2027, 3, 31)),
        ("this year", 4, "2027", date(2026, 4, 1), date(2027, 3, 31)),
        ("2027", 4, "2027", date(2026, 4, 1), date(2027, 3, 31)),
        (
            "2026-07-01..2026-09-15",
            1,
            "2026-07-01..2026-09-15",
            date(2026, 7, 1),
            date(2026, 9, 15),
        ),
        (
            "2026-07-01 to 2026-07-01",
            1,
            "2026-07-01..2026-07-01",
            date(2026, 7, 1),
            date(2026, 7, 1),
        ),
    ],
)
def test_a_period_is_read_by_its_name(
    words: str, start: int, name: str, first: date, last: date
) -> None:
    found = read_span(words, TODAY, start)

    assert (found.name, found.first, found.last) == (name, first, last)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("2026-Q5", Problem.NOT_A_PERIOD),
        ("last summer", Problem.NOT_A_PERIOD),
        ("0001", Problem.DATE_TOO_FAR),
        ("9999-Q4", Problem.DATE_TOO_FAR),
        ("1900-01-01..2026-01-01", Problem.DATE_TOO_FAR),
        ("2026-02-30..2026-03-01", Problem.NOT_A_DATE),
        ("2026-03-01..2026-02-28", Problem.DATES_OUT_OF_ORDER),
    ],
)
def test_what_is_no_period_is_refused(words: str, problem: Problem) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_span(words, TODAY, 1)

    assert refused.value.problems["period"].problem is problem


@given(st.dates(date(1991, 1, 1), date(2099, 12, 31)), st.integers(1, 12))
def test_a_day_lies_in_its_quarter_and_that_in_its_year(day: date, start: int) -> None:
    quarter, year = quarter_of(day, start), year_of(day, start)

    assert quarter.holds(day)
    assert year.first <= quarter.first
    assert quarter.last <= year.last
    assert year.name == str(year.last.year)
    assert read_span(quarter.name, day, start) == quarter
    assert read_span(year.name, day, start) == year


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("2026-Q1", "2025-Q4", "2026-Q2"),
        ("2026", "2025", "2027"),
        ("2026-07-15..2026-07-16", "2026-07-13..2026-07-14", "2026-07-17..2026-07-18"),
        ("1990-01-01..1990-01-01", None, "1990-01-02..1990-01-02"),
        ("1990-Q1", None, "1990-Q2"),
        ("2100", "2099", None),
    ],
)
def test_a_period_leads_to_those_beside_it(
    words: str, before: str | None, after: str | None
) -> None:
    found = beside(read_span(words, TODAY, 1), 1)

    assert [each and each.name for each in found] == [before, after]
