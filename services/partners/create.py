"""A new partner: what is asked, and how one that is already there is not made twice."""

from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict

from services import audit, configuration
from services.commission import stored
from services.configuration import catalogue
from services.db import Tx
from services.errors import InvalidInput, Problem
from services.partners.addresses import OptionalEmail, OptionalPhone
from services.partners.likeness import Looks, refuse_duplicates
from services.partners.records import (
    KIND,
    Contact,
    Partner,
    as_partner,
    domain_labels,
    domains,
    write_contacts,
)
from services.partners.websites import OptionalWebsite
from services.tables import Partner as PartnerRow
from services.text import Name, OptionalName


class CreatePartner(BaseModel):
    """What a partner is made of. `seen`: likely duplicates the person was shown and says are
    others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: Name
    domain: str
    website: OptionalWebsite = None
    contact_name: OptionalName = None
    contact_email: OptionalEmail = None
    contact_phone: OptionalPhone = None
    seen: frozenset[UUID] = frozenset()


async def create_partner(tx: Tx, new: CreatePartner) -> Partner:
    """Add a partner with the configured commission. Needs `partners.create`, and `partners.view`
    because it tells of those that are alike.

    Raises InvalidInput for a domain that is not configured and for a name that is there in the
    same domain (case, width and spaces do not count), and LikelyDuplicates for one that looks
    alike or has the same website, unless it was `seen`.
    """
    tx.actor.require("partners.create")
    tx.actor.require("partners.view")
    if new.domain not in {choice.key for choice in await domains(tx)}:
        raise InvalidInput.of("domain", Problem.UNKNOWN_CHOICE)
    await refuse_duplicates(tx, Looks(new.name, new.domain, new.website), new.seen)
    row = await _insert(tx, new)
    details = {"name": new.name, "domain": new.domain}
    await audit.record(tx, "partner.created", KIND, row.id, details)
    return as_partner(row, await domain_labels(tx))


async def _insert(tx: Tx, new: CreatePartner) -> PartnerRow:
    row = PartnerRow(
        id=uuid4(),
        organization_id=tx.organization_id,
        name=new.name,
        domain=new.domain,
        website=new.website,
        commission_structure=stored(await configuration.get(tx, catalogue.COMMISSION)),
        is_direct=False,
        created_at=tx.now,
        updated_at=tx.now,
    )
    write_contacts(row, _contacts(new))
    tx.session.add(row)
    await tx.session.flush()
    return row


def _contacts(new: CreatePartner) -> list[Contact]:
    told = (new.contact_name, new.contact_email, new.contact_phone)
    return [Contact(uuid4().hex, *told)] if any(told) else []
