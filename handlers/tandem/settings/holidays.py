"""The form of the holidays follows the country and the part of it that are chosen."""

from handlers import forms
from handlers.blocks.settings import SectionNote
from handlers.blocks.settings import holidays as blocks
from handlers.routing import Options, Press, Reply, Routes, Say, Show, Suggest
from handlers.tandem.settings.facts import STALE, drawing_of, read_facts


def routes() -> Routes:
    return Routes(
        presses={blocks.CHOOSE_COUNTRY: redraw, blocks.CHOOSE_REGION: redraw},
        suggests={blocks.CHOOSE_COUNTRY: suggest_country, blocks.CHOOSE_REGION: suggest_region},
    )


async def redraw(request: Press) -> Reply:
    """Another country or part of it was chosen: other days. Nothing is saved."""
    note = forms.unpack(SectionNote, request.view.metadata) if request.view else None
    if note is None or request.view is None:
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        facts = await read_facts(tx, [blocks.SECTION], note.channel_id)
    view = blocks.redrawn(request.view.values, facts, drawing_of(request), note)
    return Show(view=view)


async def suggest_country(request: Suggest) -> Reply:
    """Countries whose name holds what was typed."""
    return Options(options=blocks.country_options(request.query, request.actor.locale))


async def suggest_region(request: Suggest) -> Reply:
    """Parts of the chosen country whose name holds what was typed."""
    country = request.action_id.partition(":")[2]
    return Options(options=blocks.region_options(country, request.query))
