"""The amounts in quick text. A number is one when a currency or a multiplier stands beside it, a
word like *worth* before it, or its thousands are grouped; `M` or `K` glued at the start is a name.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision

from services.money import DECIMALS, MOST
from services.quick_text import currencies, other_amounts, scales
from services.quick_text.anchors import GAP, LATIN, ends_phrase
from services.quick_text.numbers import IN_WORDS, NUMBER, readings, value_of_words
from services.quick_text.values import Asked, Found, Money, Span, Why

_BEFORE = rf"(?<![{LATIN}_.,/#:+*'@&$€£-])"
_AFTER = rf"(?![{LATIN}_'@&]|[.,:][0-9]|-[{LATIN}]|{GAP}?%|/[0-9]|\+[{LATIN}])"
_SURE = (
    r"worth|valued at|value of|value|amount|total|budget|in höhe von|im wert von|wert"
    r"|à hauteur de|montant|por valor de|valor de|valor|del valore di|ter waarde van|waarde"
    r"|o wartości|värde"
)
"""After these a bare number is the amount; `for 500` may be five hundred seats."""
_WORTH = rf"(?:(?P<sure>{_SURE})|for|at|of|über|für|pour|de|por|per|voor|za|na)"
_ABOUT = r"(?:~|≈|about|around|approx\.?|circa|ca\.?|roughly|etwa|rund|environ|unos|(?<![一-龥])約)"
_BOUND = (
    r"(?:[<>≤≥]=?|up to|at least|at most|more than|less than|over|under|below|above"
    r"|min\.?|max\.?|bis zu|mindestens|jusqu'à|hasta|até)"
)
_YEARLY = (
    r"(?: ?/ ?(?:yr|year|y|a|annum|jahr|an|año|ano)| ?p\.? ?a\.?| per (?:year|annum)| a year"
    r"| annually| pro jahr| par an| arr| acv)"
)
_WHOLE = r"(?: tcv| (?:in )?total| overall| insgesamt| gesamt| au total| en total| in totale)"
_MONTHLY = (
    r"(?: ?/ ?(?:mo|month|m|monat|mois|mes|mês|week|wk|day|d|seat|user|hr|hour|h|qtr|quarter|月)"
    r"| ?p\.? ?m\.?| per (?:month|week|day|seat|user|hour|quarter|qtr)| a (?:month|quarter)"
    r"| monthly| quarterly| mrr| each| pro (?:monat|quartal)| par (?:mois|trimestre)"
    r"| al mes| por (?:mes|mês|trimestre))"
)
_NO_CENTS = r"(?:[.,]-{1,2}|:-)"
"""`48.000,-`, `48'000.--`, `48 000:-`: nothing after the point."""
_NAMES_LIKE = re.compile(r"3m|4k|8k|401k", re.IGNORECASE)
_ANY_CURRENCY = r"(?:[A-Z]{0,3}[€£$¥₹]|(?-i:[A-Z]{3})(?![A-Z]))"
_YEARS = range(1900, 2101)
_THOUSAND, _HUNDRED = 1000, 100
_FEW_DIGITS = 2
_SINGLE = frozenset("mbtl")
"""Letters that stand for too much else (metres, bytes, tons, litres) before a word."""
_HEADS = {"k": 3, "t": 3, "m": 6, "mn": 6, "mio": 6, "tsd": 3}


@dataclass(frozen=True, slots=True)
class _Written:
    """The parts of one amount as typed; `power` is the ten its multiplier stands for."""

    span: Span
    number: str
    digits: Span
    times: str
    power: int
    named: tuple[str, ...]
    is_sure: bool
    is_spaced: bool

    @property
    def is_marked(self) -> bool:
        return bool(self.times or self.named)


def amounts(words: str, asked: Asked) -> list[Found]:
    """Every amount in these folded words, in order, doubtful ones among them."""
    used = frozenset(asked.currencies) | {asked.base_currency}
    found = _joined(words, asked.locale)
    for match in _single(asked.locale, used).finditer(words):
        each = _found(match, words, asked)
        if each is not None and not any(each.span.overlaps(other.span) for other in found):
            found.append(each)
    return sorted(found, key=lambda each: each.span)


def _joined(words: str, locale: str) -> list[Found]:
    """Ranges, sums and products: `40-50k`, `3 x 16k`. What they come to is not ours to say."""
    return [
        Found(Span(*match.span()), None, Why.SEVERAL)
        for match in _several(locale).finditer(words)
        if _is_money(match)
    ]


def _is_money(match: re.Match[str]) -> bool:
    """The second of two must be money, or a number of such amounts: `48k to 30 sep` is one."""
    if any(match.group("m2", "c2", "c4")):
        return True
    is_times = match["times"] and any(match.group("m1", "c1", "c3"))
    return bool(is_times or (match["glued"] and match["c1"]))


def _found(match: re.Match[str], words: str, asked: Asked) -> Found | None:
    written, begins = _written(match, asked.locale), match.start("some")
    is_share = other_amounts.is_share(words, written.digits.start)
    if is_share or not _is_amount(written, words):
        return _maybe(written, words)
    is_aside = other_amounts.is_aside(
        words, begins, written.span.end, is_bare=not written.is_marked
    )
    if is_aside or _may_be_name(written, words):
        return Found(written.digits, None, Why.MAYBE)
    why = _why_not(match, written, words)
    return Found(written.span, None, why) if why else _valued(written, asked)


def _why_not(match: re.Match[str], written: _Written, words: str) -> Why | None:
    """Why this amount is not the value, whatever it is."""
    if match["bound"]:
        return Why.VAGUE
    is_rate = match["month"] or (match["year"] and other_amounts.is_for_years(words))
    begins, is_large = match.start("some"), bool(written.times)
    if is_rate or other_amounts.is_of_one(words, begins, is_large=is_large):
        return Why.PER_MONTH
    return Why.NEGATIVE if match["sign"] or match["sign2"] else None


def _written(match: re.Match[str], locale: str) -> _Written:
    named = tuple(each for each in (match["before"], match["after"]) if each)
    times, number = match["times"] or "", match["number"] or match["words"] or match["asian"]
    power = scales.power(times, locale) if times else 0
    if match["head"]:
        power += _HEADS[match["head"].lower().rstrip(".")]
    kind = "number" if match["number"] else "words" if match["words"] else "asian"
    is_scaled = times or match["head"] or kind != "number"
    return _Written(
        span=Span(*match.span()),
        number=number,
        digits=Span(match.start(kind), match.end("times") if times else match.end(kind)),
        times=times or (number if is_scaled else ""),
        power=power,
        named=named,
        is_sure=bool(match["sure"]),
        is_spaced=bool(match["glue"]),
    )


def _is_amount(written: _Written, words: str) -> bool:
    """Whether this is money at all, and no part of a name."""
    if other_amounts.counts_things(words, written.digits.end):
        return False
    if written.named:
        return True
    start = written.span.start
    if written.times:
        is_letter = len(written.times) == 1
        if start == 0 and (not written.number[0].isdigit() or written.times in {"M", "K", "B"}):
            return False
        return not (is_letter and written.is_spaced)
    is_grouped = bool(re.search(r"[.,' ]\d{3}", written.number)) and start > 0
    return written.is_sure or (is_grouped and ends_phrase(words, written.digits.end))


def _maybe(written: _Written, words: str) -> Found | None:
    """A bare round number that ends a phrase might be the amount; it is asked about, not taken."""
    is_round = written.number.isdigit() and int(written.number) % _HUNDRED == 0
    if not is_round or written.is_marked or written.span.start == 0:
        return None
    value = int(written.number)
    if value < _THOUSAND or value in _YEARS or not ends_phrase(words, written.digits.end):
        return None
    return Found(written.digits, None, Why.MAYBE)


def _may_be_name(written: _Written, words: str) -> bool:
    """`3M`, `5m cable`, `Fort Worth 76102`: an amount, or a name that looks like one."""
    if written.named:
        return _is_small_word(written, words)
    if written.times:
        is_letter = written.times.lower() in _SINGLE
        goes_on = not ends_phrase(words, written.span.end)
        is_like = _NAMES_LIKE.fullmatch(written.number + written.times)
        is_letter = is_letter and written.number.isdigit()
        return bool(is_like) or (is_letter and (goes_on or written.span.start == 0))
    is_first = written.span.start == 0 or words[: written.span.start].lower().endswith("fort ")
    is_plain = written.number.isdigit()
    is_small = is_plain and (int(written.number) < _THOUSAND or int(written.number) in _YEARS)
    return is_first or (is_small and written.is_sure)


def _is_small_word(written: _Written, words: str) -> bool:
    """`PHP 8 upgrade`, `40 pounds`: less than 100 of a currency that means more than money."""
    is_word = all(each.isalpha() for each in written.named) and not written.times
    whole = written.number.partition(".")[0]
    is_small = whole.isdigit() and len(whole) <= _FEW_DIGITS
    is_weight = "pounds" in written.named
    return is_word and is_small and (is_weight or not ends_phrase(words, written.span.end))


def _valued(written: _Written, asked: Asked) -> Found:
    values = _values(written, asked.locale)
    if not values:
        return Found(written.span, None, Why.UNREADABLE)
    value, *others = values
    if others:
        return Found(written.span, None, Why.TWO_READINGS, values)
    meant = _currency(written, asked)
    if written.named and len(meant) != 1:
        why = Why.TWO_READINGS if meant else Why.UNREADABLE
        return Found(written.span, None, why, tuple(meant))
    return _kept(written.span, value, meant[0] if meant else None, asked)


def _kept(span: Span, value: Decimal, currency: str | None, asked: Asked) -> Found:
    if currency and asked.currencies and currency not in asked.currencies:
        return Found(span, None, Why.NOT_OFFERED, (currency,))
    if value > MOST:
        return Found(span, None, Why.TOO_LARGE)
    kept = value.quantize(Decimal(1).scaleb(-DECIMALS))
    if kept != value:
        return Found(span, None, Why.TOO_MANY_DECIMALS)
    return Found(span, Money(kept, currency))


def _values(written: _Written, locale: str) -> tuple[Decimal, ...]:
    if written.number[0].isalpha():
        value = value_of_words(written.number)
        found = () if value is None else (value,)
    elif written.number[-1].isalpha():
        found = _asian(written.number, locale)
    else:
        has_three = any(get_currency_precision(each.upper()) > DECIMALS for each in written.named)
        found = readings(written.number, locale, is_scaled=written.power > 0 or has_three)
    return tuple(each.scaleb(written.power) for each in found)


def _asian(number: str, locale: str) -> tuple[Decimal, ...]:
    """`1億2000万`: the sum of its parts, each smaller than the one before."""
    total, last = Decimal(0), 99
    for part, several, scale in re.findall(rf"([0-9.,]+)({scales.TIMES}?)({scales.ASIAN})", number):
        power = scales.power(scale, locale) + (scales.power(several, locale) if several else 0)
        values = readings(part, locale, is_scaled=True) if part[0].isdigit() else ()
        if len(values) != 1 or power >= last or part.endswith((".", ",")):
            return ()
        total, last = total + values[0].scaleb(power), power
    return (total,)


def _currency(written: _Written, asked: Asked) -> list[str]:
    if not written.named:
        return []
    first, second = written.named[0], written.named[-1]
    return currencies.agreed(
        currencies.meant(first, asked), currencies.meant(second, asked), (first, second)
    )


@lru_cache(maxsize=64)
def _single(locale: str, used: frozenset[str]) -> re.Pattern[str]:
    currency, times = currencies.pattern(used), scales.pattern(locale)
    part = rf"[0-9][0-9,.]*{scales.TIMES}?{scales.ASIAN}"
    asian = rf"{part}(?:{part})*(?!{scales.ASIAN})"
    amount = (
        rf"(?:(?P<words>{IN_WORDS})|(?P<asian>{asian})"
        rf"|(?P<number>{NUMBER})(?:(?P<glue>{GAP})?(?P<times>{times})"
        rf"|{_NO_CENTS})?)"
    )
    some = f"{GAP}{{0,3}}"
    before = rf"(?:(?P<head>(?-i:[kMT])|mio\.?|tsd\.?|mn|m)?{some}(?P<before>{currency}){some})?"
    after = rf"(?:{some}(?:d'|de |di )?(?P<after>{currency}))?"
    return re.compile(
        rf"{_BEFORE}(?:{_WORTH}:? )?(?:{_ABOUT} ?)?(?:(?P<bound>{_BOUND}) ?)?(?P<open>\()?"
        rf"(?P<some>)(?P<sign>-)?{before}(?P<sign2>-)?{amount}{after}"
        rf"{_AFTER}(?:(?:(?P<year>{_YEARLY})|{_WHOLE}|(?P<month>{_MONTHLY}))(?![{LATIN}]))?"
        r"(?(open)\)?)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=64)
def _several(locale: str) -> re.Pattern[str]:
    times = scales.pattern(locale)
    one, two = (
        rf"(?P<c{n}>{_ANY_CURRENCY})?{GAP}?{NUMBER}(?:{GAP}?(?P<m{n}>{times}))?"
        rf"(?:{GAP}?(?P<c{n + 2}>{_ANY_CURRENCY}))?"
        for n in (1, 2)
    )
    between = r"(?:(?P<glued>[-+/])|(?P<times> ?[x\u00d7*] ?)"
    between += r"| (?:to|or|and|bis|oder|und|ou|et|o|y|e|a|à|of|tot|do) )"
    return re.compile(rf"{_BEFORE}{one}{between}{two}{_AFTER}", re.IGNORECASE)
