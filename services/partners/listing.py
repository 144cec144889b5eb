"""A page of partners, with the health, the pipeline and the last contact of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select, String, Text, Uuid, bindparam, func, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY

from services import fiscal, health
from services.configuration import conversion, rates
from services.configuration.conversion import RATES, rounded_in_base
from services.db import Tx
from services.partners.edit import Status
from services.partners.find import Named, by_name, listed, named, names_of
from services.partners.names import search
from services.partners.overview import last_contacts
from services.partners.records import NEW_HEALTH, Partner, domains, load
from services.tables import Interaction, Opportunity
from services.tables import Partner as PartnerRow
from services.text import OptionalName, comparable
from services.values import UTC

MOST_WORDS = 100
ROWS = 10
"""On one page of a message."""
DEALS = "opportunities.view"
EARLIEST = datetime.min.replace(tzinfo=UTC)
STATUSES: tuple[Status, ...] = ("active", "pending", "inactive")


class Sort(StrEnum):
    """What comes first: the lowest health, the largest pipeline, the longest silence, or `A`."""

    NAME = "name"
    HEALTH = "health"
    PIPELINE = "pipeline"
    LAST_CONTACT = "last contact"


class ListPartners(BaseModel):
    """Which partners: all, those of one domain or status, or those whose name `words` may mean.
    Without a sort they come by name, or the best match first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    words: str = ""
    domain: OptionalName = None
    status: Status | None = None
    sort: Sort | None = None
    page: Annotated[int, Field(ge=1)] = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one partner. `pipeline` is the open one in the base currency, None for who may not see
    opportunities; `without_rate` says that some of it has no rate and is not in it.
    """

    last_contact_at: datetime | None = None
    pipeline: Decimal | None = None
    without_rate: bool = False
    trend: int | None = None


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """One page; `page` is the last there is when one beyond it was asked for."""

    rows: tuple[Partner, ...]
    total_count: int
    page: int
    pages: int
    figures: Mapping[UUID, Figures]
    base_currency: str


@dataclass(frozen=True, slots=True)
class _Pipeline:
    value: Decimal = Decimal(0)
    without_rate: bool = False


_CONTACTS = select(
    sql_cast(PartnerRow.id, Text),
    select(func.max(Interaction.interaction_date))
    .where(Interaction.partner_id == PartnerRow.id)
    .correlate(PartnerRow)
    .scalar_subquery(),
)
"""One look into the index for each, however many contacts there are."""
_OPEN = (
    select(
        Opportunity.partner_id,
        func.coalesce(func.sum(rounded_in_base(Opportunity.deal_value)), 0),
        func.bool_or(RATES.c.rate.is_(None)),
    )
    .outerjoin(RATES, RATES.c.code == func.coalesce(Opportunity.currency, "USD"))
    .where(Opportunity.status == "open", Opportunity.archived_at.is_(None))
    .group_by(Opportunity.partner_id)
)
_OPEN_OF = _OPEN.where(
    Opportunity.partner_id == func.any(bindparam("partner_ids", type_=ARRAY(Uuid)))
)


async def list_partners(tx: Tx, wanted: ListPartners) -> PartnerPage:
    """A page of partners, without those merged into others. Needs `partners.view`.

    Takes as many statements for many partners as for one.
    """
    tx.actor.require("partners.view")
    found = await _sorted(tx, wanted, await named(tx, _those(wanted), wanted.model_dump()))
    pages = max(1, -(-len(found) // ROWS))
    page = min(wanted.page, pages)
    rows = await load(tx, [UUID(key) for key in found[(page - 1) * ROWS : page * ROWS]])
    return PartnerPage(
        rows=tuple(rows),
        total_count=len(found),
        page=page,
        pages=pages,
        figures=await figures(tx, [each.id for each in rows]),
        base_currency=(await rates.current_rates(tx)).base,
    )


async def figures(tx: Tx, partner_ids: Sequence[UUID]) -> Mapping[UUID, Figures]:
    """What is worth knowing of each of these. Needs `partners.view`."""
    if not partner_ids:
        return {}
    contacts = await last_contacts(tx, partner_ids)
    trends = await health.trend(tx, partner_ids)
    pipelines = await _pipelines(tx, partner_ids) if tx.actor.may(DEALS) else None
    told: dict[UUID, Figures] = {}
    for each in partner_ids:
        pipeline = None if pipelines is None else pipelines.get(each, _Pipeline())
        told[each] = Figures(
            last_contact_at=contacts.get(each),
            pipeline=pipeline and pipeline.value,
            without_rate=pipeline is not None and pipeline.without_rate,
            trend=trends.get(each),
        )
    return told


async def read_list(tx: Tx, words: str) -> ListPartners:
    """What is asked for by the words after `list`: `finops pending by last contact`. A sort stands
    last, a status before or after a domain; words that are neither are those of names.
    """
    rest, sort = _without_sort(comparable(words))
    rest, status = _without_status(rest)
    for choice in await domains(tx):
        if rest in {comparable(choice.key), comparable(choice.label)}:
            return ListPartners(domain=choice.key, status=status, sort=sort)
    return ListPartners(words=rest[:MOST_WORDS], status=status, sort=sort)


def _without_sort(words: str) -> tuple[str, Sort | None]:
    for sort in Sort:
        ending = f"by {sort}"
        if words == ending or words.endswith(f" {ending}"):
            return words.removesuffix(ending).strip(), sort
    return words, None


def _without_status(words: str) -> tuple[str, Status | None]:
    for status in STATUSES:
        if words == status:
            return "", status
        if words.startswith(f"{status} "):
            return words.removeprefix(f"{status} "), status
        if words.endswith(f" {status}"):
            return words.removesuffix(f" {status}"), status
    return words, None


def _those(wanted: ListPartners) -> Select[str, str, int | None]:
    return _narrowed(by_domain=wanted.domain is not None, by_status=wanted.status is not None)


@cache
def _narrowed(*, by_domain: bool, by_status: bool) -> Select[str, str, int | None]:
    """Parameters: `domain`, `status`."""
    of_domain = PartnerRow.domain == bindparam("domain", type_=String)
    of_status = func.coalesce(PartnerRow.status, "active") == bindparam("status", type_=String)
    return listed(*([of_domain] if by_domain else []), *([of_status] if by_status else []))


async def _sorted(tx: Tx, wanted: ListPartners, known: Sequence[Named]) -> list[str]:
    found = search(wanted.words, names_of(known)) if wanted.words else by_name(known)
    match wanted.sort:
        case Sort.NAME if wanted.words:
            meant = set(found)
            return by_name(each for each in known if each[0] in meant)
        case Sort.HEALTH:
            health_of = {key: NEW_HEALTH if its is None else its for key, _, its in known}
            return sorted(found, key=health_of.__getitem__)
        case Sort.PIPELINE if tx.actor.may(DEALS):
            open_of = {str(key): each.value for key, each in (await _pipelines(tx)).items()}
            return sorted(found, key=lambda key: -open_of.get(key, Decimal(0)))
        case Sort.LAST_CONTACT:
            rows = await tx.rows(_CONTACTS, {})
            last = {cast("str", key): cast("datetime", at) for key, at in rows if at}
            return sorted(found, key=lambda key: (key in last, last.get(key, EARLIEST)))
        case _:
            return found


async def _pipelines(tx: Tx, partner_ids: Sequence[UUID] | None = None) -> Mapping[UUID, _Pipeline]:
    """The open pipelines in the base currency at today's rates; who has none is left out."""
    known, today = await rates.current_rates(tx), await fiscal.today(tx)
    values = conversion.parameters(known, today)
    if partner_ids is None:
        rows = await tx.rows(_OPEN, values)
    else:
        rows = await tx.rows(_OPEN_OF, {**values, "partner_ids": list(partner_ids)})
    found = cast("Sequence[tuple[UUID, Decimal, bool]]", rows)
    return {partner_id: _Pipeline(value, lacks) for partner_id, value, lacks in found}
