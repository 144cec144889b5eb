"""The form of the default commission follows the type that is chosen in it."""

from handlers import forms
from handlers.blocks.settings import SectionNote
from handlers.blocks.settings import commission as blocks
from handlers.routing import Press, Reply, Routes, Say, Show
from handlers.tandem.settings.facts import STALE, drawing_of, read_facts


def routes() -> Routes:
    return Routes(presses={blocks.REDRAW: redraw})


async def redraw(request: Press) -> Reply:
    """Another type was chosen, or another example is asked for. Nothing is saved."""
    note = forms.unpack(SectionNote, request.view.metadata) if request.view else None
    if note is None or request.view is None:
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        facts = await read_facts(tx, [blocks.SECTION], note.channel_id)
    view = blocks.redrawn(request.view.values, facts, drawing_of(request), note)
    return Show(view=view)
