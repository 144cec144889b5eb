"""What is counted together: the commission of each, in the order of their close dates. Pure.

The order is that of close date and number, never that in which somebody got round to it, so that
what comes out depends on what was won alone.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.commission.basis import Basis, earned_in, limits_of
from services.commission.calculating import Commission, Earlier, commission_on
from services.commission.structures import Period, Structure, Tiered

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Deal:
    """One that is won, as far as counting goes."""

    id: UUID
    number: int
    basis: Basis

    @property
    def place(self) -> tuple[date, int]:
        """What the order follows."""
        return self.basis.won_on, self.number


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of one that came before: its value, what it came to, and that before limits."""

    quarter: str
    year: str
    value: Decimal
    exchange: Decimal
    total: Decimal
    earned: Decimal


@dataclass(slots=True)
class _Sums:
    """In the rule's own currency."""

    value: Decimal = _ZERO
    commission: Decimal = _ZERO
    earned: Decimal = _ZERO


class _Count:
    """What the periods hold so far."""

    def __init__(self, rule: Structure) -> None:
        self._rule = rule
        self._tiers_per = rule.tiers_per if isinstance(rule, Tiered) else Period.OPPORTUNITY
        self._limits_per = limits_of(rule)
        self._sums: defaultdict[tuple[str, str], _Sums] = defaultdict(_Sums)

    def add(self, one: Standing) -> None:
        tiers, limits = self._periods(one.quarter, one.year)
        tiers.value += one.value / one.exchange
        limits.commission += one.total / one.exchange
        limits.earned += one.earned / one.exchange

    def take(self, basis: Basis) -> Commission:
        """The commission of the next one, which counts from then on."""
        tiers, limits = self._periods(basis.quarter, basis.year)
        found = commission_on(
            self._rule,
            basis.value,
            basis.currency,
            exchange=basis.exchange,
            term=basis.term,
            earlier=Earlier(
                value=tiers.value * basis.exchange,
                commission=limits.commission * basis.exchange,
                earned=limits.earned * basis.exchange,
            ),
        )
        self.add(standing(basis, found))
        return found

    def _periods(self, quarter: str, year: str) -> tuple[_Sums, _Sums]:
        names = {Period.QUARTER: quarter, Period.YEAR: year}
        tiers, limits = names.get(self._tiers_per, ""), names.get(self._limits_per, "")
        return self._sums["tiers", tiers], self._sums["limits", limits]


def standing(basis: Basis, commission: Commission) -> Standing:
    """What counts of it for those that come after."""
    earned = earned_in(commission)
    return Standing(
        basis.quarter, basis.year, basis.value, basis.exchange, commission.total, earned
    )


def alone(basis: Basis) -> Commission:
    """The commission of one that stands alone."""
    if basis.rule is None:
        return Commission(basis.currency, ())
    return commission_on(
        basis.rule, basis.value, basis.currency, exchange=basis.exchange, term=basis.term
    )


def counted(
    rule: Structure, deals: Iterable[Deal], before: Iterable[Standing] = ()
) -> dict[UUID, Commission]:
    """The commission of each of these, which all have this rule, after what came `before` them."""
    count = _Count(rule)
    for each in before:
        count.add(each)
    ordered = sorted(deals, key=lambda each: each.place)
    return {deal.id: count.take(deal.basis) for deal in ordered}
