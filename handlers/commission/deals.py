"""The commission of one opportunity: explained, and overridden with a reason."""

from handlers import forms
from handlers.blocks.commission import deals as blocks
from handlers.blocks.commission import typed_amount
from handlers.blocks.commission.deals import USE, Deal
from handlers.blocks.commission.values import (
    EXPLAIN,
    OVERRIDE,
    OVERRIDE_FORM,
    REMOVE,
    DealRef,
    OverrideRef,
)
from handlers.blocks.settings import commission as editor
from handlers.commission.editing import at_fields, facts_of, read_structure, text_of
from handlers.commission.reading import STALE, looking, reader
from handlers.once import once
from handlers.replies import terms_changed
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
    ViewState,
)
from services.commission import Structure, reading
from services.commission.agreements import MANAGE, VIEW, override, override_version, refuse_none
from services.commission.projecting import projection
from services.configuration.catalogue import COMMISSION
from services.db import Tx
from services.errors import InvalidInput, NotFound, TermsChanged
from services.opportunities import KIND, Opportunity, find_opportunity


def routes() -> Routes:
    return Routes(
        presses={EXPLAIN: press_explain, OVERRIDE: press_override},
        submits={OVERRIDE_FORM: submit_override},
    )


async def explain_view(tx: Tx, it: Opportunity, channel_id: str | None) -> View:
    """What it earns its partner and why. Needs `commission.view`."""
    tx.actor.require(VIEW)
    ref = DealRef(number=it.number, id=it.id, channel_id=channel_id)
    return blocks.explain_view(await _deal(tx, it), ref, await reader(tx))


async def press_explain(request: Press) -> Reply:
    """What it earns its partner and why."""

    async def work(tx: Tx, ref: DealRef) -> Reply:
        where = ref.channel_id or request.place.channel_id
        return Open(view=await explain_view(tx, await _meant(tx, ref), where))

    return await looking(request, DealRef, work)


async def press_override(request: Press) -> Reply:
    """The form, with what counts now filled in, tried with its own value."""

    async def work(tx: Tx, ref: DealRef) -> Reply:
        deal = await _changing(tx, ref)
        if deal.override is None:
            await refuse_none(tx, deal.it.partner_id)
        facts = await facts_of(tx, _present(deal), deal.it.currency)
        begun, worth = facts.value(COMMISSION), typed_amount(deal.it.value, facts.locale)
        fields = editor.fields_of(begun, editor.Trial(begun, worth), facts, USE)
        return Open(view=await _form(tx, deal, _opened(ref, deal), fields))

    return await looking(request, DealRef, work)


async def redraw(request: Press, ref: OverrideRef) -> Reply:
    """Another type was chosen, or another value is tried. Nothing is saved."""
    view = request.view
    if view is None:
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        return Show(view=await _form_anew(tx, view, await _changing(tx, ref), ref))


async def submit_override(request: Submit) -> Reply:
    """Terms for this opportunity alone, or its partner's again; when somebody else has changed them
    meanwhile the form stays, and says so.
    """
    ref = forms.unpack(OverrideRef, request.view.metadata)
    if ref is None:
        return Say(text=STALE)

    async def work(tx: Tx) -> Reply:
        return await _override(tx, request, ref)

    try:
        return await once(request, work)
    except TermsChanged as changed:
        return await _ask_again(request, ref, changed)
    except InvalidInput as refused:
        raise at_fields(refused, request.view) from refused


async def _override(tx: Tx, request: Submit, ref: OverrideRef) -> Reply:
    it = await _meant(tx, ref)
    is_removal = "remove" in (request.view.values.get(REMOVE) or ())
    facts = await facts_of(tx, None, it.currency)
    structure = None if is_removal else read_structure(request.view, facts)
    reason = text_of(request.view, "reason") or ""
    await override(tx, it.number, structure, reason, ref.version)
    deal = await _deal(tx, it)
    told = blocks.overridden(deal, await reader(tx))
    below = request.view.previous_id
    if below is None:
        return Both(first=Done(), then=Say(text=told, channel_id=ref.channel_id))
    here = DealRef(number=it.number, id=it.id, channel_id=ref.channel_id)
    return Return(view_id=below, view=blocks.explain_view(deal, here, await reader(tx), told))


async def _ask_again(request: Submit, ref: OverrideRef, changed: TermsChanged) -> Reply:
    """The form with what was typed, for the terms as they are now."""
    async with request.db.transaction(request.actor) as tx:
        deal = await _changing(tx, ref)
        told = blocks.changed_meanwhile(terms_changed(changed), deal, await reader(tx))
        return Show(view=await _form_anew(tx, request.view, deal, _opened(ref, deal), told))


async def _form_anew(
    tx: Tx, view: ViewState, deal: Deal, ref: OverrideRef, told: str | None = None
) -> View:
    """The form for what is typed in it."""
    facts = await facts_of(tx, _present(deal), deal.it.currency)
    return await _form(tx, deal, ref, editor.drawn_anew(view.values, facts, use=USE), told)


async def _form(
    tx: Tx, deal: Deal, ref: OverrideRef, fields: Blocks, told: str | None = None
) -> View:
    return blocks.override_form(fields, deal, ref, await reader(tx), told)


def _opened(ref: DealRef, deal: Deal) -> OverrideRef:
    """For a form that shows the terms as they are now."""
    return OverrideRef(
        number=ref.number,
        id=ref.id,
        channel_id=ref.channel_id,
        version=override_version(deal.override),
    )


async def _changing(tx: Tx, ref: DealRef) -> Deal:
    tx.actor.require(MANAGE)
    return await _deal(tx, await _meant(tx, ref))


async def _deal(tx: Tx, it: Opportunity) -> Deal:
    row = await reading.seen(tx, it.id)
    return Deal(it, await projection(tx, it.id), row.details.override)


async def _meant(tx: Tx, ref: DealRef) -> Opportunity:
    """Raises NotFound, also for another one with its number."""
    it = await find_opportunity(tx, ref.number)
    if it.id != ref.id:
        raise NotFound(KIND, f"#{ref.number}")
    return it


def _present(deal: Deal) -> Structure | None:
    if deal.override is not None:
        return deal.override.structure
    return deal.found.structure if deal.found else None
