"""Finding partners by what people type: one by its name, options as they type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, or_, select
from sqlalchemy import cast as sql_cast

from services.db import Tx
from services.errors import Ambiguous, NotFound
from services.partners.names import normalised, search, spoken
from services.partners.records import KIND, Partner, domain_labels, labelled, load
from services.tables import Partner as PartnerRow

MOST_CANDIDATES = 5

_ALL = select(
    PartnerRow.id,
    PartnerRow.name,
    PartnerRow.domain,
    PartnerRow.merged_into_id,
)


Named = tuple[str, str, int | None]
"""What of a partner tells it apart and sorts it: its identifier as text, which takes a fraction of
the time for thousands, its name, its health.
"""


class Known(NamedTuple):
    """What a partner may be meant by."""

    id: UUID
    name: str
    domain: str
    merged_into_id: UUID | None


@dataclass(frozen=True, slots=True)
class Found:
    """The partner that words name. `merged`: what the one was called that they name, where that is
    part of this one now.
    """

    partner: Partner
    merged: str | None = None


async def look_up(tx: Tx, words: str) -> Found:
    """The one partner these words name: exactly, else one that was merged, else nearly.

    Raises Ambiguous (candidates as `Globex (FinOps)`, which names one) or NotFound.
    """
    tx.actor.require("partners.view")
    known = await _everyone(tx)
    labels = await domain_labels(tx)
    found, merged = _meant(words, known, labels)
    if merged is not None:
        return Found(await _only(tx, merged.merged_into_id), merged.name)
    if not found:
        raise NotFound(KIND, words)
    if len(found) > 1:
        several = [known[each] for each in found[:MOST_CANDIDATES]]
        candidates = tuple(labelled(it.name, labels.get(it.domain, it.domain)) for it in several)
        raise Ambiguous(KIND, words, candidates)
    return Found(await _only(tx, found[0]))


async def find_partner(tx: Tx, words: str) -> Partner:
    """As `look_up`, the partner alone."""
    return (await look_up(tx, words)).partner


async def suggest(tx: Tx, query: str, limit: int = 100) -> list[Partner]:
    """Up to `limit` active partners the query may mean, best first; by name when it is empty."""
    tx.actor.require("partners.view")
    offered = await named(tx, _OFFERED)
    found = search(query, names_of(offered)) if query.strip() else by_name(offered)
    return await load(tx, [UUID(key) for key in found[:limit]])


async def active_names(tx: Tx) -> dict[UUID, str]:
    """The names of all partners that are not inactive, in one query."""
    tx.actor.require("partners.view")
    is_active = or_(PartnerRow.status.is_(None), PartnerRow.status != "inactive")
    rows = await tx.session.execute(select(PartnerRow.id, PartnerRow.name).where(is_active))
    return {row.id: row.name for row in rows}


def listed(*conditions: ColumnElement[bool]) -> Select[str, str, int | None]:
    """All partners but those merged and what stands for none, for `named`."""
    key = sql_cast(PartnerRow.id, Text)
    return select(key, PartnerRow.name, PartnerRow.relationship_health).where(
        PartnerRow.merged_into_id.is_(None), PartnerRow.is_direct.is_(False), *conditions
    )


_OFFERED = listed(or_(PartnerRow.status.is_(None), PartnerRow.status != "inactive"))
"""What is chosen from a list."""


async def named(
    tx: Tx, those: Select[str, str, int | None], values: Mapping[str, object] | None = None
) -> list[Named]:
    """Of `listed`: thousands are read in milliseconds."""
    await tx.flush()
    return cast("list[Named]", await tx.rows(those, values or {}))


def names_of(known: Iterable[Named]) -> dict[str, str]:
    return {key: name for key, name, _ in known}


def by_name(known: Iterable[Named]) -> list[str]:
    return [key for _, key in sorted((spoken(name), key) for key, name, _ in known)]


async def _everyone(tx: Tx) -> dict[UUID, Known]:
    """All partners, merged ones too."""
    await tx.flush()
    return {row.id: row for row in map(Known._make, await tx.rows(_ALL, {}))}


def _meant(
    words: str, known: Mapping[UUID, Known], labels: Mapping[str, str]
) -> tuple[list[UUID], Known | None]:
    """Those the words mean, or the one merged into another that they name better."""
    live = {key: each for key, each in known.items() if each.merged_into_id is None}
    gone = {key: each for key, each in known.items() if each.merged_into_id is not None}
    for alike in (_spelled, _normalised):
        found = alike(words, live, labels)
        merged = [] if found else [gone[each] for each in alike(words, gone, labels)]
        if len({each.merged_into_id for each in merged}) == 1:
            return [], merged[0]
        if found:
            return found, None
    return search(words, {key: each.name for key, each in live.items()}), None


def _spelled(words: str, known: Mapping[UUID, Known], labels: Mapping[str, str]) -> list[UUID]:
    """Who is called exactly this, or `name (domain)`."""
    whole = spoken(words)
    named = [key for key, each in known.items() if whole and spoken(each.name) == whole]
    return named or [
        key
        for key, each in known.items()
        if whole and spoken(labelled(each.name, labels.get(each.domain, each.domain))) == whole
    ]


def _normalised(words: str, known: Mapping[UUID, Known], _: object) -> list[UUID]:
    """Who is called this but for a legal form."""
    wanted = normalised(words)
    return [key for key, each in known.items() if wanted and normalised(each.name) == wanted]


async def _only(tx: Tx, partner_id: UUID | None) -> Partner:
    found = await load(tx, [partner_id] if partner_id else [])
    if not found:
        raise NotFound(KIND, str(partner_id))
    return found[0]
