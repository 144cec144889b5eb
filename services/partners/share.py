"""Showing a partner to others: its card in a conversation, and a word when that was refused."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services import audit, outbox
from services.db import Tx
from services.outbox import Delivery, Place
from services.partners.records import CARD, KIND, Partner, partner

SHARE = "opportunities.share"
"""The card tells what everybody's opportunities with the partner are worth."""

NOT_SHARED = "partner_not_shared"


class CardNotice(BaseModel):
    """Whose card, and which Slack account to tell when the conversation refuses it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1
    id: UUID
    shared_by: str | None = None


class RefusedNotice(BaseModel):
    """A card that a conversation refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1
    id: UUID
    channel_id: str
    reason: str


async def share_partner(tx: Tx, partner_id: UUID, place: Place) -> Partner:
    """Post the card where others see it, kept current from then on.

    Needs `opportunities.share` for everybody's. Raises NotFound.
    """
    tx.actor.require(SHARE)
    found = await partner(tx, partner_id)
    notice = CardNotice(id=found.id, shared_by=tx.actor.slack_user_id)
    payload = notice.model_dump(mode="json", exclude_none=True)
    await outbox.post(tx, place, CARD, payload, copy_of=found.id)
    details = {"conversation": place.lane}
    await audit.record(tx, "partner.shared", KIND, found.id, details)
    return found


async def tell_refused(tx: Tx, delivery: Delivery, reason: str) -> None:
    """Tell who shared a card that its conversation refused it, in their direct messages."""
    shared = CardNotice.model_validate(delivery.payload)
    if shared.shared_by is None or delivery.method != outbox.POST:
        return
    place = Place(delivery.workspace_id, shared.shared_by)
    notice = RefusedNotice(id=shared.id, channel_id=delivery.lane, reason=reason)
    await outbox.post(tx, place, NOT_SHARED, notice.model_dump(mode="json"))
