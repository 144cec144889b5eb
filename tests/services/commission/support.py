"""Partners with terms, opportunities won with them, and what the ledger says of both."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update

from services.commission import Structure
from services.commission.accruing import settle
from services.commission.terms import as_stored
from services.db import Database, Tx
from services.tables import CommissionEntry, Opportunity, Partner
from services.values import Actor
from tests.factories import Company

WON_ON = date(2026, 11, 10)


@dataclass(frozen=True)
class Deals:
    """Opportunities of one company, changed as its rows are."""

    db: Database
    company: Company

    @property
    def by(self) -> Actor:
        return self.company.application

    async def partner(self, *versions: Structure, name: str = "Globex") -> UUID:
        partner_id = uuid4()
        async with self.db.transaction(self.by) as tx:
            await tx.session.execute(
                insert(Partner).values(
                    id=partner_id,
                    organization_id=tx.organization_id,
                    name=name,
                    domain="cloud",
                    commission_structure=as_stored(versions),
                )
            )
        return partner_id

    async def deal(self, partner_id: UUID, value: str = "48000", **facts: object) -> UUID:
        """One that is won, unless said otherwise; it has not been settled."""
        opportunity_id = uuid4()
        async with self.db.transaction(self.by) as tx:
            row = {
                "id": opportunity_id,
                "organization_id": tx.organization_id,
                "partner_id": partner_id,
                "assigned_user_id": self.company.rep.user_id,
                "customer_name": "Acme renewal",
                "deal_value": Decimal(value),
                "currency": "EUR",
                "stage": "won",
                "status": "won",
                "probability": 100,
                "expected_close_date": WON_ON,
                "actual_close_date": WON_ON,
                **facts,
            }
            await tx.session.execute(insert(Opportunity).values(row))
        return opportunity_id

    async def open_deal(self, partner_id: UUID, value: str = "48000", **facts: object) -> UUID:
        more = {"stage": "proposal", "status": "open", "probability": 40, "actual_close_date": None}
        return await self.deal(partner_id, value, **{**more, **facts})

    async def won(self, partner_id: UUID, value: str = "48000", **facts: object) -> UUID:
        """One that is won and settled."""
        opportunity_id = await self.deal(partner_id, value, **facts)
        await self.settle(opportunity_id)
        return opportunity_id

    async def settle(self, *opportunity_ids: UUID) -> None:
        for each in opportunity_ids:
            async with self.db.transaction(self.by) as tx:
                await settle(tx, each)

    async def change(self, opportunity_id: UUID, **facts: object) -> None:
        """Change the row, and settle it."""
        async with self.db.transaction(self.by) as tx:
            meant = Opportunity.id == opportunity_id
            await tx.session.execute(update(Opportunity).where(meant).values(facts))
            await settle(tx, opportunity_id)

    async def reopen(self, opportunity_id: UUID) -> None:
        await self.change(opportunity_id, status="open", stage="proposal", actual_close_date=None)

    async def details(self, opportunity_id: UUID) -> dict[str, object]:
        async with self.db.transaction(self.by) as tx:
            kept = await tx.session.scalar(
                select(Opportunity.commission_details).where(Opportunity.id == opportunity_id)
            )
        return kept or {}

    async def entries(self, opportunity_id: UUID) -> list[tuple[str, str]]:
        """Kind and amount of each, as they came."""
        async with self.db.transaction(self.by) as tx:
            found = await tx.session.execute(
                select(CommissionEntry.kind, CommissionEntry.amount)
                .where(CommissionEntry.opportunity_id == opportunity_id)
                .order_by(
                    CommissionEntry.created_at,
                    CommissionEntry.kind.desc(),
                    CommissionEntry.earned_on,
                )
            )
            return [(kind, str(amount)) for kind, amount in found]

    async def standing(self, opportunity_id: UUID) -> Decimal:
        """The sum of all its entries."""
        async with self.db.transaction(self.by) as tx:
            return await sum_of(tx, opportunity_id)


async def sum_of(tx: Tx, opportunity_id: UUID) -> Decimal:
    total = await tx.session.scalar(
        select(func.sum(CommissionEntry.amount)).where(
            CommissionEntry.opportunity_id == opportunity_id
        )
    )
    return total or Decimal(0)
