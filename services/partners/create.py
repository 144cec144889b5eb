"""A new partner: what is asked, and how one that is already there is not made twice."""

from typing import Annotated
from uuid import UUID, uuid4

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from sqlalchemy import select, text

from services import audit, configuration
from services.commission import stored
from services.configuration import catalogue
from services.db import Tx
from services.errors import FieldProblem, InvalidInput, LikelyDuplicates, Problem
from services.partners.names import are_alike, skeleton
from services.partners.records import KIND, Partner, as_partner, domain_labels, labelled
from services.partners.websites import OptionalWebsite, host_of
from services.tables import JsonObject
from services.tables import Partner as PartnerRow
from services.text import Name, OptionalName, blank_is_none, clean, comparable, refused

LONGEST_EMAIL = 254
MOST_FOUND = 50
"""So many likely duplicates fit a form's memory of what was seen."""

_ONE_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('partners:' || :organization, 0))"
)


def _email(words: str) -> str:
    try:
        checked = validate_email(clean(words, LONGEST_EMAIL), check_deliverability=False)
    except EmailNotValidError as error:
        raise refused(Problem.NOT_AN_EMAIL) from error
    return checked.normalized


OptionalEmail = Annotated[
    Annotated[str, AfterValidator(_email)] | None, BeforeValidator(blank_is_none)
]


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
    labels = await domain_labels(tx)
    if new.domain not in labels:
        raise InvalidInput.of("domain", Problem.UNKNOWN_CHOICE)
    # Two people adding the same partner at once must not each find nothing.
    await tx.session.execute(_ONE_AT_A_TIME, {"organization": str(tx.organization_id)})
    await _refuse_duplicates(tx, new)
    row = await _insert(tx, new)
    details = {"name": new.name, "domain": new.domain}
    await audit.record(tx, "partner.created", KIND, row.id, details)
    return as_partner(row, labels)


async def _refuse_duplicates(tx: Tx, new: CreatePartner) -> None:
    rows = await tx.session.execute(
        select(PartnerRow.id, PartnerRow.name, PartnerRow.domain, PartnerRow.website)
    )
    labels = await domain_labels(tx)
    like = _Likeness(new)
    found: dict[UUID, str] = {}
    for partner_id, name, domain, website in rows:
        if like.is_same(name, domain):
            raise InvalidInput({"name": FieldProblem(Problem.ALREADY_EXISTS, {"name": name})})
        if partner_id not in new.seen and like.is_likely(name, website):
            found[partner_id] = labelled(name, labels.get(domain, domain))
    if found:
        raise LikelyDuplicates(KIND, new.name, dict(list(found.items())[:MOST_FOUND]))


class _Likeness:
    """How one partner is compared with all that are there."""

    def __init__(self, new: CreatePartner) -> None:
        self._same = (comparable(new.name), new.domain)
        self._skeleton = skeleton(new.name)
        self._host = host_of(new.website)

    def is_same(self, name: str, domain: str) -> bool:
        return (comparable(name), domain) == self._same

    def is_likely(self, name: str, website: str | None) -> bool:
        if self._host is not None and host_of(website) == self._host:
            return True
        return are_alike(self._skeleton, skeleton(name))


async def _insert(tx: Tx, new: CreatePartner) -> PartnerRow:
    contact: JsonObject = {"name": new.contact_name, "email": new.contact_email}
    row = PartnerRow(
        id=uuid4(),
        organization_id=tx.organization_id,
        name=new.name,
        domain=new.domain,
        website=new.website,
        commission_structure=stored(await configuration.get(tx, catalogue.COMMISSION)),
        primary_contact={key: value for key, value in contact.items() if value is not None},
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(row)
    await tx.session.flush()
    return row
