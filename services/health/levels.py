"""A partner's health in one word, and how it has moved. Knows no formula and no Slack."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from services import configuration
from services.configuration.catalogue import TIME_ZONE
from services.db import Tx
from services.tables import HealthSnapshot, Partner
from services.values import UTC
from services.zones import zone_named

GOOD_FROM, FAIR_FROM = 70, 40
WEEK = timedelta(days=7)
OLDEST = timedelta(days=14)
"""A snapshot from before is not last week's."""


class Level(StrEnum):
    """What a score is called."""

    GOOD = "good"
    FAIR = "fair"
    AT_RISK = "at risk"


def words(score: int) -> Level:
    """Good from 70, fair from 40, below at risk."""
    if score >= GOOD_FROM:
        return Level.GOOD
    return Level.FAIR if score >= FAIR_FROM else Level.AT_RISK


async def trend(tx: Tx, partner_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many points the health of each of these partners is above what it was seven days ago, or
    on the nearest day before; those without a snapshot of that week are missing. Needs
    `partners.view`.
    """
    tx.actor.require("partners.view")
    wanted = await today(tx) - WEEK
    earlier = (
        select(HealthSnapshot.partner_id, HealthSnapshot.score)
        .where(
            HealthSnapshot.partner_id.in_(partner_ids),
            HealthSnapshot.day.between(wanted - (OLDEST - WEEK), wanted),
        )
        .ext(distinct_on(HealthSnapshot.partner_id))
        .order_by(HealthSnapshot.partner_id, HealthSnapshot.day.desc())
        .subquery()
    )
    rows = await tx.connection.execute(
        select(Partner.id, Partner.relationship_health - earlier.c.score)
        .join(earlier, earlier.c.partner_id == Partner.id)
        .where(Partner.relationship_health.is_not(None))
    )
    return {partner_id: delta for partner_id, delta in rows}  # noqa: C416  # rows are not tuples of two


async def today(tx: Tx) -> date:
    """The day it is in the organization's zone."""
    zone = zone_named(await configuration.get(tx, TIME_ZONE)) or UTC
    return tx.now.astimezone(zone).date()
