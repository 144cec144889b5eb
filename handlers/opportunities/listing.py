"""Lists: by words, page by page, and by what is chosen in the row of their controls."""

from collections.abc import Mapping
from uuid import UUID

from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import Listing, ListRef
from handlers.forms import read, unpack
from handlers.opportunities import shown
from handlers.opportunities.numbers import numbered, which
from handlers.opportunities.shown import Shown, answered
from handlers.routing import Command, Options, Press, Reply, Say, Suggest
from services import people
from services.db import Tx
from services.opportunities import (
    Filter,
    Read,
    find_opportunity,
    list_opportunities,
    meant_list,
    names_of,
    read_list,
)
from services.text import comparable

MOST_OPTIONS = 100


async def list_command(request: Command) -> Reply:
    """A page of what the words ask for; mine without any."""
    async with request.db.transaction(request.actor) as tx:
        asked = await read_list(tx, request.words)
        text, said = await _listed(tx, ListRef(wanted=asked.wanted), asked, request.words)
    return Say(text=text, blocks=said)


async def find_command(request: Command) -> Reply:
    """What has these words in its names, best first; the card when it is just one."""
    if not request.words.strip():
        return which("/opp find acme")
    return await _search(request)


async def show_command(request: Command) -> Reply:
    """The card of this number; of these words when they fit one, else the list of those."""
    if not request.words.strip():
        return which("/opp show 42")
    number, _ = numbered(request.words)
    if number is None:
        return await _search(request)
    async with request.db.transaction(request.actor) as tx:
        it = await find_opportunity(tx, number)
        text, said = await shown.detail(tx, it, request.place.channel_id)
    return Say(text=text, blocks=said)


async def press_page(request: Press) -> Reply:
    """Another page, or another list, in place."""
    ref = unpack(ListRef, request.value)
    if ref is None:
        return Say(text=shown.STALE)
    async with request.db.transaction(request.actor) as tx:
        return answered(request, await _listed(tx, ref))


async def press_control(request: Press) -> Reply:
    """The first page of the list with something else chosen, in place."""
    wanted = blocks.unpacked(request.block_id)
    me = request.actor.user_id
    fresh = blocks.changed(wanted, request.action_id, request.value, me) if wanted else None
    if fresh is None:
        return Say(text=shown.STALE)
    async with request.db.transaction(request.actor) as tx:
        return answered(request, await _listed(tx, ListRef(wanted=fresh)))


async def suggest_whose(request: Suggest) -> Reply:
    """Mine, everybody's, and people by name."""
    async with request.db.transaction(request.actor) as tx:
        known = await people.people(tx)
    named = {UUID(str(each.user_id)): each.name for each in known}
    options = blocks.whose_options(_meant(request.query, named), request.actor.user_id)
    return Options(options=options[:MOST_OPTIONS])


def _meant(query: str, named: Mapping[UUID, str]) -> Mapping[UUID, str]:
    wanted = comparable(query)
    return {key: name for key, name in named.items() if wanted in comparable(name)}


async def _search(request: Command) -> Reply:
    wanted = read(Filter, {"words": request.words}, with_closed=True, sort="best")
    async with request.db.transaction(request.actor) as tx:
        page = await list_opportunities(tx, wanted)
        if page.total_count == 1:
            it = await find_opportunity(tx, page.rows[0].number)
            text, said = await shown.detail(tx, it, request.place.channel_id)
        else:
            listing = Listing(page, wanted, await shown.pipeline(tx))
            text, said = blocks.listing(listing, await shown.reader(tx))
    return Say(text=text, blocks=said)


async def _listed(tx: Tx, ref: ListRef, asked: Read | None = None, words: str = "") -> Shown:
    """What else the words may mean is looked for only when nothing was found."""
    page = await list_opportunities(tx, ref.wanted, ref.page)
    is_typo = bool(asked and asked.rest) and not page.rows
    meant = await meant_list(tx, words) if is_typo else None
    listing = Listing(
        page,
        ref.wanted,
        await shown.pipeline(tx),
        instead=asked.instead if asked else None,
        meant=meant.wanted if meant else None,
        meant_names=await names_of(tx, meant.wanted) if meant else None,
    )
    return blocks.listing(listing, await shown.reader(tx))
