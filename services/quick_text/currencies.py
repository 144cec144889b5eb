"""How people name currencies, and which is meant where a sign stands for several."""

import re
from collections.abc import Collection
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.numbers import get_territory_currencies, is_currency

from services.quick_text.folding import NO_BREAK
from services.quick_text.values import Asked
from services.text import locale_of

DOLLARS = frozenset({
    "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "BSD", "BBD", "BMD", "BND", "BZD", "FJD",
    "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "XCD",
})  # fmt: skip
_KRONOR = frozenset({"SEK", "NOK", "DKK", "ISK"})
_RUPEES = frozenset({"INR", "PKR", "LKR", "NPR", "MUR", "SCR"})
_YEN = frozenset({"JPY", "CNY"})
_PESOS = frozenset(["MXN", "ARS", "CLP", "COP", "PHP", "UYU", "DOP"])
_OF_TERRITORY = {
    "SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK", "PK": "PKR", "LK": "LKR", "NP": "NPR",
    "MU": "MUR", "MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP",
}  # fmt: skip

_SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS", "₫": "VND",
    "₴": "UAH", "₦": "NGN", "₱": "PHP", "฿": "THB", "₸": "KZT", "₡": "CRC", "₲": "PYG", "₵": "GHS",
    "₾": "GEL", "₼": "AZN", "֏": "AMD", "៛": "KHR",
    "$US": "USD", "$ US": "USD", "$CA": "CAD", "$ CA": "CAD", "$AU": "AUD", "$NZ": "NZD",
    "US$": "USD", "U$S": "USD", "USD$": "USD", "C$": "CAD", "CA$": "CAD", "CAD$": "CAD",
    "A$": "AUD", "AU$": "AUD", "AUD$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD",
    "SG$": "SGD", "NT$": "TWD", "R$": "BRL", "MX$": "MXN", "CN¥": "CNY", "JP¥": "JPY",
    "RM": "MYR", "Rp": "IDR", "Rp.": "IDR", "SFr.": "CHF", "SFr": "CHF", "Fr.": "CHF",
    "zł": "PLN", "zl": "PLN", "Kč": "CZK", "円": "JPY", "원": "KRW", "人民币": "CNY",
    "人民幣": "CNY",
    "руб.": "RUB", "руб": "RUB", "грн": "UAH",  # noqa: RUF001  # Cyrillic is meant
}  # fmt: skip
_NAMES = {
    "euro": "EUR", "euros": "EUR", "eurot": "EUR", "евро": "EUR", "ユーロ": "EUR", "欧元": "EUR",
    "us dollars": "USD", "us dollar": "USD", "us-dollar": "USD", "米ドル": "USD", "美元": "USD",
    "pounds": "GBP", "sterling": "GBP", "quid": "GBP", "ポンド": "GBP",
    "franken": "CHF", "swiss francs": "CHF", "schweizer franken": "CHF", "francs suisses": "CHF",
    "yen": "JPY", "yuan": "CNY", "rmb": "CNY", "renminbi": "CNY", "reais": "BRL",
    "zloty": "PLN", "zlotys": "PLN", "złotych": "PLN", "złote": "PLN", "złoty": "PLN",
    "рублей": "RUB", "рубля": "RUB", "shekels": "ILS", "ringgit": "MYR", "baht": "THB",
}  # fmt: skip
_SHARED = {
    "$": DOLLARS, "dollar": DOLLARS, "dollars": DOLLARS, "dólares": DOLLARS, "dollari": DOLLARS,
    "ドル": DOLLARS, "kr": _KRONOR, "kr.": _KRONOR, "kronor": _KRONOR, "kroner": _KRONOR,
    "rs": _RUPEES, "rs.": _RUPEES, "rupees": _RUPEES, "rupee": _RUPEES, "¥": _YEN, "元": _YEN,
    "peso": _PESOS, "pesos": _PESOS,
}  # fmt: skip
"""Signs and names of several currencies: the company's own counts, then the person's country's."""
_WORDS_TOO = frozenset({
    "ALL", "AMD", "ANG", "BAM", "BOB", "CUP", "GEL", "LAK", "MAD", "MOP", "PEN", "SOS", "TOP",
    "TRY", "VES", "WST", "ZAR",
})  # fmt: skip
"""Codes that are words or firms: they count only in a company that uses them."""
_SMALL_TOO = frozenset({
    "USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "INR", "BRL",
    "PLN", "CZK", "HUF", "RON", "AED", "SAR", "SGD", "HKD", "CNY", "MXN", "ILS", "KRW", "THB",
    "MYR", "IDR", "PHP", "TWD", "TRY", "ZAR",
})  # fmt: skip
"""Codes that count in small letters as well; `cop` and `top` would be words."""
_COUNTRY = 2
"""Letters of a country's code; groups of countries have three digits."""
_SINCE, _UNTIL = date(2025, 1, 1), date(2026, 1, 1)
_LETTER = re.compile(r"[^\W\d_]")


@lru_cache(maxsize=64)
def pattern(used: frozenset[str]) -> str:
    """Any way to name a currency, for a company that uses these; longest first."""
    named = [*_SIGNS, *_NAMES, *_SHARED]
    small = sorted((_SMALL_TOO - _WORDS_TOO) | used)
    known = sorted((_codes() - _WORDS_TOO) | used)
    names = "|".join(_whole(each) for each in sorted(named, key=len, reverse=True))
    return rf"(?:{names}|{'|'.join(small)}|(?-i:{'|'.join(known)}))"


def meant(named: str, asked: Asked) -> tuple[str, ...]:
    """The currency this sign, name or code means; several when nothing decides."""
    words = " ".join(named.split())
    for sign, code in _SIGNS.items():
        if sign.lower() == words.lower():
            return (code,)
    if words.lower() in _NAMES:
        return (_NAMES[words.lower()],)
    if words.lower() in _SHARED:
        return _shared(words.lower(), asked)
    code = words.upper()
    return (code,) if is_currency(code) else ()


def agreed(first: Collection[str], second: Collection[str], named: tuple[str, str]) -> list[str]:
    """What two names of one amount's currency mean together: `$48k CAD` is Canadian."""
    both = [each for each in first if each in second]
    if both:
        return both
    for shared, other in ((named[0], second), (named[1], first)):
        kind = _SHARED.get(shared.lower(), frozenset[str]())
        if all(each in kind for each in other):
            return list(other)
    return []


def _shared(words: str, asked: Asked) -> tuple[str, ...]:
    kind = _SHARED[words]
    if asked.base_currency in kind:
        return (asked.base_currency,)
    if kind is DOLLARS:
        return ("USD",)
    locale = locale_of(asked.locale)
    if kind is _YEN:
        is_chinese = locale.language == "zh" or words == "元"
        return ("CNY",) if is_chinese else ("JPY",)
    local = _OF_TERRITORY.get(locale.territory or "", "")
    if local in kind:
        return (local,)
    return ("INR",) if kind is _RUPEES else tuple(sorted(kind))


def _whole(name: str) -> str:
    """The pattern of a name; one of letters is no part of a longer word."""
    ends_so = r"(?![^\W\d_])" if _LETTER.match(name[-1]) and name[-1].isalpha() else ""
    is_wide = not name.isascii() and ord(name[-1]) > 0x2E80  # noqa: PLR2004  # CJK has no spaces
    spaced = re.escape(name).replace(r"\ ", rf"[ {NO_BREAK}]")
    return spaced + ("" if is_wide else ends_so)


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    """What is tender somewhere: of 307 codes half are dead, and many of those are words."""
    territories = [str(each) for each in Locale("en").territories if len(str(each)) == _COUNTRY]
    return frozenset(
        code
        for each in territories
        for code in get_territory_currencies(each, start_date=_SINCE, end_date=_UNTIL)
    )
