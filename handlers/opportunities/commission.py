"""`/opp terms`, and what a win or a reopen does to the commission, in words."""

from handlers.blocks import opportunities as blocks
from handlers.commission.deals import explain_view
from handlers.opportunities import shown
from handlers.opportunities.numbers import numbered, which
from handlers.opportunities.present import asked
from handlers.routing import Command, Open, Reply
from services.commission.adjustments import balances
from services.commission.projecting import taken_back
from services.db import Tx
from services.opportunities import Moved, Opportunity


async def terms_command(request: Command) -> Reply:
    """What it earns its partner, line by line, and the way to terms for it alone."""
    number, _ = numbered(request.words)
    if number is None:
        return which("/opp terms 42")

    async def work(tx: Tx, it: Opportunity) -> Reply:
        return Open(view=await explain_view(tx, it, request.place.channel_id))

    return await asked(request, number, work)


async def effect_of(tx: Tx, done: Moved) -> str | None:
    """What a move has done to the commission, escaped: what a win earned, what leaving one took
    back and what is to recover of it.
    """
    if not done.is_change:
        return None
    if done.to_stage.kind == "won":
        found = await shown.brings(tx, done.opportunity)
        return f"Commission: {found}." if found else None
    if done.from_stage is not None and done.from_stage.kind != "won":
        return None
    gone = await taken_back(tx, done.opportunity.id)
    if not gone:
        return None
    due = await balances(tx, done.opportunity.partner_id)
    return blocks.taken_back(done.opportunity, gone, due, await shown.reader(tx))
