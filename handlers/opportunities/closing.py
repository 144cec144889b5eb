"""`/opp close` and `/opp reopen`, the card's *Reopen*, and *Undo* after a move."""

from handlers import forms
from handlers.blocks.opportunities import StateRef, UndoRef
from handlers.blocks.text import escape
from handlers.once import once
from handlers.opportunities import shown
from handlers.opportunities.moving import ask_where, move_to
from handlers.opportunities.numbers import numbered, which
from handlers.opportunities.outcomes import move_answer, moved_card, undone_answer
from handlers.opportunities.present import as_it_is, doing
from handlers.replies import sentence
from handlers.routing import Command, Press, Reply, Say
from services.db import Tx
from services.errors import UndoRefused
from services.opportunities import (
    Opportunity,
    ReopenOpportunity,
    find_opportunity,
    reopen,
    undo_move,
)

CLOSE = "/opp close 42 won"
OUTCOMES = frozenset({"won", "lost"})


async def close_command(request: Command) -> Reply:
    """`42 won` or `42 lost they bought Initech`: the stage that closes it so, then why. Without an
    outcome the form asks.
    """
    number, words = numbered(request.words)
    outcome, _, why = words.partition(" ")
    kind = outcome.casefold() or "won"
    if number is None or kind not in OUTCOMES:
        return which(CLOSE)

    async def work(tx: Tx) -> Reply:
        it = await find_opportunity(tx, number)
        stages = [*it.may_move_to, *(await shown.pipeline(tx)).stages]
        target = next(each for each in stages if each.kind == kind)
        if not outcome:
            return await ask_where(tx, request, it, target)
        return await move_to(tx, request, it, target, why.strip())

    return await once(request, work)


async def reopen_command(request: Command) -> Reply:
    """Back to the stage it was closed from."""
    number, words = numbered(request.words)
    if number is None:
        return which("/opp reopen 42")

    async def work(tx: Tx) -> Reply:
        again = forms.read(ReopenOpportunity, {"reason": words}, number=number)
        text, said = await moved_card(tx, await reopen(tx, again))
        return Say(text=text, blocks=said)

    return await once(request, work)


async def press_reopen(request: Press) -> Reply:
    """The same by one press."""

    async def work(tx: Tx, it: Opportunity) -> Reply:
        return await move_answer(tx, request, await reopen(tx, ReopenOpportunity(number=it.number)))

    return await doing(request, forms.unpack(StateRef, request.value), work)


async def press_undo(request: Press) -> Reply:
    """The move is taken back, or why it cannot be, with how things are now."""
    ref = forms.unpack(UndoRef, request.value)

    async def work(tx: Tx, it: Opportunity) -> Reply:
        done = await undo_move(tx, it.number, ref.version if ref else 0)
        return await undone_answer(tx, request, done, is_brief=bool(ref and ref.brief))

    try:
        return await doing(request, ref, work)
    except UndoRefused as refused:
        return await as_it_is(request, refused.number, escape(sentence(refused)))
