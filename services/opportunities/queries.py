"""Reading opportunities: one, a page of them with totals, the history of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import aliased

from services import configuration
from services.configuration.catalogue import PIPELINE, TIME_ZONE, Pipeline, Stage
from services.db import Tx
from services.errors import NotFound
from services.money import minor_digits
from services.opportunities.rules import KIND, Status, label_of
from services.tables import Opportunity as Row
from services.tables import Partner, SlackIdentity, StageChange, User
from services.text import OptionalName
from services.values import UTC, OpportunityId, PartnerId, UserId
from services.zones import zone_named

ROWS = 10
"""On one page of a message."""
LARGEST_NUMBER = 2**31 - 1

_Owner = aliased(User)
_Mover = aliased(User)


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One opportunity as the rest of the application knows it."""

    id: OpportunityId
    number: int
    customer_name: str
    partner_id: PartnerId
    partner_name: str
    owner_id: UserId | None
    owner_name: str | None
    owner_slack_user_id: str | None
    value: Decimal
    currency: str
    stage: str
    stage_label: str
    stage_kind: Status
    probability: int
    expected_close_date: date
    actual_close_date: date | None
    status: Status
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
    rows: tuple[Opportunity, ...]
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
    is_possible = 0 < number <= LARGEST_NUMBER
    meant = Row.number == (number if is_possible else 0)
    return await _one(tx, and_(meant, _visible(tx)), f"#{number}")


async def opportunity(tx: Tx, opportunity_id: UUID) -> Opportunity:
    """The opportunity of this identifier. Raises NotFound, also for one the actor may not see."""
    return await _one(tx, and_(Row.id == opportunity_id, _visible(tx)), str(opportunity_id))


async def as_it_is(tx: Tx, opportunity_id: UUID) -> Opportunity:
    """For who has just changed it, and may see so much of what they gave away."""
    return await _one(tx, Row.id == opportunity_id, str(opportunity_id))


async def list_opportunities(tx: Tx, wanted: Filter, page: int = 1) -> Page:
    """A page of what the actor may see, soonest to close first, with totals over all pages."""
    meant = and_(_visible(tx), _meant(wanted))
    totals = await _totals(tx, meant)
    count = sum(number for _, number in totals)
    pages = max(1, -(-count // ROWS))
    number = min(max(page, 1), pages)
    soonest = _whole(tx).where(meant).order_by(Row.expected_close_date, Row.number)
    rows = await _load(tx, soonest.limit(ROWS).offset((number - 1) * ROWS))
    return Page(tuple(rows), number, pages, count, tuple(total for total, _ in totals))


async def history(tx: Tx, opportunity_id: UUID) -> tuple[Stay, ...]:
    """Every stage it has been in, the first one first, with who, why, and for how long.

    Raises NotFound.
    """
    seen = await opportunity(tx, opportunity_id)
    rows = await tx.session.execute(
        select(StageChange, _Mover.first_name, _Mover.last_name)
        .outerjoin(_Mover, _Mover.id == StageChange.changed_by_user_id)
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


async def _one(tx: Tx, condition: ColumnElement[bool], reference: str) -> Opportunity:
    for found in await _load(tx, _whole(tx).where(condition)):
        return found
    raise NotFound(KIND, reference)


def _visible(tx: Tx) -> ColumnElement[bool]:
    """All of the organization's for who may see any, else the actor's own, else none."""
    actor = tx.actor
    if actor.may("opportunities.view"):
        return true()
    if actor.user_id is None or not actor.may("opportunities.view", actor.user_id):
        return ~true()
    return Row.assigned_user_id == actor.user_id


def _meant(wanted: Filter) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.stage is not None:
        conditions.append(Row.stage == wanted.stage)
    elif not wanted.with_closed:
        conditions.append(Row.status == "open")
    if wanted.owner_id is not None:
        conditions.append(Row.assigned_user_id == wanted.owner_id)
    if wanted.partner_id is not None:
        conditions.append(Row.partner_id == wanted.partner_id)
    if wanted.words:
        conditions.append(_named(wanted.words))
    return and_(*conditions)


def _named(words: str) -> ColumnElement[bool]:
    partners = select(Partner.id).where(Partner.name.icontains(words, autoescape=True))
    customer = Row.customer_name.icontains(words, autoescape=True)
    return or_(customer, Row.partner_id.in_(partners))


async def _totals(tx: Tx, meant: ColumnElement[bool]) -> list[tuple[Total, int]]:
    exact = Row.deal_value * func.coalesce(Row.probability, 0) / 100
    currency = func.coalesce(Row.currency, "USD")
    used = await tx.session.scalars(select(currency).where(meant).distinct())
    digits = case({each: minor_digits(each) for each in used} or {"USD": 2}, value=currency)
    total = func.sum(Row.deal_value)
    rows = await tx.session.execute(
        select(currency, total, func.sum(func.round(exact, digits)), func.count())
        .where(meant)
        .group_by(currency)
        .order_by(total.desc(), currency)
    )
    return [(Total(name, value, weighted), count) for name, value, weighted, count in rows]


_Whole = tuple[
    Row,
    str,
    str | None,
    str | None,
    str | None,
    datetime | None,
    str | None,
    str | None,
    str | None,
]
_Query = Select[Row, str, str, str, str, datetime, str, str, str]


async def _load(tx: Tx, query: _Query) -> list[Opportunity]:
    pipeline = await configuration.get(tx, PIPELINE)
    rows = await tx.session.execute(query)
    # An outer join may bring nothing where SQLAlchemy's types promise something.
    return [_read(pipeline, cast("_Whole", tuple(row))) for row in rows]


def _whole(tx: Tx) -> _Query:
    last = (
        select(StageChange.changed_at, StageChange.from_stage, StageChange.changed_by_user_id)
        .where(StageChange.opportunity_id == Row.id)
        .order_by(StageChange.changed_at.desc())
        .limit(1)
        .lateral()
    )
    account = (
        select(SlackIdentity.slack_user_id)
        .where(SlackIdentity.user_id == Row.assigned_user_id)
        .order_by(SlackIdentity.workspace_id != tx.actor.workspace_id, SlackIdentity.created_at)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Row,
            Partner.name,
            _Owner.first_name,
            _Owner.last_name,
            account,
            last.c.changed_at,
            last.c.from_stage,
            _Mover.first_name,
            _Mover.last_name,
        )
        .join(Partner, Partner.id == Row.partner_id)
        .outerjoin(_Owner, _Owner.id == Row.assigned_user_id)
        .outerjoin(last, true())
        .outerjoin(_Mover, _Mover.id == last.c.changed_by_user_id)
        .execution_options(populate_existing=True)
    )


def _read(pipeline: Pipeline, row: _Whole) -> Opportunity:
    it, partner_name, first, last, account, moved_at, moved_from, mover_first, mover_last = row
    stage = pipeline.find(it.stage)
    status = _status(it.status)
    created_at = it.created_at or datetime.min.replace(tzinfo=UTC)
    return Opportunity(
        id=OpportunityId(it.id),
        number=it.number,
        customer_name=it.customer_name,
        partner_id=PartnerId(it.partner_id),
        partner_name=partner_name,
        owner_id=UserId(it.assigned_user_id) if it.assigned_user_id else None,
        owner_name=_name(first, last),
        owner_slack_user_id=account,
        value=it.deal_value,
        currency=it.currency or "USD",
        stage=it.stage,
        stage_label=label_of(pipeline, it.stage),
        stage_kind=stage.kind if stage else status,
        probability=it.probability or 0,
        expected_close_date=it.expected_close_date,
        actual_close_date=it.actual_close_date,
        status=status,
        notes=it.notes,
        created_at=created_at,
        last_moved_at=moved_at or created_at,
        last_moved_by=_name(mover_first, mover_last),
        moved_from_label=label_of(pipeline, moved_from) if moved_from else None,
        version=version_of(it.updated_at),
        next_stage=pipeline.after(it.stage),
        may_move_to=_may_move_to(pipeline, it.stage),
    )


def version_of(updated_at: datetime | None) -> int:
    since = (updated_at or datetime.fromtimestamp(0, UTC)) - datetime.fromtimestamp(0, UTC)
    return since // timedelta(microseconds=1)


def _may_move_to(pipeline: Pipeline, key: str) -> tuple[Stage, ...]:
    return tuple(
        stage for stage in pipeline.stages if stage.key != key and pipeline.allows(key, stage.key)
    )


def _status(words: str | None) -> Status:
    return words if words in ("won", "lost") else "open"  # pyright: ignore[reportReturnType]  # narrowed by the tuple, and checked by the table


def _name(first: str | None, last: str | None) -> str | None:
    return f"{first or ''} {last or ''}".strip() or None
