"""Opportunities whose stage goes or becomes another kind: moved as a person would move them.

Set by set, so that ten thousand take no more statements than one: the history of stages, the
changes of status, probability and close date, then the rows.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Interval,
    SQLColumnExpression,
    Text,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    select,
    update,
)

from services import outbox
from services.configuration.catalogue import PIPELINE, TIME_ZONE
from services.configuration.stages import Pipeline, Stage
from services.configuration.usage import VOCABULARIES, Moved, Moves, tell_moved
from services.configuration.values import get
from services.db import Tx
from services.tables import Opportunity, OpportunityChange, StageChange
from services.values import UTC
from services.zones import zone_named

REASON = "The pipeline was changed"


@dataclass(frozen=True, slots=True)
class _Move:
    """From one stage's key to a stage as it will be; the same key when only its kind changed."""

    from_key: str
    to: Stage


async def move_opportunities(tx: Tx, before: Pipeline, after: Pipeline, moves: Moves) -> int:
    """Move what is in the stages that go, and have status, probability and close date follow where
    a stage stays and is of another kind now. Returns how many opportunities that were.
    """
    planned = [_Move(word, stage) for word, to in moves.items() if (stage := after.find(to))]
    for stage in after.stages:
        known = before.find(stage.key)
        if known is not None and known.kind != stage.kind:
            planned.append(_Move(stage.key, stage))
    count = 0
    # Those whose kind changes first: what is moved there comes by the kind it will be.
    for each in sorted(planned, key=lambda each: each.from_key != each.to.key):
        count += await _move(tx, each)
    return count


async def _move(tx: Tx, planned: _Move) -> int:
    held = (
        select(Opportunity.id)
        .where(Opportunity.stage == planned.from_key)
        .order_by(Opportunity.id)
        .with_for_update()
    )
    ids = list(await tx.session.scalars(held))
    if not ids:
        return 0
    today = await _today(tx)
    is_move = planned.from_key != planned.to.key
    if is_move:
        await _add_history(tx, planned)
    await _add_changes(tx, planned, today)
    await tx.session.execute(
        update(Opportunity)
        .where(Opportunity.stage == planned.from_key)
        .values(
            stage=planned.to.key,
            stage_since=_moment(tx) if is_move else Opportunity.stage_since,
            status=planned.to.kind,
            probability=_probability(planned.to),
            probability_is_manual=_stays_manual(planned.to),
            actual_close_date=_closed_on(planned.to, today),
        )
        .execution_options(synchronize_session=False)
    )
    for records in VOCABULARIES[PIPELINE.name].records:
        if records.card is not None:
            await outbox.refresh_copies(tx, records.card, *ids)
    moved = Moved(planned.from_key, planned.to.key, len(ids))
    await tell_moved(tx, PIPELINE, "opportunity", moved)
    return len(ids)


def _stays_manual(to: Stage) -> ColumnElement[bool]:
    """A probability set by hand lasts while the opportunity is open."""
    is_open = literal(to.kind == "open")
    return is_open & Opportunity.probability_is_manual & (Opportunity.status == "open")


def _probability(to: Stage) -> ColumnElement[int | None]:
    return case((_stays_manual(to), Opportunity.probability), else_=to.probability)


def _closed_on(to: Stage, today: date) -> ColumnElement[date | None]:
    """The day it was won stays that day when it was won already."""
    if to.kind != "won":
        return cast(null(), Date)
    return func.coalesce(Opportunity.actual_close_date, literal(today, Date))


def _moment(tx: Tx) -> ColumnElement[datetime]:
    """When each row's change counts as made: its `updated_at` after it, as for a person's move."""
    later = Opportunity.updated_at + literal(timedelta(microseconds=1), Interval)
    return func.greatest(literal(tx.now, DateTime(timezone=True)), later)


async def _add_history(tx: Tx, planned: _Move) -> None:
    columns = {
        "organization_id": Opportunity.organization_id,
        "opportunity_id": Opportunity.id,
        "from_stage": Opportunity.stage,
        "to_stage": literal(planned.to.key),
        "changed_by_user_id": literal(tx.actor.user_id),
        "change_reason": literal(REASON),
        "changed_at": _moment(tx),
    }
    rows = select(*columns.values()).where(Opportunity.stage == planned.from_key)
    await tx.session.execute(insert(StageChange).from_select(list(columns), rows))


async def _add_changes(tx: Tx, planned: _Move, today: date) -> None:
    """What changes beside the stage, as text."""
    is_manual = Opportunity.probability_is_manual
    followed: tuple[tuple[str, SQLColumnExpression[Any], ColumnElement[Any]], ...] = (
        ("probability_is_manual", is_manual, _stays_manual(planned.to)),
        ("status", Opportunity.status, literal(planned.to.kind)),
        ("probability", Opportunity.probability, _probability(planned.to)),
        ("actual_close_date", Opportunity.actual_close_date, _closed_on(planned.to, today)),
    )
    for name, before, now in followed:
        columns = {
            "organization_id": Opportunity.organization_id,
            "opportunity_id": Opportunity.id,
            "field": literal(name),
            "from_value": cast(before, Text),
            "to_value": cast(now, Text),
            "changed_by_user_id": literal(tx.actor.user_id),
            "change_reason": literal(REASON),
            "changed_at": _moment(tx),
        }
        rows = select(*columns.values()).where(
            Opportunity.stage == planned.from_key, before.is_distinct_from(now)
        )
        await tx.session.execute(insert(OpportunityChange).from_select(list(columns), rows))


async def _today(tx: Tx) -> date:
    zone = zone_named(await get(tx, TIME_ZONE)) or UTC
    return tx.now.astimezone(zone).date()
