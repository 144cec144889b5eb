"""Partners as the options of a type-ahead."""

from rapidfuzz.distance import OSA

from handlers.blocks import partners as blocks
from handlers.blocks.kit import Element
from handlers.routing import Options, Reply, Routes, Suggest
from services import partners
from services.db import Tx
from services.partners import Partner
from services.text import comparable

MOST_OPTIONS = 100
NEAR = 0.6
"""Similarity from which what was typed may be a typo of a partner's name."""


def routes() -> Routes:
    return Routes(suggests={blocks.SUGGEST: suggest_partners})


async def suggest_partners(request: Suggest) -> Reply:
    """Partners for a form that takes only those there are."""
    async with request.db.transaction(request.actor) as tx:
        return Options(options=await partner_options(tx, request.query, may_create=False))


async def partner_options(
    tx: Tx, query: str, *, may_create: bool, with_direct: bool = False
) -> list[Element]:
    """Partners the query may mean, best first; before them, where `with_direct` asks for it, what
    stands for none. With `may_create`, one option is `new:` and the
    typed name (cut to what an option carries), unless a partner is called exactly so: the last
    one, or the first where no name is near, so that Enter does not choose somebody else.
    """
    found = await partners.suggest(tx, query, MOST_OPTIONS)
    if with_direct:
        found = [*await _direct(tx, query), *found][:MOST_OPTIONS]
    options = [blocks.partner_option(each) for each in found]
    wanted = may_create and query.strip() and tx.actor.may("partners.create")
    if not wanted or any(each.is_called(query) for each in found):
        return options
    new, others = blocks.new_option(query), options[: MOST_OPTIONS - 1]
    return [*others, new] if any(_is_near(query, each) for each in found) else [new, *others]


async def _direct(tx: Tx, query: str) -> list[Partner]:
    """What stands for none, if the query may mean it."""
    none = await partners.offered_direct(tx)
    is_meant = none is not None and comparable(none.name).startswith(comparable(query))
    return [none] if none is not None and is_meant else []


def _is_near(query: str, partner: Partner) -> bool:
    typed, name = comparable(query), comparable(partner.name)
    return typed in name or OSA.normalized_similarity(typed, name) >= NEAR
