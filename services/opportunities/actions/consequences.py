"""What follows from a change of an opportunity: what was earned with it, its cards, what its new
owner is told, the rules, the health of its partners.
"""

from services import health, jobs, outbox
from services.commission.accruing import settle
from services.db import Tx
from services.opportunities.actions.people import tell_owner
from services.opportunities.held import Held
from services.opportunities.rules import CARD

_HEALTH = ("deal_value", "currency", "stage", "status", "partner_id", "archived_at")
_EARNED = (
    "status",
    "deal_value",
    "currency",
    "partner_id",
    "actual_close_date",
    "term_months",
)
_RULES = (*_HEALTH, "assigned_user_id", "expected_close_date", "probability")


async def follow(tx: Tx, before: Held, after: Held) -> None:
    """Have everything told and worked out anew that looks at what has changed.

    In an order that is the same for all, so that two who change much never wait for each other.
    """
    if "won" in {before.status, after.status} and _differ(before, after, _EARNED):
        await settle(tx, after.id)
    await outbox.refresh_copies(tx, CARD, after.id)
    if after.owner_id != before.owner_id:
        await tell_owner(tx, after.id, after.owner_id)
    if _differ(before, after, _RULES):
        jobs.enqueue(tx, jobs.EVALUATE_ALERT_RULES)
    if _differ(before, after, _HEALTH):
        for partner_id in sorted({before.partner_id, after.partner_id}):
            health.touch(tx, partner_id)


def _differ(before: Held, after: Held, names: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)
