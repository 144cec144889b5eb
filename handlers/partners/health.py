"""`/partner health`: how healthy a relationship is, why, and the one thing that would help most."""

from uuid import UUID

from handlers import forms
from handlers.blocks.partners import PartnerRef, Shown
from handlers.blocks.partners import explained as blocks
from handlers.blocks.partners.explained import PromiseRef
from handlers.blocks.partners.standing import HEALTH
from handlers.once import once
from handlers.partners.card import show_partner
from handlers.partners.reading import STALE, reader
from handlers.routing import Command, Press, Replace, Reply, Routes, Say, Subcommand
from services import partners, tasks
from services.db import Tx
from services.errors import Ambiguous, NotFound
from services.health.report import report


def routes() -> Routes:
    return Routes(presses={HEALTH: press_health, blocks.KEEP: press_keep})


async def show_health(request: Command) -> Reply:
    """The health of the partner the words name; when they name none or several, what the card's
    command says to them.
    """
    try:
        async with request.db.transaction(request.actor) as tx:
            found = await partners.find_partner(tx, request.words)
            text, shown = await _explained(tx, found.id)
    except (NotFound, Ambiguous):
        return await show_partner(request)
    return Say(text=text, blocks=shown)


async def press_health(request: Press) -> Reply:
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            text, shown = await _explained(tx, ref.id)
    except NotFound:
        return Say(text=STALE)
    return Say(text=text, blocks=shown)


async def press_keep(request: Press) -> Reply:
    """The promise is kept; what was pressed shows the health as it is now."""
    ref = forms.unpack(PromiseRef, request.value)
    if ref is None:
        return Say(text=STALE)

    async def work(tx: Tx) -> Reply:
        await tasks.complete_task(tx, ref.task_id)
        text, shown = await _explained(tx, ref.partner_id)
        return Replace(text=text, blocks=shown)

    try:
        return await once(request, work)
    except NotFound:
        return Say(text=STALE)


async def _explained(tx: Tx, partner_id: UUID) -> Shown:
    told = await report(tx, partner_id)
    if told is None:
        return blocks.no_health(await partners.partner(tx, partner_id))
    return blocks.explained(told, reader(tx))


SUBCOMMANDS = (
    Subcommand(
        name="health",
        usage="partner",
        summary="How healthy a relationship is, why, and what would help most",
        handler=show_health,
        permission="partners.view",
    ),
)
