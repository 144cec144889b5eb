"""Words in the one form the patterns are written for, character by character: a place in it is the
same place in what was typed.
"""

import unicodedata

NO_BREAK = "\u00a0"
_NO_BREAKS = frozenset("\u00a0\u202f\u2007\u2009\u2008\u200a")
_APOSTROPHES = frozenset("\u2019\u2018\u02bc\u0060\u00b4")
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d")
_ARABIC_POINT, _ARABIC_GROUP = "\u066b", "\u066c"


def folded(words: str, point: str) -> str:
    """Digits as ASCII, one kind of dash, apostrophe and space; equally long. `point` is
    what stands before decimals in the reader's language.
    """
    return "".join(_character(each, point) for each in words)


def without_accents_too(pattern: str) -> str:
    """The pattern for those who leave accents out: `ń` or `n`. It holds no accents in sets."""
    return "".join(f"[{each}{_bare(each)}]" if _bare(each) else each for each in pattern)


def _bare(each: str) -> str:
    """The Latin letter without its accent; nothing for any other."""
    letter = unicodedata.normalize("NFD", each)[0]
    return letter if letter != each and letter.isascii() else ""


def _character(each: str, point: str) -> str:
    if each.isascii():
        return each if each.isprintable() else " "
    digit = unicodedata.decimal(each, None)
    if digit is not None:
        return str(digit)
    return _mark(each, point) or _composed(each)


def _mark(each: str, point: str) -> str | None:
    if each in _NO_BREAKS:
        return NO_BREAK
    if each in _APOSTROPHES:
        return "'"
    if each in _DASHES:
        return "-"
    if each == _ARABIC_POINT:
        return point
    if each == _ARABIC_GROUP:
        return "," if point == "." else "."
    return None


def _composed(each: str) -> str:
    if each.isspace() or unicodedata.category(each) in {"Cf", "Cc", "Cs", "Zl", "Zp"}:
        return " "
    whole = unicodedata.normalize("NFKC", each)
    is_number = unicodedata.numeric(each, None) is not None and not each.isalpha()
    return whole if len(whole) == 1 and not is_number else each
