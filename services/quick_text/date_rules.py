"""How each kind of phrase is written, and which day it means.

`<MONTH>`, `<WEEKDAY>`, `<NUMBER>`, `<ORDINAL>` and `<AHEAD>` stand for the words of the person's
language.
"""

from collections.abc import Callable
from datetime import date, timedelta

from services import periods
from services.periods import Period, fiscal_half, fiscal_quarter, fiscal_year
from services.quick_text import day_words as words_of
from services.quick_text.anchors import APART, GAP, LATIN, ends_phrase
from services.quick_text.days import (
    FULL,
    GOOD,
    LENGTH,
    WEAK,
    around,
    certain,
    day_and_month,
    doubtful,
    edge_of,
    full_year,
    in_order,
    of_month,
    of_week,
)
from services.quick_text.rule import Match, Rule
from services.quick_text.values import Asked, Found, Span, Why
from services.text import locale_of

_EDGE = "|".join(f"(?P<{name}>{words})" for name, words in words_of.EDGES.items())
_EDGED = rf"(?:(?:{_EDGE})(?: |-|(?<=eo)|(?<='))|(?P<vague>early|late|sometime in|anfang bis) )"
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in words_of.UNITS.items())
_YEAR = r"(?:19|20|21)[0-9]{2}"
_SUFFIX = r"(?:st|nd|rd|th|\.|er|re|º|ª|°|:e)?"
_WEEKDAY = r"(?:(?P<weekday><WEEKDAY>)\.?,? )?(?:(?:the|le|el|il|den|der|am|de|op) )?"
_SHORT_YEAR = (
    rf"(?P<y3>[23][0-9])(?!{GAP}?(?:[0-9kmt%€$£]|usd|eur|gbp|chf|mio|mln|tsd|tys|mil|lakh|cr"
    r"|grand))"
)
"""`15 jan 27`: two digits that no amount begins with."""
_OR = r" ?(?:[-/]| (?:or|to|and|oder|bis|und|ou|et|o|y|e|a) ) ?"
_LETTERS = {"w": "week", "m": "month", "q": "quarter", "y": "year"}


def _edge(match: Match) -> str:
    groups = match.groupdict()
    return next((each for each in words_of.EDGES if groups.get(each)), "")


def _unit(match: Match) -> str:
    return next(each for each in words_of.UNITS if match[each])


def _month(name: str, asked: Asked) -> int:
    return words_of.months(asked.locale)[name.lower()]


def _weekday(name: str, asked: Asked) -> int:
    return words_of.weekdays(asked.locale)[name.lower()]


def _iso(match: Match, asked: Asked) -> Found:
    year, month, day = (int(each) for each in match.group("y", "m", "d"))
    return certain(Span(*match.span()), periods.day_of(year, month, day), asked, FULL)


def _numeric(match: Match, asked: Asked) -> Found:
    year = full_year(match["y"]) if match.groupdict().get("y") else None
    numbers = int(match["a"]), int(match["b"])
    return in_order(Span(*match.span()), numbers, year, asked, is_dotted="." in match[0])


def _dotted(match: Match, asked: Asked) -> Found | None:
    """`30.09` where days are written so; elsewhere it is a number."""
    if "." not in locale_of(asked.locale).date_formats["short"].pattern:
        return None
    return _numeric(match, asked)


def _named(match: Match, asked: Asked) -> Found:
    """A day of a named month; a weekday beside it must be that day's."""
    span, day, number = Span(*match.span()), int(match["d"]), _month(match["month"], asked)
    year = match["y"] or match["y2"] or match["y3"] or match.groupdict().get("y2b")
    if year:
        exact = periods.day_of(full_year(year), number, day)
        found = certain(span, exact, asked, FULL)
    else:
        found = day_and_month(span, day, number, asked, GOOD)
    if match["y3"] and _goes_on(match):
        coming = day_and_month(span, day, number, asked, GOOD).meant
        both = [each for each in (coming, found.meant) if isinstance(each, date)]
        return doubtful(span, Why.TWO_READINGS, GOOD, *both)
    weekday = match["weekday"]
    if not weekday or not isinstance(found.meant, date):
        return found
    if found.meant.weekday() == _weekday(weekday, asked):
        return found
    return doubtful(span, Why.OTHER_WEEKDAY, found.certainty, found.meant)


def _either(match: Match, _: Asked) -> Found:
    """`oct 5-7`, `5th or 6th of October`: two days where one is asked for."""
    return doubtful(Span(*match.span()), Why.SEVERAL, GOOD)


def _goes_on(match: Match) -> bool:
    """Whether a word follows that belongs to the number: `15 oct 30 seats`, `2nd half`."""
    is_word = match.string[match.end() : match.end() + 2].lstrip()[:1].isalpha()
    return is_word and not ends_phrase(match.string, match.end())


def _of_any_month(match: Match, asked: Asked) -> Found | None:
    """`the 15th`, `Friday the 11th`: the next such day."""
    if _goes_on(match):
        return None
    span, day = Span(*match.span()), int(match["d"])
    months = [periods.month(asked.today.year, asked.today.month + more) for more in range(3)]
    days = [periods.day_of(each.first.year, each.first.month, day) for each in months]
    coming = next((each for each in days if each and each >= asked.today), None)
    if coming and match["weekday"] and coming.weekday() != _weekday(match["weekday"], asked):
        return doubtful(span, Why.OTHER_WEEKDAY, LENGTH, coming)
    return certain(span, coming, asked, LENGTH)


def _of_month(match: Match, asked: Asked) -> Found:
    """`end of September`, `mid October 2027`; a month alone is its last day."""
    span, number, edge = Span(*match.span()), _month(match["month"], asked), _edge(match)
    year = match["y"] or match["y2"]
    certainty = GOOD if edge or year else WEAK
    if match["vague"]:
        return doubtful(span, Why.VAGUE, GOOD)
    if year:
        day = edge_of(periods.month(full_year(year), number), edge)
        return certain(span, day, asked, certainty)
    if match["next"] and number > asked.today.month:
        this, then = (
            edge_of(periods.month(asked.today.year + more, number), edge) for more in (0, 1)
        )
        return doubtful(span, Why.TWO_READINGS, GOOD, this, then)
    return of_month(span, number, edge, asked, certainty)


def _quarter(match: Match, asked: Asked) -> Found:
    """A fiscal quarter or half; without a year, the next that has not ended."""
    span, edge = Span(*match.span()), _edge(match)
    year = match["y"] or match["y1"]
    certainty = GOOD if edge or year else WEAK
    if match["vague"]:
        return doubtful(span, Why.VAGUE, GOOD)
    number = int(match["q"] or match["q2"] or match["q3"] or match["h"])
    of_year = fiscal_half if match["h"] else fiscal_quarter
    name = full_year(year) if year else periods.fiscal_year_of(asked.today, asked.fiscal_start)
    period = of_year(name, number, asked.fiscal_start)
    if not year and period.last < asked.today:
        period = of_year(name + 1, number, asked.fiscal_start)
    return _edge_ahead(span, period, edge, asked, certainty)


def _edge_ahead(span: Span, period: Period, edge: str, asked: Asked, certainty: int) -> Found:
    day = edge_of(period, edge)
    if day < asked.today <= period.last:
        return doubtful(span, Why.JUST_PASSED, certainty)
    return certain(span, day, asked, certainty)


def _fiscal(match: Match, asked: Asked) -> Found:
    name = full_year(match["y"])
    day = edge_of(fiscal_year(name, asked.fiscal_start), _edge(match))
    return certain(Span(*match.span()), day, asked, GOOD)


def _year(match: Match, asked: Asked) -> Found | None:
    """`end of 2027`: asked about where the company's year ends on another day."""
    span, edge, name = Span(*match.span()), _edge(match), int(match["y"])
    plain = edge_of(periods.months(name, 1, periods.MONTHS), edge)
    fiscal = edge_of(fiscal_year(name, asked.fiscal_start), edge)
    if plain != fiscal:
        return doubtful(span, Why.TWO_READINGS, GOOD, *sorted({plain, fiscal}))
    return certain(span, plain, asked, GOOD)


def _this_period(match: Match, asked: Asked) -> Found | None:
    """`end of the month`, `next quarter`, `eoy`. A week alone has no one day."""
    groups = match.groupdict()
    unit = _LETTERS.get((match["letter"] or "").lower()) or _unit(match)
    edge = "end" if match["ending"] or match["letter"] else _edge(match)
    is_next = bool(groups.get("next") or groups.get("next_after"))
    if unit == "day" or not (edge or is_next or groups.get("this")):
        return None
    span, certainty = Span(*match.span()), GOOD if edge else WEAK
    if groups.get("vague"):
        return doubtful(span, Why.VAGUE, GOOD)
    if unit == "week":
        return of_week(span, edge, asked, int(is_next))
    return _edge_ahead(span, around(unit, asked, int(is_next)), edge, asked, certainty)


def _compound(match: Match, asked: Asked) -> Found:
    span, name = Span(*match.span()), match["unit"].lower()
    if name == "wochen":
        return of_week(span, "end", asked, 0)
    unit = {"monats": "month", "quartals": "quarter"}.get(name, "year")
    return certain(span, around(unit, asked, 0).last, asked, GOOD)


def _a_weekday(match: Match, asked: Asked) -> Found:
    """The coming one; `next Friday` only when this week's and next week's are not both ahead."""
    span, weekday = Span(*match.span()), _weekday(match["weekday"], asked)
    coming = periods.next_weekday(asked.today, weekday)
    following = periods.week_of(asked.today, 1).first + timedelta(days=weekday)
    if match["of_next"]:
        return certain(span, following, asked, GOOD)
    if match["next"] or match["next_after"]:
        if coming != following:
            return doubtful(span, Why.TWO_READINGS, GOOD, coming, following)
        return certain(span, coming, asked, GOOD)
    certainty = GOOD if match["coming"] else WEAK
    if asked.today.weekday() == weekday:
        return doubtful(span, Why.TWO_READINGS, certainty, asked.today, coming)
    return certain(span, coming, asked, certainty)


def _nth(match: Match, asked: Asked) -> Found:
    """`last Friday of March`, `second Tuesday of next month`, `last day of October`."""
    span, place = Span(*match.span()), words_of.ORDINALS[match["ordinal"].lower()]
    if match["month"]:
        number = _month(match["month"], asked)
        year = int(match["y"]) if match["y"] else None
        years = (year,) if year else (asked.today.year, asked.today.year + 1)
        within = [periods.month(each, number) for each in years]
    else:
        more = 1 if match["next"] else 0
        within = [periods.month(asked.today.year, asked.today.month + more)]
    found = [_placed(each, match["weekday"], place, asked) for each in within]
    ahead = [each for each in found if each and each >= asked.today]
    return certain(span, ahead[0] if ahead else found[-1], asked, GOOD)


def _placed(within: Period, weekday: str | None, place: int, asked: Asked) -> date | None:
    if weekday:
        return periods.nth_weekday(within, _weekday(weekday, asked), place)
    return within.last if place < 0 else within.first + timedelta(days=place - 1)


def _stretch(match: Match, asked: Asked) -> Found:
    """`in 3 weeks`, `10 days from now`; `3 weeks` alone needs a word before it."""
    written = match["count"].lower()
    count = words_of.SMALL_NUMBERS.get(written) or int(written if written.isdigit() else 0)
    groups = match.groupdict()
    certainty = GOOD if groups.get("ahead") or groups.get("hence") else LENGTH
    day = periods.after(asked.today, count, _unit(match))
    span = Span(*match.span())
    return certain(span, day, asked, certainty) if day else doubtful(span, Why.TOO_FAR, certainty)


def _soon(days: int) -> Callable[[Match, Asked], Found]:
    def read(match: Match, asked: Asked) -> Found:
        day = asked.today + timedelta(days=days)
        return certain(Span(*match.span()), day, asked, WEAK)

    return read


_SPAN_OF_YEAR = rf"(?:[ /-]?(?:of )?(?:fy ?)?'?(?P<y>{_YEAR}|[0-9]{{2}}))?"
_MONTHS_YEAR = rf"(?:,?(?: (?:of|de|del|di|van) | |[-/.])(?P<y>{_YEAR})|[ -/]?'(?P<y2>[0-9]{{2}}))?"

RULES = (
    Rule(r"(?P<y>[0-9]{4})(?P<by>[-/.])(?P<m>[0-9]{1,2})(?P=by)(?P<d>[0-9]{1,2})", _iso),
    Rule(
        r"(?P<a>[0-9]{1,2})(?P<by>[-/.])(?P<b>[0-9]{1,2})(?P=by)(?P<y>[0-9]{4}|[0-9]{2})", _numeric
    ),
    Rule(r"(?P<a>[0-9]{1,2})(?:/(?P<b>[0-9]{1,2}))", _numeric),
    Rule(r"(?P<a>[0-9]{1,2})\. ?(?P<b>[0-9]{1,2})\.", _numeric),
    Rule(
        rf"{_WEEKDAY}(?P<d>[0-9]{{1,2}}){_SUFFIX}(?:[ -/]|(?=[a-z]))(?:of |de |di |van )?"
        rf"(?P<month><MONTH>)\.?(?:,?(?: (?:de|del|di|van) | |[-/.])(?P<y>{_YEAR})"
        rf"|[ -/]?'(?P<y2>[0-9]{{2}})|[-/](?P<y2b>[0-9]{{2}})| {_SHORT_YEAR})?",
        _named,
    ),
    Rule(
        rf"{_WEEKDAY}(?P<month><MONTH>)\.?[ -](?P<d>[0-9]{{1,2}}){_SUFFIX}"
        rf"(?:,? (?P<y>{_YEAR})|,? '(?P<y2>[0-9]{{2}})|,? {_SHORT_YEAR})?",
        _named,
    ),
    Rule(
        rf"<MONTH>\.? [0-9]{{1,2}}{_SUFFIX}{_OR}[0-9]{{1,2}}{_SUFFIX}"
        rf"|[0-9]{{1,2}}{_SUFFIX}{_OR}[0-9]{{1,2}}{_SUFFIX} (?:of )?<MONTH>",
        _either,
    ),
    Rule(
        r"(?:(?P<weekday><WEEKDAY>)\.?,? )?(?:the )?(?P<d>[0-9]{1,2})(?:st|nd|rd|th)", _of_any_month
    ),
    Rule(
        rf"{_EDGED}?(?:(?:{words_of.THIS}|(?P<next>{words_of.NEXT})) )?(?P<month><MONTH>)\.?"
        rf"{_MONTHS_YEAR}(?! [0-9]{{1,2}}(?![0-9{LATIN}.,]))",
        _of_month,
    ),
    Rule(
        rf"{_EDGED}?(?:(?:fy ?'?(?P<y1>{_YEAR}|[0-9]{{2}}) )?(?:q|t|qtr ?|quarter )(?P<q>[1-4])"
        rf"|(?P<q2>[1-4])q|(?P<q3>[1-4])(?:\.|st|nd|rd|th|º|er|e|ème)? ?"
        rf"(?:quarter|quartal|trimestre)"
        rf"|h(?P<h>[12])){_SPAN_OF_YEAR}",
        _quarter,
    ),
    Rule(
        rf"{_EDGED}?(?:fy ?'?|fiscal(?: year)? |financial year )(?P<y>{_YEAR}|[0-9]{{2}})", _fiscal
    ),
    Rule(rf"(?:{_EDGE}) (?P<y>20[0-9]{{2}})", _year),
    Rule(
        rf"{_EDGED}?(?:(?P<this>{words_of.THIS})|(?P<next>{words_of.NEXT}))?(?(this) )(?(next) )"
        rf"(?:fiscal )?(?:{_UNIT}|(?<=eo)f?(?P<letter>[wmqy]))"
        rf"(?: (?P<next_after>{words_of.NEXT_AFTER}))?"
        r"(?:[ -](?P<ending>end))?",
        _this_period,
    ),
    Rule(
        rf"(?:(?P<coming>{words_of.COMING}) |(?P<next>{words_of.NEXT}) )?(?P<weekday><WEEKDAY>)"
        rf"(?P<of_next> (?:of )?(?:next week|nächster woche|nächste woche))?"
        rf"(?: (?P<next_after>{words_of.NEXT_AFTER}))?",
        _a_weekday,
    ),
    Rule(
        r"(?:the |el |il |der |am |le )?(?P<ordinal><ORDINAL>) (?:(?P<weekday><WEEKDAY>)"
        rf"|day|tag|jour|día|dia|giorno|dag) (?:{words_of.OF}) "
        rf"(?:(?P<month><MONTH>)(?: (?P<y>{_YEAR}))?"
        rf"|(?:(?P<next>next)|this|the)? ?month)",
        _nth,
    ),
    Rule(
        rf"(?:(?P<ahead><AHEAD>) )?(?P<count><NUMBER>)(?: (?=[^ ])|(?<=[0-9]))(?:{_UNIT})"
        rf"(?P<hence>{words_of.HENCE})?(?! (?:{APART})(?![{LATIN}]))",
        _stretch,
    ),
    Rule(r"(?P<unit>wochen|monats|quartals|jahres)ende", _compound),
    Rule(r"(?P<a>[0-9]{1,2})\.(?P<b>[0-9]{2})(?!\.)", _dotted),
    Rule(words_of.AFTER_TOMORROW, _soon(2)),
    Rule(words_of.TODAY, _soon(0)),
    Rule(words_of.TOMORROW, _soon(1)),
)
