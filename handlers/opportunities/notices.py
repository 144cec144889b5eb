"""The card where others see it, rendered when it is sent, and the word when that was refused."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import Reader
from handlers.blocks.sharing import not_shared
from handlers.notices import Message, Renderer, Settled
from services import opportunities
from services.db import Tx
from services.errors import NotFound
from services.opportunities import ASSIGNED, CARD, NOT_SHARED
from services.outbox import Dead, Delivery, Outcome
from services.sharing import CardNotice, RefusedNotice, tell_refused


class _Assigned(BaseModel):
    """What was given to whom, by whom."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    v: Literal[1] = 1
    id: UUID
    by: str


async def _render_card(tx: Tx, delivery: Delivery) -> Message | None:
    notice = CardNotice.model_validate(delivery.payload)
    try:
        it = await opportunities.opportunity(tx, notice.id)
    except NotFound:
        return None
    everybody = Reader(tx.actor.locale, await opportunities.today(tx))
    last = blocks.last_told(await opportunities.changes(tx, it.id))
    return Message(*blocks.shared_card(it, everybody, last), is_confidential=True)


async def _render_refused(tx: Tx, delivery: Delivery) -> Message | None:
    notice = RefusedNotice.model_validate(delivery.payload)
    it = await opportunities.opportunity(tx, notice.id)
    what = f"#{it.number} {it.customer_name}"
    return Message(*not_shared(what, notice.channel_id, notice.reason))


async def _render_assigned(tx: Tx, delivery: Delivery) -> Message | None:
    """Nothing is told of one that has gone to somebody else since."""
    notice = _Assigned.model_validate(delivery.payload)
    try:
        it = await opportunities.opportunity(tx, notice.id)
    except NotFound:
        return None
    if it.is_archived or it.owner_slack_user_id != delivery.lane:
        return None
    reader = Reader(tx.actor.locale, await opportunities.today(tx))
    return Message(*blocks.given_to_you(it, notice.by, reader))


async def _card_settled(tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
    if isinstance(outcome, Dead):
        await tell_refused(tx, delivery, NOT_SHARED, outcome.why)


NOTICES: Mapping[str, Renderer] = {
    ASSIGNED: _render_assigned,
    CARD: _render_card,
    NOT_SHARED: _render_refused,
}
SETTLED: Mapping[str, Settled] = {CARD: _card_settled}
