"""The menu of a partner's card."""

from collections.abc import Mapping
from dataclasses import replace

from handlers import forms
from handlers.blocks import partners as blocks
from handlers.blocks.partners import MoreRef, PartnerRef
from handlers.partners.card import press_share
from handlers.partners.commission import press_terms
from handlers.partners.contacts import press_contacts
from handlers.partners.merging import open_merge
from handlers.partners.reading import STALE
from handlers.partners.timeline import press_timeline
from handlers.routing import Press, PressHandler, Reply, Routes, Say

_WAYS: Mapping[str, PressHandler] = {
    "contacts": press_contacts,
    "timeline": press_timeline,
    "commission": press_terms,
    "share": press_share,
    "merge": open_merge,
}


def routes() -> Routes:
    return Routes(presses={blocks.MORE: press_more})


async def press_more(request: Press) -> Reply:
    """What was chosen, as if it had a button of its own."""
    ref = forms.unpack(MoreRef, request.value)
    if ref is None:
        return Say(text=STALE)
    return await _WAYS[ref.do](replace(request, value=forms.pack(PartnerRef(id=ref.id))))
