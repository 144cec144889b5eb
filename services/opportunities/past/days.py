"""Which moment a past day ends at in the company's zone, and what rates and stages held then."""

import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, bindparam, select

from services import configuration
from services.calendar import moment
from services.configuration.catalogue import PIPELINE, TIME_ZONE, Pipeline
from services.configuration.rates import Rates
from services.db import Tx
from services.errors import InvalidInput, Problem
from services.tables import AuditEntry
from services.values import UTC
from services.zones import zone_named

EARLIEST = date(1990, 1, 1)


async def end_of(tx: Tx, day: date, field: str) -> datetime:
    """The moment a day of the organization's zone is over. Raises InvalidInput at `field` for a day
    that has not begun and for one before 1990.
    """
    zone = await zone_of(tx)
    if day > tx.now.astimezone(zone).date():
        raise InvalidInput.of(field, Problem.DATE_IN_FUTURE)
    if day < EARLIEST:
        raise InvalidInput.of(field, Problem.DATE_TOO_FAR)
    return moment(day + timedelta(days=1), time(), zone)


async def zone_of(tx: Tx) -> ZoneInfo:
    return zone_named(await configuration.get(tx, TIME_ZONE)) or UTC


async def today(tx: Tx) -> date:
    """The day it is in the organization's zone."""
    return tx.now.astimezone(await zone_of(tx)).date()


def rates_as_json(rates: Rates, start: date, end: date) -> str:
    """What one unit of a currency is worth on both days; only those known on both."""
    listed = [
        {"currency": code, "at_start": str(first), "at_end": str(last)}
        for code in sorted({rates.base, *rates.by_currency})
        if (first := rates.on(code, start)) is not None
        and (last := rates.on(code, end)) is not None
    ]
    return json.dumps(listed)


def without_rate(currencies: Iterable[str], rates: Rates, *days: date) -> tuple[str, ...]:
    """Those that have none on one of the days."""
    return tuple(
        sorted(
            code for code in set(currencies) if any(rates.on(code, each) is None for each in days)
        )
    )


async def pipeline_of(tx: Tx, until: datetime) -> Pipeline:
    """The stages as they were at that moment: what the first change after it found."""
    found = await tx.rows(_FIRST_CHANGE, {"until": until})
    for (stored,) in found:
        try:
            return PIPELINE.checked(stored)
        except InvalidInput:
            break  # of an older version of the application, which knew other stages
    return await configuration.get(tx, PIPELINE)


_FIRST_CHANGE = (
    select(AuditEntry.details["from"])
    .where(
        AuditEntry.entity_type == "setting",
        AuditEntry.details["setting"].astext == PIPELINE.name,
        AuditEntry.at >= bindparam("until", type_=DateTime(timezone=True)),
    )
    .order_by(AuditEntry.at)
    .limit(1)
)
