"""Whom one talks to at a partner: the list of contacts, and the form of one."""

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.partners.cards import contact_line
from handlers.blocks.partners.forms import optional
from handlers.blocks.partners.values import (
    ADD_CONTACT,
    CONTACT,
    CONTACT_FORM,
    ContactNote,
    ContactRef,
    ContactsNote,
    PartnerRef,
    short,
)
from handlers.blocks.text import cut
from services.partners import Contact, Partner

NAME = 255
PHONE = 50
EMAIL = 254
_WAYS = {"edit": "Edit", "first": "Make primary", "remove": "Remove"}


def contacts_view(partner: Partner, note: ContactsNote, *, may_edit: bool) -> View:
    """All contacts, the primary one first, each with what can be done with it."""
    rows = [
        _row(partner, each, is_first=place == 0, may_edit=may_edit)
        for place, each in enumerate(partner.contacts)
    ]
    add = kit.button("Add contact", ADD_CONTACT, forms.pack(PartnerRef(id=partner.id)))
    return kit.modal(
        "Contacts",
        [
            kit.section(f"*{short(partner.name, 150)}*"),
            *(rows or [kit.section("There are no contacts yet.")]),
            *([kit.actions(add)] if may_edit else []),
        ],
        callback_id="partner.contacts_view",
        metadata=forms.pack(note),
        close="Close",
    )


def contact_form(contact: Contact | None, note: ContactNote) -> View:
    """The form of a contact that is there, or of a new one."""
    it = contact or Contact("")
    name = kit.text_input("name", initial=it.name, placeholder="Hank Scorpio", most=NAME)
    return kit.modal(
        "Edit contact" if contact else "New contact",
        [
            kit.field("name", "Name", name),
            optional("title", "Title", it.title, "Head of alliances", NAME),
            optional("email", "E-mail", it.email, "hank@globex.com", EMAIL),
            optional("phone", "Phone", it.phone, "+44 20 7946 0018", PHONE),
        ],
        callback_id=CONTACT_FORM,
        submit="Save" if contact else "Add",
        metadata=forms.pack(note),
    )


def _row(partner: Partner, contact: Contact, *, is_first: bool, may_edit: bool) -> Block:
    mark = " · _primary_" if is_first else ""
    ways = [each for each in _WAYS if not (is_first and each == "first")]
    menu = _menu(partner, contact, ways) if may_edit else None
    return kit.section(f"{contact_line(contact)}{mark}", accessory=menu)


def _menu(partner: Partner, contact: Contact, ways: list[str]) -> Element:
    options = [
        kit.option(
            _WAYS[way],
            forms.pack(
                ContactRef.model_validate({"id": partner.id, "contact_id": contact.id, "do": way})
            ),
        )
        for way in ways
    ]
    return kit.overflow(f"{CONTACT}:{cut(contact.id, 40)}", options)
