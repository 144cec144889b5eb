"""`/opp asof`: the pipeline of a past day, and what moved since."""

from datetime import date, timedelta

from handlers import forms
from handlers.blocks.kit import View
from handlers.blocks.opportunities import past as blocks
from handlers.blocks.opportunities.past import AsOfRef, BucketRef, RowsRef, Since
from handlers.opportunities import shown
from handlers.opportunities.shown import answered
from handlers.routing import Command, Open, Press, Reply, Say, Show
from services import configuration, opportunities, periods
from services.configuration.catalogue import BASE_CURRENCY, FISCAL_START
from services.db import Tx
from services.opportunities import past
from services.opportunities.past.words import Unclear, past_day
from services.quick_text import Asked
from services.zones import territory_of

_WEEK = timedelta(weeks=1)


async def asof_command(request: Command) -> Reply:
    """The pipeline at the end of the day the words mean; without any, as the quarter began."""
    async with request.db.transaction(request.actor) as tx:
        tx.actor.require("opportunities.view", tx.actor.user_id)
        asked = await _asked(tx)
        meant = past_day(request.words.strip() or "start of the quarter", asked)
        if isinstance(meant, Unclear):
            reader = await shown.reader(tx)
            text, said = blocks.unclear(request.words.strip(), meant.readings, reader)
        else:
            text, said = await _pipeline(tx, meant)
    return Say(text=text, blocks=said)


async def press_as_of(request: Press) -> Reply:
    """Another day, in place."""
    day = _day(request.value)
    if day is None:
        return Say(text=shown.STALE)
    async with request.db.transaction(request.actor) as tx:
        return answered(request, await _pipeline(tx, day))


async def press_bucket(request: Press) -> Reply:
    """The opportunities in one step, or another page of them."""
    ref = forms.unpack(BucketRef, request.value)
    if ref is None:
        return Say(text=shown.STALE)
    async with request.db.transaction(request.actor) as tx:
        page = await past.bucket(tx, ref.start, ref.end, ref.bucket, ref.page)
        base = await configuration.get(tx, BASE_CURRENCY)
        return _in_modal(request, blocks.bucket_view(page, ref, base, await shown.reader(tx)))


async def press_rows(request: Press) -> Reply:
    """What was open on a day, or another page of it."""
    ref = forms.unpack(RowsRef, request.value)
    if ref is None:
        return Say(text=shown.STALE)
    async with request.db.transaction(request.actor) as tx:
        found = await past.as_of(tx, ref.day, page=ref.page)
        return _in_modal(request, blocks.rows_view(found, await shown.reader(tx)))


def _in_modal(request: Press, view: View) -> Reply:
    return Open(view=view) if request.view is None else Show(view=view)


def _day(value: str) -> date | None:
    """What a button carries, or the date picker gives."""
    ref = forms.unpack(AsOfRef, value)
    if ref is not None:
        return ref.day
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


async def _pipeline(tx: Tx, day: date) -> shown.Shown:
    found = await past.as_of(tx, day)
    flow = await past.waterfall(tx, day, await past.today(tx))
    return blocks.pipeline(found, flow, await shown.reader(tx), await _offered(tx))


async def _offered(tx: Tx) -> list[Since]:
    """The ends of the days people compare with."""
    today = await past.today(tx)
    start = await configuration.get(tx, FISCAL_START)
    quarter = periods.quarter_around(today, start).first - timedelta(days=1)
    month = today.replace(day=1) - timedelta(days=1)
    return [
        Since("Since start of quarter", quarter),
        Since("Since last month", month),
        Since("Since a week ago", today - _WEEK),
    ]


async def _asked(tx: Tx) -> Asked:
    """Days are those of the person, but for one that has not begun where the company is."""
    return Asked(
        today=min(await opportunities.today(tx), await past.today(tx)),
        locale=tx.actor.locale,
        territory=territory_of(tx.actor.time_zone),
        fiscal_start=await configuration.get(tx, FISCAL_START),
    )
