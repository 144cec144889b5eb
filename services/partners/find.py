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
    sql_cast(PartnerRow.id, Text),
    PartnerRow.name,
    PartnerRow.domain,
    sql_cast(PartnerRow.merged_into_id, Text),
)

Named = tuple[str, str, int | None]
"""What of a partner tells it apart and sorts it: its identifier as text, which takes a fraction of
the time for thousands, its name, its health.
"""


class Known(NamedTuple):
    """What a partner may be meant by; identifiers as text, as in `Named`."""

    key: str
    name: str
    domain: str
    merged_into: str | None


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
        return Found(await _only(tx, merged.merged_into), merged.name)
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


async def _everyone(tx: Tx) -> dict[str, Known]:
    """All partners, merged ones too."""
    await tx.flush()
    return {row.key: row for row in map(Known._make, await tx.rows(_ALL, {}))}


def _meant(
    words: str, known: Mapping[str, Known], labels: Mapping[str, str]
) -> tuple[list[str], Known | None]:
    """Those the words mean, or the one merged into another that they name better."""
    live = {key: each for key, each in known.items() if each.merged_into is None}
    gone = {key: each for key, each in known.items() if each.merged_into is not None}
    for alike in (_spelled, _normalised):
        found = alike(words, live, labels)
        merged = [] if found else [gone[each] for each in alike(words, gone, labels)]
        if len({each.merged_into for each in merged}) == 1:
            return [], merged[0]
        if found:
            return found, None
    return search(words, {key: each.name for key, each in live.items()}), None


def _spelled(words: str, known: Mapping[str, Known], labels: Mapping[str, str]) -> list[str]:
    """Who is called exactly this, or `name (domain)`."""
    whole = spoken(words)
    named = [key for key, each in known.items() if whole and spoken(each.name) == whole]
    if named:
        return named
    of = {each: labels.get(each, each) for each in {each.domain for each in known.values()}}
    meant = {domain: label for domain, label in of.items() if whole.endswith(_ending(label))}
    return [
        key
        for key, each in known.items()
        if whole and each.domain in meant and spoken(labelled(each.name, of[each.domain])) == whole
    ]


def _ending(label: str) -> str:
    """What `name (label)` ends with as it is spoken, whatever the name."""
    return spoken(labelled("x", label)).removeprefix("x").strip()


def _normalised(words: str, known: Mapping[str, Known], _: object) -> list[str]:
    """Who is called this but for a legal form."""
    wanted = normalised(words)
    return [key for key, each in known.items() if wanted and normalised(each.name) == wanted]


async def _only(tx: Tx, key: str | None) -> Partner:
    found = await load(tx, [UUID(key)] if key else [])
    if not found:
        raise NotFound(KIND, str(key))
    return found[0]
