"""When a company works: its working days and holidays, its hours, and when it is to be left alone.

Pure but for `working_time`, which reads the settings. Moments are in UTC; days and hours are those
of a zone that is handed in, because each person has their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from services import configuration
from services.calendar import moment, week_beginning
from services.configuration.catalogue import (
    HOLIDAYS,
    QUIET_HOURS,
    WORKING_DAYS,
    WORKING_HOURS,
    Holidays,
    QuietHours,
    WorkingHours,
)
from services.db import Tx
from services.holidays import public_holidays

_DAY = timedelta(days=1)
_LONGEST_BREAK = 400
"""Days after which holidays do not count any more: somewhere every Sunday is one."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The days and hours of one company."""

    weekdays: tuple[int, ...]
    """Monday is 1, as in ISO 8601; at least one."""
    hours: WorkingHours
    quiet: QuietHours | None
    holidays: Holidays

    def holiday(self, day: date) -> str | None:
        """What nobody works for that day, None for no holiday."""
        for own in self.holidays.own:
            if own.day == day:
                return own.label
        country = self.holidays.country
        if country is None or day in self.holidays.removed:
            return None
        return public_holidays(country, self.holidays.subdivision, day.year).get(day)

    def is_working_day(self, day: date) -> bool:
        return day.isoweekday() in self.weekdays and self.holiday(day) is None

    def next_working_day(self, day: date) -> date:
        """The first one after that day."""
        return self._first(day, _DAY)

    def working_day_before(self, day: date) -> date:
        """The last one before that day."""
        return self._first(day, -_DAY)

    def status_day(self, week: date, weekday: int) -> date | None:
        """The day for this weekday in the week that ends on this Sunday: itself, else the last
        working day before it, else the first after it. None when nobody works that week.
        """
        wanted = week_beginning(week) + (weekday - 1) * _DAY
        days = [week_beginning(week) + at * _DAY for at in range(7)]
        working = [day for day in days if self.is_working_day(day)]
        earlier = [day for day in working if day <= wanted]
        return earlier[-1] if earlier else next(iter(working), None)

    def is_working(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether somebody there works at this moment."""
        span = self._span(at.astimezone(zone).date(), zone)
        return span is not None and span.start <= at < span.end

    def next_working_moment(self, at: datetime, zone: ZoneInfo) -> datetime:
        """This moment when somebody there works, else the next start of working hours."""
        return max(at, next(self._spans(at, zone)).start)

    def after_working(self, at: datetime, span: timedelta, zone: ZoneInfo) -> datetime:
        """The moment at which, since `at`, so much working time has passed."""
        left = span
        for each in self._spans(at, zone):
            begun = max(at, each.start)
            if left <= each.end - begun:
                return begun + left
            left -= each.end - begun
        raise AssertionError("working days never end")

    def worked_between(self, since: datetime, until: datetime, zone: ZoneInfo) -> timedelta:
        """The working time from one moment to a later one."""
        total = timedelta()
        for each in self._spans(since, zone):
            if each.start >= until:
                break
            total += min(until, each.end) - max(since, each.start)
        return total

    def is_quiet(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether somebody there is to be left alone at this moment: quiet hours, or no working
        day.
        """
        local = at.astimezone(zone)
        return not self.is_working_day(local.date()) or self._is_in_quiet_hours(local.time())

    def when_not_quiet(self, at: datetime, zone: ZoneInfo) -> datetime:
        """This moment when it is not quiet there, else the next working moment."""
        return self.next_working_moment(at, zone) if self.is_quiet(at, zone) else at

    def _is_in_quiet_hours(self, at: time) -> bool:
        if self.quiet is None:
            return False
        start, end = self.quiet.start, self.quiet.end
        return start <= at < end if start < end else at >= start or at < end

    def _first(self, day: date, step: timedelta) -> date:
        for at in range(1, _LONGEST_BREAK):
            if self.is_working_day(day + at * step):
                return day + at * step
        return next(
            day + at * step for at in range(1, 8) if (day + at * step).isoweekday() in self.weekdays
        )

    def _spans(self, since: datetime, zone: ZoneInfo) -> Iterator["_Span"]:
        """The working hours of each day that end after this moment, without end."""
        day = since.astimezone(zone).date() - _DAY
        while True:
            day = self.next_working_day(day)
            span = _Span.of(day, self.hours, zone)
            if span.end > since and span.start < span.end:
                yield span

    def _span(self, day: date, zone: ZoneInfo) -> "_Span | None":
        return _Span.of(day, self.hours, zone) if self.is_working_day(day) else None


@dataclass(frozen=True, slots=True)
class _Span:
    start: datetime
    end: datetime

    @classmethod
    def of(cls, day: date, hours: WorkingHours, zone: ZoneInfo) -> Self:
        return cls(moment(day, hours.start, zone), moment(day, hours.end, zone))


async def working_time(tx: Tx) -> WorkingTime:
    """When this company works."""
    return WorkingTime(
        weekdays=await configuration.get(tx, WORKING_DAYS),
        hours=await configuration.get(tx, WORKING_HOURS),
        quiet=await configuration.get(tx, QUIET_HOURS),
        holidays=await configuration.get(tx, HOLIDAYS),
    )
