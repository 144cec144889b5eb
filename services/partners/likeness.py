"""Whether a partner is there already under this name or website, or one that looks alike."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Text, select, text
from sqlalchemy import cast as sql_cast

from services.db import Tx
from services.errors import FieldProblem, InvalidInput, LikelyDuplicates, Problem
from services.partners.names import namesakes
from services.partners.records import KIND, domain_labels, labelled
from services.partners.websites import host_of
from services.tables import Partner as PartnerRow
from services.text import comparable

MOST_FOUND = 50
"""So many likely duplicates fit a form's memory of what was seen."""

_ONE_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('partners:' || :organization, 0))"
)

_LISTED = select(
    sql_cast(PartnerRow.id, Text),
    PartnerRow.name,
    PartnerRow.domain,
    PartnerRow.website,
    PartnerRow.status,
).where(PartnerRow.merged_into_id.is_(None), PartnerRow.is_direct.is_(False))


class _Known(NamedTuple):
    """By what one that is there is compared. `key`: its identifier as text, which is read in a
    fraction of the time.
    """

    key: str
    name: str
    domain: str
    website: str | None
    status: str | None


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
    known = await _others(tx, itself)
    labels = await domain_labels(tx)
    alike = namesakes(looks.name, {each.key: each.name for each in known})
    _refuse_same(looks, (each for each in known if each.key in alike))
    likely = alike if looks.is_renamed else frozenset[str]()
    host = host_of(looks.website) if looks.is_moved else None
    found = {
        UUID(each.key): labelled(each.name, labels.get(each.domain, each.domain))
        for each in known
        if each.key in likely or (host and _is_of(host, each.website))
    }
    unseen = [each for each in found.items() if each[0] not in seen]
    if unseen:
        raise LikelyDuplicates(KIND, looks.name, dict(unseen[:MOST_FOUND]))


async def _others(tx: Tx, itself: UUID | None) -> list[_Known]:
    await tx.flush()
    own = itself and str(itself)
    return [each for each in map(_Known._make, await tx.rows(_LISTED, {})) if each.key != own]


def _refuse_same(looks: Looks, alike: Iterable[_Known]) -> None:
    """Names that are the same are alike, too."""
    same = comparable(looks.name), looks.domain
    for each in alike:
        if (comparable(each.name), each.domain) == same:
            facts = {"name": each.name, "status": each.status or "active"}
            raise InvalidInput({"name": FieldProblem(Problem.ALREADY_EXISTS, facts)})


def _is_of(host: str, website: str | None) -> bool:
    """To take an address apart takes long, so only one with the host's letters is."""
    return website is not None and host in website.lower() and host_of(website) == host
