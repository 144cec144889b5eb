"""What several handlers of opportunities show, read inside their transaction."""

from handlers.blocks import opportunities as blocks
from handlers.blocks.kit import Block, View
from handlers.blocks.opportunities import (
    CreateChoices,
    CreateDraft,
    CreateNote,
    ListRef,
    MoveDraft,
    MoveNote,
    Reader,
)
from handlers.routing import Press, Replace, Reply, Say
from services import configuration, opportunities
from services.configuration import catalogue
from services.configuration.catalogue import Pipeline, Stage
from services.db import Tx
from services.errors import MoveNotAllowed, NotConfigured
from services.opportunities import Opportunity

Shown = tuple[str, list[Block]]

STALE = "This button is from an older message. `/opp list` shows your opportunities as they are."


async def reader(tx: Tx) -> Reader:
    """Who has asked."""
    return Reader(tx.actor.locale, await opportunities.today(tx), tx.actor)


async def pipeline(tx: Tx) -> Pipeline:
    return await configuration.get(tx, catalogue.PIPELINE)


async def card(tx: Tx, it: Opportunity) -> Shown:
    return blocks.card(it, await reader(tx))


async def detail(tx: Tx, it: Opportunity, channel_id: str | None) -> Shown:
    """The card with everything, for the conversation it was asked for in."""
    stays = await opportunities.history(tx, it.id)
    here = is_shareable(channel_id)
    return blocks.detail(it, stays, await reader(tx), may_share_here=here)


async def listing(tx: Tx, ref: ListRef, meant: Stage | None = None) -> Shown:
    page = await opportunities.list_opportunities(tx, ref.wanted, ref.page)
    key = ref.wanted.stage
    stage = (await pipeline(tx)).find(key) if key else None
    label = stage.label if stage else key
    return blocks.listing(page, ref.wanted, label, await reader(tx), meant)


async def create_form(tx: Tx, note: CreateNote, draft: CreateDraft) -> View:
    """The form of a new opportunity. Needs `opportunities.create`."""
    tx.actor.require("opportunities.create")
    currencies = await configuration.get(tx, catalogue.CURRENCIES)
    if not currencies:
        raise NotConfigured("currencies")
    choices = CreateChoices(
        stages=(await pipeline(tx)).stages,
        currencies=currencies,
        base_currency=await configuration.get(tx, catalogue.BASE_CURRENCY),
    )
    return blocks.create_form(choices, note, tx.actor, draft)


async def move_form(tx: Tx, it: Opportunity, note: MoveNote, draft: MoveDraft) -> View:
    """The form of a move. Needs `opportunities.move`; raises MoveNotAllowed where none is left."""
    tx.actor.require("opportunities.move", it.owner_id)
    if not it.may_move_to:
        raise MoveNotAllowed(
            number=it.number, from_label=it.stage_label, to_label="another stage", allowed=()
        )
    reasons = await configuration.get(tx, catalogue.LOSS_REASONS)
    if draft.target is not None and draft.target.kind == "lost" and not reasons:
        raise NotConfigured("loss reasons")
    return blocks.move_form(it, reasons, note, await reader(tx), draft)


def is_shareable(channel_id: str | None) -> bool:
    """Whether a card may be posted there: a channel, not a direct conversation."""
    return channel_id is not None and not channel_id.startswith("D")


def answered(press: Press, shown: Shown) -> Reply:
    """In place of the private message that was pressed; beside one that others see too."""
    text, said = shown
    if press.message is not None and press.message.is_ephemeral:
        return Replace(text=text, blocks=said)
    return Say(text=text, blocks=said)
