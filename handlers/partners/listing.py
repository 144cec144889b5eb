"""`/partner list`: a page of partners."""

from handlers import forms
from handlers.blocks import partners as blocks
from handlers.blocks.partners import PageRef
from handlers.partners.reading import STALE, reader
from handlers.routing import Command, Press, Replace, Reply, Routes, Say, Subcommand
from services import health, partners
from services.db import Tx
from services.partners import ListPartners


def routes() -> Routes:
    return Routes(presses={blocks.PAGE: press_page})


async def list_partners(request: Command) -> Reply:
    async with request.db.transaction(request.actor) as tx:
        text, shown = await _listing(tx, await partners.read_list(tx, request.words))
    return Say(text=text, blocks=shown)


async def press_page(request: Press) -> Reply:
    ref = forms.unpack(PageRef, request.value)
    if ref is None:
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        text, shown = await _listing(tx, ref.wanted)
    return Replace(text=text, blocks=shown)


async def _listing(tx: Tx, wanted: ListPartners) -> blocks.Shown:
    page = await partners.list_partners(tx, wanted)
    ids = [each.id for each in page.rows]
    contacts = await partners.last_contacts(tx, ids)
    trends = await health.trend(tx, ids)
    labels = {choice.key: choice.label for choice in await partners.domains(tx)}
    label = labels.get(wanted.domain, wanted.domain) if wanted.domain else None
    return blocks.listing(page, wanted, contacts, label, reader(tx), trends)


SUBCOMMANDS = (
    Subcommand(
        name="list",
        usage="[words | domain]",
        summary="All partners, or those of a domain or a name",
        handler=list_partners,
        permission="partners.view",
    ),
)
