"""Reading opportunities: one, a page of them with totals, the history of one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from services import configuration
from services.configuration.catalogue import PIPELINE, TIME_ZONE, Pipeline, Stage
from services.db import Tx
from services.errors import NotFound
from services.money import minor_digits
from services.opportunities import statements
from services.opportunities.rules import KIND, Status, label_of
from services.opportunities.statements import (
    Found,
    Listed,
    Shape,
    Sight,
    Statement,
    like,
    one,
)
from services.tables import StageChange, User
from services.text import OptionalName
from services.values import UTC, OpportunityId, PartnerId, UserId
from services.zones import zone_named

ROWS = 10
"""On one page of a message."""
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


class Filter(BaseModel):
    """Which opportunities: all open ones unless narrowed; a stage brings its closed ones too."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    owner_id: UUID | None = None
    stage: OptionalName = None
    partner_id: UUID | None = None
    words: OptionalName = None
    """Part of the customer's or the partner's name."""
    with_closed: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    currency: str
    value: Decimal
    weighted: Decimal
    """By probability, each line rounded to the currency before it is added."""


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Line, ...]
    number: int
    """From 1; the last there is when one beyond it was asked for."""
    pages: int
    total_count: int
    totals: tuple[Total, ...]


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


async def list_opportunities(tx: Tx, wanted: Filter, page: int = 1) -> Page:
    """A page of what the actor may see, soonest to close first, with totals over all pages.

    Needs `opportunities.view`, of their own at least.
    """
    tx.actor.require("opportunities.view", tx.actor.user_id)
    number = min(max(page, 1), LARGEST_NUMBER // ROWS)
    await tx.flush()
    meant = {"actor_id": tx.actor.user_id, **_meant(wanted, number)}
    found = await tx.rows(statements.page(_shape(tx, wanted)), meant)
    rows = [Listed._make(row) for row in found]
    if rows:
        return await _page(tx, rows, number)
    last = -(-_count(await _totals(tx, wanted)) // ROWS)
    if 0 < last < number:
        return await list_opportunities(tx, wanted, last)
    return Page((), 1, 1, 0, ())


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
            by=_name(first, last),
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


async def _page(tx: Tx, rows: Sequence[Listed], number: int) -> Page:
    pipeline = await configuration.get(tx, PIPELINE)
    totals = _read_totals(rows[0].totals)
    return Page(
        rows=tuple(_read_line(pipeline, row) for row in rows),
        number=number,
        pages=-(-_count(totals) // ROWS),
        total_count=_count(totals),
        totals=tuple(total for total, _ in totals),
    )


def sight(tx: Tx) -> Sight:
    """All of the organization's for who may see any, else the actor's own, else none."""
    actor = tx.actor
    if actor.may("opportunities.view"):
        return "all"
    if actor.user_id is None or not actor.may("opportunities.view", actor.user_id):
        return "none"
    return "own"


def _shape(tx: Tx, wanted: Filter) -> Shape:
    return Shape(
        sight=sight(tx),
        stage=wanted.stage is not None,
        with_closed=wanted.with_closed,
        owner_id=wanted.owner_id is not None,
        partner_id=wanted.partner_id is not None,
        words=bool(wanted.words),
    )


def _meant(wanted: Filter, number: int) -> Mapping[str, object]:
    return {
        "stage": wanted.stage,
        "owner_id": wanted.owner_id,
        "partner_id": wanted.partner_id,
        "words": like(wanted.words or ""),
        "limit": ROWS,
        "offset": (number - 1) * ROWS,
    }


_Totals = Sequence[tuple[Total, int]]


async def _totals(tx: Tx, wanted: Filter) -> _Totals:
    meant = {"actor_id": tx.actor.user_id, **_meant(wanted, 1)}
    ((told,),) = await tx.rows(statements.totals(_shape(tx, wanted)), meant)
    return _read_totals(cast("str | None", told))


def _read_totals(told: str | None) -> _Totals:
    lines = cast(
        "list[tuple[str, Decimal, Decimal, Decimal, Decimal]]",
        json.loads(told or "[]", parse_float=Decimal, parse_int=Decimal),
    )
    return [
        (Total(name, value, in_cents if minor_digits(name) else in_units), int(count))
        for name, value, in_cents, in_units, count in lines
    ]


def _count(totals: _Totals) -> int:
    return sum(number for _, number in totals)


def _read_line(pipeline: Pipeline, it: Listed) -> Line:
    return Line(
        id=OpportunityId(it.id),
        number=it.number,
        customer_name=it.customer_name,
        partner_name=it.partner_name,
        owner_name=_name(it.owner_first_name, it.owner_last_name),
        value=it.value,
        currency=it.currency,
        stage_label=label_of(pipeline, it.stage),
        expected_close_date=it.expected_close_date,
        actual_close_date=it.actual_close_date,
        status=_status(it.status),
    )


def _read(pipeline: Pipeline, it: Found) -> Opportunity:
    stage = pipeline.find(it.stage)
    status = _status(it.status)
    created_at = it.created_at or datetime.min.replace(tzinfo=UTC)
    return Opportunity(
        id=OpportunityId(it.id),
        number=it.number,
        customer_name=it.customer_name,
        partner_id=PartnerId(it.partner_id),
        partner_name=it.partner_name,
        owner_id=UserId(it.owner_id) if it.owner_id else None,
        owner_name=_name(it.owner_first_name, it.owner_last_name),
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
        last_moved_by=_name(it.mover_first_name, it.mover_last_name),
        moved_from_label=label_of(pipeline, it.moved_from) if it.moved_from else None,
        version=version_of(it.updated_at),
        next_stage=pipeline.after(it.stage),
        may_move_to=pipeline.from_(it.stage),
    )


def version_of(updated_at: datetime | None) -> int:
    since = (updated_at or datetime.fromtimestamp(0, UTC)) - datetime.fromtimestamp(0, UTC)
    return since // timedelta(microseconds=1)


def _status(words: str | None) -> Status:
    return words if words in ("won", "lost") else "open"  # pyright: ignore[reportReturnType]  # narrowed by the tuple, and checked by the table


def _name(first: str | None, last: str | None) -> str | None:
    return f"{first or ''} {last or ''}".strip() or None
