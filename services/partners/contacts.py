"""Whom one talks to at a partner: the primary contact and others."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict

from services import audit, outbox
from services.db import Tx
from services.errors import ContactChanged, InvalidInput, NotFound, Problem
from services.partners.addresses import OptionalEmail, OptionalPhone
from services.partners.records import (
    CARD,
    KIND,
    Contact,
    Partner,
    as_partner,
    domain_labels,
    hold,
    read_contacts,
    write_contacts,
)
from services.tables import Partner as PartnerRow
from services.text import Name, OptionalName

EDIT = "partners.edit"
MOST = 30
"""Contacts of one partner: so many fit on one screen with their controls."""


class SaveContact(BaseModel):
    """A contact as somebody wants it: a new one, or `contact_id` as they were `shown` it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    partner_id: UUID
    contact_id: str | None = None
    shown: str = ""
    name: Name
    title: OptionalName = None
    email: OptionalEmail = None
    phone: OptionalPhone = None

    def as_contact(self, contact_id: str) -> Contact:
        return Contact(contact_id, self.name, self.email, self.phone, self.title)


async def save_contact(tx: Tx, wanted: SaveContact) -> Partner:
    """Add a contact, or change one; the first becomes the primary one. Needs `partners.edit`.

    Raises NotFound for a partner or a contact that is not there any more, InvalidInput at `name`
    for one too many, ContactChanged when somebody else changed it after it was shown.
    """
    tx.actor.require(EDIT)
    row = await hold(tx, wanted.partner_id)
    contacts = list(read_contacts(row))
    if wanted.contact_id is None:
        if len(contacts) >= MOST:
            raise InvalidInput.of("name", Problem.TOO_MANY, max_length=str(MOST))
        contacts.append(wanted.as_contact(uuid4().hex))
        return await _save(tx, row, contacts, "partner.contact_added")
    at = _place(contacts, wanted.contact_id)
    changed = wanted.as_contact(wanted.contact_id)
    if changed != contacts[at]:
        if contacts[at].version != wanted.shown:
            raise ContactChanged(contacts[at].label)
        contacts[at] = changed
        return await _save(tx, row, contacts, "partner.contact_changed")
    return as_partner(row, await domain_labels(tx))


async def remove_contact(tx: Tx, partner_id: UUID, contact_id: str) -> Partner:
    """Take a contact away; the next one becomes the primary one. Needs `partners.edit`.

    Raises NotFound.
    """
    tx.actor.require(EDIT)
    row = await hold(tx, partner_id)
    contacts = list(read_contacts(row))
    del contacts[_place(contacts, contact_id)]
    return await _save(tx, row, contacts, "partner.contact_removed")


async def make_primary(tx: Tx, partner_id: UUID, contact_id: str) -> Partner:
    """Put a contact first. Needs `partners.edit`. Raises NotFound."""
    tx.actor.require(EDIT)
    row = await hold(tx, partner_id)
    contacts = list(read_contacts(row))
    contacts.insert(0, contacts.pop(_place(contacts, contact_id)))
    return await _save(tx, row, contacts, "partner.contact_made_primary")


async def _save(tx: Tx, row: PartnerRow, contacts: Sequence[Contact], action: str) -> Partner:
    write_contacts(row, contacts)
    await tx.flush()
    # Who they are stays out of what is kept for ever.
    await audit.record(tx, action, KIND, row.id, {"count": len(contacts)})
    await outbox.refresh_copies(tx, CARD, row.id)
    return as_partner(row, await domain_labels(tx))


def _place(contacts: Sequence[Contact], contact_id: str) -> int:
    for at, each in enumerate(contacts):
        if each.id == contact_id:
            return at
    raise NotFound("contact", "that was here")
