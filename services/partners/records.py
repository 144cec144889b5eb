"""What a partner is to the rest of the application, and reading one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from services import configuration
from services.configuration import catalogue
from services.configuration.catalogue import Choice
from services.db import Tx
from services.errors import NotFound
from services.partners.names import normalised
from services.tables import Partner as PartnerRow
from services.values import PartnerId

KIND = "partner"
CARD = "partner_card"
"""The kind of the messages that show a partner, kept current wherever they were posted."""

NEW_HEALTH = 50
"""Where a relationship starts, before there is evidence."""


@dataclass(frozen=True, slots=True)
class Partner:
    """A company sold with. `health` is 0 to 100; `domain` is a configured key."""

    id: PartnerId
    name: str
    domain: str
    domain_label: str
    website: str | None
    health: int
    status: str
    contact_name: str | None
    contact_email: str | None

    @property
    def label(self) -> str:
        """The name with what tells it from another of the same name."""
        return labelled(self.name, self.domain_label)

    def is_called(self, words: str) -> bool:
        """Whether these words are its name; case, punctuation and legal form do not count."""
        return normalised(self.name) == normalised(words)


def labelled(name: str, domain_label: str) -> str:
    return f"{name} ({domain_label})"


async def partner(tx: Tx, partner_id: UUID) -> Partner:
    """The partner with this identifier. Raises NotFound, also for another company's."""
    tx.actor.require("partners.view")
    row = await tx.session.get(PartnerRow, partner_id)
    if row is None:
        raise NotFound(KIND, str(partner_id))
    return as_partner(row, await domain_labels(tx))


async def load(tx: Tx, ids: Sequence[UUID]) -> list[Partner]:
    """The partners with these identifiers, in this order; those that are not there are left out."""
    tx.actor.require("partners.view")
    rows = await tx.session.scalars(select(PartnerRow).where(PartnerRow.id.in_(ids)))
    labels = await domain_labels(tx)
    by_id = {row.id: as_partner(row, labels) for row in rows}
    return [by_id[each] for each in ids if each in by_id]


async def domains(tx: Tx) -> tuple[Choice, ...]:
    """The business domains of this organization."""
    return await configuration.get(tx, catalogue.PARTNER_DOMAINS)


async def domain_labels(tx: Tx) -> Mapping[str, str]:
    return {choice.key: choice.label for choice in await domains(tx)}


def as_partner(row: PartnerRow, labels: Mapping[str, str]) -> Partner:
    contact = row.primary_contact or {}
    return Partner(
        id=PartnerId(row.id),
        name=row.name,
        domain=row.domain,
        domain_label=labels.get(row.domain, row.domain),
        website=row.website,
        health=NEW_HEALTH if row.relationship_health is None else row.relationship_health,
        status=row.status or "active",
        contact_name=_text(contact.get("name")),
        contact_email=_text(contact.get("email")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
