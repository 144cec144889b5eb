"""Controls that show: open, the overflow's entries, share."""

from collections.abc import Awaitable, Callable, Mapping

from handlers import forms
from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import MoreRef, OpportunityRef, Show
from handlers.opportunities import shown
from handlers.opportunities.archiving import archive_view
from handlers.opportunities.assigning import assign_view
from handlers.opportunities.attaching import attach_view
from handlers.opportunities.present import doing, looking
from handlers.opportunities.shown import answered
from handlers.partners.interactions import interaction_form
from handlers.routing import Open, Press, Reply, Say, View
from services import partners
from services.db import Tx
from services.opportunities import Opportunity, share_opportunity
from services.outbox import Place

NOT_HERE = "I can share a card in a channel only. Use `/opp show` in the channel."


async def press_open(request: Press) -> Reply:
    """The card with everything, beside the list it was opened from."""

    async def work(tx: Tx, it: Opportunity) -> Reply:
        return await _details(tx, it, request.place.channel_id)

    return await looking(request, forms.unpack(OpportunityRef, request.value), work)


async def press_more(request: Press) -> Reply:
    """What the row of controls has no room for."""
    ref = forms.unpack(MoreRef, request.value)
    if ref is not None and ref.show == "share":
        return await _share(request, ref)

    async def work(tx: Tx, it: Opportunity) -> Reply:
        where = request.place.channel_id
        if ref is None or ref.show not in _FORMS:
            return await _details(tx, it, where)
        return Open(view=await _FORMS[ref.show](tx, it, where))

    return await looking(request, ref, work)


async def press_share(request: Press) -> Reply:
    """The button that cards had for it."""
    return await _share(request, forms.unpack(OpportunityRef, request.value))


async def _share(request: Press, ref: MoreRef | OpportunityRef | None) -> Reply:
    """Post the card in this channel, where it is kept current, unless it is there."""
    channel_id = request.place.channel_id
    if channel_id is None or not shown.is_shareable(channel_id):
        return Say(text=NOT_HERE)
    place = Place(request.place.workspace_id, channel_id)

    async def work(tx: Tx, it: Opportunity) -> Reply:
        done = await share_opportunity(tx, it.number, place)
        words = blocks.shared(done.record, channel_id, is_new=done.is_new)
        told = blocks.with_notice(words, await shown.card(tx, done.record))
        return answered(request, told)

    return await doing(request, ref, work)


async def _details(tx: Tx, it: Opportunity, channel_id: str | None) -> Reply:
    text, said = await shown.detail(tx, it, channel_id)
    return Say(text=text, blocks=said)


async def _notes(_: Tx, it: Opportunity, __: str | None) -> View:
    return blocks.notes_view(it)


async def _log(tx: Tx, it: Opportunity, channel_id: str | None) -> View:
    return await interaction_form(tx, channel_id, await partners.partner(tx, it.partner_id))


_FORMS: Mapping[Show, Callable[[Tx, Opportunity, str | None], Awaitable[View]]] = {
    "notes": _notes,
    "assign": assign_view,
    "attach": attach_view,
    "log": _log,
    "archive": archive_view,
}
