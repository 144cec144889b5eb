"""The form of a new opportunity, from words, a button or a message."""

from collections.abc import Mapping

from handlers import forms
from handlers import partners as partner_handlers
from handlers.blocks import opportunities as blocks
from handlers.blocks.kit import Element, View
from handlers.blocks.opportunities import CreateNote, NewRef
from handlers.blocks.partners import NEW_PREFIX
from handlers.blocks.text import cut
from handlers.message_text import first_line
from handlers.once import once
from handlers.opportunities import shown
from handlers.opportunities.amounts import read_amount
from handlers.opportunities.partner_on_the_way import ask_for_partner
from handlers.opportunities.quick_text import filled_form, one_line
from handlers.routing import (
    Both,
    Done,
    FieldValue,
    Open,
    Options,
    Press,
    Reply,
    Say,
    Submit,
    Suggest,
    ViewState,
)
from services import partners, people
from services.channels import reached_channel
from services.configuration.catalogue import DEALS_CHANNEL
from services.db import Tx
from services.errors import InvalidInput
from services.opportunities import CreateOpportunity, Opportunity, create_opportunity
from services.partners import Partner
from services.people import Person
from services.text import comparable

MOST_OPTIONS = 100
NOTES_OF_MESSAGE = 300
SOURCE_TITLE = "The message it was made from"


async def press_new(request: Press) -> Reply:
    """The empty form, or with the partner that the button names."""
    ref = forms.unpack(NewRef, request.value) or NewRef()
    note = CreateNote(channel_id=request.place.channel_id)
    async with request.db.transaction(request.actor) as tx:
        partner = await partners.partner(tx, ref.partner_id) if ref.partner_id else None
        return Open(view=await filled_form(tx, note, partner))


async def form_from_message(
    tx: Tx,
    *,
    text: str,
    permalink: str | None,
    channel_id: str | None = None,
    partner: Partner | None = None,
) -> View:
    """The form of what would be made from a message: what its first line says, its beginning as
    the notes, its link. `text` is plain. Needs `opportunities.create`.
    """
    note = CreateNote(channel_id=channel_id, words=one_line(first_line(text)), source=permalink)
    return await filled_form(tx, note, partner, notes=cut(text.strip(), NOTES_OF_MESSAGE))


async def submit_new(request: Submit) -> Reply:
    """Create the opportunity and show its card to who did."""
    values = request.view.values
    partner = values.get("partner_id")
    if isinstance(partner, str) and partner.startswith(NEW_PREFIX):
        return await ask_for_partner(request, request.view, partner)
    note = _note(request.view)
    source = {"source": note.source, "source_title": SOURCE_TITLE} if note.source else {}
    new = read_new(values, request.actor.locale, **source)

    async def work(tx: Tx) -> Reply:
        made = await create_opportunity(tx, new)
        return Both(first=Done(), then=await _created(tx, made, note.channel_id))

    return await once(request, work)


async def suggest_partners(request: Suggest) -> Reply:
    """Partners, and the offer to create the one that was typed."""
    async with request.db.transaction(request.actor) as tx:
        found = await partner_handlers.partner_options(
            tx, request.query, may_create=True, with_direct=True
        )
    return Options(options=found)


async def suggest_owners(request: Suggest) -> Reply:
    """Active people by name, whoever asks first."""
    async with request.db.transaction(request.actor) as tx:
        known = await people.people(tx)
    mine = request.actor.user_id
    found = [each for each in known if _is_meant(request.query, each)]
    found.sort(key=lambda each: each.user_id != mine)
    return Options(options=[_person(each) for each in found[:MOST_OPTIONS]])


def read_new(values: Mapping[str, FieldValue], locale: str, **more: object) -> CreateOpportunity:
    """The submitted fields, and `more` that the form knows itself. Raises InvalidInput with every
    refused one, the value among them.
    """
    amount, problems = read_amount(values, locale)
    try:
        new = forms.read(CreateOpportunity, values, deal_value=amount, **more)
    except InvalidInput as refused:
        raise InvalidInput(refused.problems | problems) from refused
    if problems:
        raise InvalidInput(problems)
    return new


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


def _note(view: ViewState) -> CreateNote:
    return forms.unpack(CreateNote, view.metadata) or CreateNote()


def _is_meant(query: str, person: Person) -> bool:
    return comparable(query) in comparable(person.name)


def _person(person: Person) -> Element:
    return blocks.person_option(person.name, person.user_id)
