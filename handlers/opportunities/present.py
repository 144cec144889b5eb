"""The opportunity a control is of; for a control of another time, the way to how things are now."""

from collections.abc import Awaitable, Callable

from handlers import forms
from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import EditNote, MoveNote, Numbered, RecordNote
from handlers.blocks.text import escape
from handlers.once import once
from handlers.opportunities import shown
from handlers.replies import sentence
from handlers.routing import Press, Reply, Request, Say, Submit
from services.db import Tx
from services.errors import Archived, NotFound
from services.opportunities import KIND, Opportunity, find_opportunity

Work = Callable[[Tx, Opportunity], Awaitable[Reply]]


async def looking(request: Press, ref: Numbered | None, work: Work) -> Reply:
    """What `work` answers about the one that is meant; it changes nothing."""
    if ref is None:
        return Say(text=shown.STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            return await _on(tx, ref, work)
    except Archived as told:
        return await as_it_is(request, told.number, escape(sentence(told)))


async def doing(request: Press, ref: Numbered | None, work: Work) -> Reply:
    """As `looking`, for what has an effect: once, however often it is pressed."""
    if ref is None:
        return Say(text=shown.STALE)

    async def on_it(tx: Tx) -> Reply:
        return await _on(tx, ref, work)

    try:
        return await once(request, on_it)
    except Archived as told:
        return await as_it_is(request, told.number, escape(sentence(told)))


async def as_it_is(request: Press, number: int, words: str) -> Reply:
    """Why nothing was done, escaped, above the present state."""
    async with request.db.transaction(request.actor) as tx:
        it = await find_opportunity(tx, number)
        now = await shown.detail(tx, it, request.place.channel_id)
    return shown.answered(request, blocks.with_notice(words, now))


async def submitting(
    request: Submit, work: Callable[[Tx, Opportunity, RecordNote], Awaitable[Reply]]
) -> Reply:
    """What the small form about one opportunity comes to, once."""
    note = forms.unpack(RecordNote, request.view.metadata)
    if note is None:
        return Say(text=shown.STALE)

    async def on_it(tx: Tx) -> Reply:
        return await work(tx, await noted(tx, note), note)

    return await once(request, on_it)


async def noted(tx: Tx, note: RecordNote | EditNote | MoveNote) -> Opportunity:
    """The one a form is about. Raises NotFound, also for another one with its number."""
    it = await find_opportunity(tx, note.number)
    if note.id is not None and it.id != note.id:
        raise NotFound(KIND, f"#{note.number}")
    return it


async def asked(request: Request, number: int, work: Work) -> Reply:
    """What `work` answers about the one of this number."""
    async with request.db.transaction(request.actor) as tx:
        return await work(tx, await find_opportunity(tx, number))


async def _on(tx: Tx, ref: Numbered, work: Work) -> Reply:
    it = await find_opportunity(tx, ref.number)
    if ref.means(it):
        return await work(tx, it)
    if ref.x is not None:
        return Say(text=shown.STALE)
    text, said = blocks.older(it, await shown.reader(tx))
    return Say(text=text, blocks=said)
