"""The terms of a partner: what is agreed, a change of it from a day on, taking one to come back."""

from datetime import date, timedelta

from handlers import forms
from handlers.blocks.commission import terms as blocks
from handlers.blocks.commission.values import (
    AGREE_FORM,
    CHANGE,
    TERMS,
    TERMS_PAGE,
    WITHDRAW,
    ChangeRef,
    TermsRef,
    WithdrawRef,
)
from handlers.commission.editing import at_fields, facts_of, read_structure, text_of
from handlers.commission.reading import STALE, looking, reader, standing
from handlers.once import once
from handlers.replies import NOTHING_SAVED, problem_sentence, terms_changed
from handlers.routing import (
    Blocks,
    Both,
    Done,
    Open,
    Press,
    Reply,
    Return,
    Routes,
    Say,
    Show,
    Submit,
    View,
)
from services import configuration, fiscal, partners
from services.commission import Structure
from services.commission.agreements import MANAGE, Agreed, agree, agreement, refuse_none, withdraw
from services.configuration.catalogue import COMMISSION, FISCAL_START
from services.db import Tx
from services.errors import InvalidInput, NotFound, Problem, TermsChanged

NOT_WITHDRAWN = "Nothing was withdrawn."
GONE = f"These terms are not agreed any more. {NOT_WITHDRAWN}"


def routes() -> Routes:
    return Routes(
        presses={
            TERMS: press_terms,
            TERMS_PAGE: press_page,
            CHANGE: press_change,
            WITHDRAW: press_withdraw,
        },
        submits={AGREE_FORM: submit_terms},
    )


async def terms_view(tx: Tx, ref: TermsRef, told: str | None = None) -> View:
    """What is agreed with a partner. Raises NotFound."""
    here = await standing(tx, ref)
    partner = await partners.partner(tx, here.partner_id)
    found = await agreement(tx, partner.id)
    return blocks.terms_view(found, partner, here, await reader(tx), told)


async def press_terms(request: Press) -> Reply:
    """What is agreed, beside what was pressed."""

    async def work(tx: Tx, ref: TermsRef) -> Reply:
        return Open(view=await terms_view(tx, ref))

    return await looking(request, TermsRef, work)


async def press_page(request: Press) -> Reply:
    """Other versions, in place."""

    async def work(tx: Tx, ref: TermsRef) -> Reply:
        return Show(view=await terms_view(tx, ref))

    return await looking(request, TermsRef, work)


async def press_change(request: Press) -> Reply:
    """The form, with what is agreed filled in."""

    async def work(tx: Tx, ref: ChangeRef) -> Reply:
        tx.actor.require(MANAGE)
        ref = await standing(tx, ref)
        await refuse_none(tx, ref.partner_id)
        found = await agreement(tx, ref.partner_id)
        facts = await facts_of(tx, _begun(found, ref))
        fields = blocks.fields_of(facts.value(COMMISSION), facts)
        return Open(view=await _form(tx, ref, found, fields))

    return await looking(request, ChangeRef, work)


async def redraw(request: Press, ref: ChangeRef) -> Reply:
    """Another type was chosen, or another value is tried. Nothing is saved."""
    view = request.view
    if view is None:
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        tx.actor.require(MANAGE)
        ref = await standing(tx, ref)
        found = await agreement(tx, ref.partner_id)
        fields = blocks.drawn_anew(view.values, await facts_of(tx, _begun(found, ref)))
        return Show(view=await _form(tx, ref, found, fields))


async def submit_terms(request: Submit) -> Reply:
    """Agree; when somebody else has changed the terms meanwhile the form stays, and says so."""
    ref = forms.unpack(ChangeRef, request.view.metadata)
    if ref is None:
        return Say(text=STALE)

    async def work(tx: Tx) -> Reply:
        return await _agree(tx, request, ref)

    try:
        return await once(request, work)
    except TermsChanged as changed:
        return await _ask_again(request, ref, changed)
    except InvalidInput as refused:
        raise at_fields(refused, request.view) from refused


async def press_withdraw(request: Press) -> Reply:
    """Take back terms that are to come."""
    ref = forms.unpack(WithdrawRef, request.value)
    if ref is None:
        return Say(text=STALE)
    here = TermsRef(partner_id=ref.partner_id, page=ref.page, channel_id=ref.channel_id)

    async def work(tx: Tx) -> Reply:
        partner = await partners.partner(tx, ref.partner_id)
        gone = _named(await agreement(tx, partner.id), ref.first)
        await withdraw(tx, partner.id, ref.first, ref.version)
        told = blocks.withdrawn(gone, partner, await reader(tx)) if gone else None
        return Show(view=await terms_view(tx, here, told))

    try:
        return await once(request, work)
    except NotFound:
        return await _as_it_is(request, here, GONE)
    except TermsChanged as changed:
        return await _as_it_is(request, here, f"{terms_changed(changed)} {NOT_WITHDRAWN}")
    except InvalidInput as refused:
        why = " ".join(problem_sentence(each) for each in refused.problems.values())
        return await _as_it_is(request, here, f"{why} {NOTHING_SAVED}")


async def _as_it_is(request: Press, ref: TermsRef, why: str) -> Reply:
    try:
        async with request.db.transaction(request.actor) as tx:
            return Show(view=await terms_view(tx, ref, why))
    except NotFound:
        return Say(text=STALE)


async def _agree(tx: Tx, request: Submit, ref: ChangeRef) -> Reply:
    facts = await facts_of(tx, None)
    days = {name: text_of(request.view, name) for name in (blocks.FROM, blocks.UNTIL)}
    structure = read_structure(request.view, facts, **days)
    if structure.effective_from is None:
        raise InvalidInput.of(blocks.FROM, Problem.REQUIRED)
    partner = await partners.partner(tx, ref.partner_id)
    await agree(tx, partner.id, structure, ref.version, ref.first)
    told = blocks.agreed(structure, partner, await reader(tx))
    below = request.view.previous_id
    if below is None:
        return Both(first=Done(), then=Say(text=told, channel_id=ref.channel_id))
    here = TermsRef(partner_id=partner.id, channel_id=ref.channel_id)
    return Return(view_id=below, view=await terms_view(tx, here, told))


async def _ask_again(request: Submit, ref: ChangeRef, changed: TermsChanged) -> Reply:
    """The form with what was typed, for the terms as they are now."""
    async with request.db.transaction(request.actor) as tx:
        ref = await standing(tx, ref)
        found = await agreement(tx, ref.partner_id)
        fields = blocks.drawn_anew(request.view.values, await facts_of(tx, found.present))
        fresh = ref.model_copy(update={"version": found.version})
        told = blocks.changed_meanwhile(terms_changed(changed), found, await reader(tx))
        return Show(view=await _form(tx, fresh, found, fields, told))


async def _form(
    tx: Tx, ref: ChangeRef, found: Agreed, fields: Blocks, told: str | None = None
) -> View:
    partner = await partners.partner(tx, ref.partner_id)
    return blocks.change_form(fields, partner, ref, await _days(tx, ref, found), told)


def _begun(found: Agreed, ref: ChangeRef) -> Structure | None:
    """What a change begins with: the terms that are changed, else those that count today."""
    return _meant(found, ref) or found.present


def _meant(found: Agreed, ref: ChangeRef) -> Structure | None:
    return _named(found, ref.first) if ref.first else None


def _named(found: Agreed, first: date) -> Structure | None:
    listed = (each.structure for each in found.versions)
    return next((each for each in listed if each.effective_from == first), None)


async def _days(tx: Tx, ref: ChangeRef, found: Agreed) -> blocks.Days:
    """Those of what is changed; new terms have no end."""
    meant = _meant(found, ref)
    return blocks.Days(ref.first or await _begins(tx, found), meant and meant.effective_until)


async def _begins(tx: Tx, found: Agreed) -> date:
    """After what a new partner starts with, today; after terms of a day, with the next quarter."""
    today = await fiscal.today(tx)
    if all(each.structure.effective_from is None for each in found.versions):
        return today
    return fiscal.quarter_of(today, await configuration.get(tx, FISCAL_START)).last + timedelta(1)
