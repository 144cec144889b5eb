"""Adjustments and payments, entered from a statement."""

from decimal import Decimal

from handlers import forms
from handlers.blocks.commission import entries as blocks
from handlers.blocks.commission.values import ENTER, ENTRY_FORM, EnterRef, StatementRef
from handlers.commission.editing import text_of
from handlers.commission.reading import STALE, looking, reader, standing
from handlers.commission.statements import statement_view
from handlers.once import once
from handlers.routing import Both, Done, Open, Press, Reply, Return, Routes, Say, Submit
from services import configuration, partners
from services.commission.adjustments import Adjust, Pay, adjust, balances, pay
from services.commission.agreements import MANAGE, refuse_none
from services.configuration.catalogue import CURRENCIES
from services.db import Tx
from services.errors import FieldProblem, InvalidInput, Problem
from services.money import parse_signed


def routes() -> Routes:
    return Routes(presses={ENTER: press_enter}, submits={ENTRY_FORM: submit_entry})


async def press_enter(request: Press) -> Reply:
    """The form, with what is due."""

    async def work(tx: Tx, ref: EnterRef) -> Reply:
        tx.actor.require(MANAGE)
        partner = await partners.partner(tx, ref.partner_id)
        await refuse_none(tx, partner.id)
        due = await balances(tx, partner.id)
        used = await configuration.get(tx, CURRENCIES)
        return Open(view=blocks.entry_form(partner, ref, due, used, await reader(tx)))

    return await looking(request, EnterRef, work)


async def submit_entry(request: Submit) -> Reply:
    """Enter it; the statement below shows it."""
    ref = forms.unpack(EnterRef, request.view.metadata)
    if ref is None:
        return Say(text=STALE)
    typed = _read(request, ref)

    async def work(tx: Tx) -> Reply:
        partner_id = (await standing(tx, ref)).partner_id
        new = typed.model_copy(update={"partner_id": partner_id})
        if isinstance(new, Pay):
            await pay(tx, new)
        else:
            await adjust(tx, new)
        return await _answer(tx, request, ref, new)

    return await once(request, work)


async def _answer(tx: Tx, request: Submit, ref: EnterRef, new: Adjust | Pay) -> Reply:
    partner = await partners.partner(tx, new.partner_id)
    told = blocks.entered(new, partner, await reader(tx))
    below = request.view.previous_id
    if below is None:
        return Both(first=Done(), then=Say(text=told, channel_id=ref.channel_id))
    here = StatementRef.model_validate(ref.model_dump(exclude={"what"}))
    return Return(view_id=below, view=await statement_view(tx, here, told))


def _read(request: Submit, ref: EnterRef) -> Adjust | Pay:
    """What was submitted. Raises InvalidInput with every refused field."""
    model = Pay if ref.what == "payment" else Adjust
    amount = Decimal(0)
    problems: dict[str, FieldProblem] = {}
    try:
        typed, currency = text_of(request.view, "amount"), text_of(request.view, "currency") or ""
        if typed is None:
            raise InvalidInput.of("amount", Problem.REQUIRED)
        amount = parse_signed(typed, request.actor.locale, currency=currency, field="amount")
        if not amount:
            raise InvalidInput.of("amount", Problem.ZERO_AMOUNT)
    except InvalidInput as refused:
        problems = dict(refused.problems)
    values = {name: each for name, each in request.view.values.items() if name != "amount"}
    stand_in = 1  # for an amount that cannot be read, so that the other fields are read too
    try:
        new = forms.read(model, values, partner_id=ref.partner_id, amount=amount or stand_in)
    except InvalidInput as refused:
        raise InvalidInput({**refused.problems, **problems}) from refused
    if problems:
        raise InvalidInput(problems)
    return new
