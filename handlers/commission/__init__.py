"""What partners earn: their statements, the terms agreed with them, what is entered by hand.

The commands that lead here are `/partner`'s and `/opp`'s.
"""

from handlers import forms
from handlers.blocks.commission.values import (
    AGREE_FORM,
    OVERRIDE_FORM,
    REDRAW,
    ChangeRef,
    OverrideRef,
)
from handlers.commission import deals, entries, exporting, statements, terms
from handlers.commission.exporting import NOTICES, SETTLED
from handlers.commission.reading import STALE
from handlers.routing import Press, Reply, Routes, Say, merge

__all__ = ["NOTICES", "SETTLED", "routes"]


def routes() -> Routes:
    parts = (statements, exporting, terms, entries, deals)
    return merge([Routes(presses={REDRAW: redraw}), *(each.routes() for each in parts)])


async def redraw(request: Press) -> Reply:
    """The form of a structure follows its type, wherever it stands. Nothing is saved."""
    view = request.view
    if view is not None and view.callback_id == AGREE_FORM:
        terms_meant = forms.unpack(ChangeRef, view.metadata)
        return await terms.redraw(request, terms_meant) if terms_meant else Say(text=STALE)
    if view is not None and view.callback_id == OVERRIDE_FORM:
        deal_meant = forms.unpack(OverrideRef, view.metadata)
        return await deals.redraw(request, deal_meant) if deal_meant else Say(text=STALE)
    return Say(text=STALE)
