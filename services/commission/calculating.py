"""What a structure comes to for one opportunity, line by line. Exact, pure.

Each line is rounded half up to the value's currency before the lines are added up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from services.commission.structures import (
    Flat,
    NoCommission,
    Percentage,
    Period,
    Recurring,
    Structure,
    Tiered,
)
from services.money import rounded

YEAR = 12
"""Months a recurring value runs for, unless somebody says otherwise."""
_ZERO, _ONE, _PERCENT = Decimal(0), Decimal(1), Decimal("0.01")


class LineKind(StrEnum):
    """What a line of an explanation is for."""

    AMOUNT = "amount"
    SHARE = "share"
    TIER = "tier"
    CATCH_UP = "catch_up"
    """What the earlier values of the period earn on top, at the tier reached now."""
    MONTHS = "months"
    FLOOR = "floor"
    FLOOR_PAID = "floor_paid"
    """What the floor of the period has paid ahead: the earlier values of the period got it."""
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `rate` percent of `base`, or an amount, so many `times`.

    `above` and `below` are the bounds of its tier. A cap and what a floor has paid take away:
    their amounts are below zero.
    """

    kind: LineKind
    amount: Decimal
    base: Decimal | None = None
    rate: Decimal | None = None
    times: int = 1
    above: Decimal = _ZERO
    below: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the partner's period held before: the values its tiers count, and for its limits the
    commission that was due and the one before cap and floor.
    """

    value: Decimal = _ZERO
    commission: Decimal = _ZERO
    earned: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class Commission:
    """What an opportunity earns its partner, in the currency of its value."""

    currency: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """Exactly the sum of the lines."""
        return sum((line.amount for line in self.lines), rounded(_ZERO, self.currency))


@dataclass(frozen=True, slots=True)
class _Case:
    value: Decimal
    currency: str
    exchange: Decimal
    term: int
    earlier: Earlier

    def here(self, amount: Decimal) -> Decimal:
        """An amount of the structure in the value's currency."""
        return amount * self.exchange

    def share(self, base: Decimal, rate: Decimal) -> Decimal:
        return rounded(base * rate * _PERCENT, self.currency)


def commission_on(
    structure: Structure,
    value: Decimal,
    currency: str,
    *,
    exchange: Decimal = _ONE,
    term: int = YEAR,
    earlier: Earlier | None = None,
) -> Commission:
    """The commission of one opportunity, for its whole life.

    `exchange`: units of `currency` for one of the structure's own currency; `term`: months its
    value runs for; `earlier` counts where tiers or limits are counted over a period, and is in
    `currency` too.
    """
    case = _Case(value, currency, exchange, term, earlier or Earlier())
    lines = list(_earned(structure, case))
    if not isinstance(structure, NoCommission):
        earned = Commission(currency, tuple(lines)).total
        lines.extend(_limits(structure, case, earned))
    return Commission(currency, tuple(lines))


def _earned(structure: Structure, case: _Case) -> Iterator[Line]:
    match structure:
        case NoCommission():
            return
        case Flat():
            yield Line(LineKind.AMOUNT, rounded(case.here(structure.amount), case.currency))
        case Percentage():
            amount = case.share(case.value, structure.rate)
            yield Line(LineKind.SHARE, amount, base=case.value, rate=structure.rate)
        case Tiered():
            whole = structure.mode == "whole"
            yield from (_whole if whole else _marginal)(_bounds(structure, case), case, structure)
        case Recurring():
            yield _monthly(structure, case)
        case _:
            assert_never(structure)


@dataclass(frozen=True, slots=True)
class _Bounds:
    above: Decimal
    below: Decimal | None
    rate: Decimal

    def part_of(self, amount: Decimal) -> Decimal:
        top = amount if self.below is None else min(amount, self.below)
        return max(top - self.above, _ZERO)

    def holds(self, amount: Decimal) -> bool:
        return self.above <= amount and (self.below is None or amount < self.below)


def _bounds(structure: Tiered, case: _Case) -> tuple[_Bounds, ...]:
    above, found = _ZERO, list[_Bounds]()
    for tier in structure.tiers:
        below = None if tier.up_to is None else case.here(tier.up_to)
        found.append(_Bounds(above, below, tier.rate))
        above = above if below is None else below
    return tuple(found)


def _counted(case: _Case, structure: Tiered) -> Decimal:
    return _ZERO if structure.tiers_per is Period.OPPORTUNITY else case.earlier.value


def _marginal(tiers: tuple[_Bounds, ...], case: _Case, structure: Tiered) -> Iterator[Line]:
    before = _counted(case, structure)
    for tier in tiers:
        part = tier.part_of(before + case.value) - tier.part_of(before)
        if part > 0:
            yield _tier_line(tier, part, case)


def _whole(tiers: tuple[_Bounds, ...], case: _Case, structure: Tiered) -> Iterator[Line]:
    """What was earned before at a higher rate stays; at a lower one it is caught up with."""
    before = _counted(case, structure)
    reached = next(tier for tier in tiers if tier.holds(before + case.value))
    yield _tier_line(reached, case.value, case)
    had = next(tier for tier in tiers if tier.holds(before))
    if before and reached.rate > had.rate:
        more = reached.rate - had.rate
        yield replace(_tier_line(reached, before, case, more), kind=LineKind.CATCH_UP)


def _tier_line(tier: _Bounds, base: Decimal, case: _Case, rate: Decimal | None = None) -> Line:
    counts = tier.rate if rate is None else rate
    amount, base = case.share(base, counts), rounded(base, case.currency)
    return Line(LineKind.TIER, amount, base, counts, above=tier.above, below=tier.below)


def _monthly(structure: Recurring, case: _Case) -> Line:
    if structure.rate is None:
        each = rounded(case.here(structure.amount or _ZERO), case.currency)
        return Line(LineKind.MONTHS, each * structure.months, times=structure.months)
    base = case.value / case.term
    each = case.share(base, structure.rate)
    base = rounded(base, case.currency)
    return Line(LineKind.MONTHS, each * structure.months, base, structure.rate, structure.months)


def _limits(
    structure: Flat | Percentage | Tiered | Recurring, case: _Case, earned: Decimal
) -> Iterator[Line]:
    """What lifts the commission to its floor or takes away what goes over its cap: of the period,
    as far as that has not paid it yet.
    """
    if structure.floor is None and structure.cap is None:
        return
    before = case.earlier if structure.limits_per is not Period.OPPORTUNITY else Earlier()
    gross = due = before.earned + earned
    if structure.floor is not None and case.value:
        due = max(due, case.here(structure.floor))
    cap = None if structure.cap is None else case.here(structure.cap)
    if cap is not None:
        due = min(due, cap)
    paid = rounded(before.commission, case.currency)
    more = max(rounded(due, case.currency) - paid, _ZERO) - earned
    if more > 0:
        yield Line(LineKind.FLOOR, more)
    elif more < 0:
        is_capped = cap is not None and gross > cap
        yield Line(LineKind.CAP if is_capped else LineKind.FLOOR_PAID, more)
