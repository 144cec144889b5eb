"""One partner with what became of it: the last contact, the open opportunities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from services.db import Tx
from services.partners.records import Partner, partner
from services.tables import Interaction, Opportunity


@dataclass(frozen=True, slots=True)
class OpenDeals:
    """The open opportunities with a partner: how many, and their value for each currency."""

    count: int
    totals: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """`deals` is None for who may not see opportunities."""

    partner: Partner
    last_contact_at: datetime | None
    deals: OpenDeals | None


async def overview(tx: Tx, partner_id: UUID) -> Overview:
    """The partner and its figures as of now. Raises NotFound."""
    found = await partner(tx, partner_id)
    last = await last_contacts(tx, [partner_id])
    deals = await _open_deals(tx, partner_id) if tx.actor.may("opportunities.view") else None
    return Overview(found, last.get(partner_id), deals)


async def last_contacts(tx: Tx, partner_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each of these partners was last in contact; those never contacted are missing."""
    tx.actor.require("partners.view")
    rows = await tx.session.execute(
        select(Interaction.partner_id, func.max(Interaction.interaction_date))
        .where(Interaction.partner_id.in_(partner_ids))
        .group_by(Interaction.partner_id)
    )
    return {partner_id: at for partner_id, at in rows}  # noqa: C416  # rows are not tuples of two


async def _open_deals(tx: Tx, partner_id: UUID) -> OpenDeals:
    total = func.sum(Opportunity.deal_value)
    rows = await tx.session.execute(
        select(Opportunity.currency, func.count(), total)
        .where(Opportunity.partner_id == partner_id, Opportunity.status == "open")
        .group_by(Opportunity.currency)
        .order_by(total.desc(), Opportunity.currency)
    )
    each = [(currency or "USD", count, value) for currency, count, value in rows]
    return OpenDeals(
        count=sum(count for _, count, _ in each),
        totals=tuple((currency, value) for currency, _, value in each),
    )
