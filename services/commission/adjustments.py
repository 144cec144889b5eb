"""What is entered by hand: adjustments with their reason, and what was paid.

A payment is an entry of the ledger that takes away: what is still due is the sum of all entries,
and what was paid for something that is taken back afterwards stays as an amount to recover.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from sqlalchemy import func, insert, select

from services import audit, fiscal
from services.commission.agreements import MANAGE, PARTNER, VIEW, refuse_none, refuse_unused
from services.commission.structures import an_amount
from services.days import Day
from services.db import Tx
from services.errors import InvalidInput, NotFound, Problem
from services.money import DECIMALS, MOST, CurrencyCode, rounded
from services.tables import CommissionEntry, Partner
from services.text import Line, OptionalLine, refused

_ZERO = Decimal(0)


def _signed(amount: Decimal) -> Decimal:
    if not amount:
        raise refused(Problem.ZERO_AMOUNT)
    if abs(amount) > MOST:
        raise refused(Problem.TOO_LARGE, most=str(MOST))
    kept = amount.quantize(Decimal(1).scaleb(-DECIMALS))
    if kept != amount:
        raise refused(Problem.TOO_MANY_DECIMALS)
    return kept


SignedAmount = Annotated[Decimal, AfterValidator(_signed), BeforeValidator(an_amount)]
"""An amount above or below zero, with two decimals at most."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    partner_id: UUID
    currency: CurrencyCode
    amount: SignedAmount
    on: Day


class Adjust(_Entry):
    """More or, below zero, less for the partner than opportunities come to."""

    reason: Line


class Pay(_Entry):
    """What was paid to the partner; below zero, what the partner has paid back."""

    reason: OptionalLine = None
    """A reference, e.g. the number of the transfer."""


async def balances(tx: Tx, partner_id: UUID) -> dict[str, Decimal]:
    """What is due to a partner today by currency, below zero what is to recover; none that is
    even. Needs `commission.view`.
    """
    tx.actor.require(VIEW)
    due = func.sum(CommissionEntry.amount)
    found = await tx.session.execute(
        select(CommissionEntry.currency, due)
        .where(
            CommissionEntry.partner_id == partner_id,
            CommissionEntry.earned_on <= await fiscal.today(tx),
        )
        .group_by(CommissionEntry.currency)
        .having(due != 0)
        .order_by(CommissionEntry.currency)
    )
    return {currency: rounded(amount, currency) for currency, amount in found}


async def adjust(tx: Tx, new: Adjust) -> UUID:
    """Enter an adjustment; its identifier. Needs `commission.manage`.

    Raises NotFound, and InvalidInput: at `currency` for one the company does not use, at `amount`
    for more decimals than the currency has; StandsForNone.
    """
    tx.actor.require(MANAGE)
    await refuse_none(tx, new.partner_id)
    await _hold(tx, new.partner_id)
    await _refuse(tx, new)
    return await _enter(tx, new, "adjustment", new.amount, "commission.adjusted")


async def pay(tx: Tx, new: Pay) -> UUID:
    """Enter a payment; its identifier. Needs `commission.manage`.

    Raises NotFound, and InvalidInput: at `on` for a day to come, at `amount` for more than is due
    that day and today (or, paid back, to recover), else as `adjust`.
    """
    tx.actor.require(MANAGE)
    await _hold(tx, new.partner_id)
    await _refuse(tx, new)
    today = await fiscal.today(tx)
    if new.on > today:
        raise InvalidInput.of("on", Problem.DATE_IN_FUTURE)
    due = await _due(tx, new, today)
    if abs(new.amount) > due:
        raise InvalidInput.of(
            "amount", Problem.MORE_THAN_DUE, due=f"{due:f}", currency=new.currency
        )
    return await _enter(tx, new, "payment", -new.amount, "commission.paid")


async def _hold(tx: Tx, partner_id: UUID) -> None:
    """Two who pay at once: the second sees what the first has paid."""
    found = await tx.session.scalar(
        select(Partner.id)
        .where(Partner.id == partner_id, Partner.merged_into_id.is_(None))
        .with_for_update(key_share=True)
    )
    if found is None:
        raise NotFound(PARTNER, str(partner_id))


async def _refuse(tx: Tx, new: _Entry) -> None:
    """What is there in a currency that the company has given up can still be paid."""
    is_there = select(CommissionEntry.id).where(
        CommissionEntry.partner_id == new.partner_id, CommissionEntry.currency == new.currency
    )
    if await tx.session.scalar(is_there.limit(1)) is None:
        await refuse_unused(tx, new.currency)
    if rounded(new.amount, new.currency) != new.amount:
        raise InvalidInput.of("amount", Problem.TOO_MANY_DECIMALS, currency=new.currency)


async def _due(tx: Tx, new: Pay, today: date) -> Decimal:
    """What may be paid, or paid back: the lesser of what is open on its day and today."""
    balance = func.sum(CommissionEntry.amount)
    found = await tx.session.execute(
        select(
            func.coalesce(balance.filter(CommissionEntry.earned_on <= new.on), _ZERO),
            func.coalesce(balance.filter(CommissionEntry.earned_on <= today), _ZERO),
        ).where(
            CommissionEntry.partner_id == new.partner_id,
            CommissionEntry.currency == new.currency,
        )
    )
    sign = 1 if new.amount > 0 else -1
    return max(min(each * sign for each in found.one()), _ZERO)


async def _enter(tx: Tx, new: Adjust | Pay, kind: str, amount: Decimal, action: str) -> UUID:
    entry_id = uuid4()
    await tx.session.execute(
        insert(CommissionEntry).values(
            id=entry_id,
            organization_id=tx.organization_id,
            partner_id=new.partner_id,
            kind=kind,
            earned_on=new.on,
            currency=new.currency,
            amount=amount,
            reason=new.reason,
            created_by_user_id=tx.actor.user_id,
            created_at=tx.now,
        )
    )
    details = {"currency": new.currency, "amount": f"{new.amount:f}", "on": new.on.isoformat()}
    await audit.record(tx, action, PARTNER, new.partner_id, details)
    return entry_id
