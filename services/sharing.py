"""Cards in conversations: posted where somebody asked for them and kept current there; who asked is
told when Slack refuses. Knows no record, only its kind and identifier.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import or_, select, text

from services import outbox
from services.db import Tx
from services.outbox import Delivery, Place
from services.tables import MessageCopy
from services.values import EVERYTHING

T_co = TypeVar("T_co", covariant=True)

AGAIN_AFTER = timedelta(hours=1)
"""A card that is younger than this in a conversation is not posted there again."""

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('share:' || :what, 0))")


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


@dataclass(frozen=True, slots=True)
class Shared(Generic[T_co]):
    """`is_new` is False when its card was there already."""

    record: T_co
    is_new: bool


async def post_card(
    tx: Tx, kind: str, record_id: UUID, place: Place, *, shared_by: str | None = None
) -> None:
    """Post the card, kept current from then on."""
    notice = CardNotice(id=record_id, shared_by=shared_by)
    payload = notice.model_dump(mode="json", exclude_none=True)
    await outbox.post(tx, place, kind, payload, copy_of=record_id)


async def share_card(tx: Tx, kind: str, record_id: UUID, place: Place) -> bool:
    """Post the card for the actor; False when it was just posted there, by whoever it was."""
    # Two who share at once must not each find nothing.
    await tx.session.execute(_ONE_AT_A_TIME, {"what": f"{place.lane}:{record_id}"})
    if await outbox.is_shown(tx, place, kind, record_id, tx.now - AGAIN_AFTER):
        return False
    await post_card(tx, kind, record_id, place, shared_by=tx.actor.slack_user_id)
    return True


async def is_gone(tx: Tx, kind: str, record_id: UUID, place: Place) -> bool:
    """Whether the latest card there is known to be gone (deleted, or out of reach); False where
    none ever was.
    """
    found = await tx.session.scalar(
        select(MessageCopy.gone_at)
        .where(
            MessageCopy.entity_type == kind,
            MessageCopy.entity_id == record_id,
            MessageCopy.workspace_id == place.workspace_id,
            MessageCopy.lane == place.lane,
            or_(MessageCopy.ts.is_not(None), MessageCopy.gone_at.is_(None)),
        )
        .order_by(MessageCopy.created_at.desc())
        .limit(1)
    )
    return found is not None


async def tell_refused(tx: Tx, delivery: Delivery, kind: str, reason: str) -> None:
    """Tell who shared a card that its conversation refused it, in their direct messages. For the
    application.
    """
    tx.actor.require(EVERYTHING)
    shared = CardNotice.model_validate(delivery.payload)
    if shared.shared_by is None or delivery.method != outbox.POST:
        return
    place = Place(delivery.workspace_id, shared.shared_by)
    notice = RefusedNotice(id=shared.id, channel_id=delivery.lane, reason=reason)
    await outbox.post(tx, place, kind, notice.model_dump(mode="json"))
