"""Reading opportunities: one, a page of them with totals, the history of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID

from sqlalchemy import select

from services import configuration
from services.configuration.catalogue import PIPELINE, TIME_ZONE, Pipeline, Stage
from services.db import Tx
from services.errors import NotFound
from services.opportunities.rules import KIND, Status, label_of
from services.opportunities.statements import Found, Sight, Statement, one
from services.tables import StageChange, User
from services.values import UTC, OpportunityId, PartnerId, UserId
from services.zones import zone_named

LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Line:
    """As much of an opportunity as a list shows."""

    id: OpportunityId
    number: int
    customer_name: str
    partner_name: str
    owner_name: str | None
    value: Decimal
    currency: str
    stage_label: str
    expected_close_date: date
    actual_close_date: date | None
    status: Status


@dataclass(frozen=True, slots=True)
class Opportunity(Line):
    """One opportunity as the rest of the application knows it."""

    partner_id: PartnerId
    owner_id: UserId | None
    owner_slack_user_id: str | None
    stage: str
    stage_kind: Status
    probability: int
    notes: str | None
    created_at: datetime
    last_moved_at: datetime
    last_moved_by: str | None
    """None: the application itself."""
    moved_from_label: str | None
    """None: it has not moved since it was created."""
    version: int
    """Grows with every change of the row: microseconds of its `updated_at`."""
    next_stage: Stage | None
    may_move_to: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """The time in one stage; `lasted` is None for the stage that an opportunity was closed in."""

    stage_label: str
    since: datetime
    by: str | None
    reason: str | None
    lasted: timedelta | None


async def today(tx: Tx) -> date:
    """The day it is for the person who acts; for the application, in the organization's zone."""
    zone = tx.actor.time_zone
    if tx.actor.user_id is None:
        zone = zone_named(await configuration.get(tx, TIME_ZONE)) or UTC
    return tx.now.astimezone(zone).date()


async def find_opportunity(tx: Tx, number: int) -> Opportunity:
    """The opportunity of this number. Raises NotFound, also for one the actor may not see."""
    meant = {"number": possible(number)}
    return await _one(tx, one(sight(tx), "number"), meant, f"#{number}")


async def opportunity(tx: Tx, opportunity_id: UUID) -> Opportunity:
    """The opportunity of this identifier. Raises NotFound, also for one the actor may not see."""
    return await _one(tx, one(sight(tx), "id"), {"id": opportunity_id}, str(opportunity_id))


async def as_it_is(tx: Tx, opportunity_id: UUID) -> Opportunity:
    """For who has just changed it, and may see so much of what they gave away."""
    return await _one(tx, one("all", "id"), {"id": opportunity_id}, str(opportunity_id))


async def history(tx: Tx, opportunity_id: UUID) -> tuple[Stay, ...]:
    """Every stage it has been in, the first one first, with who, why, and for how long.

    Raises NotFound.
    """
    seen = await opportunity(tx, opportunity_id)
    rows = await tx.session.execute(
        select(StageChange, User.first_name, User.last_name)
        .outerjoin(User, User.id == StageChange.changed_by_user_id)
        .where(StageChange.opportunity_id == opportunity_id)
        .order_by(StageChange.changed_at)
    )
    pipeline = await configuration.get(tx, PIPELINE)
    return _stays(
        pipeline, cast("list[_Change]", rows.all()), tx.now if seen.status == "open" else None
    )


_Change = tuple[StageChange, str | None, str | None]


def _stays(pipeline: Pipeline, rows: Sequence[_Change], now: datetime | None) -> tuple[Stay, ...]:
    starts = [change.changed_at or datetime.min.replace(tzinfo=UTC) for change, *_ in rows]
    ends = [*starts[1:], now]
    return tuple(
        Stay(
            stage_label=label_of(pipeline, change.to_stage),
            since=since,
            by=name_of(first, last),
            reason=change.change_reason,
            lasted=until - since if until else None,
        )
        for (change, first, last), since, until in zip(rows, starts, ends, strict=True)
    )


def possible(number: int) -> int:
    """The number, or one that nothing has if it is none the database could hold."""
    return number if 0 < number <= LARGEST_NUMBER else 0


async def _one(
    tx: Tx, statement: Statement, meant: Mapping[str, object], reference: str
) -> Opportunity:
    await tx.flush()
    who = {"workspace_id": tx.actor.workspace_id, "actor_id": tx.actor.user_id}
    for row in await tx.rows(statement, {**who, **meant}):
        return _read(await configuration.get(tx, PIPELINE), Found._make(row))
    raise NotFound(KIND, reference)


def sight(tx: Tx) -> Sight:
    """All of the organization's for who may see any, else the actor's own, else none."""
    actor = tx.actor
    if actor.may("opportunities.view"):
        return "all"
    if actor.user_id is None or not actor.may("opportunities.view", actor.user_id):
        return "none"
    return "own"


def _read(pipeline: Pipeline, it: Found) -> Opportunity:
    stage = pipeline.find(it.stage)
    status = status_of(it.status)
    created_at = it.created_at or datetime.min.replace(tzinfo=UTC)
    return Opportunity(
        id=OpportunityId(it.id),
        number=it.number,
        customer_name=it.customer_name,
        partner_id=PartnerId(it.partner_id),
        partner_name=it.partner_name,
        owner_id=UserId(it.owner_id) if it.owner_id else None,
        owner_name=name_of(it.owner_first_name, it.owner_last_name),
        owner_slack_user_id=it.owner_slack_user_id,
        value=it.value,
        currency=it.currency,
        stage=it.stage,
        stage_label=label_of(pipeline, it.stage),
        stage_kind=stage.kind if stage else status,
        probability=it.probability or 0,
        expected_close_date=it.expected_close_date,
        actual_close_date=it.actual_close_date,
        status=status,
        notes=it.notes,
        created_at=created_at,
        last_moved_at=it.moved_at or created_at,
        last_moved_by=name_of(it.mover_first_name, it.mover_last_name),
        moved_from_label=label_of(pipeline, it.moved_from) if it.moved_from else None,
        version=version_of(it.updated_at),
        next_stage=pipeline.after(it.stage),
        may_move_to=pipeline.from_(it.stage),
    )


def version_of(updated_at: datetime | None) -> int:
    since = (updated_at or datetime.fromtimestamp(0, UTC)) - datetime.fromtimestamp(0, UTC)
    return since // timedelta(microseconds=1)


def status_of(words: str | None) -> Status:
    return words if words in ("won", "lost") else "open"  # pyright: ignore[reportReturnType]  # narrowed by the tuple, and checked by the table


def name_of(first: str | None, last: str | None) -> str | None:
    return f"{first or ''} {last or ''}".strip() or None
