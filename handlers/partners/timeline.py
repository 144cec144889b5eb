"""`/partner timeline`: what happened with a partner, page by page."""

from dataclasses import fields

from handlers import forms
from handlers.blocks.kit import View
from handlers.blocks.partners import PartnerRef
from handlers.blocks.partners import timeline as views
from handlers.blocks.partners.interaction_values import (
    TIMELINE_PAGE,
    ContactReader,
    TimelineRef,
)
from handlers.partners.card import show_partner
from handlers.partners.reading import STALE, reader
from handlers.routing import Command, Open, Press, Reply, Routes, Say, Show, Subcommand
from services import interactions, partners
from services.db import Tx
from services.errors import Ambiguous, NotFound


def routes() -> Routes:
    return Routes(presses={TIMELINE_PAGE: press_page})


async def timeline_command(request: Command) -> Reply:
    """The timeline of the partner the words name. Words that name none or several are answered as
    `/partner show` answers them.
    """
    if not request.words.strip():
        return await show_partner(request)
    try:
        async with request.db.transaction(request.actor) as tx:
            found = await partners.find_partner(tx, request.words)
            ref = TimelineRef(partner_id=found.id, channel_id=request.place.channel_id)
            return Open(view=await timeline_of(tx, ref))
    except (NotFound, Ambiguous):
        return await show_partner(request)


async def press_timeline(request: Press) -> Reply:
    """For the menu of a partner's card."""
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    wanted = TimelineRef(partner_id=ref.id, channel_id=request.place.channel_id)
    try:
        async with request.db.transaction(request.actor) as tx:
            return Open(view=await timeline_of(tx, wanted))
    except NotFound:
        return Say(text=STALE)


async def press_page(request: Press) -> Reply:
    """Another page, or another kind of what happened, in place."""
    ref = forms.unpack(TimelineRef, request.value)
    if ref is None:
        return Say(text=STALE)
    before = forms.unpack(TimelineRef, request.view.metadata) if request.view else None
    wanted = ref.model_copy(update={"channel_id": before.channel_id if before else None})
    try:
        async with request.db.transaction(request.actor) as tx:
            return Show(view=await timeline_of(tx, wanted))
    except NotFound:
        return Say(text=STALE)


async def timeline_of(tx: Tx, ref: TimelineRef) -> View:
    """Raises NotFound."""
    seen = await interactions.timeline(tx, ref.partner_id, ref.only, ref.page)
    return views.timeline_view(seen, ref, contact_reader(tx))


def contact_reader(tx: Tx) -> ContactReader:
    """Who reads, and what of contacts they may change."""
    known = reader(tx)
    shown = {each.name: getattr(known, each.name) for each in fields(known)}
    return ContactReader(**shown, actor=tx.actor)


SUBCOMMANDS = (
    Subcommand(
        name="timeline",
        usage="partner",
        summary="Everything that happened with a partner, newest first",
        handler=timeline_command,
        permission="partners.view",
    ),
)
