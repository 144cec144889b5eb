"""`/opp archive` and `/opp restore`: putting an opportunity away, and bringing it back."""

from handlers import forms
from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import RecordNote, StateRef
from handlers.once import once
from handlers.opportunities import shown
from handlers.opportunities.numbers import numbered, which
from handlers.opportunities.present import asked, doing, submitting
from handlers.opportunities.shown import answered
from handlers.routing import Both, Command, Done, Open, Press, Reply, Say, Submit, View
from services.db import Tx
from services.errors import Archived
from services.opportunities import Opportunity, archive, restore


async def archive_command(request: Command) -> Reply:
    """The question first: it names what is put away."""
    number, _ = numbered(request.words)
    if number is None:
        return which("/opp archive 42")

    async def work(tx: Tx, it: Opportunity) -> Reply:
        return Open(view=await archive_view(tx, it, request.place.channel_id))

    return await asked(request, number, work)


async def archive_view(tx: Tx, it: Opportunity, channel_id: str | None) -> View:
    """The question. Needs `opportunities.archive`; raises Archived."""
    tx.actor.require("opportunities.archive", it.owner_id)
    if it.is_archived:
        raise Archived(it.number)
    return blocks.archive_form(it, RecordNote.of(it, channel_id), await shown.reader(tx))


async def submit_archive(request: Submit) -> Reply:
    """Put it away."""

    async def work(tx: Tx, it: Opportunity, note: RecordNote) -> Reply:
        gone = await archive(tx, it.number)
        text, said = blocks.with_notice(blocks.archived(gone), await shown.card(tx, gone))
        return Both(first=Done(), then=Say(text=text, blocks=said, channel_id=note.channel_id))

    return await submitting(request, work)


async def restore_command(request: Command) -> Reply:
    """Back at once, with its card."""
    number, _ = numbered(request.words)
    if number is None:
        return which("/opp restore 42")

    async def work(tx: Tx) -> Reply:
        text, said = await _restored(tx, number)
        return Say(text=text, blocks=said)

    return await once(request, work)


async def press_restore(request: Press) -> Reply:
    """Back at once, in place."""

    async def work(tx: Tx, it: Opportunity) -> Reply:
        return answered(request, await _restored(tx, it.number))

    return await doing(request, forms.unpack(StateRef, request.value), work)


async def _restored(tx: Tx, number: int) -> shown.Shown:
    it = await restore(tx, number)
    return blocks.with_notice(blocks.restored(it), await shown.card(tx, it))
