"""Controls that show: open, share, page, details."""

from handlers import forms
from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import ListRef, MoreRef, OpportunityRef
from handlers.once import once
from handlers.opportunities import shown
from handlers.opportunities.shown import answered
from handlers.routing import Open, Press, Reply, Say
from services.db import Tx
from services.opportunities import find_opportunity, share_opportunity
from services.outbox import Place

NOT_HERE = "I can share a card in a channel only. Use `/opp show` in the channel."


async def press_open(request: Press) -> Reply:
    """The card with everything, beside the list it was opened from."""
    ref = forms.unpack(OpportunityRef, request.value)
    return await _say(request, ref.number) if ref else Say(text=shown.STALE)


async def press_more(request: Press) -> Reply:
    """What the card has no room for."""
    ref = forms.unpack(MoreRef, request.value)
    if ref is None:
        return Say(text=shown.STALE)
    if ref.show == "details":
        return await _say(request, ref.number)
    async with request.db.transaction(request.actor) as tx:
        return Open(view=blocks.notes_view(await find_opportunity(tx, ref.number)))


async def press_share(request: Press) -> Reply:
    """Post the card in this channel, where it is kept current, unless it is there."""
    ref = forms.unpack(OpportunityRef, request.value)
    channel_id = request.place.channel_id
    if ref is None:
        return Say(text=shown.STALE)
    if channel_id is None or not shown.is_shareable(channel_id):
        return Say(text=NOT_HERE)
    place = Place(request.place.workspace_id, channel_id)

    async def work(tx: Tx) -> Reply:
        done = await share_opportunity(tx, ref.number, place)
        words = blocks.shared(done.record, channel_id, is_new=done.is_new)
        told = blocks.with_notice(words, await shown.card(tx, done.record))
        return answered(request, told)

    return await once(request, work)


async def press_page(request: Press) -> Reply:
    """Another page, in place."""
    ref = forms.unpack(ListRef, request.value)
    if ref is None:
        return Say(text=shown.STALE)
    async with request.db.transaction(request.actor) as tx:
        return answered(request, await shown.listing(tx, ref))


async def _say(request: Press, number: int) -> Reply:
    async with request.db.transaction(request.actor) as tx:
        it = await find_opportunity(tx, number)
        text, said = await shown.detail(tx, it, request.place.channel_id)
    return Say(text=text, blocks=said)
