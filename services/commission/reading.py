"""The questions asked of the database about commissions, each built once. No rules here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    bindparam,
    exists,
    func,
    null,
    or_,
    select,
)
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from services.commission.basis import Details, earned_in, read_details, read_lines
from services.commission.calculating import Commission
from services.commission.counting import Standing
from services.db import Tx
from services.errors import NotFound
from services.tables import CommissionEntry, Opportunity, Partner

OPPORTUNITY = "opportunity"
_Reversal = aliased(CommissionEntry)
_Other = aliased(Opportunity)
_CURRENCY = func.coalesce(Opportunity.currency, "USD")


@dataclass(frozen=True, slots=True)
class Live:
    """An accrual that nothing has taken back."""

    id: UUID
    month: int | None
    earned_on: date
    currency: str
    amount: Decimal
    partner_id: UUID
    details: dict[str, object]


class Row(NamedTuple):
    """An opportunity, its partner's agreement, and what of it stands in the ledger."""

    id: UUID
    number: int
    status: str | None
    value: Decimal
    currency: str
    partner_id: UUID
    owner_id: UUID | None
    closed_on: date | None
    expected_on: date
    probability: int | None
    term: int
    kept: dict[str, object] | None
    agreement: object
    entries: list[list[object]] | None
    others: list[list[object]] | None
    """Where it is asked for, what else of the partner is counted over a period: number, details."""

    @property
    def details(self) -> Details:
        return read_details(self.kept)

    @property
    def live(self) -> tuple[Live, ...]:
        return live_of(self.entries)


class Sibling(NamedTuple):
    """Another one that is won, with what of it stands in the ledger."""

    id: UUID
    number: int
    partner_id: UUID
    kept: dict[str, object]
    entries: list[list[object]] | None

    @property
    def details(self) -> Details:
        return read_details(self.kept)

    @property
    def live(self) -> tuple[Live, ...]:
        return live_of(self.entries)

    @property
    def place(self) -> tuple[date, int]:
        """Where it stands among what is counted together."""
        return date.fromisoformat(str(_accrued(self.kept)["won_on"])), self.number

    @property
    def standing(self) -> Standing:
        """What counts of it: what it came to by the ledger."""
        lines = [line for each in self.live for line in read_lines(each.details.get("lines", []))]
        commission = Commission(str(_accrued(self.kept)["currency"]), tuple(lines))
        return standing_of(self.kept, commission.total, earned_in(commission))


def standing_of(
    kept: dict[str, object], total: Decimal | None = None, earned: Decimal | None = None
) -> Standing:
    """What counts of one, and what it came to unless that is known better."""
    accrued = _accrued(kept)
    return Standing(
        quarter=str(accrued["quarter"]),
        year=str(accrued["year"]),
        value=Decimal(str(accrued["value"])),
        exchange=Decimal(str(accrued["exchange"])),
        total=Decimal(str(accrued["total"])) if total is None else total,
        earned=Decimal(str(accrued["earned"])) if earned is None else earned,
    )


def _accrued(kept: dict[str, object]) -> dict[str, object]:
    return cast("dict[str, object]", kept["accrued"])


def live_of(entries: list[list[object]] | None) -> tuple[Live, ...]:
    """The entries as PostgreSQL has put them into JSON."""
    return tuple(_live(each) for each in entries or ())


async def locked(tx: Tx, opportunity_id: UUID) -> Row:
    """The opportunity, held with its partner until the transaction ends. Raises NotFound.

    Always the opportunity first: two that settle for the same partner take turns.
    """
    return await _one(tx, _statement(is_locked=True), opportunity_id)


async def seen(tx: Tx, opportunity_id: UUID) -> Row:
    """The opportunity with all that a projection needs. Raises NotFound."""
    return await _one(tx, _statement(is_locked=False), opportunity_id)


async def hold_partners(tx: Tx, partner_ids: Collection[UUID]) -> None:
    """Hold these partners until the transaction ends, as `locked` holds its own."""
    await tx.session.execute(
        select(Partner.id)
        .where(Partner.id.in_(partner_ids))
        .order_by(Partner.id)
        .with_for_update(key_share=True)
    )


async def live(tx: Tx, opportunity_id: UUID) -> tuple[Live, ...]:
    """What stands of an opportunity in the ledger now."""
    [(entries,)] = await tx.rows(_live_entries(), {"id": opportunity_id})
    return live_of(cast("list[list[object]] | None", entries))


async def siblings(
    tx: Tx, partner_ids: Collection[UUID], group: tuple[UUID, str, str], opportunity_id: UUID
) -> list[Sibling]:
    """What else is accrued for these partners and counted together, in its order."""
    counted_as, window, rule = group
    values = {
        "partner_ids": list(partner_ids),
        "counted_as": str(counted_as),
        "window": window,
        "rule": rule,
        "id": opportunity_id,
    }
    found = [Sibling._make(row) for row in await tx.rows(_siblings(), values)]
    return sorted(found, key=lambda each: each.place)


async def unsettled_ids(tx: Tx) -> list[UUID]:
    """What waits for a rate, is won without an accrual, or has one and is not won."""
    details, is_won = Opportunity.commission_details, Opportunity.status == "won"
    is_accrued, is_held = details.has_key("accrued"), details.has_key("held")
    waits = details["held"]["reason"].astext == "no_rate"
    found = await tx.session.scalars(
        select(Opportunity.id)
        .where(or_(waits, is_won & ~is_accrued & ~is_held, ~is_won & is_accrued))
        .order_by(Opportunity.number)
    )
    return list(found)


async def _one(tx: Tx, statement: Select[*tuple[object, ...]], opportunity_id: UUID) -> Row:
    for row in await tx.rows(statement, {"id": opportunity_id}):
        return Row._make(row)
    raise NotFound(OPPORTUNITY, str(opportunity_id))


@cache
def _statement(*, is_locked: bool) -> Select[*tuple[object, ...]]:
    others = null() if is_locked else _others()
    columns: list[SQLColumnExpression[object]] = [
        Opportunity.id,
        Opportunity.number,
        Opportunity.status,
        Opportunity.deal_value,
        _CURRENCY,
        Opportunity.partner_id,
        Opportunity.assigned_user_id,
        Opportunity.actual_close_date,
        Opportunity.expected_close_date,
        Opportunity.probability,
        Opportunity.term_months,
        Opportunity.commission_details,
        Partner.commission_structure,
        _entries(Opportunity.id),
        others,
    ]
    found = (
        select(*columns)
        .join(Partner, Partner.id == Opportunity.partner_id)
        .where(Opportunity.id == bindparam("id", type_=Uuid))
    )
    return found.with_for_update(key_share=True, of=[Opportunity, Partner]) if is_locked else found


@cache
def _live_entries() -> Select[object]:
    return select(_entries(bindparam("id", type_=Uuid)))


@cache
def _siblings() -> Select[*tuple[object, ...]]:
    columns: list[SQLColumnExpression[object]] = [
        Opportunity.id,
        Opportunity.number,
        Opportunity.partner_id,
        Opportunity.commission_details,
        _entries(Opportunity.id),
    ]
    accrued = Opportunity.commission_details["accrued"]
    return select(*columns).where(
        Opportunity.partner_id == func.any(bindparam("partner_ids", type_=ARRAY(Uuid))),
        Opportunity.status == "won",
        Opportunity.id != bindparam("id", type_=Uuid),
        accrued["window"].astext == bindparam("window", type_=Text),
        accrued["counted_as"].astext == bindparam("counted_as", type_=Text),
        accrued["rule"] == as_type(bindparam("rule", type_=Text), JSONB),
    )


def _entries(opportunity_id: SQLColumnExpression[UUID]) -> SQLColumnExpression[object]:
    """Amounts go as text: a number of JSON is a float to who reads it."""
    entry = func.json_build_array(
        CommissionEntry.id,
        CommissionEntry.month,
        CommissionEntry.earned_on,
        CommissionEntry.currency,
        as_type(CommissionEntry.amount, Text),
        CommissionEntry.partner_id,
        CommissionEntry.details,
    )
    return (
        select(func.json_agg(entry))
        .where(CommissionEntry.opportunity_id == opportunity_id, stands())
        .scalar_subquery()
    )


def stands() -> ColumnElement[bool]:
    """Whether an entry is an accrual that nothing has taken back."""
    reversed_ = exists().where(_Reversal.reverses_id == CommissionEntry.id)
    return (CommissionEntry.kind == "accrual") & ~reversed_


def _others() -> SQLColumnExpression[object]:
    other = func.json_build_array(_Other.number, _Other.commission_details)
    return (
        select(func.json_agg(other))
        .where(
            _Other.partner_id == Opportunity.partner_id,
            _Other.status == "won",
            _Other.id != Opportunity.id,
            _Other.commission_details["accrued"]["window"].astext.is_not(None),
        )
        .scalar_subquery()
    )


def _live(entry: list[object]) -> Live:
    entry_id, month, earned_on, currency, amount, partner_id, details = entry
    return Live(
        id=UUID(str(entry_id)),
        month=cast("int | None", month),
        earned_on=date.fromisoformat(str(earned_on)),
        currency=str(currency),
        amount=Decimal(str(amount)),
        partner_id=UUID(str(partner_id)),
        details=cast("dict[str, object]", details),
    )
