"""Open opportunities that go from somebody who leaves to a colleague, each with its history."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update

from services import audit, jobs, outbox
from services.db import Tx
from services.opportunities.rules import CARD, KIND
from services.tables import Opportunity, OpportunityChange
from services.values import UserId

OWNER = "assigned_user_id"


async def count_open(tx: Tx, user_id: UserId) -> int:
    """How many open opportunities somebody has. Needs `people.manage`."""
    tx.actor.require("people.manage")
    found = select(func.count()).where(
        Opportunity.assigned_user_id == user_id, Opportunity.status == "open"
    )
    return await tx.session.scalar(found) or 0


async def hand_over(tx: Tx, user_id: UserId, successor_id: UserId) -> int:
    """Give all open opportunities of one person to another; how many. Needs `people.manage`.

    `successor_id` is somebody of the company: the caller has looked. Every card follows.
    """
    tx.actor.require("people.manage")
    moved = await tx.session.execute(
        update(Opportunity)
        .where(Opportunity.assigned_user_id == user_id, Opportunity.status == "open")
        .values(assigned_user_id=successor_id)
        .returning(Opportunity.id, Opportunity.number, Opportunity.updated_at)
        .execution_options(synchronize_session=False)
    )
    rows = moved.all()
    if not rows:
        return 0
    fields = {"field": OWNER, "from_value": str(user_id), "to_value": str(successor_id)}
    await tx.session.execute(
        insert(OpportunityChange), [_change(tx, row.id, row.updated_at) | fields for row in rows]
    )
    numbers = {row.id: row.number for row in rows}
    fact = {"from": str(user_id), "to": str(successor_id)}
    for each, number in numbers.items():
        await audit.record(tx, "opportunity.reassigned", KIND, each, {"number": number, **fact})
    await outbox.refresh_copies(tx, CARD, *numbers)
    jobs.enqueue(tx, jobs.EVALUATE_ALERT_RULES)
    return len(numbers)


def _change(tx: Tx, opportunity_id: UUID, at: datetime | None) -> dict[str, object]:
    """Of the same moment as the row has, as every change."""
    return {
        "organization_id": tx.organization_id,
        "opportunity_id": opportunity_id,
        "changed_by_user_id": tx.actor.user_id,
        "changed_at": at,
    }
