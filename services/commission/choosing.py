"""Which rule counts for an opportunity, and at which rate: its own, the partner's, the default."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation, localcontext
from uuid import UUID

from services import configuration, fiscal
from services.commission.basis import Basis, Hold, HoldReason, Override, Source
from services.commission.counting import alone
from services.commission.structures import NoCommission, Structure, bare, in_force
from services.commission.terms import agreed_on, read_versions
from services.configuration import rates
from services.configuration.catalogue import COMMISSION, FISCAL_START
from services.db import Tx

MOST_EARNED = Decimal(10) ** 15
_DIGITS = 12
"""What a quotient of two rates is rounded to, in significant digits."""
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an opportunity. `agreement`: what the partner's row holds."""

    partner_id: UUID
    value: Decimal
    currency: str
    term: int
    agreement: object
    override: Override | None


async def choose(tx: Tx, facts: Facts, won_on: date, before: Basis | None) -> Basis | Hold:
    """What a win on this day is worked out from; a Hold where it cannot be.

    `before`: what it was accrued by, with the same partner; that stays as far as it is about the
    same day, whatever was agreed, set as the default or entered as a rate since.
    """
    kept = before if before is not None and before.won_on == won_on else None
    source, rule = await _rule(tx, facts, won_on, kept)
    exchange = await _exchange(tx, rule, facts.currency, won_on, kept)
    if isinstance(exchange, Hold):
        return exchange
    start = await configuration.get(tx, FISCAL_START)
    basis = Basis(
        counted_as=kept.counted_as if kept else facts.partner_id,
        won_on=won_on,
        value=facts.value,
        currency=facts.currency,
        term=facts.term,
        source=source,
        rule=rule,
        exchange=exchange,
        quarter=kept.quarter if kept else fiscal.quarter_of(won_on, start).name,
        year=kept.year if kept else fiscal.year_of(won_on, start).name,
    )
    return basis if _can_be_kept(basis) else Hold(reason=HoldReason.TOO_LARGE)


async def _rule(
    tx: Tx, facts: Facts, won_on: date, kept: Basis | None
) -> tuple[Source, Structure | None]:
    if facts.override is not None:
        return Source.OVERRIDE, bare(facts.override.structure)
    if kept is not None and kept.source is not Source.OVERRIDE:
        return kept.source, kept.rule
    agreed = agreed_on(read_versions(facts.agreement), won_on)
    if agreed is not None:
        return Source.AGREEMENT, agreed
    default = await configuration.get(tx, COMMISSION)
    return (Source.DEFAULT, default) if in_force(default, won_on) else (Source.NONE, None)


async def _exchange(
    tx: Tx, rule: Structure | None, currency: str, day: date, kept: Basis | None
) -> Decimal | Hold:
    own = None if rule is None or isinstance(rule, NoCommission) else rule.currency
    if own is None or own == currency:
        return _ONE
    if kept is not None and (kept.rule, kept.currency) == (rule, currency):
        return kept.exchange
    known = await rates.current_rates(tx)
    of_rule, of_value = known.on(own, day), known.on(currency, day)
    if of_rule is None or of_value is None:
        missing = own if of_rule is None else currency
        return Hold(reason=HoldReason.NO_RATE, currency=missing, day=day)
    with localcontext() as context:
        context.prec = _DIGITS
        return of_rule / of_value


def _can_be_kept(basis: Basis) -> bool:
    try:
        return alone(basis).total <= MOST_EARNED
    except InvalidOperation:  # more digits than a Decimal is rounded with
        return False
