"""What several handlers of opportunities show, read inside their transaction."""

from dataclasses import replace

from handlers.blocks import opportunities as blocks
from handlers.blocks.kit import Block, View
from handlers.blocks.opportunities import (
    About,
    Beside,
    CreateChoices,
    CreateDraft,
    CreateNote,
    MoveDraft,
    MoveNote,
    Reader,
)
from handlers.routing import Press, Replace, Reply, Say
from services import configuration, opportunities, sharing, tasks
from services.commission.projecting import projection, what_if
from services.configuration import catalogue
from services.configuration.catalogue import Pipeline, Stage
from services.db import Tx
from services.errors import Archived, MoveNotAllowed, NotConfigured
from services.opportunities import Opportunity
from services.outbox import Place

Shown = tuple[str, list[Block]]

STALE = "This button is from an older message. `/opp list` shows your opportunities as they are."


async def reader(tx: Tx) -> Reader:
    """Who has asked."""
    return Reader(tx.actor.locale, await opportunities.today(tx), tx.actor)


async def pipeline(tx: Tx) -> Pipeline:
    return await configuration.get(tx, catalogue.PIPELINE)


async def card(tx: Tx, it: Opportunity) -> Shown:
    commission = await brings(tx, it)
    return blocks.card(it, await reader(tx), Beside(commission=commission), "share")


async def detail(tx: Tx, it: Opportunity, channel_id: str | None) -> Shown:
    """The card with everything, for the conversation it was asked for in."""
    about = About(
        stays=await opportunities.history(tx, it.id),
        changes=await opportunities.changes(tx, it.id),
        tasks=await tasks.about(tx, it.id),
        commission=await brings(tx, it),
    )
    here = blocks.Sharing(
        may_share=is_shareable(channel_id), is_gone=await _is_gone(tx, it, channel_id)
    )
    return blocks.detail(it, about, await reader(tx), here)


async def _is_gone(tx: Tx, it: Opportunity, channel_id: str | None) -> bool:
    """Whether the card that was shared there is not there any more."""
    if channel_id is None or tx.actor.workspace_id is None or not is_shareable(channel_id):
        return False
    place = Place(tx.actor.workspace_id, channel_id)
    return await sharing.is_gone(tx, opportunities.CARD, it.id, place)


async def brings(tx: Tx, it: Opportunity) -> str | None:
    """The commission in a line, for who may see it."""
    found = await projection(tx, it.id)
    return blocks.commission_line(found, await reader(tx)) if found else None


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
    """The form of a move. Needs `opportunities.move`; raises Archived, and MoveNotAllowed where no
    stage is left.
    """
    tx.actor.require("opportunities.move", it.owner_id)
    if it.is_archived:
        raise Archived(it.number)
    if not it.may_move_to:
        raise MoveNotAllowed(
            number=it.number, from_label=it.stage_label, to_label="another stage", allowed=()
        )
    reasons = await configuration.get(tx, catalogue.LOSS_REASONS)
    target = draft.target
    if target is not None and target.kind == "lost" and not reasons:
        raise NotConfigured("loss reasons")
    known = await reader(tx)
    missing = opportunities.missing_for(it, target) if target else ()
    effect = await _effect(tx, it, target, known) if target else None
    barred = tuple(each for each in missing if not _may_fill(tx, it, each))
    whole = replace(draft, missing=missing, barred=barred, effect=effect)
    return blocks.move_form(it, reasons, note, known, whole)


def must_ask(it: Opportunity, stage: Stage) -> bool:
    """Whether a move there needs words first; where it may not go, the refusal says so."""
    return stage in it.may_move_to and bool(asked_for(it, stage))


def asked_for(it: Opportunity, stage: Stage) -> frozenset[str]:
    """The fields that a move there needs."""
    reason = ("loss_reason",) if stage.kind == "lost" else ()
    return frozenset([*opportunities.missing_for(it, stage), *reason])


def _may_fill(tx: Tx, it: Opportunity, field: str) -> bool:
    """As the move that brings it needs."""
    permission = "reassign" if field == "assigned_user_id" else "edit"
    return tx.actor.may(f"opportunities.{permission}", it.owner_id)


async def _effect(tx: Tx, it: Opportunity, target: Stage, known: Reader) -> str | None:
    """What a win does to the commission."""
    if target.kind != "won":
        return None
    found = await what_if(tx, it.id, known.today)
    return blocks.win_brings(found, it, known) if found else None


def is_shareable(channel_id: str | None) -> bool:
    """Whether a card may be posted there: a channel, not a direct conversation."""
    return channel_id is not None and not channel_id.startswith("D")


def is_public(press: Press) -> bool:
    """Whether the card that was pressed is one that others see and that follows by itself."""
    return press.message is not None and not press.message.is_ephemeral


def answered(press: Press, shown: Shown) -> Reply:
    """In place of the private message that was pressed; beside one that others see too."""
    text, said = shown
    if press.message is not None and press.message.is_ephemeral:
        return Replace(text=text, blocks=said)
    return Say(text=text, blocks=said)
