"""Weeks, months, quarters and years as days; fiscal where the company's are. Arithmetic only."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 12
_QUARTER = 3
_HALF = 6
_LAST = date.max.year - 1


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole days."""

    first: date
    last: date

    @property
    def middle(self) -> date:
        """The fifteenth of a month; of a longer one, the day in the middle."""
        if (self.first.year, self.first.month) == (self.last.year, self.last.month):
            return self.first.replace(day=15)
        return self.first + (self.last - self.first) / 2


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, None when there is no such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month(year: int, number: int) -> Period:
    """A month; months beyond December are those of the next years."""
    year, number = year + (number - 1) // MONTHS, (number - 1) % MONTHS + 1
    year = max(1, min(year, _LAST))
    return Period(date(year, number, 1), date(year, number, monthrange(year, number)[1]))


def months(year: int, number: int, count: int) -> Period:
    return Period(month(year, number).first, month(year, number + count - 1).last)


def fiscal_year_of(day: date, start: int) -> int:
    """The fiscal year a day lies in, named by the calendar year it ends in."""
    return day.year + (1 if start > 1 and day.month >= start else 0)


def fiscal_year(name: int, start: int) -> Period:
    return months(name - (1 if start > 1 else 0), start, MONTHS)


def fiscal_quarter(name: int, quarter: int, start: int) -> Period:
    first = fiscal_year(name, start).first
    return months(first.year, first.month + (quarter - 1) * _QUARTER, _QUARTER)


def fiscal_half(name: int, half: int, start: int) -> Period:
    first = fiscal_year(name, start).first
    return months(first.year, first.month + (half - 1) * _HALF, _HALF)


def quarter_around(day: date, start: int, later: int = 0) -> Period:
    """The fiscal quarter of a day, or the one `later` quarters after it."""
    gone = (day.month - start) % _QUARTER
    return months(day.year, day.month - gone + later * _QUARTER, _QUARTER)


def week_of(day: date, later: int = 0) -> Period:
    """The ISO week of a day, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=later)
    return Period(monday, monday + timedelta(days=6))


def after(day: date, count: int, unit: str) -> date | None:
    """The day so many days, weeks, months, quarters or years later; at most in a month's last day.

    None when the calendar ends before.
    """
    try:
        if unit in {"day", "week"}:
            return day + timedelta(days=count * (7 if unit == "week" else 1))
        whole = count * {"month": 1, "quarter": _QUARTER, "year": MONTHS}[unit]
        there = month(day.year, day.month + whole)
    except (OverflowError, ValueError):
        return None
    return min(there.first + timedelta(days=day.day - 1), there.last)


def nth_weekday(within: Period, weekday: int, place: int) -> date | None:
    """The first, second … (or, -1, last) such weekday of a period."""
    if place < 0:
        return within.last - timedelta(days=(within.last.weekday() - weekday) % 7)
    first = within.first + timedelta(days=(weekday - within.first.weekday()) % 7)
    found = first + timedelta(weeks=place - 1)
    return found if found <= within.last else None


def next_weekday(day: date, weekday: int) -> date:
    """The first such weekday strictly after `day`."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)
