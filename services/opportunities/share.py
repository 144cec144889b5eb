"""Showing an opportunity to others: its card in a conversation."""

from services import audit, sharing
from services.db import Tx
from services.opportunities.queries import Opportunity, find_opportunity
from services.opportunities.rules import CARD, KIND
from services.outbox import Place
from services.sharing import Shared

NOT_SHARED = "opportunity_not_shared"


async def share_opportunity(tx: Tx, number: int, place: Place) -> Shared[Opportunity]:
    """Post the card where others see it, kept current from then on; not twice within an hour.

    Needs `opportunities.share`. Raises NotFound.
    """
    found = await find_opportunity(tx, number)
    tx.actor.require("opportunities.share", found.owner_id)
    is_new = await sharing.share_card(tx, CARD, found.id, place)
    if is_new:
        details = {"number": number, "conversation": place.lane}
        await audit.record(tx, "opportunity.shared", KIND, found.id, details)
    return Shared(found, is_new)
