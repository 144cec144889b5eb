"""Finding partners by what people type: one by its name, a page of them, options as they type."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import or_, select

from services.db import Tx
from services.errors import Ambiguous, NotFound
from services.partners.names import normalised, search, spoken
from services.partners.records import KIND, Partner, domains, labelled, load
from services.tables import Partner as PartnerRow
from services.text import comparable

MOST_CANDIDATES = 5
MOST_WORDS = 100
ROWS = 10
"""On one page of a message."""


class ListPartners(BaseModel):
    """Which partners: all, those of one domain, or those whose name `words` may mean."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    words: str = ""
    domain: str | None = None
    page: Annotated[int, Field(ge=1)] = 1


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """One page; `page` is the last there is when one beyond it was asked for."""

    rows: tuple[Partner, ...]
    total_count: int
    page: int
    pages: int


async def find_partner(tx: Tx, words: str) -> Partner:
    """The one partner these words name: exactly, else nearly.

    Raises Ambiguous (candidates as `Globex (FinOps)`, which names one) or NotFound.
    """
    tx.actor.require("partners.view")
    known = await _known(tx)
    found = _named(words, known) or search(words, _names(known)) if words.strip() else []
    if not found:
        raise NotFound(KIND, words)
    if len(found) > 1:
        candidates = tuple(known[each].label for each in found[:MOST_CANDIDATES])
        raise Ambiguous(KIND, words, candidates)
    return (await load(tx, found))[0]


async def suggest(tx: Tx, query: str, limit: int = 100) -> list[Partner]:
    """Up to `limit` active partners the query may mean, best first; by name when it is empty."""
    tx.actor.require("partners.view")
    known = {key: each for key, each in (await _known(tx)).items() if each.status != "inactive"}
    found = search(query, _names(known)) if query.strip() else _by_name(known)
    return await load(tx, found[:limit])


async def active_names(tx: Tx) -> dict[UUID, str]:
    """The names of all partners that are not inactive, in one query."""
    tx.actor.require("partners.view")
    is_active = or_(PartnerRow.status.is_(None), PartnerRow.status != "inactive")
    rows = await tx.session.execute(select(PartnerRow.id, PartnerRow.name).where(is_active))
    return {row.id: row.name for row in rows}


async def list_partners(tx: Tx, wanted: ListPartners) -> PartnerPage:
    """A page of partners: by name, or best match first when words are given."""
    tx.actor.require("partners.view")
    known = await _known(tx)
    if wanted.domain is not None:
        known = {key: each for key, each in known.items() if each.domain == wanted.domain}
    found = search(wanted.words, _names(known)) if wanted.words else _by_name(known)
    pages = max(1, -(-len(found) // ROWS))
    page = min(wanted.page, pages)
    rows = await load(tx, found[(page - 1) * ROWS : page * ROWS])
    return PartnerPage(tuple(rows), len(found), page, pages)


async def read_list(tx: Tx, words: str) -> ListPartners:
    """What is asked for by the words after `list`: a domain's name, else words of names."""
    for choice in await domains(tx):
        if comparable(words) in {comparable(choice.key), comparable(choice.label)}:
            return ListPartners(domain=choice.key)
    return ListPartners(words=comparable(words)[:MOST_WORDS])


@dataclass(frozen=True, slots=True)
class _Known:
    name: str
    domain: str
    label: str
    status: str


async def _known(tx: Tx) -> dict[UUID, _Known]:
    """All partners by the little that searching needs; thousands are read in milliseconds."""
    labels = {choice.key: choice.label for choice in await domains(tx)}
    rows = await tx.session.execute(
        select(PartnerRow.id, PartnerRow.name, PartnerRow.domain, PartnerRow.status)
    )
    return {
        key: _Known(name, domain, labelled(name, labels.get(domain, domain)), status or "active")
        for key, name, domain, status in rows
    }


def _named(words: str, known: Mapping[UUID, _Known]) -> list[UUID]:
    """Who is called exactly this, or `name (domain)`."""
    wanted, whole = normalised(words), spoken(words)
    named = [key for key, each in known.items() if normalised(each.name) == wanted]
    return named or [key for key, each in known.items() if spoken(each.label) == whole]


def _names(known: Mapping[UUID, _Known]) -> dict[UUID, str]:
    return {key: each.name for key, each in known.items()}


def _by_name(known: Mapping[UUID, _Known]) -> list[UUID]:
    return sorted(known, key=lambda key: (comparable(known[key].name), str(key)))
