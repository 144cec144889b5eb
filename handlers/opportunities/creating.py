"""The form of a new opportunity, and the partner that may be created on the way."""

from collections.abc import Mapping
from decimal import Decimal

from handlers import forms
from handlers import partners as partner_handlers
from handlers.blocks import opportunities as blocks
from handlers.blocks.kit import Element
from handlers.blocks.opportunities import CreateNote, ParentNote
from handlers.blocks.partners import NEW_PREFIX
from handlers.once import once
from handlers.opportunities import shown
from handlers.opportunities.quick_text import filled_form
from handlers.routing import (
    Both,
    Done,
    FieldValue,
    Open,
    Options,
    Press,
    Reply,
    Request,
    Return,
    Say,
    Submit,
    Suggest,
    ViewState,
)
from services import people
from services.channels import reached_channel
from services.configuration.catalogue import DEALS_CHANNEL
from services.db import Tx
from services.errors import FieldProblem, InvalidInput, LikelyDuplicates, Problem
from services.money import parse_amount
from services.opportunities import CreateOpportunity, Opportunity, create_opportunity
from services.partners import create_partner
from services.people import Person
from services.text import comparable

MOST_OPTIONS = 100
WORDS_CARRIED = 200
"""So much of the first words fits the partner form's memory beside its look-alikes. The fields
themselves keep what is in them.
"""


async def press_new(request: Press) -> Reply:
    """The empty form."""
    note = CreateNote(channel_id=request.place.channel_id)
    async with request.db.transaction(request.actor) as tx:
        return Open(view=await filled_form(tx, note))


async def press_partner(request: Press) -> Reply:
    """A partner was chosen: nothing to do, unless it is one to create."""
    if request.view is None or not request.value.startswith(NEW_PREFIX):
        return Done()
    return await _ask_for_partner(request, request.view, request.value)


async def submit_new(request: Submit) -> Reply:
    """Create the opportunity and show its card to who did."""
    values = request.view.values
    partner = values.get("partner_id")
    if isinstance(partner, str) and partner.startswith(NEW_PREFIX):
        return await _ask_for_partner(request, request.view, partner)
    new = read_new(values, request.actor.locale)
    note = _note(request.view)

    async def work(tx: Tx) -> Reply:
        made = await create_opportunity(tx, new)
        return Both(first=Done(), then=await _created(tx, made, note.channel_id))

    return await once(request, work)


async def submit_partner(request: Submit) -> Reply:
    """Create the partner and return to the opportunity with it chosen; what was typed there
    stays. Look-alikes are shown first.
    """
    new = partner_handlers.read_partner_form(request)
    parent = forms.unpack(ParentNote, partner_handlers.form_metadata(request))
    if parent is None:
        return Say(text=shown.STALE)
    note = parent.note.model_copy(update={"turn": parent.note.turn + 1})

    async def work(tx: Tx) -> Reply:
        made = await create_partner(tx, new)
        view = await filled_form(tx, note, made)
        return Return(view_id=parent.view_id, view=view)

    try:
        return await once(request, work)
    except LikelyDuplicates as likely:
        return await partner_handlers.warn_of_duplicates(request, new, likely)


async def suggest_partners(request: Suggest) -> Reply:
    """Partners, and the offer to create the one that was typed."""
    async with request.db.transaction(request.actor) as tx:
        found = await partner_handlers.partner_options(tx, request.query, may_create=True)
    return Options(options=found)


async def suggest_owners(request: Suggest) -> Reply:
    """Active people by name, whoever asks first."""
    async with request.db.transaction(request.actor) as tx:
        known = await people.people(tx)
    mine = request.actor.user_id
    found = [each for each in known if _is_meant(request.query, each)]
    found.sort(key=lambda each: each.user_id != mine)
    return Options(options=[_person(each) for each in found[:MOST_OPTIONS]])


def read_new(values: Mapping[str, FieldValue], locale: str) -> CreateOpportunity:
    """The submitted fields. Raises InvalidInput with every refused one, the value among them."""
    amount, problems = _amount(values, locale)
    try:
        new = forms.read(CreateOpportunity, values, deal_value=amount)
    except InvalidInput as refused:
        raise InvalidInput(refused.problems | problems) from refused
    if problems:
        raise InvalidInput(problems)
    return new


def _amount(
    values: Mapping[str, FieldValue], locale: str
) -> tuple[Decimal, dict[str, FieldProblem]]:
    """The value, or zero and why it was refused: the other fields are still to be read."""
    words, currency = values.get("deal_value"), values.get("currency")
    if not isinstance(words, str) or not words.strip():
        return Decimal(0), {"deal_value": FieldProblem(Problem.REQUIRED)}
    known = currency if isinstance(currency, str) else None
    try:
        return parse_amount(words, locale, currency=known), {}
    except InvalidInput as refused:
        return Decimal(0), refused.problems


async def _created(tx: Tx, made: Opportunity, channel_id: str | None) -> Say:
    """With the card, unless everybody is about to see it in the same channel."""
    deals = await reached_channel(tx, DEALS_CHANNEL)
    is_here = deals is not None and deals.workspace_id == tx.actor.workspace_id
    posted = deals.lane if deals is not None and is_here else None
    if posted is not None and posted == channel_id:
        return Say(text=blocks.created(made), channel_id=channel_id)
    words = blocks.created(made, posted)
    text, said = blocks.with_notice(words, await shown.card(tx, made))
    return Say(text=text, blocks=said, channel_id=channel_id)


async def _ask_for_partner(request: Request, view: ViewState, value: str) -> Reply:
    """The partner's form on top; it carries what the form below needs to come back."""
    note = _note(view)
    few = note.model_copy(update={"words": note.words[:WORDS_CARRIED]})
    parent = ParentNote(view_id=view.id, note=few)
    name = value.removeprefix(NEW_PREFIX)
    async with request.db.transaction(request.actor) as tx:
        form = await partner_handlers.partner_form(
            tx, name, blocks.PARTNER_FORM, forms.pack(parent)
        )
    return Open(view=form)


def _note(view: ViewState) -> CreateNote:
    return forms.unpack(CreateNote, view.metadata) or CreateNote()


def _is_meant(query: str, person: Person) -> bool:
    return comparable(query) in comparable(person.name)


def _person(person: Person) -> Element:
    return blocks.person_option(person.name, person.user_id)
