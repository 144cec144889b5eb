"""A partner's statement: its pages, its periods, and why a line is what it is."""

from handlers.blocks.commission import statements as blocks
from handlers.blocks.commission.values import (
    EXPLAIN_ENTRY,
    STATEMENT,
    STATEMENT_PAGE,
    EntryRef,
    StatementRef,
)
from handlers.commission.reading import looking, reader, standing
from handlers.routing import Open, Press, Reply, Routes, Show, View
from services import configuration, fiscal
from services.commission.statements import earned_in_base, statement
from services.configuration import rates
from services.configuration.catalogue import FISCAL_START
from services.db import Tx
from services.errors import NotFound


def routes() -> Routes:
    return Routes(
        presses={STATEMENT: press_statement, STATEMENT_PAGE: press_page, EXPLAIN_ENTRY: explain}
    )


async def statement_view(tx: Tx, ref: StatementRef, told: str | None = None) -> View:
    """The statement as it is now. Raises NotFound, and InvalidInput at `period`."""
    ref = await standing(tx, ref)
    found = await statement(tx, ref.partner_id, ref.period)
    before, after = fiscal.beside(found.span, await configuration.get(tx, FISCAL_START))
    known = await rates.current_rates(tx)
    earned = earned_in_base(found, known)
    in_base = None if earned is None else (earned, known.base)
    beside = blocks.Beside(before, after, told, int(tx.now.timestamp() * 1000), in_base)
    return blocks.statement_view(found, ref, await reader(tx), beside)


async def press_statement(request: Press) -> Reply:
    """The statement of this quarter, beside what was pressed."""

    async def work(tx: Tx, ref: StatementRef) -> Reply:
        return Open(view=await statement_view(tx, ref))

    return await looking(request, StatementRef, work)


async def press_page(request: Press) -> Reply:
    """Another page or another period, in place."""

    async def work(tx: Tx, ref: StatementRef) -> Reply:
        return Show(view=await statement_view(tx, ref))

    return await looking(request, StatementRef, work)


async def explain(request: Press) -> Reply:
    """Why one line is what it is, on top of the statement."""

    async def work(tx: Tx, ref: EntryRef) -> Reply:
        partner_id = (await standing(tx, ref)).partner_id
        found = await statement(tx, partner_id, ref.period)
        for account in found.accounts:
            for line in account.lines:
                if line.id == ref.entry_id:
                    view = blocks.entry_view(line, account.currency, await reader(tx))
                    return Open(view=view)
        raise NotFound("commission entry", str(ref.entry_id))

    return await looking(request, EntryRef, work)
