"""Showing an opportunity to others: its card in a conversation, a word when that was refused."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services import audit, outbox
from services.db import Tx
from services.opportunities.queries import Opportunity, find_opportunity
from services.opportunities.rules import CARD, KIND
from services.outbox import Delivery, Place

NOT_SHARED = "opportunity_not_shared"


class _Notice(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1
    id: UUID


class CardNotice(_Notice):
    """Whose card, and which Slack account to tell when the conversation refuses it."""

    shared_by: str | None = None


class RefusedNotice(_Notice):
    """A card that a conversation refused."""

    channel_id: str
    reason: str


async def post_card(
    tx: Tx, opportunity_id: UUID, place: Place, *, shared_by: str | None = None
) -> None:
    """Post the card, kept current from then on."""
    notice = CardNotice(id=opportunity_id, shared_by=shared_by)
    payload = notice.model_dump(mode="json", exclude_none=True)
    await outbox.post(tx, place, CARD, payload, copy_of=opportunity_id)


async def share_opportunity(tx: Tx, number: int, place: Place) -> Opportunity:
    """Post the card where others see it, kept current from then on.

    Needs `opportunities.share`. Raises NotFound.
    """
    found = await find_opportunity(tx, number)
    tx.actor.require("opportunities.share", found.owner_id)
    await post_card(tx, found.id, place, shared_by=tx.actor.slack_user_id)
    details = {"number": number, "conversation": place.lane}
    await audit.record(tx, "opportunity.shared", KIND, found.id, details)
    return found


async def tell_refused(tx: Tx, delivery: Delivery, reason: str) -> None:
    """Tell who shared a card that its conversation refused it, in their direct messages."""
    shared = CardNotice.model_validate(delivery.payload)
    if shared.shared_by is None or delivery.method != outbox.POST:
        return
    place = Place(delivery.workspace_id, shared.shared_by)
    notice = RefusedNotice(id=shared.id, channel_id=delivery.lane, reason=reason)
    await outbox.post(tx, place, NOT_SHARED, notice.model_dump(mode="json"))
