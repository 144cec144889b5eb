"""Reading opportunities: one, a page of them with totals, the history of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from services import configuration
from services.configuration.catalogue import PIPELINE, STALE_DAYS, TIME_ZONE, Pipeline, Stage
from services.db import Tx
from services.errors import NotFound
from services.opportunities import attachments
from services.opportunities.attachments import Attachment
from services.opportunities.rules import (
    KIND,
    UNDO_WITHIN,
    Status,
    days_between,
    is_stale,
    label_of,
    lost_on,
    missing,
    stale_after,
)
from services.opportunities.statements import Found, Sight, Statement, one
from services.tables import JsonObject, StageChange, User
from services.values import UTC, OpportunityId, PartnerId, UserId
from services.zones import zone_named

LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom one talks to at the customer, as far as it is known."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    title: str | None = None

    def __bool__(self) -> bool:
        return any((self.name, self.email, self.phone, self.title))


NO_CONTACT = Contact()


@dataclass(frozen=True, slots=True, kw_only=True)
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
    lost_on: date | None = None
    """The company's day on which it was lost; None for any other."""
    days_in_stage: int = 0
    """Of the company's calendar."""
    is_stale: bool = False
    """As long in its stage as makes one stale, and open."""
    is_archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity(Line):
    """One opportunity as the rest of the application knows it."""

    partner_id: PartnerId
    owner_id: UserId | None
    owner_slack_user_id: str | None
    stage: str
    stage_kind: Status
    probability: int
    probability_is_manual: bool = False
    """Set by hand; else it follows the stage."""
    notes: str | None
    contact: Contact = NO_CONTACT
    attachments: tuple[Attachment, ...] = ()
    term_months: int = 12
    """What a monthly amount divides the value by."""
    created_at: datetime
    stage_since: datetime
    last_moved_at: datetime
    last_moved_by: str | None
    """None: the application itself."""
    moved_from_label: str | None
    """None: it has not moved since it was created."""
    version: int
    """Grows with every change of the row: microseconds of its `updated_at`."""
    next_stage: Stage | None
    may_move_to: tuple[Stage, ...]
    undo_until: datetime | None = None
    """Until when the reader may take its last move back; None when they may not."""


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
    zone = await company_zone(tx) if tx.actor.user_id is None else tx.actor.time_zone
    return tx.now.astimezone(zone).date()


async def company_zone(tx: Tx) -> ZoneInfo:
    """The zone of the company's calendar."""
    return zone_named(await configuration.get(tx, TIME_ZONE)) or UTC


def missing_for(it: Opportunity, stage: Stage) -> tuple[str, ...]:
    """The fields a move to the stage would ask for, which the opportunity has not."""
    there = {
        "deal_value": it.value,
        "customer_contact": it.contact,
        "assigned_user_id": it.owner_id,
        "notes": it.notes,
    }
    return missing(stage, there)


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
    ends = [*starts[1:], now][: len(rows)]  # rows that were brought along may have no history
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
        found = Found._make(row)
        return _read(await configuration.get(tx, PIPELINE), found, await _standing(tx, found))
    raise NotFound(KIND, reference)


def sight(tx: Tx) -> Sight:
    """All of the organization's for who may see any, else the actor's own, else none."""
    actor = tx.actor
    if actor.may("opportunities.view"):
        return "all"
    if actor.user_id is None or not actor.may("opportunities.view", actor.user_id):
        return "none"
    return "own"


@dataclass(frozen=True, slots=True)
class _Standing:
    """What of an opportunity depends on when it is read, and by whom."""

    days_in_stage: int
    is_stale: bool
    lost_on: date | None
    undo_until: datetime | None


async def _standing(tx: Tx, it: Found) -> _Standing:
    stage = (await configuration.get(tx, PIPELINE)).find(it.stage)
    limit = stale_after(stage, await configuration.get(tx, STALE_DAYS))
    zone = await company_zone(tx)
    days = days_between(it.stage_since, tx.now, zone)
    lost = lost_on(it.status, it.actual_close_date, it.stage_since, zone)
    return _Standing(days, is_stale(days, limit), lost, _undo_until(tx, it))


def _undo_until(tx: Tx, it: Found) -> datetime | None:
    """The last thing that was done to it must be a move of the reader's, and no move back."""
    is_theirs = it.mover_id is not None and it.mover_id == tx.actor.user_id
    moved_at = it.moved_at
    if moved_at is None or it.moved_from is None or not is_theirs or it.archived_at is not None:
        return None
    if it.stage_since != moved_at or (it.changed_at or moved_at) > moved_at:
        return None
    owner = UserId(it.owner_id) if it.owner_id else None
    until = moved_at + UNDO_WITHIN
    return until if tx.now <= until and tx.actor.may("opportunities.move", owner) else None


def _read(pipeline: Pipeline, it: Found, standing: _Standing) -> Opportunity:
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
        probability_is_manual=it.probability_is_manual,
        expected_close_date=it.expected_close_date,
        actual_close_date=it.actual_close_date,
        status=status,
        notes=it.notes,
        contact=_contact(it.customer_contact),
        attachments=attachments.read(it.attachments),
        term_months=it.term_months,
        is_archived=it.archived_at is not None,
        created_at=created_at,
        stage_since=it.stage_since,
        last_moved_at=it.moved_at or created_at,
        last_moved_by=name_of(it.mover_first_name, it.mover_last_name),
        moved_from_label=label_of(pipeline, it.moved_from) if it.moved_from else None,
        version=version_of(it.updated_at),
        next_stage=pipeline.after(it.stage),
        may_move_to=pipeline.from_(it.stage),
        days_in_stage=standing.days_in_stage,
        is_stale=standing.is_stale,
        lost_on=standing.lost_on,
        undo_until=standing.undo_until,
    )


def _contact(kept: JsonObject | None) -> Contact:
    known = {name: str(each) for name, each in (kept or {}).items() if each}
    return Contact(known.get("name"), known.get("email"), known.get("phone"), known.get("title"))


def version_of(updated_at: datetime | None) -> int:
    since = (updated_at or datetime.fromtimestamp(0, UTC)) - datetime.fromtimestamp(0, UTC)
    return since // timedelta(microseconds=1)


def status_of(words: str | None) -> Status:
    return words if words in ("won", "lost") else "open"  # pyright: ignore[reportReturnType]  # narrowed by the tuple, and checked by the table


def name_of(first: str | None, last: str | None) -> str | None:
    return f"{first or ''} {last or ''}".strip() or None
