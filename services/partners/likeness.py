"""Whether a partner is there already under this name or website, or one that looks alike."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text

from services.db import Tx
from services.errors import FieldProblem, InvalidInput, LikelyDuplicates, Problem
from services.partners.names import are_alike, skeleton
from services.partners.records import KIND, domain_labels, labelled
from services.partners.websites import host_of
from services.tables import Partner as PartnerRow
from services.text import comparable

MOST_FOUND = 50
"""So many likely duplicates fit a form's memory of what was seen."""

_ONE_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('partners:' || :organization, 0))"
)


@dataclass(frozen=True, slots=True)
class Looks:
    """By what a partner is compared. What somebody does not change is not looked for again."""

    name: str
    domain: str
    website: str | None = None
    is_renamed: bool = True
    is_moved: bool = True


async def refuse_duplicates(
    tx: Tx, looks: Looks, seen: AbstractSet[UUID], itself: UUID | None = None
) -> None:
    """Raises InvalidInput for a name that is there in the same domain (case, width and spaces do
    not count), LikelyDuplicates for one that looks alike or has the same website, unless `seen`.

    Two people who add the same partner at once do not each find nothing.
    """
    await tx.session.execute(_ONE_AT_A_TIME, {"organization": str(tx.organization_id)})
    rows = await tx.session.execute(
        select(PartnerRow.id, PartnerRow.name, PartnerRow.domain, PartnerRow.website).where(
            PartnerRow.merged_into_id.is_(None), PartnerRow.is_direct.is_(False)
        )
    )
    labels = await domain_labels(tx)
    like = _Likeness(looks)
    found: dict[UUID, str] = {}
    for partner_id, name, domain, website in rows:
        if partner_id == itself:
            continue
        if like.is_same(name, domain):
            raise InvalidInput({"name": FieldProblem(Problem.ALREADY_EXISTS, {"name": name})})
        if partner_id not in seen and like.is_likely(name, website):
            found[partner_id] = labelled(name, labels.get(domain, domain))
    if found:
        raise LikelyDuplicates(KIND, looks.name, dict(list(found.items())[:MOST_FOUND]))


class _Likeness:
    """How one partner is compared with all that are there."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._same = (comparable(looks.name), looks.domain)
        self._skeleton = skeleton(looks.name)
        self._host = host_of(looks.website) if looks.is_moved else None

    def is_same(self, name: str, domain: str) -> bool:
        return (comparable(name), domain) == self._same

    def is_likely(self, name: str, website: str | None) -> bool:
        if self._host is not None and host_of(website) == self._host:
            return True
        return self._looks.is_renamed and are_alike(self._skeleton, skeleton(name))
