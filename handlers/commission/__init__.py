"""What partners earn: their statements, the terms agreed with them, what is entered by hand.

The commands that lead here are `/partner`'s and `/opp`'s.
"""

from handlers import forms
from handlers.blocks.commission.values import AGREE_FORM, REDRAW, ChangeRef
from handlers.commission import statements, terms
from handlers.commission.reading import STALE
from handlers.routing import Press, Reply, Routes, Say, merge


def routes() -> Routes:
    parts = (statements, terms)
    return merge([Routes(presses={REDRAW: redraw}), *(each.routes() for each in parts)])


async def redraw(request: Press) -> Reply:
    """The form of a structure follows its type, wherever it stands. Nothing is saved."""
    view = request.view
    if view is not None and view.callback_id == AGREE_FORM:
        ref = forms.unpack(ChangeRef, view.metadata)
        if ref is not None:
            return await terms.redraw(request, ref)
    return Say(text=STALE)
