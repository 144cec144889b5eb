"""What multiplies a number, in the languages people sell in: `k`, `Mio.`, `lakh`, `億`."""

from functools import lru_cache

from services.text import locale_of

_EVERYWHERE = {
    "k": 3, "m": 6, "mm": 6, "mn": 6, "mio": 6, "mln": 6, "mill": 6, "b": 9, "bn": 9, "bln": 9,
    "mrd": 9, "mld": 9, "mia": 9, "md": 9, "t": 3, "tsd": 3, "tausend": 3, "tys": 3, "thsd": 3,
    "тыс": 3, "млн": 6, "млрд": 9,
    "thousand": 3, "grand": 3, "million": 6, "millions": 6,
    "millionen": 6, "milliarde": 9, "milliarden": 9,
    "millones": 6, "millón": 6, "milhão": 6, "milhões": 6, "mi": 6,
    "bilhão": 9, "bilhões": 9, "bi": 9,
    "milione": 6, "milioni": 6, "miliardo": 9, "miliardi": 9, "mila": 3,
    "duizend": 3, "miljoen": 6, "miljard": 9, "tysiące": 3, "tysięcy": 3,
    "milion": 6, "miliony": 6, "milionów": 6, "miliard": 9, "miliardy": 9, "miliardów": 9,
    "tusen": 3, "miljoner": 6, "milliard": 9, "milliards": 9,
    "lakh": 5, "lakhs": 5, "lac": 5, "lacs": 5, "crore": 7, "crores": 7, "cr": 7,
}  # fmt: skip
_BY_LANGUAGE: dict[str, dict[str, int]] = {
    "en": {"billion": 9, "billions": 9, "trillion": 12},
    "es": {"mil": 3, "mil millones": 9, "mm": 6},
    "pt": {"mil": 3},
    "fr": {"mille": 3},
    "ja": {"千": 3, "万": 4, "億": 8},
    "zh": {"千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8},
    "ko": {"천": 3, "만": 4, "억": 8},
}
_CLEAR_ANYWHERE = ("ja", "zh", "ko")
ASIAN = "[億亿억万萬만千천]"
TIMES = "[千천百백]"
"""Before another multiplier, `5千万`."""
_HUNDREDS = {"百": 2, "백": 2}
_ABBREVIATED = frozenset({
    "mio", "mln", "mrd", "mld", "tsd", "tys", "cr", "mill", "mia", "bn", "mn", "тыс", "млн",
    "млрд",
})  # fmt: skip
_LOCAL_ONLY: dict[str, tuple[str, ...]] = {
    "t": ("de", "sv", "nb", "da"),
    "mi": ("pt",),
    "bi": ("pt",),
    "md": ("fr",),
}
"""Too short to be read so in another language."""


@lru_cache(maxsize=64)
def scales(locale: str) -> dict[str, int]:
    """The multipliers of the person's language beside the usual ones, as powers of ten."""
    language = locale_of(locale).language
    known = {
        name: power
        for name, power in _EVERYWHERE.items()
        if language in _LOCAL_ONLY.get(name, (language,))
    }
    for each in (*_CLEAR_ANYWHERE, "en", language):
        known |= _BY_LANGUAGE.get(each, {})
    if locale_of(locale).territory == "IN":
        known["l"] = known["lakh"]
    if language != "en":
        known.pop("billion", None)  # ten to the twelfth in most other languages
    return known


@lru_cache(maxsize=64)
def pattern(locale: str) -> str:
    """Any multiplier, longest first, with the full stop of its abbreviation."""
    known = sorted(scales(locale), key=len, reverse=True)
    return "(?:" + "|".join(f"{name}{_stop(name)}" for name in known) + ")"


def power(named: str, locale: str) -> int:
    """The power of ten this multiplier stands for."""
    name = " ".join(named.lower().rstrip(".").split())
    return _HUNDREDS.get(name) or scales(locale)[name]


def _stop(name: str) -> str:
    return r"\.?" if name in _ABBREVIATED else ""
