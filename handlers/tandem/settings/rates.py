"""The exchange rates: adding one, looking at those of a currency, taking one away; and the list of
currencies to choose from.
"""

from datetime import date
from functools import partial

from pydantic import TypeAdapter

from handlers import forms
from handlers.blocks import settings as blocks
from handlers.blocks.settings import RATES, Facts, RateNote, SectionNote
from handlers.once import once
from handlers.routing import (
    Open,
    Options,
    Press,
    Reply,
    Return,
    Routes,
    Say,
    Show,
    Submit,
    Suggest,
)
from handlers.tandem.settings.facts import STALE, drawing_of, menu_below, read_facts
from services.configuration.rates import Rate, SetRate, remove_rate, set_rate
from services.db import Tx
from services.errors import FieldProblem, InvalidInput, Problem

_SET = TypeAdapter(SetRate)
_DAY = TypeAdapter(date)


def routes() -> Routes:
    return Routes(
        presses={
            blocks.ADD_RATE: press_add,
            blocks.RATE_ROW: press_row,
            blocks.RATE_HISTORY: press_page,
            blocks.REMOVE_RATE: press_remove,
        },
        submits={blocks.RATE: submit_rate},
        suggests={blocks.SUGGEST_CURRENCY: suggest_currency},
    )


async def suggest_currency(request: Suggest) -> Reply:
    """Currencies by code or name."""
    return Options(options=blocks.currencies_matching(request.query, request.actor.locale))


async def press_add(request: Press) -> Reply:
    """The form of a new rate."""
    facts = await _facts(request)
    return Open(view=blocks.rate_form(facts, None)) if facts else Say(text=STALE)


async def press_row(request: Press) -> Reply:
    """What a currency's menu offers: `new <code> …`, `history <code> …`."""
    operation, code, *_ = [*request.value.split(" "), "", ""]
    facts = await _facts(request)
    if facts is None:
        return Say(text=STALE)
    if operation == blocks.NEW:
        return Open(view=blocks.rate_form(facts, code))
    return Open(view=blocks.history_view(facts, code, 1, drawing_of(request)))


async def press_page(request: Press) -> Reply:
    """Another page of a currency's rates."""
    code, page, *_ = [*request.value.split(" "), "", ""]
    facts = await _facts(request)
    if facts is None or not page.isdecimal():
        return Say(text=STALE)
    return Show(view=blocks.history_view(facts, code, int(page), drawing_of(request)))


async def submit_rate(request: Submit) -> Reply:
    """Set the rate and return to the list."""
    new = _read(request)
    return await once(request, partial(_add, request=request, new=new))


async def press_remove(request: Press) -> Reply:
    """Take a rate away and show those that are left."""
    code, begins, version = [*request.value.split(" "), "", ""][:3]
    if not begins or request.view is None:
        return Say(text=STALE)
    return await once(
        request, partial(_remove, request=request, rate=(code, begins), version=version)
    )


def _read(request: Submit) -> SetRate:
    values = request.view.values
    given = {name: values.get(name) for name in ("currency", "rate", "valid_from")}
    try:
        return forms.read_value(_SET, given, lambda path: path)
    except InvalidInput as refused:
        problems = dict(refused.problems)
        if "rate" in problems and given["rate"]:
            problems["rate"] = FieldProblem(Problem.NOT_A_RATE)
        raise InvalidInput(problems) from refused


async def _facts(request: Press) -> Facts | None:
    """What the form is drawn from; None for a press that is in none of our modals."""
    if request.view is None:
        return None
    async with request.db.transaction(request.actor) as tx:
        return await read_facts(tx, [RATES], _channel(request))


def _channel(request: Press | Submit) -> str | None:
    if request.view is None:
        return None
    for model in (RateNote, SectionNote):
        note = forms.unpack(model, request.view.metadata)
        if note is not None:
            return note.channel_id
    return None


async def _add(tx: Tx, *, request: Submit, new: SetRate) -> Reply:
    before = (await read_facts(tx, [RATES], None)).rates.find(new.currency, new.valid_from)
    rate = await set_rate(tx, new)
    facts = await read_facts(tx, [RATES], _channel(request))
    list_id = request.view.previous_id or request.view.root_id
    told = _told(rate, before, facts)
    return Return(
        view_id=list_id,
        view=blocks.section_view(RATES, facts, drawing_of(request), told=told),
        also=await menu_below(tx, request.view, list_id, facts.channel_id),
    )


async def _remove(tx: Tx, *, request: Press, rate: tuple[str, str], version: str) -> Reply:
    code, begins = rate
    await remove_rate(tx, code, _DAY.validate_python(begins), shown=version)
    facts = await read_facts(tx, [RATES], _channel(request))
    view, drawing = request.view, drawing_of(request)
    if view is None or view.previous_id is None:
        return Show(view=blocks.history_view(facts, code, 1, drawing, "Removed."))
    also = await menu_below(tx, view, view.previous_id, facts.channel_id)
    return Show(
        view=blocks.history_view(facts, code, 1, drawing, "Removed."),
        also={view.previous_id: blocks.section_view(RATES, facts, drawing), **also},
    )


def _told(rate: Rate, before: Rate | None, facts: Facts) -> str:
    words = blocks.rate_words(rate, facts.rates.base, facts)
    was = f" (it was {before.rate:f})" if before and before.rate != rate.rate else ""
    return f"Saved. {words}{was}."
