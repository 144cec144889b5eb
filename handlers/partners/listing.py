"""`/partner list`: a page of partners, and the selects that change what it shows."""

from handlers import forms
from handlers.blocks import partners as blocks
from handlers.blocks.partners import PageRef
from handlers.partners.reading import STALE, reader
from handlers.routing import Command, Press, Replace, Reply, Routes, Say, Subcommand
from services import partners
from services.db import Tx
from services.partners import ListPartners


def routes() -> Routes:
    return Routes(presses={blocks.PAGE: press_page, blocks.LIST: press_control})


async def list_partners(request: Command) -> Reply:
    async with request.db.transaction(request.actor) as tx:
        text, shown = await _listing(tx, await partners.read_list(tx, request.words))
    return Say(text=text, blocks=shown)


async def press_page(request: Press) -> Reply:
    ref = forms.unpack(PageRef, request.value)
    return await _replaced(request, ref.wanted if ref else None)


async def press_control(request: Press) -> Reply:
    """The same list of another domain or status, or in another order."""
    return await _replaced(
        request, blocks.changed(request.block_id, request.action_id, request.value)
    )


async def _replaced(request: Press, wanted: ListPartners | None) -> Reply:
    if wanted is None:
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        text, shown = await _listing(tx, wanted)
    return Replace(text=text, blocks=shown)


async def _listing(tx: Tx, wanted: ListPartners) -> blocks.Shown:
    page = await partners.list_partners(tx, wanted)
    return blocks.listing(page, wanted, await partners.domains(tx), reader(tx))


SUBCOMMANDS = (
    Subcommand(
        name="list",
        usage="[words | domain | status] [by health | pipeline | last contact | name]",
        summary="All partners, or those of a domain, a status or a name",
        handler=list_partners,
        permission="partners.view",
    ),
)
