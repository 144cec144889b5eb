"""Partners with a past of contacts, opportunities and promises, as rows."""

from collections.abc import Awaitable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import event, select

from services.db import Database, Tx
from services.health.recomputing import recompute
from services.tables import HealthSnapshot, Interaction, MessageCopy, Opportunity, Partner, Task
from services.values import Actor
from tests.factories import Company


async def a_partner(
    db: Database, company: Company, name: str = "Globex", *, known_days: int = 400, **more: object
) -> UUID:
    partner_id = uuid4()
    async with db.transaction(company.application) as tx:
        tx.session.add(
            Partner(
                id=partner_id,
                organization_id=company.organization_id,
                name=name,
                domain="cloud",
                commission_structure={},
                created_at=tx.now - timedelta(days=known_days),
                **more,
            )
        )
    return partner_id


async def contact(
    db: Database,
    company: Company,
    partner_id: UUID,
    *ages: int,
    type_: str = "meeting",
    at: datetime | None = None,
) -> UUID:
    """One for each of these ages in days, or one at a moment; the last one's identifier."""
    async with db.transaction(company.rep) as tx:
        rows = [
            Interaction(
                id=uuid4(),
                organization_id=company.organization_id,
                partner_id=partner_id,
                user_id=company.rep.user_id,
                interaction_type=type_,
                interaction_date=at or tx.now - timedelta(days=age),
                created_at=tx.now - timedelta(days=age),
            )
            for age in ages or (0,)
        ]
        tx.session.add_all(rows)
    return rows[-1].id


async def a_deal(
    db: Database,
    company: Company,
    partner_id: UUID,
    value: str = "20000",
    *,
    idle: int = 0,
    owner: Actor | None = None,
    **more: object,
) -> UUID:
    facts: dict[str, object] = {"currency": "USD", "status": "open", "stage": "proposal", **more}
    opportunity_id = uuid4()
    async with db.transaction(company.application) as tx:
        tx.session.add(
            Opportunity(
                id=opportunity_id,
                organization_id=company.organization_id,
                partner_id=partner_id,
                assigned_user_id=(owner or company.rep).user_id,
                customer_name="Initech",
                deal_value=Decimal(value),
                expected_close_date=tx.now.date() + timedelta(days=30),
                stage_since=tx.now - timedelta(days=idle),
                created_at=tx.now - timedelta(days=idle),
                **facts,
            )
        )
    return opportunity_id


async def a_promise(
    db: Database,
    company: Company,
    interaction_id: UUID,
    due: date | None,
    *,
    status: str = "pending",
    kept: datetime | None = None,
    title: str = "Send the price list",
) -> UUID:
    task_id = uuid4()
    async with db.transaction(company.application) as tx:
        tx.session.add(
            Task(
                id=task_id,
                organization_id=company.organization_id,
                user_id=company.rep.user_id,
                interaction_id=interaction_id,
                title=title,
                due_date=due,
                status=status,
                completed_at=kept,
            )
        )
    return task_id


async def a_posted_card(db: Database, company: Company, partner_id: UUID, ts: str = "1.1") -> None:
    async with db.transaction(company.application) as tx:
        tx.session.add(
            MessageCopy(
                organization_id=company.organization_id,
                workspace_id=company.workspace_id,
                lane="C0DEALS",
                channel_id="C0DEALS",
                ts=ts,
                entity_type="partner_card",
                entity_id=partner_id,
            )
        )


async def worked_out(db: Database, company: Company, partner_id: UUID | None = None) -> int:
    async with db.transaction(company.application) as tx:
        return await recompute(tx, partner_id)


async def snapshots(db: Database, company: Company, partner_id: UUID) -> Sequence[HealthSnapshot]:
    async with db.transaction(company.application) as tx:
        rows = await tx.session.scalars(
            select(HealthSnapshot)
            .where(HealthSnapshot.partner_id == partner_id)
            .order_by(HealthSnapshot.day)
        )
        return rows.all()


async def a_snapshot(
    db: Database,
    company: Company,
    partner_id: UUID,
    age: int,
    score: int,
    parts: Mapping[str, object] | None = None,
) -> None:
    async with db.transaction(company.application) as tx:
        tx.session.add(
            HealthSnapshot(
                organization_id=company.organization_id,
                partner_id=partner_id,
                day=tx.now.date() - timedelta(days=age),
                score=score,
                parts={"v": 1, **(parts or {})},
            )
        )


async def row_of(db: Database, company: Company, partner_id: UUID) -> Partner:
    async with db.transaction(company.application) as tx:
        return (await tx.session.scalars(select(Partner).where(Partner.id == partner_id))).one()


async def statements(tx: Tx, work: Awaitable[object]) -> int:
    """How many statements it takes."""
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    connection = tx.connection.sync_connection
    assert connection is not None
    event.listen(connection, "before_cursor_execute", note)
    await work
    event.remove(connection, "before_cursor_execute", note)
    return len(asked)
