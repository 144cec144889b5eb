"""What a partner is to the rest of the application, and reading one."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from services import configuration
from services.configuration import catalogue
from services.configuration.catalogue import Choice
from services.db import Tx
from services.errors import NotFound
from services.partners.names import normalised
from services.tables import JsonArray, JsonObject
from services.tables import Partner as PartnerRow
from services.values import PartnerId

KIND = "partner"
CARD = "partner_card"
"""The kind of the messages that show a partner, kept current wherever they were posted."""

NEW_HEALTH = 50
"""Where a relationship starts, before there is evidence."""
DIRECT_DOMAIN = "direct"
"""The domain of the partner that stands for none; nobody configures it."""
_DIRECT_LABEL = "No partner"
_DIGEST = 12

_ANEW = {"populate_existing": True}


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at a partner. `name` is None only where the schema's user wrote the row."""

    id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    title: str | None = None

    @property
    def label(self) -> str:
        return self.name or self.email or self.phone or "Contact"

    @property
    def version(self) -> str:
        """Another one after every change."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:_DIGEST]


@dataclass(frozen=True, slots=True)
class Agreement:
    """From when until when one works together, and so many days before its end one is told."""

    start: date | None = None
    end: date | None = None
    renewal_alert_days: int | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """A company sold with. `health` is 0 to 100; `domain` is a configured key. The first contact is
    the primary one. `is_direct`: it stands for opportunities without a partner.
    """

    id: PartnerId
    name: str
    domain: str
    domain_label: str
    website: str | None
    health: int
    status: str
    contacts: tuple[Contact, ...] = ()
    agreement: Agreement = Agreement()
    is_direct: bool = False

    @property
    def contact_name(self) -> str | None:
        return self.contacts[0].name if self.contacts else None

    @property
    def contact_email(self) -> str | None:
        return self.contacts[0].email if self.contacts else None

    @property
    def is_active(self) -> bool:
        """Whether it is offered where a partner is chosen."""
        return self.status != "inactive"

    @property
    def label(self) -> str:
        """The name with what tells it from another of the same name."""
        return labelled(self.name, self.domain_label)

    def is_called(self, words: str) -> bool:
        """Whether these words are its name; case, punctuation and legal form do not count."""
        return normalised(self.name) == normalised(words)


class Stored(NamedTuple):
    """What of a row a partner is made of, where the row is not to change."""

    id: UUID
    name: str
    domain: str
    website: str | None
    relationship_health: int | None
    status: str | None
    primary_contact: JsonObject | None
    other_contacts: JsonArray
    agreement_details: JsonObject | None
    is_direct: bool


_COLUMNS = [PartnerRow.__table__.c[each] for each in Stored._fields]
_STORED = select(*_COLUMNS).where(PartnerRow.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))


def labelled(name: str, domain_label: str) -> str:
    return f"{name} ({domain_label})"


async def partner(tx: Tx, partner_id: UUID) -> Partner:
    """The partner with this identifier, or the one it was merged into. Raises NotFound, also for
    another company's.
    """
    tx.actor.require("partners.view")
    rows = await tx.session.scalars(_standing(partner_id), execution_options=_ANEW)
    for row in rows:
        return as_partner(row, await domain_labels(tx))
    raise NotFound(KIND, str(partner_id))


async def hold(tx: Tx, partner_id: UUID) -> PartnerRow:
    """The row of this partner, or of the one it was merged into, which nobody else changes before
    this ends. Raises NotFound.
    """
    held = _standing(partner_id).with_for_update(key_share=True)
    for row in await tx.session.scalars(held, execution_options=_ANEW):
        # It may have been merged while this waited for it.
        return row if row.merged_into_id is None else await hold(tx, row.merged_into_id)
    raise NotFound(KIND, str(partner_id))


async def load(tx: Tx, ids: Sequence[UUID]) -> list[Partner]:
    """The partners with these identifiers, in this order; those that are not there are left out."""
    tx.actor.require("partners.view")
    await tx.flush()
    rows = map(Stored._make, await tx.rows(_STORED, {"ids": list(ids)}))
    labels = await domain_labels(tx)
    by_id = {row.id: as_partner(row, labels) for row in rows}
    return [by_id[each] for each in ids if each in by_id]


async def domains(tx: Tx) -> tuple[Choice, ...]:
    """The business domains of this organization."""
    return await configuration.get(tx, catalogue.PARTNER_DOMAINS)


async def domain_labels(tx: Tx) -> Mapping[str, str]:
    return {
        DIRECT_DOMAIN: _DIRECT_LABEL,
        **{choice.key: choice.label for choice in await domains(tx)},
    }


def as_partner(row: PartnerRow | Stored, labels: Mapping[str, str]) -> Partner:
    return Partner(
        id=PartnerId(row.id),
        name=row.name,
        domain=row.domain,
        domain_label=labels.get(row.domain, row.domain),
        website=row.website,
        health=NEW_HEALTH if row.relationship_health is None else row.relationship_health,
        status=row.status or "active",
        contacts=read_contacts(row),
        agreement=_agreement(row.agreement_details or {}),
        is_direct=row.is_direct,
    )


def read_contacts(row: PartnerRow | Stored) -> tuple[Contact, ...]:
    """The primary contact, then the others; empty ones are none."""
    told: list[object] = [row.primary_contact, *row.other_contacts]
    read = [_contact(each, place) for place, each in enumerate(told)]
    return tuple(each for each in read if each != Contact(each.id))


def write_contacts(row: PartnerRow, contacts: Sequence[Contact]) -> None:
    """Keep these, the first as the primary one."""
    stored = [_stored(each) for each in contacts]
    row.primary_contact = stored[0] if stored else {}
    row.other_contacts = list(stored[1:])


def write_agreement(row: PartnerRow, agreement: Agreement) -> None:
    told: JsonObject = {
        "start": agreement.start and agreement.start.isoformat(),
        "end": agreement.end and agreement.end.isoformat(),
        "renewal_alert_days": agreement.renewal_alert_days,
    }
    row.agreement_details = {name: each for name, each in told.items() if each is not None}


def _standing(partner_id: UUID) -> Select[PartnerRow]:
    return select(PartnerRow).where(
        PartnerRow.id == func.coalesce(_survivor(partner_id), partner_id)
    )


def _survivor(partner_id: UUID) -> ScalarSelect[UUID | None]:
    merged = aliased(PartnerRow)
    return select(merged.merged_into_id).where(merged.id == partner_id).scalar_subquery()


def _contact(told: object, place: int) -> Contact:
    known = cast("Mapping[str, object]", told if isinstance(told, dict) else {})
    return Contact(
        id=_text(known.get("id")) or f"{place}",
        name=_text(known.get("name")),
        email=_text(known.get("email")),
        phone=_text(known.get("phone")),
        title=_text(known.get("title")),
    )


def _stored(contact: Contact) -> JsonObject:
    told: JsonObject = {
        "id": contact.id,
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "title": contact.title,
    }
    return {name: each for name, each in told.items() if each is not None}


def _agreement(told: Mapping[str, object]) -> Agreement:
    days = told.get("renewal_alert_days")
    return Agreement(
        start=_day(told.get("start")),
        end=_day(told.get("end")),
        renewal_alert_days=days if isinstance(days, int) else None,
    )


def _day(told: object) -> date | None:
    try:
        return date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
