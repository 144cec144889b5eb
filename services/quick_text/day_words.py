"""The words for days, weeks, months, quarters in the languages people sell in. Names of months and
weekdays are Unicode's (Babel); the rest is here.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from babel import Locale

from services.text import locale_of

_ENGLISH = ("en_US", "en_GB")
_ABROAD = (
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
)
"""Full names of months that count for everybody: reading six more languages from Unicode's data
would take longer than the form may take to open.
"""
_SHORTEST = 3
_NOT_MONTHS = frozenset({"set", "out", "ago", "des"})
"""Short names of months that are everyday English words."""

TODAY = "today|heute|aujourd'hui|hoy|hoje|oggi|vandaag|dziś|dzisiaj|idag|今日|本日"
TOMORROW = "tomorrow|tmrw|tmr|morgen|demain|mañana|amanhã|domani|jutro|imorgon|明日"
AFTER_TOMORROW = (
    "(?:the )?day after tomorrow|übermorgen|après-demain|pasado mañana|depois de amanhã|dopodomani"
    "|overmorgen|pojutrze|明後日"
)
YESTERDAY = "yesterday|gestern|hier|ayer|ontem|ieri|gisteren|wczoraj|i ?går|昨日"
BEFORE_YESTERDAY = (
    "(?:the )?day before yesterday|vorgestern|avant-hier|anteayer|antes de ayer|anteontem"
    "|l'altro ieri|altroieri|eergisteren|przedwczoraj|i ?förrgår|一昨日|おととい"
)

UNITS: Mapping[str, str] = {
    "day": "days?|d|tage?n?|tages|jours?|días?|giorn[oi]|dag(?:en|ar)?|dzień|dni|日",
    "week": "weeks?|wks?|w|wochen?|semaines?|semanas?|settiman[ae]|week|weken|vecka|veckor"
    "|veckan|uger?|ugen|uker?|uken|tydzień|tygodnie|tygodni|tygodnia|tygodniu|週間?",
    "month": "months?|mos?|monate?n?|monats|mois|mes|meses|mês|mes[ei]|maand(?:en)?|månad(?:er)?"
    "|månaden|måned(?:en|er)?|miesiąc|miesiąca|miesiącu|miesiące|miesięcy|[かヶカケ]月|ヵ月",
    "quarter": "quarters?|qtrs?|quartale?|quartals|trimestres?|trimestr[ei]|kwarta(?:al|len)"
    "|kvartal|kvartalet|kwartał|kwartału|kwartale|四半期",
    "year": "years?|yrs?|y|jahre?n?|jahres|ans?|années?|años?|anos?|ann[oi]|jaar|jaren|år|året"
    "|rok|roku|lata|lat|年",
}
"""What a stretch of time is counted in."""
SMALL_NUMBERS: Mapping[str, int] = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "a couple of": 2,
    "ein": 1, "eine": 1, "einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5,
    "sechs": 6, "acht": 8, "zehn": 10,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "huit": 8, "dix": 10,
    "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "diez": 10,
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "três": 3, "quatro": 4,
    "due": 2, "tre": 3, "quattro": 4, "sei": 6, "een": 1, "twee": 2, "drie": 3, "zes": 6,
}  # fmt: skip
_IN: Mapping[str, str] = {
    "en": "in|within",
    "de": "in|innerhalb von|in den nächsten",
    "fr": "dans|d'ici",
    "es": "en|dentro de",
    "pt": "em|daqui a|dentro de",
    "it": "tra|fra|entro",
    "nl": "over|binnen|in",
    "pl": "za|w ciągu",
    "sv": "om|inom",
    "nb": "om|innen",
    "da": "om|inden",
}
"""Before a stretch of time from now on; `over 3 years` is another thing in English."""
HENCE = " (?:from now|from today|time|hence)|後に?|以内"

EDGES: Mapping[str, str] = {
    "end": "end of(?: the)?|the end of(?: the)?|by end|end|late(?:st)? end of|eo"
    "|ende(?: de[sr])?|fin(?: du| de la| de l'| d'| des| de|)|finales de|final(?:es)? de(?:l| la)?"
    "|fin del?|fim d[eoa]|final d[oea]|fine(?: d[ie]l?| dell'|)|eind(?:e)?(?: van(?: de| het)?|)"
    "|koniec|końca|końcem|slutet av",
    "mid": "mid|middle of(?: the)?|mitte(?: de[sr])?|mi|mediados de(?:l)?|meados de"
    "|metà(?: di| del)?|half|medio|halverwege|połowa|połowy|połowie|mitten av",
    "start": "(?:the )?(?:start|beginning) of(?: the)?|anfang(?: de[sr])?|début(?: de| du)?"
    "|(?:principios|comienzos|inicios) de(?:l)?|(?:início|começo) d[eo]"
    "|inizio(?: di| del)?|begin(?: van)?|początek|początku|början av",
}
THIS = (
    "this|current|the|diese[nrsm]?|de[rs]|laufende[nrs]?|ce|cet|cette|este|esta|deste|questo"
    "|questa|deze|dit|tego"
)
NEXT = (
    "next|nächste[nrsm]?|naechste[nrsm]?|próxim[oa]|prossim[oa]|volgende?|następn\\w+|przyszł\\w+"
    "|nästa"
)
COMING = "this coming|coming|kommende[nrsm]?|diesen|this|komende?"
NEXT_AFTER = "prochaine?|próxim[oa]|que viene|que vem|prossim[oa]"

LAST = (
    "last|previous|prior|past|letzte[nrsm]?|vergangene[nrsm]?|vorige[nrsm]?|derni(?:er|ère)"
    "|últim[oa]|scors[oa]|ultim[oa]|vorige?|afgelopen|zeszł\\w+|ubiegł\\w+|poprzedni\\w*"
    "|förra|föregående|forrige|sidste"
)
"""Before what is over."""
LAST_AFTER = (
    "derni(?:er|ère)|passée?|précédente?|pasad[oa]|passad[oa]|anterior|scors[oa]|passat[oa]"
    "|precedente"
)
"""Behind it, in languages that put it there."""
GONE: Mapping[str, str] = {
    "week": "先週",
    "month": "先月",
    "quarter": "[前先]四半期",
    "year": "昨年|去年",
}
"""Single words for what is over, by what it is a stretch of."""
AGO = "ago|fa|geleden|temu|sedan|siden|atrás"
AGO_BEFORE = "vor|il y a|hace|há|för|for"
"""Beside a stretch of time: so long before today."""
THE = "the|de[rsmn]|die|das|i[mn]|le|la|el|lo|o|a|d?ello|del|nel|d[oae]|n[oa]|het|w"

ORDINALS: Mapping[str, int] = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "last": -1, "erster": 1, "ersten": 1, "zweiten": 2, "dritten": 3, "vierten": 4,
    "letzter": -1, "letzten": -1, "premier": 1, "deuxième": 2, "troisième": 3, "dernier": -1,
    "primer": 1, "segundo": 2, "tercer": 3, "último": -1, "última": -1,
    "primeiro": 1, "primeira": 1, "segunda": 2, "terceiro": 3, "terceira": 3,
    "primo": 1, "secondo": 2, "terzo": 3, "ultimo": -1, "ultima": -1,
    "eerste": 1, "tweede": 2, "derde": 3, "laatste": -1,
}  # fmt: skip
OF = "of(?: the)?|in(?: the)?|im|des|de la|de|du|del|di|van|w|av"


@lru_cache(maxsize=64)
def months(locale: str) -> Mapping[str, int]:
    """Names of months in small letters: the person's, English ones, full ones of a few others."""
    names: dict[str, int] = {}
    for each in _languages(locale):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                _add(names, each.months[context][width].items())
    for each in _ABROAD:
        _add(names, enumerate(each.split(), start=1))
    return {name: number for name, number in names.items() if _is_month(name, locale)}


@lru_cache(maxsize=64)
def weekdays(locale: str) -> Mapping[str, int]:
    """Names of weekdays in small letters, Monday is 0: full ones, and short English ones."""
    names: dict[str, int] = {}
    for each in _languages(locale):
        _add(names, each.days["format"]["wide"].items())
        if each.language in {"en", "pl", "ru", "sv", "nb", "da", "ja", "zh", "ko"}:
            _add(names, each.days["format"]["abbreviated"].items())
    more = {"tues": 1, "thur": 3, "thurs": 3, "sonnabend": 5}
    more |= {name.split("-")[0]: day for name, day in names.items() if name.endswith("-feira")}
    few = {"segunda", "terça", "quarta", "quinta", "sexta"}
    is_portuguese = locale_of(locale).language == "pt"
    kept = {name: day for name, day in more.items() if name not in few or is_portuguese}
    return names | kept


def ahead(locale: str) -> str:
    """A pattern of what says that a stretch of time lies ahead."""
    return "|".join((_IN["en"], _IN.get(locale_of(locale).language, _IN["en"])))


def alternatives(names: Iterable[str]) -> str:
    """A pattern of any of these, longest first."""
    return "|".join(re.escape(each) for each in sorted(names, key=len, reverse=True))


def _languages(locale: str) -> list[Locale]:
    """The person's own language, and English, in which many write whatever theirs is."""
    own = locale_of(locale)
    return [own, *(each for each in map(Locale.parse, _ENGLISH) if each != own)]


def _add(names: dict[str, int], pairs: Iterable[tuple[int, str]]) -> None:
    """What is there stays: the person's language comes first. Names with digits are no names."""
    for number, name in pairs:
        plain = name.lower().rstrip(".")
        if len(plain) >= _SHORTEST - _is_wide(plain) and not any(map(str.isdigit, plain)):
            names.setdefault(plain, number)
            bare = "".join(
                each
                for each in unicodedata.normalize("NFD", plain)
                if not unicodedata.combining(each)
            )
            names.setdefault(bare, number)


def _is_wide(name: str) -> int:
    return 2 if name[:1] > "\u2e80" else 0


def _is_month(name: str, locale: str) -> bool:
    return name not in _NOT_MONTHS or locale_of(locale).language != "en"
