"""How a day's health is kept, and what has changed since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import select

from services.db import Tx
from services.health.formula import Health, PartName
from services.health.levels import OLDEST, WEEK
from services.tables import HealthSnapshot, JsonObject

WEEKS = 8


@dataclass(frozen=True, slots=True)
class Day:
    """A score and its parts as they were on a day."""

    on: date
    score: int
    points: Mapping[PartName, int]


@dataclass(frozen=True, slots=True)
class Change:
    """What has changed since that day, in points. Those of the parts add up to the score's."""

    since: date
    score: int
    parts: Mapping[PartName, int]


@dataclass(frozen=True, slots=True)
class Past:
    """Last week's day, None when there is none, and a score for each of the last weeks, the oldest
    first; weeks without one are left out.
    """

    week_ago: Day | None
    weeks: tuple[tuple[date, int], ...]


def packed(health: Health) -> JsonObject:
    """What is stored: for each part its value, the points it brought, its weight."""
    parts = {each.name.value: [each.value, each.points, each.weight] for each in health.parts}
    return {"v": 1, **parts}


async def past(tx: Tx, partner_id: UUID, today: date) -> Past:
    """The last weeks of this partner, each by its last day that is there."""
    rows = await tx.session.scalars(
        select(HealthSnapshot)
        .where(
            HealthSnapshot.partner_id == partner_id,
            HealthSnapshot.day > today - WEEKS * WEEK,
            HealthSnapshot.day < today,
        )
        .order_by(HealthSnapshot.day)
    )
    days = [Day(row.day, row.score, _points(row.parts)) for row in rows]
    ends = [today - at * WEEK for at in range(WEEKS - 1, 0, -1)]
    weeks = [day for end in ends if (day := _last(days, end, WEEK)) is not None]
    return Past(
        _last(days, today - WEEK, OLDEST - WEEK), tuple((day.on, day.score) for day in weeks)
    )


def change(before: Day, health: Health) -> Change:
    """A part that counted nothing then or counts nothing now brought or brings no points."""
    now = {part.name: part.points for part in health.parts}
    parts = {name: now.get(name, 0) - before.points.get(name, 0) for name in PartName}
    return Change(before.on, health.score - before.score, parts)


def _last(days: Sequence[Day], until: date, within: timedelta) -> Day | None:
    """The last one up to that day, unless it is older than that."""
    fitting = [day for day in days if until - within < day.on <= until]
    return fitting[-1] if fitting else None


def _points(parts: JsonObject) -> dict[PartName, int]:
    found = {name: parts.get(name.value) for name in PartName}
    return {name: cast("list[int]", each)[1] for name, each in found.items() if each}
