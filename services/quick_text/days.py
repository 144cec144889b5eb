"""Which day is meant where words leave it open: the next such one, in the reader's order."""

from datetime import date, timedelta
from functools import lru_cache

from services import periods
from services.periods import Period, day_of, fiscal_year, month
from services.quick_text.values import Asked, Found, Span, Why
from services.text import locale_of

FULL, GOOD, WEAK, LENGTH = 3, 2, 1, 0
"""How much a phrase says by itself: a year too; a day; a word that may be part of a name; a length
of time or a number, which is a day only after *closing*.
"""
FURTHEST_YEARS = 10
_LEAP_CYCLE = 9
_YEARS_MEANT = 4
"""Two digits after a month may be this year or one of the next three."""
_JUST = timedelta(days=14)
"""A day without a year that was so lately may be a slip: it is asked about."""
_CENTURY = 2000
_FRIDAY = 4
_MONTH_FIRST = frozenset({
    "US", "PH", "JP", "KR", "KP", "CN", "TW", "HU", "LT", "MN", "GU", "PR", "AS", "VI", "MP",
    "MH", "FM", "PW", "IR",
})  # fmt: skip
"""Countries that write the month before the day."""


def certain(span: Span, day: date | None, asked: Asked, certainty: int) -> Found:
    """This very day, if an opportunity may close then."""
    if day is None:
        return Found(span, None, Why.NO_SUCH_DAY, certainty=certainty)
    if day < asked.today:
        return Found(span, None, Why.IN_PAST, (day,), certainty)
    if day > _years_after(asked.today, FURTHEST_YEARS):
        return Found(span, None, Why.TOO_FAR, (day,), certainty)
    return Found(span, day, None, (), certainty)


def doubtful(span: Span, why: Why, certainty: int, *readings: date) -> Found:
    return Found(span, None, why, readings, certainty)


def day_and_month(span: Span, day: int, number: int, asked: Asked, certainty: int) -> Found:
    """The next such day."""
    coming = next_day(day, number, asked.today)
    if coming is None:
        return certain(span, None, asked, certainty)
    this_year = day_of(asked.today.year, number, day)
    if this_year and timedelta(0) < asked.today - this_year <= _JUST:
        return doubtful(span, Why.JUST_PASSED, certainty, coming)
    return certain(span, coming, asked, certainty)


def next_day(day: int, number: int, today: date) -> date | None:
    """The first such day from today on; None when no year has it."""
    years = range(today.year, today.year + _LEAP_CYCLE)
    found = (day_of(year, number, day) for year in years)
    return next((each for each in found if each and each >= today), None)


def in_order(
    span: Span, numbers: tuple[int, int], year: int | None, asked: Asked, *, is_dotted: bool
) -> Found:
    """Two numbers in the person's order of day and month; asked about when that is not known."""
    first, second = numbers
    certainty = WEAK if year is None else FULL
    possible = [
        each for each in ((first, second), (second, first)) if day_of(_CENTURY, each[1], each[0])
    ]
    if not possible:
        return doubtful(span, Why.NO_SUCH_DAY, certainty)
    is_day_first = _is_day_first(asked.locale, asked.territory, is_dotted=is_dotted)
    if is_day_first and possible == [(second, first)] and year is None:
        return _american_or_month(span, numbers, asked)
    if len(possible) == 1 or first == second:
        return _day(span, possible[0], year, asked, certainty)
    if is_day_first is None:
        both = [_day(span, each, year, asked, certainty) for each in possible]
        days = [each.meant for each in both if isinstance(each.meant, date)]
        return doubtful(span, Why.TWO_READINGS, certainty, *days)
    return _day(span, possible[0 if is_day_first else 1], year, asked, certainty)


def _american_or_month(span: Span, numbers: tuple[int, int], asked: Asked) -> Found:
    """`03/27` of somebody who writes the day first: March of 2027 as well as 27 March."""
    number, day = numbers
    found = day_and_month(span, day, number, asked, WEAK)
    ahead = _CENTURY + day - asked.today.year
    if not 0 <= ahead < _YEARS_MEANT or not isinstance(found.meant, date):
        return found
    end = month(_CENTURY + day, number).last
    return doubtful(span, Why.TWO_READINGS, WEAK, found.meant, end)


def edge_of(period: Period, edge: str) -> date:
    """The first, middle or last day."""
    return {"start": period.first, "mid": period.middle}.get(edge, period.last)


def of_month(span: Span, number: int, edge: str, asked: Asked, certainty: int) -> Found:
    """That month's edge, the next that comes."""
    now = edge_of(month(asked.today.year, number), edge)
    if now >= asked.today:
        return certain(span, now, asked, certainty)
    coming = edge_of(month(asked.today.year + 1, number), edge)
    if number == asked.today.month:
        return doubtful(span, Why.JUST_PASSED, certainty, coming)
    return certain(span, coming, asked, certainty)


def of_week(span: Span, edge: str, asked: Asked, later: int) -> Found:
    week = periods.week_of(asked.today, later)
    friday = week.first + timedelta(days=_FRIDAY)
    if edge == "start" and later:
        return certain(span, week.first, asked, GOOD)
    if edge == "end" and friday >= asked.today:
        return certain(span, friday, asked, GOOD)
    return doubtful(span, Why.VAGUE, GOOD if edge else WEAK)


def around(unit: str, asked: Asked, later: int) -> Period:
    today, start = asked.today, asked.fiscal_start
    if unit == "month":
        return periods.month(today.year, today.month + later)
    if unit == "quarter":
        return periods.quarter_around(today, start, later)
    return fiscal_year(periods.fiscal_year_of(today, start) + later, start)


def full_year(written: str) -> int:
    """`26` is 2026."""
    return int(written) + (_CENTURY if len(written) == 2 else 0)  # noqa: PLR2004  # two digits


def _day(
    span: Span, numbers: tuple[int, int], year: int | None, asked: Asked, certainty: int
) -> Found:
    day, number = numbers
    if year is None:
        return day_and_month(span, day, number, asked, certainty)
    return certain(span, day_of(year, number, day), asked, certainty)


@lru_cache(maxsize=256)
def _is_day_first(locale: str, territory: str | None, *, is_dotted: bool) -> bool | None:
    """None where language and country differ: Slack's own language is American everywhere."""
    own = locale_of(locale)
    pattern = own.date_formats["short"].pattern
    is_first = pattern.index("d") < pattern.index("M")
    if own.language != "en" or own.territory != "US":
        return is_first
    is_elsewhere = territory is not None and territory not in _MONTH_FIRST
    return None if is_dotted or is_elsewhere else is_first


def _years_after(day: date, years: int) -> date:
    return day_of(day.year + years, day.month, day.day) or date(day.year + years, 2, 28)
