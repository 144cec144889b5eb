"""Days in Japanese, Chinese and Korean, where no spaces part the words."""

from datetime import timedelta

from services import periods
from services.quick_text.days import (
    FULL,
    GOOD,
    WEAK,
    around,
    certain,
    day_and_month,
    doubtful,
    edge_of,
    of_month,
    of_week,
)
from services.quick_text.rule import Match, Rule
from services.quick_text.values import Asked, Found, Span, Why


def _asian_day(match: Match, asked: Asked) -> Found:
    span, number, day = Span(*match.span()), int(match["m"]), int(match["d"])
    if match["y"]:
        return certain(span, periods.day_of(int(match["y"]), number, day), asked, FULL)
    if match["later"]:
        year = asked.today.year + 1
        return certain(span, periods.day_of(year, number, day), asked, FULL)
    if not 1 <= number <= periods.MONTHS:
        return doubtful(span, Why.NO_SUCH_DAY, GOOD)
    return day_and_month(span, day, number, asked, GOOD)


def _asian_month(match: Match, asked: Asked) -> Found | None:
    span, number = Span(*match.span()), int(match["m"])
    if not 1 <= number <= periods.MONTHS:
        return None
    edge = {"末": "end", "底": "end", "中旬": "vague", "初": "start"}.get(match["edge"] or "", "")
    if edge == "vague":
        return doubtful(span, Why.VAGUE, GOOD)
    if match["y"]:
        return certain(span, edge_of(periods.month(int(match["y"]), number), edge), asked, GOOD)
    return of_month(span, number, edge, asked, GOOD if edge else WEAK)


def _asian_end(match: Match, asked: Asked) -> Found:
    span, later = Span(*match.span()), int((match["which"] or "") in {"来", "翌", "下个", "下"})
    if match["unit"] == "週":
        return of_week(span, "end", asked, later)
    unit = {"月": "month", "年": "year"}.get(match["unit"], "quarter")
    return certain(span, around(unit, asked, later).last, asked, GOOD)


def _asian_weekday(match: Match, asked: Asked) -> Found:
    span, weekday = Span(*match.span()), "月火水木金土日".index(match["weekday"])
    later = int(match["which"] in {"来週", "翌週"})
    day = periods.week_of(asked.today, later).first + timedelta(days=weekday)
    return certain(span, day, asked, GOOD)


def _asian_stretch(match: Match, asked: Asked) -> Found:
    unit = {"日": "day", "週": "week", "周": "week", "年": "year"}.get(match["unit"][0], "month")
    span, day = Span(*match.span()), periods.after(asked.today, int(match["count"]), unit)
    return certain(span, day, asked, GOOD) if day else doubtful(span, Why.TOO_FAR, GOOD)


RULES = (
    Rule(
        r"(?:(?P<y>[0-9]{4})[年년] ?|(?P<later>来年|明年))?(?<![0-9])(?P<m>[0-9]{1,2})[月월] ?"
        r"(?P<d>[0-9]{1,2})[日号號일]",
        _asian_day,
        is_unspaced=True,
    ),
    Rule(
        r"(?:(?P<y>[0-9]{4})[年년] ?)?(?<![0-9])(?P<m>[0-9]{1,2})[月월](?! ?[0-9間])"
        r"(?P<edge>末|底|初|中旬)?",
        _asian_month,
        is_unspaced=True,
    ),
    Rule(
        r"(?P<which>今|来|翌|当|本|这个|下个|下)?(?P<unit>月|年|週|四半期|季度)末",
        _asian_end,
        is_unspaced=True,
    ),
    Rule(
        r"(?P<which>来週|翌週|今週)の?(?P<weekday>[月火水木金土日])曜日?",
        _asian_weekday,
        is_unspaced=True,
    ),
    Rule(
        r"(?<![0-9])(?P<count>[0-9]{1,3}) ?(?P<unit>日|週間?|周|[かヶカケヵ个個]月|年)"
        r"(?:間)?(?:後|后|以内)",
        _asian_stretch,
        is_unspaced=True,
    ),
)
