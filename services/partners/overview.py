"""One partner with what became of it: the last contact, the open opportunities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from services.db import Tx
from services.partners.records import Partner, partner
from services.tables import Interaction, Opportunity

MOST_DEALS = 5


@dataclass(frozen=True, slots=True)
class Deal:
    """One open opportunity in a line."""

    number: int
    customer_name: str
    value: Decimal
    currency: str
    expected_close_date: date


@dataclass(frozen=True, slots=True)
class OpenDeals:
    """The open opportunities with a partner: how many, their value for each currency, and those
    that are to close first.
    """

    count: int
    totals: tuple[tuple[str, Decimal], ...]
    first: tuple[Deal, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """`deals` is None for who may not see opportunities."""

    partner: Partner
    last_contact_at: datetime | None
    deals: OpenDeals | None


async def overview(tx: Tx, partner_id: UUID) -> Overview:
    """The partner, or the one it was merged into, and its figures as of now. Raises NotFound."""
    found = await partner(tx, partner_id)
    last = await last_contacts(tx, [found.id])
    deals = await _open_deals(tx, found.id) if tx.actor.may("opportunities.view") else None
    return Overview(found, last.get(found.id), deals)


async def last_contacts(tx: Tx, partner_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each of these partners was last in contact; those never contacted are missing."""
    tx.actor.require("partners.view")
    rows = await tx.session.execute(
        select(Interaction.partner_id, func.max(Interaction.interaction_date))
        .where(Interaction.partner_id.in_(partner_ids))
        .group_by(Interaction.partner_id)
    )
    return {partner_id: at for partner_id, at in rows}  # noqa: C416  # rows are not tuples of two


def _open_with(partner_id: UUID) -> ColumnElement[bool]:
    return and_(
        Opportunity.partner_id == partner_id,
        Opportunity.status == "open",
        Opportunity.archived_at.is_(None),
    )


async def _open_deals(tx: Tx, partner_id: UUID) -> OpenDeals:
    total = func.sum(Opportunity.deal_value)
    rows = await tx.session.execute(
        select(Opportunity.currency, func.count(), total)
        .where(_open_with(partner_id))
        .group_by(Opportunity.currency)
        .order_by(total.desc(), Opportunity.currency)
    )
    each = [(currency or "USD", count, value) for currency, count, value in rows]
    return OpenDeals(
        count=sum(count for _, count, _ in each),
        totals=tuple((currency, value) for currency, _, value in each),
        first=await _first_deals(tx, partner_id) if each else (),
    )


async def _first_deals(tx: Tx, partner_id: UUID) -> tuple[Deal, ...]:
    rows = await tx.session.execute(
        select(
            Opportunity.number,
            Opportunity.customer_name,
            Opportunity.deal_value,
            func.coalesce(Opportunity.currency, "USD"),
            Opportunity.expected_close_date,
        )
        .where(_open_with(partner_id))
        .order_by(Opportunity.expected_close_date, Opportunity.number)
        .limit(MOST_DEALS)
    )
    return tuple(Deal(*row) for row in rows)
