"""The card where others see it, rendered when it is sent, and the word when that was refused."""

from collections.abc import Mapping

from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import Reader
from handlers.blocks.sharing import not_shared
from handlers.notices import Message, Renderer, Settled
from services import opportunities
from services.db import Tx
from services.errors import NotFound
from services.opportunities import CARD, NOT_SHARED
from services.outbox import Dead, Delivery, Outcome
from services.sharing import CardNotice, RefusedNotice, tell_refused


async def _render_card(tx: Tx, delivery: Delivery) -> Message | None:
    notice = CardNotice.model_validate(delivery.payload)
    try:
        it = await opportunities.opportunity(tx, notice.id)
    except NotFound:
        return None
    everybody = Reader(tx.actor.locale, await opportunities.today(tx))
    return Message(*blocks.shared_card(it, everybody), is_confidential=True)


async def _render_refused(tx: Tx, delivery: Delivery) -> Message | None:
    notice = RefusedNotice.model_validate(delivery.payload)
    it = await opportunities.opportunity(tx, notice.id)
    what = f"#{it.number} {it.customer_name}"
    return Message(*not_shared(what, notice.channel_id, notice.reason))


async def _card_settled(tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
    if isinstance(outcome, Dead):
        await tell_refused(tx, delivery, NOT_SHARED, outcome.why)


NOTICES: Mapping[str, Renderer] = {CARD: _render_card, NOT_SHARED: _render_refused}
SETTLED: Mapping[str, Settled] = {CARD: _card_settled}
