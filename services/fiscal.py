"""Fiscal quarters and years by name: `2026-Q3`, `2026`, or any days. Pure.

A fiscal year is named by the calendar year it ends in.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from services import configuration, periods
from services.configuration.catalogue import FISCAL_START, TIME_ZONE
from services.db import Tx
from services.errors import InvalidInput, Problem
from services.values import UTC
from services.zones import zone_named

_QUARTER_MONTHS = 3
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_QUARTER = re.compile(r"(?:fy ?)?(?P<year>\d{4})[- /]?q(?P<quarter>[1-4])", re.IGNORECASE)
_QUARTER_FIRST = re.compile(
    r"q(?P<quarter>[1-4])(?:[- /]?(?:fy ?)?(?P<year>\d{4}))?", re.IGNORECASE
)
_YEAR = re.compile(r"(?:fy ?)?(?P<year>\d{4})", re.IGNORECASE)
_DAYS = re.compile(
    r"(?P<first>\d{4}-\d\d-\d\d)(?: ?\.\.\.? ?| to | - |\s)(?P<last>\d{4}-\d\d-\d\d)"
)


_NAMED = re.compile(r"(?P<which>this|last|next) (?P<unit>quarter|year)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days, both included, with the name people use for them."""

    name: str
    first: date
    last: date

    @classmethod
    def of_days(cls, first: date, last: date) -> Self:
        return cls(f"{first}..{last}", first, last)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def quarter(year: int, number: int, start: int) -> Span:
    """A quarter of the fiscal year of this name; `start` is the month a fiscal year begins in."""
    days = periods.fiscal_quarter(year, number, start)
    return Span(f"{year}-Q{number}", days.first, days.last)


def year(name: int, start: int) -> Span:
    """The fiscal year of this name."""
    days = periods.fiscal_year(name, start)
    return Span(str(name), days.first, days.last)


def quarter_of(day: date, start: int) -> Span:
    """The fiscal quarter a day lies in."""
    number = (day.month - start) % periods.MONTHS // _QUARTER_MONTHS + 1
    return quarter(periods.fiscal_year_of(day, start), number, start)


def year_of(day: date, start: int) -> Span:
    """The fiscal year a day lies in."""
    return year(periods.fiscal_year_of(day, start), start)


def read_span(words: str, today: date, start: int) -> Span:
    """The days that are named: `2026-Q3`, `Q3`, `2026`, `last quarter`, `this year`,
    `2026-07-01..2026-09-15`; the quarter of today when nothing is.

    Raises InvalidInput at `period`.
    """
    said = " ".join(words.split())
    if not said:
        return quarter_of(today, start)
    if found := _QUARTER.fullmatch(said) or _QUARTER_FIRST.fullmatch(said):
        named = found["year"] or periods.fiscal_year_of(today, start)
        return quarter(_known_year(int(named)), int(found["quarter"]), start)
    if found := _YEAR.fullmatch(said):
        return year(_known_year(int(found["year"])), start)
    if found := _NAMED.fullmatch(said):
        of = year_of if found["unit"].casefold() == "year" else quarter_of
        present = of(today, start)
        before, after = beside(present, start)
        return {"last": before, "next": after}.get(found["which"].casefold()) or present
    return _days(said)


def beside(span: Span, start: int) -> tuple[Span | None, Span | None]:
    """The years before and after a year, the quarters of a quarter; of days, as many days. None
    where no year is known.
    """
    day_before, day_after = span.first - timedelta(days=1), span.last + timedelta(days=1)
    if _YEAR.fullmatch(span.name) or _QUARTER.fullmatch(span.name):
        of = year_of if _YEAR.fullmatch(span.name) else quarter_of
        before, after = of(day_before, start), of(day_after, start)
    else:
        more = span.last - span.first
        before = Span.of_days(day_before - more, day_before)
        after = Span.of_days(day_after, day_after + more)
    return (
        before if before.first.year >= _FIRST_YEAR else None,
        after if after.last.year <= _LAST_YEAR else None,
    )


async def company_zone(tx: Tx) -> ZoneInfo:
    """The organization's zone."""
    return zone_named(await configuration.get(tx, TIME_ZONE)) or UTC


async def today(tx: Tx) -> date:
    """The day it is in the organization's zone."""
    return tx.now.astimezone(await company_zone(tx)).date()


async def span_named(tx: Tx, words: str) -> Span:
    """As `read_span`, for the organization. Raises InvalidInput at `period`."""
    return read_span(words, await today(tx), await configuration.get(tx, FISCAL_START))


def _known_year(name: int) -> int:
    if not _FIRST_YEAR <= name <= _LAST_YEAR:
        raise InvalidInput.of("period", Problem.DATE_TOO_FAR)
    return name


def _days(said: str) -> Span:
    found = _DAYS.fullmatch(said)
    if found is None:
        raise InvalidInput.of("period", Problem.NOT_A_PERIOD)
    try:
        first, last = date.fromisoformat(found["first"]), date.fromisoformat(found["last"])
    except ValueError:
        raise InvalidInput.of("period", Problem.NOT_A_DATE) from None
    for day in (first, last):
        _known_year(day.year)
    if last < first:
        raise InvalidInput.of("period", Problem.DATES_OUT_OF_ORDER)
    return Span.of_days(first, last)
