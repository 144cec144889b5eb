"""The past day that words mean: `30 sep`, `end of last quarter`, `last friday`, `2 weeks ago`.

Pure. Days are read as quick text reads them, in the person's order; what has no year is the last
such day instead of the next.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services import periods
from services.quick_text import Asked, Why
from services.quick_text import day_words as words_of
from services.quick_text.dates import days
from services.quick_text.days import around
from services.quick_text.folding import folded, without_accents_too
from services.quick_text.values import Found

MOST = 100
_LEAD = re.compile(
    r"^(?:as of|since|on|at|from|by|am|zum|seit(?: dem)?|depuis(?: le)?|desde|dal|sinds|od|från)\s+"
)
_LAST_DAY = re.compile(r"^(?:the )?last day of (?:the )?")
_TO_COME = re.compile(
    rf"\b(?:{'|'.join(words_of.UNITS.values())}|{words_of.TOMORROW}|{words_of.AFTER_TOMORROW}"
    rf"|{words_of.NEXT}|{words_of.COMING}|eo[dwmqy]|(?:monats|quartals|jahres)ende)\b",
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
    typed = _LEAD.sub("", " ".join(folded(words[:MOST], ".").split()).casefold())
    said = _LAST_DAY.sub("end of ", typed.rstrip("."))
    for pattern, read in _RULES:
        match = pattern.fullmatch(said)
        meant = read(match, asked) if match else None
        if meant is not None:
            return meant
    meant = _weekday(said, asked) or _read(said, asked)
    return (
        _read(typed, asked) if meant == Unclear() else meant
    )  # `30.9.` is nothing without its end


def _gone(match: re.Match[str], asked: Asked) -> date | None:
    """The end of a period that is over, or how one began; None for one that is still to end."""
    is_last = match["last"] or match["behind"]
    period = _period(_unit(match), asked, -1 if is_last else 0)
    if match["start"]:
        return period.first - timedelta(days=1)
    return period.last if is_last else None


def _in_one_word(match: re.Match[str], asked: Asked) -> date:
    return _period(_unit(match), asked, -1).last


def _unit(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return next(name for name in words_of.UNITS if groups.get(name))


def _period(unit: str, asked: Asked, later: int) -> periods.Period:
    return periods.week_of(asked.today, later) if unit == "week" else around(unit, asked, later)


def _ago(match: re.Match[str], asked: Asked) -> date | Unclear | None:
    if not (match["lead"] or match["ago"]):
        return None
    count = words_of.SMALL_NUMBERS.get(match["count"]) or int(match["count"])
    return periods.after(asked.today, -count, _unit(match)) or Unclear()


def _days_before(count: int) -> "_Read":
    return lambda _, asked: asked.today - timedelta(days=count)


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(without_accents_too(words))


def _named(words: Mapping[str, str]) -> str:
    return "|".join(f"(?P<{name}>{each})" for name, each in words.items())


_Read = Callable[[re.Match[str], Asked], date | Unclear | None]
_PERIODS = {name: words for name, words in words_of.UNITS.items() if name != "day"}
_THE = rf"(?:(?:{words_of.THIS}|{words_of.THE}) |(?:d?e?l)?l')"
_EDGE = rf"(?P<start>{words_of.EDGES['start']})|(?P<end>{words_of.EDGES['end']}|close of(?: the)?)"
_RULES: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (_pattern(f"now|{words_of.TODAY}"), _days_before(0)),
    (_pattern(words_of.YESTERDAY), _days_before(1)),
    (_pattern(words_of.BEFORE_YESTERDAY), _days_before(2)),
    (_pattern(_named(words_of.GONE)), _in_one_word),
    (
        _pattern(
            rf"(?:(?:{_EDGE})(?: |(?<=')))?{_THE}?(?:(?P<last>{words_of.LAST}) )?(?:fiscal )?"
            rf"(?:{_named(_PERIODS)})(?: (?P<behind>{words_of.LAST_AFTER}))?(?:(?:'s)? end)?"
        ),
        _gone,
    ),
    (
        _pattern(
            rf"(?:(?P<lead>{words_of.AGO_BEFORE}) )?"
            rf"(?P<count>[0-9]{{1,4}}|{words_of.alternatives(words_of.SMALL_NUMBERS)}) ?"
            rf"(?:{_named(words_of.UNITS)})(?P<ago> (?:{words_of.AGO})|前)?"
        ),
        _ago,
    ),
)
_LAST_SUCH = _pattern(
    rf"{_THE}?(?:(?:{words_of.LAST}) )?(?P<name>.+?)(?: (?:{words_of.LAST_AFTER}))?"
)


def _weekday(said: str, asked: Asked) -> date | None:
    """The last such day before today."""
    match = _LAST_SUCH.fullmatch(said)
    weekday = words_of.weekdays(asked.locale).get(match["name"]) if match else None
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
