"""What digits with separators may mean, in the reader's language. Exact: never a float."""

import re
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_decimal_symbol, get_group_symbol

from services.quick_text.folding import NO_BREAK
from services.text import locale_of

NUMBER = (
    rf"(?:\d{{1,3}}(?:[ {NO_BREAK}']\d{{3}})++(?!\d)(?:[.,]\d++)?"
    r"|\d++(?:[.,']\d++)*+|[.,]\d++)"
)
"""A number as people write it; whether it means anything `readings` says."""

_BY_SPACES = re.compile(rf"\d{{1,3}}(?:[ {NO_BREAK}']\d{{3}})+([.,]\d+)?")
_BY_THREES = r"\d{1,3}(?:[%s]\d{3})+"
_BY_TWOS = r"\d{1,2}(?:[%s]\d{2})+[%s]\d{3}"
_THREE = 3

_UNITS = {
    "a": 1, "an": 1, "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_PLAIN = "|".join(sorted([*_UNITS, *_TENS], key=len, reverse=True))
_LARGE = "|".join(("hundred", *_SCALES))
IN_WORDS = (
    rf"(?:half an? (?:million|billion)|(?:{_PLAIN})(?:[ -](?:and[ -])?(?:{_PLAIN}|{_LARGE}))+)"
)
"""`two hundred thousand`, `half a million`: English only."""


@lru_cache(maxsize=64)
def point_of(locale: str) -> str:
    """What stands before decimals in this language: `.` or `,`."""
    return "," if get_decimal_symbol(locale_of(locale)) == "," else "."


@lru_cache(maxsize=64)
def groups_by_spaces(locale: str) -> bool:
    """Whether this language writes `48 000`."""
    return get_group_symbol(locale_of(locale)).isspace()


def readings(written: str, locale: str, *, is_scaled: bool) -> tuple[Decimal, ...]:
    """All this number may mean: one when it is clear, none when it is no number. `is_scaled`: a
    multiplier follows, so that three decimals are nothing unusual.
    """
    if _BY_SPACES.fullmatch(written):
        return _spaced(written, locale)
    points = [each for each in written if each in ".,"]
    if "'" in written:
        return ()
    if not points:
        return (Decimal(written),)
    if len(points) == 1:
        return _one_point(written, points[0], point_of(locale), is_scaled=is_scaled)
    return _several_points(written, points[0], points[-1])


def value_of_words(written: str) -> Decimal | None:
    """What these English number words mean, None when they make no number."""
    words = re.split(r"[ -]+", written.lower())
    if words[0] == "half":
        return Decimal(_SCALES[words[-1]]) / 2
    total, part, last = 0, 0, 10**12
    for word in words:
        if word in _SCALES:
            if _SCALES[word] >= last or not part:
                return None
            total, part, last = total + part * _SCALES[word], 0, _SCALES[word]
            continue
        joined = _joined(part, word)
        if joined is None:
            return None
        part = joined
    return Decimal(total + part)


def _joined(part: int, word: str) -> int | None:
    """`word` after what makes `part`: `twenty` and `four` are 24, `four` and `twenty` nothing."""
    if word == "and":
        return part if part >= 100 and part % 100 == 0 else None  # noqa: PLR2004  # a hundred
    if word == "hundred":
        return part * 100 if 0 < part < 10 else None  # noqa: PLR2004  # two hundred
    if word in _TENS:
        return part + _TENS[word] if part % 100 == 0 else None
    is_free = part % 100 == 0 or (part % 10 == 0 and part % 100 >= 20 and _UNITS[word] < 10)  # noqa: PLR2004  # twenty-four
    return part + _UNITS[word] if is_free else None


def _spaced(written: str, locale: str) -> tuple[Decimal, ...]:
    """Thousands parted by spaces: where the language does not, it may be two numbers."""
    whole = Decimal(re.sub(rf"[ {NO_BREAK}']", "", written).replace(",", "."))
    last = written.rsplit(" ", 1)[-1]
    if " " not in written or last.startswith("0") or groups_by_spaces(locale):
        return (whole,)
    return (whole, Decimal(last.replace(",", ".")))


def _one_point(written: str, mark: str, point: str, *, is_scaled: bool) -> tuple[Decimal, ...]:
    before, after = written.split(mark)
    decimal = Decimal(f"{before or '0'}.{after}")
    if len(after) != _THREE or not before or len(before) > _THREE or before.startswith("0"):
        return (decimal,)
    grouped = Decimal(before + after)
    if mark != point:
        return (grouped,)
    return (decimal,) if is_scaled else (decimal, grouped)


def _several_points(written: str, group: str, last: str) -> tuple[Decimal, ...]:
    whole, _, fraction = written.rpartition(last) if last != group else (written, "", "")
    mark = re.escape(group)
    is_grouped = re.fullmatch(_BY_THREES % mark, whole) or re.fullmatch(
        _BY_TWOS % (mark, mark), whole
    )
    if not is_grouped:
        return ()
    return (Decimal(f"{whole.replace(group, '')}.{fraction or '0'}"),)
