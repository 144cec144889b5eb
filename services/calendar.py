"""Weeks and local times: which Sunday a day belongs to, which moment a wall clock means.

Pure. A time that does not exist is shifted forward by the gap, one that exists twice is the first.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(weeks=1)
_FURTHEST = timedelta(days=2)
"""More than a clock was ever put forward or back: Samoa left out the whole 30 December 2011."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A weekly time: the local day it is meant for, and the moment (UTC) it comes.

    Where the day is missing in that zone, the moment lies after it.
    """

    day: date
    at: datetime


def week_ending(day: date) -> date:
    """The Sunday that ends the ISO week of `day`."""
    return day + timedelta(days=7 - day.isoweekday())


def week_beginning(ending: date) -> date:
    """The Monday of the week that ends on this Sunday."""
    return ending - timedelta(days=6)


def week_name(day: date) -> str:
    """The ISO week of `day`, like `2026-W47`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def week_named(name: str) -> date:
    """The Sunday that ends the week of this name. Raises ValueError when it is no such name."""
    year, _, week = name.partition("-W")
    return date.fromisocalendar(int(year), int(week), 7)


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which the wall clock of `zone` shows this day and time.

    The first reading (fold 0) of a time in a gap counts with the offset before the change, which
    is what shifts it forward: https://peps.python.org/pep-0495/#mind-the-gap
    """
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0), zone)
    return wall.astimezone(UTC)


def next_occurrence(weekday: int, at: time, zone: ZoneInfo, after: datetime) -> Occurrence:
    """The first time strictly after `after` that it is this weekday (Monday is 1) and time."""
    day = _on_or_after(after.astimezone(zone).date() - _FURTHEST, weekday)
    while moment(day, at, zone) <= after:
        day += WEEK
    return Occurrence(day, moment(day, at, zone))


def _on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.isoweekday()) % 7)
