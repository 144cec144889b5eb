"""Statements as a file in the direct messages of who asks for them."""

import asyncio
from collections.abc import Mapping

from handlers import forms
from handlers.blocks.commission import files as blocks
from handlers.blocks.commission.statements import on_its_way
from handlers.blocks.commission.values import EXPORT, ExportRef, StatementRef
from handlers.commission.reading import STALE, standing
from handlers.commission.statements import statement_view
from handlers.notices import File, Message, Renderer, Settled
from handlers.once import once
from handlers.routing import Press, Reply, Routes, Say, Show
from services.commission.exporting import (
    FILE,
    NOT_SENT,
    Export,
    export,
    exported,
    refused,
    tell_not_sent,
)
from services.db import Tx
from services.errors import NotFound
from services.outbox import Dead, Delivery, Dropped, Outcome
from services.own_files import NOTHING_LEFT


def routes() -> Routes:
    return Routes(presses={EXPORT: press_export})


async def press_export(request: Press) -> Reply:
    """Send the file; the statement says that it is on its way."""
    ref = forms.unpack(ExportRef, request.value)
    if ref is None:
        return Say(text=STALE)

    async def work(tx: Tx) -> Reply:
        of_one = (await standing(tx, ref)).partner_id if ref.of == "partner" else None
        span = await export(tx, Export(partner_id=of_one, period=ref.period))
        told = on_its_way(ref, span)
        if request.view is None:
            return Say(text=told)
        here = StatementRef.model_validate(ref.model_dump(exclude={"of", "shown_at"}))
        return Show(view=await statement_view(tx, here, told))

    try:
        return await once(request, work)
    except NotFound:
        return Say(text=STALE)


async def _file(tx: Tx, delivery: Delivery) -> File | None:
    found = await exported(tx, delivery)
    # Long ones take their time, and others wait for none of it.
    return None if found is None else await asyncio.to_thread(blocks.exported_file, found)


async def _not_sent(tx: Tx, delivery: Delivery) -> Message | None:
    found = await refused(tx, delivery)
    return None if found is None else blocks.not_sent(found)


async def _settled(tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
    if isinstance(outcome, Dead):
        await tell_not_sent(tx, delivery, outcome.why)
    if isinstance(outcome, Dropped):
        await tell_not_sent(tx, delivery, NOTHING_LEFT)


NOTICES: Mapping[str, Renderer] = {FILE: _file, NOT_SENT: _not_sent}
SETTLED: Mapping[str, Settled] = {FILE: _settled}
