"""Opportunities with a past, and what was told of them."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from services import configuration
from services.configuration.catalogue import ALERTS_CHANNEL, Channel
from services.db import Database
from services.directory import Claim
from services.outbox import Dead, Delivery, Sent, begin, finish
from services.tables import Opportunity, Outbox, Partner, StageChange
from tests.factories import Company, FixedClock

CHANNEL = "C0ALERTS"


async def deals(
    db: Database,
    company: Company,
    names: Sequence[str],
    *,
    idle_days: int = 21,
    values: Sequence[str] = ("48000",),
    currency: str = "EUR",
    stage: str = "negotiation",
    closes_in: int = 9,
) -> list[int]:
    """Open opportunities that came to their stage so many days ago; their numbers, in order."""
    ids = [uuid4() for _ in names]
    async with db.transaction(company.rep) as tx:
        partner_id = uuid4()
        partner = {"id": partner_id, "name": "Globex", "domain": "cloud"}
        owned = {"organization_id": company.organization_id}
        await tx.session.execute(
            insert(Partner).values(**owned, **partner, commission_structure={})
        )
        since = tx.now - timedelta(days=idle_days)
        rows = [
            {
                **owned,
                "id": id_,
                "partner_id": partner_id,
                "assigned_user_id": company.rep.user_id,
                "customer_name": name,
                "deal_value": Decimal(values[at % len(values)]),
                "currency": currency,
                "stage": stage,
                "probability": 75,
                "expected_close_date": tx.now.date() + timedelta(days=closes_in),
                "created_at": since - timedelta(days=30),
                "stage_since": since,
            }
            for at, (id_, name) in enumerate(zip(ids, names, strict=True))
        ]
        changes = [
            {
                **owned,
                "opportunity_id": id_,
                "from_stage": "proposal",
                "to_stage": stage,
                "changed_by_user_id": company.rep.user_id,
                "changed_at": since,
            }
            for id_ in ids
        ]
        await tx.session.execute(insert(Opportunity), rows)
        await tx.session.execute(insert(StageChange), changes)
        found = await tx.session.execute(
            select(Opportunity.id, Opportunity.number).where(Opportunity.id.in_(ids))
        )
        numbers: dict[UUID, int] = dict(found.all())
    return [numbers[id_] for id_ in ids]


async def a_deal(db: Database, company: Company, name: str = "Acme renewal", **more: object) -> int:
    """One of them; its number."""
    (number,) = await deals(db, company, [name], **more)  # pyright: ignore[reportArgumentType]  # as `deals` takes them
    return number


async def reach_alerts_channel(db: Database, company: Company, channel: str = CHANNEL) -> None:
    """As if a test post had arrived in the alerts channel."""
    reached = Channel(workspace_id=str(company.workspace_id), channel_id=channel, is_reached=True)
    async with db.transaction(company.application) as tx:
        await configuration.write(tx, ALERTS_CHANNEL, reached)


async def waiting(db: Database, company: Company) -> list[tuple[str, str, str]]:
    """What waits to be sent: method, kind and conversation, in order."""
    async with db.transaction(company.application) as tx:
        found = await tx.session.execute(
            select(Outbox.method, Outbox.kind, Outbox.lane)
            .where(Outbox.state == "pending")
            .order_by(Outbox.id)
        )
        return list(found)


async def deliver(
    db: Database, company: Company, clock: FixedClock, refusal: str | None = None
) -> list[Delivery]:
    """Send everything there is, travelling on as each conversation's pace asks; in order."""
    sent: list[Delivery] = []
    while True:
        async with db.directory() as directory:
            due = await directory.next_delivery_at()
            if due is None:
                return sent
            clock.travel_to(max(due, clock.now()))
        async with db.directory() as directory:
            claims = await directory.claim_deliveries(1, timedelta(minutes=1))
        sent.extend([await _settle(db, company, claim, refusal) for claim in claims])


async def _settle(db: Database, company: Company, claim: Claim, refusal: str | None) -> Delivery:
    async with db.transaction(company.application) as tx:
        delivery = await begin(tx, claim)
        assert delivery is not None
        sent = Sent(delivery.lane, delivery.ts or f"1763460000.{claim.outbox_id:06d}")
        await finish(tx, delivery, Dead(refusal) if refusal else sent)
        return delivery
