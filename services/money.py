"""Amounts as people write them, and how they round. Exact: digits and Decimal, never a float."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Annotated, cast

from babel.core import get_global
from babel.numbers import get_currency_precision, get_currency_symbol, get_decimal_symbol
from pydantic import AfterValidator

from services.errors import InvalidInput, Problem
from services.text import locale_of, refused

MOST = Decimal("9999999999999.99")
"""What DECIMAL(15,2) holds."""
DECIMALS = 2

_MULTIPLIERS = {"": 0, "k": 3, "m": 6, "mn": 6, "mio": 6, "b": 9, "bn": 9, "mrd": 9}
_LOOSE_GROUPS = " '\u2019"
"""Between thousands in any language: spaces and apostrophes cannot be taken for anything else."""
_MINUS = "-\u2212\ufe63\uff0d\u2010\u2011\u2013\u2014"
_ARABIC = {"\u066b": "decimal", "\u066c": "group"}
_MOST_WRITTEN = 60
_EVERYDAY_SIGNS = {"USD": "$", "CAD": "$", "AUD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def parse_amount(
    words: str, locale: str, *, currency: str | None = None, field: str = "deal_value"
) -> Decimal:
    """The amount in `words`, with two decimals: `48,000`, `48k`, `€1.2m`, in the reader's way.

    The sign of `currency` may stand beside it, no other. Thousands must be grouped as the
    reader's language groups them, so that 48.000 is never silently 48. Raises InvalidInput at
    `field`.
    """
    signed = _ascii(words, locale)
    written = _without_sign(signed, locale, currency)
    if _is_negative(signed) or _is_negative(written):
        raise InvalidInput.of(field, Problem.NEGATIVE)
    parts = _number(locale).fullmatch(written) if len(written) <= _MOST_WRITTEN else None
    if parts is None or not (parts["whole"] or parts["fraction"]):
        raise InvalidInput.of(field, _why_unreadable(written))
    whole = re.sub(r"\D", "", parts["whole"] or "")
    return _amount(whole, parts["fraction"] or "", _MULTIPLIERS[parts["times"].lower()], field)


def parse_signed(words: str, locale: str, *, currency: str, field: str) -> Decimal:
    """As `parse_amount`, with a minus in front or at the end for an amount below zero.

    Raises InvalidInput at `field`.
    """
    before, *after = re.split(f"[{_MINUS}]", words, maxsplit=2)
    if not after:
        return parse_amount(words, locale, currency=currency, field=field)
    if len(after) > 1 or (_has_digits(before) and _has_digits(after[0])):
        raise InvalidInput.of(field, Problem.NOT_AN_AMOUNT)
    return -parse_amount(before + after[0], locale, currency=currency, field=field)


@cache
def known_currencies() -> frozenset[str]:
    """The currencies that are money somewhere today (ISO 4217, by Unicode's list)."""
    territories = cast(
        "dict[str, list[tuple[str, object, object, bool]]]", get_global("territory_currencies")
    )
    return frozenset(
        code
        for used in territories.values()
        for code, _, until, is_tender in used
        if until is None and is_tender
    )


def minor_digits(currency: str) -> int:
    """Decimals of a currency, at most the two that are kept: EUR 2, JPY 0."""
    return min(get_currency_precision(currency), DECIMALS)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half up to the currency's minor unit."""
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), ROUND_HALF_UP)


def _kept(amount: Decimal) -> Decimal:
    if amount < 0:
        raise refused(Problem.NEGATIVE)
    if amount > MOST:
        raise refused(Problem.TOO_LARGE, most=str(MOST))
    if amount != amount.quantize(Decimal(1).scaleb(-DECIMALS)):
        raise refused(Problem.TOO_MANY_DECIMALS)
    return amount.quantize(Decimal(1).scaleb(-DECIMALS))


Amount = Annotated[Decimal, AfterValidator(_kept)]
"""An amount that can be kept: not negative, not too large, at most two decimals."""


def _known_currency(code: str) -> str:
    if code not in known_currencies():
        raise refused(Problem.NOT_A_CURRENCY)
    return code


CurrencyCode = Annotated[str, AfterValidator(_known_currency)]
"""A currency of today by its code, like EUR."""


def _amount(whole: str, fraction: str, shift: int, field: str) -> Decimal:
    """Shift the point by text, so that nothing is rounded on the way."""
    moved = fraction.ljust(shift, "0")
    whole, fraction = whole + moved[:shift], moved[shift:]
    if len(fraction) > DECIMALS:
        raise InvalidInput.of(field, Problem.TOO_MANY_DECIMALS)
    amount = Decimal(f"{whole or '0'}.{fraction.ljust(DECIMALS, '0')}")
    if amount > MOST:
        raise InvalidInput.of(field, Problem.TOO_LARGE, most=str(MOST))
    return amount


def _number(locale: str) -> re.Pattern[str]:
    point = _point(locale)
    group = "," if point == "." else "."
    last, others = locale_of(locale).decimal_formats[None].grouping  # (3, 2) in India
    grouped = rf"\d{{1,{others}}}(?P<by>[{re.escape(group + _LOOSE_GROUPS)}])"
    grouped += rf"(?:\d{{{others}}}(?P=by))*\d{{{last}}}"
    if others != last:
        grouped += rf"|\d{{1,{last}}}(?P<also>,)(?:\d{{{last}}}(?P=also))*\d{{{last}}}"
    times = "|".join(sorted(filter(None, _MULTIPLIERS), key=len, reverse=True))
    return re.compile(
        rf"(?P<whole>{grouped}|\d+)?(?:{re.escape(point)}(?P<fraction>\d+))? ?(?P<times>{times}|)",
        re.ASCII | re.IGNORECASE,
    )


def _point(locale: str) -> str:
    return "," if get_decimal_symbol(locale_of(locale)) == "," else "."


def _ascii(words: str, locale: str) -> str:
    """Digits of other scripts as ASCII, one kind of space. A ² is no digit of a number."""
    few = " ".join(words.split())[: _MOST_WRITTEN + 1]
    return " ".join("".join(_ascii_character(each, locale) for each in few).split())


def _ascii_character(character: str, locale: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character in _ARABIC:
        is_point = (_ARABIC[character] == "decimal") == (_point(locale) == ".")
        return "." if is_point else ","
    is_number = unicodedata.numeric(character, None) is not None
    return character if is_number else unicodedata.normalize("NFKC", character)


def _without_sign(written: str, locale: str, currency: str | None) -> str:
    if not currency:
        return written
    symbol = get_currency_symbol(currency, locale_of(locale))
    for sign in sorted({symbol, currency, _EVERYDAY_SIGNS.get(currency, currency)}, key=len)[::-1]:
        if written.upper().startswith(sign.upper()):
            return written[len(sign) :].strip()
        if written.upper().endswith(sign.upper()):
            return written[: -len(sign)].strip()
    return written


def _is_negative(written: str) -> bool:
    return bool(re.match(f"[{_MINUS}]", written)) and _has_digits(written)


def _has_digits(written: str) -> bool:
    return any(map(str.isdigit, written))


def _why_unreadable(written: str) -> Problem:
    is_digits = len(written) > _MOST_WRITTEN and re.fullmatch(r"[\d.,' ]+", written)
    return Problem.TOO_LARGE if is_digits else Problem.NOT_AN_AMOUNT
