"""Showing a partner to others: its card in a conversation."""

from uuid import UUID

from services import audit, sharing
from services.db import Tx
from services.outbox import Place
from services.partners.records import CARD, KIND, Partner, partner
from services.sharing import Shared

SHARE = "opportunities.share"
"""The card tells what everybody's opportunities with the partner are worth."""

NOT_SHARED = "partner_not_shared"


async def share_partner(tx: Tx, partner_id: UUID, place: Place) -> Shared[Partner]:
    """Post the card where others see it, kept current from then on; not twice within an hour.

    Needs `opportunities.share` and `opportunities.view` for everybody's. Raises NotFound.
    """
    tx.actor.require(SHARE)
    tx.actor.require("opportunities.view")
    found = await partner(tx, partner_id)
    is_new = await sharing.share_card(tx, CARD, found.id, place)
    if is_new:
        details = {"conversation": place.lane}
        await audit.record(tx, "partner.shared", KIND, found.id, details)
    return Shared(found, is_new)
