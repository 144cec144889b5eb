"""`/partner statement` and `/partner terms`: what a partner earns, and what is agreed."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

from handlers import forms
from handlers.blocks.commission.values import StatementRef, TermsRef
from handlers.blocks.partners import PartnerRef
from handlers.commission.statements import statement_view
from handlers.commission.terms import terms_view
from handlers.partners.card import show_partner
from handlers.partners.reading import STALE
from handlers.routing import Command, Open, Press, Reply, Say, Subcommand, View
from services import fiscal, partners
from services.commission.agreements import VIEW
from services.db import Tx
from services.errors import Ambiguous, InvalidInput, NotFound, Problem

_MOST_PERIOD_WORDS = 4
"""`FY 2026 Q3`, `2026-07-01 to 2026-09-15`, and one more for a slip."""

_LIKE_A_PERIOD = re.compile(r"(?:fy)?\d{4}\S*|q\d", re.IGNORECASE)


async def statement_command(request: Command) -> Reply:
    """The statement of the partner the words begin with, for the period they end with."""
    async with request.db.transaction(request.actor) as tx:
        name, period = await _named(tx, request.words)

    async def view(tx: Tx, partner_id: UUID) -> View:
        where = request.place.channel_id
        ref = StatementRef(partner_id=partner_id, period=period, channel_id=where)
        return await statement_view(tx, ref)

    return await _of_partner(replace(request, words=name), view)


async def terms_command(request: Command) -> Reply:
    """What is agreed with the partner the words name."""

    async def view(tx: Tx, partner_id: UUID) -> View:
        return await terms_view(
            tx, TermsRef(partner_id=partner_id, channel_id=request.place.channel_id)
        )

    return await _of_partner(request, view)


async def press_terms(request: Press) -> Reply:
    """The same from the menu of a card."""
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    wanted = TermsRef(partner_id=ref.id, channel_id=request.place.channel_id)
    try:
        async with request.db.transaction(request.actor) as tx:
            return Open(view=await terms_view(tx, wanted))
    except NotFound:
        return Say(text=STALE)


async def _of_partner(request: Command, view: Callable[[Tx, UUID], Awaitable[View]]) -> Reply:
    """Words that name no partner or several are answered as `/partner show` answers them."""
    if not request.words.strip():
        return await show_partner(request)
    try:
        async with request.db.transaction(request.actor) as tx:
            tx.actor.require(VIEW)
            found = await partners.find_partner(tx, request.words)
            return Open(view=await view(tx, found.id))
    except (NotFound, Ambiguous):
        return await show_partner(request)


async def _named(tx: Tx, words: str) -> tuple[str, str]:
    """The name and the period; what only looks like one may be a part of a name.

    Raises InvalidInput for what stands where a period does and is none: the present one instead
    would be taken for it.
    """
    if await _is_called(tx, words):
        return words, ""
    parts = words.split()
    for size in range(min(_MOST_PERIOD_WORDS, len(parts) - 1), 0, -1):
        name, period = " ".join(parts[:-size]), " ".join(parts[-size:])
        try:
            span = await fiscal.span_named(tx, period)
        except InvalidInput:
            continue
        return (name, span.name) if await _is_known(tx, name) else (words, "")
    *before, last = parts or [""]
    if _LIKE_A_PERIOD.fullmatch(last) and before and await _is_known(tx, " ".join(before)):
        raise InvalidInput.of("period", Problem.NOT_A_PERIOD)
    return words, ""


async def _is_called(tx: Tx, words: str) -> bool:
    try:
        return (await partners.find_partner(tx, words)).is_called(words)
    except (NotFound, Ambiguous):
        return False


async def _is_known(tx: Tx, name: str) -> bool:
    try:
        await partners.find_partner(tx, name)
    except NotFound:
        return False
    except Ambiguous:
        return True
    return True


SUBCOMMANDS = (
    Subcommand(
        name="statement",
        usage="partner [2026-Q3 | last quarter | 2026]",
        summary="What a partner earned, was paid and is due",
        handler=statement_command,
        permission=VIEW,
    ),
    Subcommand(
        name="terms",
        usage="partner",
        summary="What is agreed with a partner, from when on, and the way to change it",
        handler=terms_command,
        permission=VIEW,
    ),
)
