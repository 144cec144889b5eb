"""The contacts of a partner: listed, added, changed, taken away, put first."""

from handlers import forms
from handlers.blocks.partners import PartnerRef
from handlers.blocks.partners import contacts as blocks
from handlers.blocks.partners.values import (
    ADD_CONTACT,
    CONTACT,
    CONTACT_FORM,
    CONTACTS,
    ContactNote,
    ContactRef,
    ContactsNote,
)
from handlers.once import once
from handlers.partners.reading import STALE
from handlers.routing import Done, Open, Press, Reply, Return, Routes, Say, Show, Submit, View
from services import partners
from services.db import Tx
from services.errors import NotFound
from services.partners import Partner, SaveContact, make_primary, remove_contact, save_contact

EDITS = "partners.edit"


def routes() -> Routes:
    return Routes(
        presses={CONTACTS: press_contacts, ADD_CONTACT: press_add, CONTACT: press_contact},
        submits={CONTACT_FORM: submit_contact},
    )


async def press_contacts(request: Press) -> Reply:
    """All contacts; on top of the form they are opened from."""
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            found = await partners.partner(tx, ref.id)
            return Open(view=_view(tx, found))
    except NotFound:
        return Say(text=STALE)


async def press_add(request: Press) -> Reply:
    """The form of a new contact, on top of the list."""
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            tx.actor.require(EDITS)
            found = await partners.partner(tx, ref.id)
    except NotFound:
        return Say(text=STALE)
    return Open(view=blocks.contact_form(None, ContactNote(id=found.id)))


async def press_contact(request: Press) -> Reply:
    """The form of a contact; or it goes, or comes first, and the list shows it."""
    ref = forms.unpack(ContactRef, request.value)
    if ref is None:
        return Say(text=STALE)
    try:
        return await _done(request, ref)
    except NotFound:
        return Say(text=STALE)


async def _done(request: Press, ref: ContactRef) -> Reply:
    if ref.do == "edit":
        return await _form(request, ref)
    act = make_primary if ref.do == "first" else remove_contact

    async def work(tx: Tx) -> Reply:
        return Show(view=_view(tx, await act(tx, ref.id, ref.contact_id)))

    try:
        return await once(request, work)
    except NotFound:
        return await _as_it_is(request, ref)


async def submit_contact(request: Submit) -> Reply:
    """Save it; the list below shows it."""
    note = forms.unpack(ContactNote, request.view.metadata)
    if note is None:
        return Say(text=STALE)
    wanted = forms.read(
        SaveContact,
        request.view.values,
        partner_id=note.id,
        contact_id=note.contact_id,
        shown=note.shown,
    )

    async def work(tx: Tx) -> Reply:
        view = _view(tx, await save_contact(tx, wanted))
        below = request.view.previous_id
        return Return(view_id=below, view=view) if below else Done()

    return await once(request, work)


async def _form(request: Press, ref: ContactRef) -> Reply:
    async with request.db.transaction(request.actor) as tx:
        tx.actor.require(EDITS)
        found = await partners.partner(tx, ref.id)
        contact = next((each for each in found.contacts if each.id == ref.contact_id), None)
        if contact is None:
            return Show(view=_view(tx, found))
    note = ContactNote(id=found.id, contact_id=contact.id, shown=contact.version)
    return Open(view=blocks.contact_form(contact, note))


async def _as_it_is(request: Press, ref: ContactRef) -> Reply:
    """The list after somebody else took the contact away."""
    async with request.db.transaction(request.actor) as tx:
        return Show(view=_view(tx, await partners.partner(tx, ref.id)))


def _view(tx: Tx, found: Partner) -> View:
    note = ContactsNote(id=found.id)
    may_edit = tx.actor.may(EDITS) and not found.is_direct
    return blocks.contacts_view(found, note, may_edit=may_edit)
