"""The past day that words mean: `30 sep`, `end of last quarter`, `last friday`, `2 weeks ago`.

Pure. Days are read as quick text reads them, in the person's order; what has no year is the last
such day instead of the next.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services import periods
from services.quick_text import Asked, Why
from services.quick_text import day_words as words_of
from services.quick_text.dates import days
from services.quick_text.days import around
from services.quick_text.folding import folded
from services.quick_text.values import Found

MOST = 100
_UNIT = r"(?P<unit>week|month|quarter|year)"
_LEAD = re.compile(r"^(?:as of|since|on|at|from|by)\s+", re.IGNORECASE)
_TO_COME = re.compile(
    rf"\b(?:{'|'.join(words_of.UNITS.values())}|{words_of.TOMORROW}|{words_of.AFTER_TOMORROW}"
    rf"|{words_of.NEXT}|{words_of.COMING})\b",
    re.IGNORECASE,
)
"""In what is reckoned from today on."""
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Unclear:
    """The words are no day, or may be one of several."""

    readings: tuple[date, ...] = ()


def past_day(words: str, asked: Asked) -> date | Unclear:
    """The day these words mean, which may be one that cannot be asked for: in the future, or long
    ago. `start of the quarter` is how it began: the end of the day before.
    """
    said = " ".join(folded(words[:MOST], ".").split()).rstrip(".").casefold()
    said = _LEAD.sub("", said)
    for pattern, read in _RULES:
        match = pattern.fullmatch(said)
        if match is not None:
            return read(match, asked)
    return _weekday(said, asked) or _read(said, asked)


def _before(match: re.Match[str], asked: Asked) -> date | Unclear:
    """The end of a period that is over, or how one began."""
    groups = match.groupdict()
    later = -1 if groups.get("last") else 0
    period = _period(match["unit"], asked, later)
    if groups.get("edge"):
        return period.first - timedelta(days=1)
    return period.last


def _period(unit: str, asked: Asked, later: int) -> periods.Period:
    return periods.week_of(asked.today, later) if unit == "week" else around(unit, asked, later)


def _ago(match: re.Match[str], asked: Asked) -> date | Unclear:
    count = words_of.SMALL_NUMBERS.get(match["count"]) or int(match["count"])
    return periods.after(asked.today, -count, match["unit"]) or Unclear()


def _yesterday(_: re.Match[str], asked: Asked) -> date:
    return asked.today - timedelta(days=1)


def _now(_: re.Match[str], asked: Asked) -> date:
    return asked.today


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Asked], date | Unclear]], ...] = (
    (re.compile(f"now|{words_of.TODAY}", re.IGNORECASE), _now),
    (re.compile("yesterday|gestern|hier|ayer|ontem|ieri|gisteren|wczoraj|igår|昨日"), _yesterday),
    (re.compile(rf"(?:the )?(?:end|close) of (?P<last>last|the last|previous) {_UNIT}"), _before),
    (re.compile(rf"(?P<last>last|previous) {_UNIT}"), _before),
    (
        re.compile(
            r"(?P<edge>(?:the )?(?:start|beginning) of)(?: the| this)?"
            rf"(?P<last> last| previous)? (?:fiscal )?{_UNIT}"
        ),
        _before,
    ),
    (
        re.compile(
            rf"(?P<count>[0-9]{{1,4}}|{words_of.alternatives(words_of.SMALL_NUMBERS)}) "
            r"(?P<unit>day|week|month|quarter|year)s? ago"
        ),
        _ago,
    ),
)


def _weekday(said: str, asked: Asked) -> date | None:
    """The last such day before today."""
    name = re.sub(r"^(?:last|previous|letzte[nrs]?|dernier|pasado) ", "", said)
    weekday = words_of.weekdays(asked.locale).get(name)
    if weekday is None:
        return None
    return asked.today - timedelta(days=(asked.today.weekday() - weekday - 1) % 7 + 1)


def _read(said: str, asked: Asked) -> date | Unclear:
    now = _whole(said, asked)
    if now is None:
        return Unclear()
    if isinstance(now.meant, date) and now.meant <= asked.today:
        return now.meant
    if now.why in {Why.IN_PAST, Why.TOO_FAR} and isinstance(now.readings[0], date):
        return now.readings[0]
    if _TO_COME.search(said):
        return now.meant if isinstance(now.meant, date) else Unclear()
    return _last_such(said, asked, now)


def _last_such(said: str, asked: Asked, now: Found) -> date | Unclear:
    """What has no year is looked for in the year that ends today."""
    since = replace(asked, today=asked.today - _YEAR + timedelta(days=1))
    found = _whole(said, since) or now
    if isinstance(found.meant, date):
        return found.meant
    readings = [each for each in found.readings if isinstance(each, date)]
    if found.why is Why.TWO_READINGS and len(readings) > 1:
        return Unclear(tuple(sorted({min(each, _passed(each, asked)) for each in readings})))
    return readings[0] if readings else Unclear()


def _passed(day: date, asked: Asked) -> date:
    """The same day a year before where it is still to come."""
    if day <= asked.today:
        return day
    return periods.day_of(day.year - 1, day.month, day.day) or day


def _whole(said: str, asked: Asked) -> Found | None:
    """The phrase that is all of the words."""
    for each in days(said, asked):
        if (each.span.start, each.span.end) == (0, len(said)):
            return each
    return None
