"""The form of an alert rule follows whom it tells."""

from dataclasses import replace

from handlers import forms
from handlers.blocks.settings import SectionNote
from handlers.blocks.settings import alerts as blocks
from handlers.routing import Press, Reply, Routes, Say, Show
from handlers.tandem.settings.facts import STALE, drawing_of, partner_names, read_facts


def routes() -> Routes:
    return Routes(presses={blocks.REDRAW: redraw})


async def redraw(request: Press) -> Reply:
    """Somebody else is to be told, or only in some cases. Nothing is saved."""
    view = request.view
    note = forms.unpack(SectionNote, view.metadata) if view else None
    part = next((each for each in blocks.PARTS if note and each.key == note.section), None)
    if view is None or note is None or part is None:
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        facts = await read_facts(tx, [part], note.channel_id)
        typed = await partner_names(tx, blocks.partners_typed(view.values))
    facts = replace(facts, partners={**facts.partners, **typed})
    drawn = blocks.redrawn(part, view.values, request.value, facts, drawing_of(request), note)
    return Show(view=drawn)
