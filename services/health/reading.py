"""The evidence on one partner, or on all of them, in as many statements for many as for one."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from statistics import median
from typing import Literal, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute

from services import configuration
from services.calendar import moment
from services.configuration import rates
from services.configuration.catalogue import HEALTH, INTERACTION_TYPES, TIME_ZONE
from services.configuration.rates import Rates
from services.db import Tx
from services.health.evidence import Contact, Deal, Evidence
from services.health.formula import HORIZON
from services.tables import Interaction, Opportunity, Partner, Task
from services.values import UTC
from services.zones import zone_named

TYPICAL_OF = 500
"""Of how many of the company's latest opportunities the middle one is the typical one."""
CANCELLED = "cancelled"
_AT_A_TIME = 1_000
OPEN_TASKS = ("pending", "in_progress")

Status = Literal["open", "won", "lost"]
_T = TypeVar("_T")


@dataclass(slots=True)
class Worth:
    """Amounts in the base currency at the rates of one day; None for one without a rate."""

    rates: Rates
    day: date
    _known: dict[str, Decimal | None] = field(default_factory=dict[str, Decimal | None])

    def of(self, amount: Decimal, currency: str) -> Decimal | None:
        if currency not in self._known:
            self._known[currency] = self.rates.on(currency, self.day)
        rate = self._known[currency]
        return None if rate is None else amount * rate


@dataclass(frozen=True, slots=True)
class Gathered:
    """The evidence by partner, and the day it is looked at on."""

    by_partner: dict[UUID, Evidence]
    today: date
    zone: ZoneInfo
    worth: Worth


async def gather(tx: Tx, partner_ids: Collection[UUID] | None = None) -> Gathered:
    """What is known of these partners, or of all. Left out are those that were merged into another,
    and the one that stands for opportunities without a partner.
    """
    await tx.flush()
    zone = zone_named(await configuration.get(tx, TIME_ZONE)) or UTC
    today = tx.now.astimezone(zone).date()
    worth = Worth(await rates.current_rates(tx), today)
    known = await _known_since(tx, partner_ids, zone)
    contacts = await _contacts(tx, partner_ids, today, zone)
    deals = await _deals(tx, partner_ids, zone, worth)
    kept, due = await _promises(tx, partner_ids, zone)
    typical = await _typical(tx, worth)
    types = tuple(each.key for each in await configuration.get(tx, INTERACTION_TYPES))
    by_partner = {
        partner_id: Evidence(
            known_since=since,
            contacts=tuple(contacts[partner_id]),
            deals=tuple(deals[partner_id]),
            kept=tuple(kept[partner_id]),
            due=tuple(due[partner_id]),
            types=types,
            typical=typical,
        )
        for partner_id, since in known.items()
    }
    return Gathered(by_partner, today, zone, worth)


async def _known_since(
    tx: Tx, partner_ids: Collection[UUID] | None, zone: ZoneInfo
) -> dict[UUID, date]:
    wanted = select(Partner.id, Partner.created_at).where(
        Partner.merged_into_id.is_(None),
        Partner.is_direct.is_(False),
        _among(Partner.id, partner_ids),
    )
    rows = await tx.connection.execute(wanted)
    return {partner_id: local_day(since or tx.now, zone) for partner_id, since in rows}


async def _contacts(
    tx: Tx, partner_ids: Collection[UUID] | None, today: date, zone: ZoneInfo
) -> dict[UUID, list[Contact]]:
    """In the order they were logged, as far back as they count."""
    half_life = (await configuration.get(tx, HEALTH)).half_life_days
    first = moment(today - timedelta(days=half_life * HORIZON), time(), zone)
    wanted = (
        select(Interaction.partner_id, Interaction.interaction_date, Interaction.interaction_type)
        .where(Interaction.interaction_date >= first, _among(Interaction.partner_id, partner_ids))
        .order_by(Interaction.created_at, Interaction.id)
    )
    rows = await tx.connection.execute(wanted)
    return await _grouped(
        (partner_id, Contact(local_day(at, zone), type_)) for partner_id, at, type_ in rows
    )


async def _deals(
    tx: Tx, partner_ids: Collection[UUID] | None, zone: ZoneInfo, worth: Worth
) -> dict[UUID, list[Deal]]:
    wanted = select(
        Opportunity.partner_id,
        Opportunity.status,
        Opportunity.deal_value,
        Opportunity.currency,
        Opportunity.stage_since,
        Opportunity.actual_close_date,
    ).where(Opportunity.archived_at.is_(None), _among(Opportunity.partner_id, partner_ids))
    rows = await tx.connection.execute(wanted)
    return await _grouped(
        (
            partner_id,
            deal_of(status, worth.of(value, currency or "USD"), closed or local_day(since, zone)),
        )
        for partner_id, status, value, currency, since, closed in rows
    )


def deal_of(status: str | None, value: Decimal | None, since: date) -> Deal:
    """An opportunity as evidence."""
    return Deal(cast("Status", status or "open"), value, since)


async def _promises(
    tx: Tx, partner_ids: Collection[UUID] | None, zone: ZoneInfo
) -> tuple[dict[UUID, list[date]], dict[UUID, list[date]]]:
    """When those that are done were, and the days of those that are open."""
    status = func.coalesce(Task.status, OPEN_TASKS[0])
    wanted = (
        select(Interaction.partner_id, status, Task.completed_at, Task.due_date)
        .join(Interaction, Interaction.id == Task.interaction_id)
        .where(status != CANCELLED, _among(Interaction.partner_id, partner_ids))
    )
    rows = (await tx.connection.execute(wanted)).all()
    kept = [(partner_id, local_day(done, zone)) for partner_id, _, done, _ in rows if done]
    due = [(partner_id, day) for partner_id, now, _, day in rows if day and now in OPEN_TASKS]
    return await _grouped(kept), await _grouped(due)


async def _typical(tx: Tx, worth: Worth) -> Decimal | None:
    rows = await tx.connection.execute(
        select(Opportunity.deal_value, Opportunity.currency)
        .where(Opportunity.archived_at.is_(None))
        .order_by(Opportunity.number.desc())
        .limit(TYPICAL_OF)
    )
    values = [worth.of(value, currency or "USD") for value, currency in rows]
    known = [value for value in values if value]
    return median(known) if known else None


def _among(
    column: InstrumentedAttribute[UUID], partner_ids: Collection[UUID] | None
) -> ColumnElement[bool]:
    return true() if partner_ids is None else column.in_(partner_ids)


async def _grouped(pairs: Iterable[tuple[UUID, _T]]) -> dict[UUID, list[_T]]:
    """By partner. Tens of thousands take a while: others get their turn in between."""
    groups: dict[UUID, list[_T]] = defaultdict(list)
    for at, (partner_id, each) in enumerate(pairs, start=1):
        groups[partner_id].append(each)
        if at % _AT_A_TIME == 0:
            await asyncio.sleep(0)
    return groups


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The day this moment lies in."""
    return at.astimezone(zone).date()
