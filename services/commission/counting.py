"""What is counted together: the commission of each, in the order of their close dates. Pure.

The order is that of close date and number, never that in which somebody got round to it, so that
what comes out depends on what was won alone.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from services.commission.basis import Basis, limits_of
from services.commission.calculating import Commission, Earlier, LineKind, commission_on
from services.commission.structures import Period, Structure, Tiered

_LIMITS = frozenset({LineKind.FLOOR, LineKind.FLOOR_PAID, LineKind.CAP})
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Deal:
    """One that is won, as far as counting goes."""

    id: UUID
    number: int
    basis: Basis


@dataclass(slots=True)
class _Sums:
    """In the rule's own currency."""

    value: Decimal = _ZERO
    commission: Decimal = _ZERO
    earned: Decimal = _ZERO


class _Count:
    """What the periods hold so far."""

    def __init__(self, rule: Structure) -> None:
        self._tiers_per = rule.tiers_per if isinstance(rule, Tiered) else Period.OPPORTUNITY
        self._limits_per = limits_of(rule)
        self._sums: defaultdict[tuple[str, str], _Sums] = defaultdict(_Sums)

    def before(self, basis: Basis) -> Earlier:
        tiers, limits = self._periods(basis)
        return Earlier(
            value=tiers.value * basis.exchange,
            commission=limits.commission * basis.exchange,
            earned=limits.earned * basis.exchange,
        )

    def add(self, basis: Basis, commission: Commission) -> None:
        tiers, limits = self._periods(basis)
        earned = sum((line.amount for line in commission.lines if line.kind not in _LIMITS), _ZERO)
        tiers.value += basis.value / basis.exchange
        limits.commission += commission.total / basis.exchange
        limits.earned += earned / basis.exchange

    def _periods(self, basis: Basis) -> tuple[_Sums, _Sums]:
        tiers, limits = basis.period(self._tiers_per), basis.period(self._limits_per)
        return self._sums["tiers", tiers], self._sums["limits", limits]


def alone(basis: Basis) -> Commission:
    """The commission of one that stands alone."""
    if basis.rule is None:
        return Commission(basis.currency, ())
    return commission_on(
        basis.rule, basis.value, basis.currency, exchange=basis.exchange, term=basis.term
    )


def counted(deals: Iterable[Deal]) -> dict[UUID, Commission]:
    """The commission of each of one group. They have the same rule, and it is a period's."""
    found: dict[UUID, Commission] = {}
    count: _Count | None = None
    for deal in sorted(deals, key=lambda each: (each.basis.won_on, each.number)):
        basis = deal.basis
        if basis.rule is None:
            continue
        count = count or _Count(basis.rule)
        found[deal.id] = commission_on(
            basis.rule,
            basis.value,
            basis.currency,
            exchange=basis.exchange,
            term=basis.term,
            earlier=count.before(basis),
        )
        count.add(basis, found[deal.id])
    return found
