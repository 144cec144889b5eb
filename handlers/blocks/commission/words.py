"""A commission in words: what is agreed in one sentence, what it comes to line by line."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import assert_never

from babel.numbers import format_decimal

from handlers.blocks.text import NO_BREAK, count, day, money
from services.commission import (
    Commission,
    Flat,
    Line,
    LineKind,
    NoCommission,
    Percentage,
    Period,
    Recurring,
    Structure,
    Tier,
    Tiered,
)
from services.commission.basis import Hold, HoldReason, Source
from services.text import locale_of

PER = {
    Period.OPPORTUNITY: "each opportunity",
    Period.QUARTER: "a partner's quarter",
    Period.YEAR: "a partner's fiscal year",
}

SOURCES: Mapping[Source, str] = {
    Source.OVERRIDE: "agreed for this opportunity alone",
    Source.AGREEMENT: "the partner's terms",
    Source.DEFAULT: "your company's default",
    Source.NONE: "nothing is agreed",
}
_LIMITED = {
    LineKind.FLOOR: ("Up to the least agreed", "more"),
    LineKind.FLOOR_PAID: ("Paid before with the least agreed", "less"),
    LineKind.CAP: ("Down to the most agreed", "less"),
}


def percent(rate: Decimal, locale: str) -> str:
    """`8%`, `12.5%`: no decimals that say nothing."""
    return f"{format_decimal(rate.normalize(), '0.##', locale=locale_of(locale))}%"


def sentence(structure: Structure, locale: str) -> str:
    """What is agreed, in one plain sentence without a full stop."""
    if isinstance(structure, NoCommission):
        return "".join(["no commission", *_days(structure, locale)])
    return "".join(
        [_rule(structure, locale), *_limits(structure, locale), *_days(structure, locale)]
    )


def held(hold: Hold | None, locale: str, today: date | None = None) -> str:
    """Why nothing can be worked out; not escaped."""
    if hold is None or hold.reason is HoldReason.TOO_LARGE:
        return "held: it is more than can be kept"
    if hold.reason is HoldReason.NO_CLOSE_DATE or hold.day is None:
        return "held: the day it was won is missing"
    on = day(hold.day, locale, today)
    return f"held: there is no exchange rate for {hold.currency or ''} on {on}"


def source_words(source: Source) -> str:
    """Whose rule it is."""
    return SOURCES[source]


def example(value: Decimal, commission: Commission, locale: str) -> str:
    """`€48,000 → €4,800`."""
    earned = money(commission.total, commission.currency, locale)
    return f"{money(value, commission.currency, locale)} → {earned}"


def explained(commission: Commission, locale: str) -> list[str]:
    """Where each part of the commission comes from."""
    return line_words(commission.lines, commission.currency, locale)


def line_words(lines: Sequence[Line], currency: str, locale: str) -> list[str]:
    """The same of lines that are kept."""
    return [_line(line, currency, locale) for line in lines]


def tier_lines(tiers: Sequence[Tier], locale: str) -> str:
    """The tiers as a person would type them, one a line."""
    written = [
        f"up to {typed_amount(tier.up_to, locale)}: {percent(tier.rate, locale)}"
        for tier in tiers
        if tier.up_to is not None
    ]
    last = percent(tiers[-1].rate, locale)
    return "\n".join([*written, f"above: {last}" if written else f"all: {last}"])


def typed_amount(amount: Decimal, locale: str) -> str:
    """An amount as the reader would type it, without its currency."""
    pattern = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
    shown = format_decimal(amount, pattern, locale=locale_of(locale))
    return shown.replace("\u202f", NO_BREAK)


def _rule(structure: Flat | Percentage | Tiered | Recurring, locale: str) -> str:
    match structure:
        case Flat():
            return f"{_amount(structure.amount, structure, locale)} for each opportunity"
        case Percentage():
            return f"{percent(structure.rate, locale)} of the value"
        case Tiered():
            return _tiers(structure, locale)
        case Recurring():
            return _recurring(structure, locale)
        case _:
            assert_never(structure)


def _tiers(structure: Tiered, locale: str) -> str:
    """Each rate with where it begins: the bound itself belongs to the tier above it."""
    [first, *others] = structure.tiers
    bounds = [tier.up_to for tier in structure.tiers]
    steps = [
        f"{percent(tier.rate, locale)} from {_amount(bound or Decimal(0), structure, locale)}"
        for bound, tier in zip(bounds, others, strict=False)
    ]
    listed = ", ".join([f"{percent(first.rate, locale)} from zero", *steps])
    counted = (
        "each part of the value at its own rate"
        if structure.mode == "marginal"
        else "all of the value at the rate it reaches"
    )
    over = (
        ""
        if structure.tiers_per is Period.OPPORTUNITY
        else f", counted over {PER[structure.tiers_per]}"
    )
    return f"{listed}; {counted}{over}"


def _recurring(structure: Recurring, locale: str) -> str:
    months = count(structure.months, "month", "months")
    if structure.rate is None:
        each = _amount(structure.amount or Decimal(0), structure, locale)
        return f"{each} a month for {months}"
    return f"{percent(structure.rate, locale)} of the monthly value for {months}"


def _limits(structure: Flat | Percentage | Tiered | Recurring, locale: str) -> list[str]:
    limits = [
        f"{word} {_amount(amount, structure, locale)}"
        for word, amount in (("at least", structure.floor), ("at most", structure.cap))
        if amount is not None
    ]
    return [f", {' and '.join(limits)} for {PER[structure.limits_per]}"] if limits else []


def _days(structure: Structure, locale: str) -> list[str]:
    first, last = structure.effective_from, structure.effective_until
    return [
        *([f", from {day(first, locale)}"] if first else []),
        *([f", until {day(last, locale)}"] if last else []),
    ]


def _line(line: Line, currency: str, locale: str) -> str:  # one return for each kind of line
    amount = money(abs(line.amount), currency, locale)
    match line.kind:
        case LineKind.AMOUNT:
            return f"The same for each opportunity: {amount}"
        case LineKind.SHARE | LineKind.TIER:
            return f"{_share(line, currency, locale)}: {amount}"
        case LineKind.CATCH_UP:
            return f"{_share(line, currency, locale)} on top for what came before: {amount}"
        case LineKind.MONTHS:
            nothing = "" if line.amount else " (a month that comes to nothing is not entered)"
            return f"{_monthly(line, currency, locale)}: {amount}{nothing}"
        case LineKind.FLOOR | LineKind.FLOOR_PAID | LineKind.CAP:
            why, what = _LIMITED[line.kind]
            return f"{why}: {amount} {what}"
        case _:
            assert_never(line.kind)


def _share(line: Line, currency: str, locale: str) -> str:
    base = money(line.base or Decimal(0), currency, locale)
    return f"{percent(line.rate or Decimal(0), locale)} of {base}"


def _monthly(line: Line, currency: str, locale: str) -> str:
    months = count(line.times, "month", "months")
    if line.rate is None:
        return f"{months} with {money(line.amount / line.times, currency, locale)} each"
    return f"{months} with {_share(line, currency, locale)} each"


def _amount(amount: Decimal, structure: Flat | Tiered | Recurring | Percentage, locale: str) -> str:
    return money(amount, structure.currency or "", locale)
