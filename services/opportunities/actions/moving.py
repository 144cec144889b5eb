"""Moves from stage to stage, by people and by rules, and back from a closed one."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from services import audit, configuration
from services.configuration.catalogue import LOSS_REASONS, PIPELINE, Choice, Pipeline, Stage
from services.db import Tx
from services.errors import (
    ChangedMeanwhile,
    FieldsMissing,
    InvalidInput,
    MoveNotAllowed,
    Problem,
)
from services.opportunities import queries, rules
from services.opportunities.actions.consequences import follow
from services.opportunities.actions.people import chosen_owner
from services.opportunities.held import Held, hold_active
from services.opportunities.inputs import MoveOpportunity, ReopenOpportunity
from services.opportunities.queries import Opportunity
from services.opportunities.recording import write
from services.opportunities.rules import KIND
from services.tables import StageChange


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of a move; `is_change` is False when it was in that stage already."""

    opportunity: Opportunity
    from_stage: Stage | None
    to_stage: Stage
    is_change: bool


async def move_opportunity(tx: Tx, move: MoveOpportunity) -> Moved:
    """Move an opportunity, by a person or by a rule, with its history; every card copy follows.

    Needs `opportunities.move`; `opportunities.edit` too for what the move fills in, and
    `opportunities.reassign` for an owner. Moving to where it is changes nothing.

    Raises NotFound, Archived, InvalidInput (unknown stage; a loss without a known reason; a field
    to fill that somebody else has filled meanwhile), FieldsMissing for what the stage requires,
    ChangedMeanwhile when it is no longer in the expected stage, MoveNotAllowed when the pipeline
    does not lead there.
    """
    held, pipeline = await hold_active(tx, move.number)
    tx.actor.require("opportunities.move", held.owner_id)
    target = rules.known_stage(pipeline, move.to_stage)
    origin = pipeline.find(held.stage)
    if held.stage == target.key:
        return Moved(await queries.as_it_is(tx, held.id), origin, target, is_change=False)
    if move.expected_stage is not None and held.stage != move.expected_stage:
        raise await _changed_meanwhile(tx, held)
    _refuse_forbidden(pipeline, held, target)
    filled = await _filled(tx, held, move)
    _refuse_missing(filled, target)
    loss = await _loss(tx, target, move.loss_reason)
    after = moved(filled, target, await queries.today(tx), held.moment(tx.now))
    await write(tx, held, after, rules.why_moved(loss, move.reason))
    await _note(tx, held, after, loss)
    await follow(tx, held, after)
    return Moved(await queries.as_it_is(tx, held.id), origin, target, is_change=True)


async def reopen(tx: Tx, it: ReopenOpportunity) -> Moved:
    """Move a closed opportunity back to the open stage it came from, or to the first open one when
    that is gone. Needs `opportunities.move`. Raises as `move_opportunity` does.

    One that is open already stays where it is.
    """
    found = await queries.find_opportunity(tx, it.number)
    stage = found.stage if found.status == "open" else await _stage_to_reopen(tx, found)
    seen = {"expected_stage": found.stage, "reason": it.reason}
    move = MoveOpportunity.model_validate({"number": it.number, "to_stage": stage} | seen)
    return await move_opportunity(tx, move)


def moved(row: Held, target: Stage, today: date, at: datetime) -> Held:
    """The row as it is after the move. A probability set by hand lasts while it is open."""
    is_manual = row.probability_is_manual and target.kind == "open" and row.status == "open"
    return row._replace(
        stage=target.key,
        status=target.kind,
        probability=row.probability if is_manual else target.probability,
        probability_is_manual=is_manual,
        actual_close_date=_closed_on(row, today) if target.kind == "won" else None,
        stage_since=at,
    )


def _closed_on(row: Held, today: date) -> date:
    """The day it was won stays that day when it was won already."""
    return (row.actual_close_date if row.status == "won" else None) or today


async def _stage_to_reopen(tx: Tx, it: Opportunity) -> str:
    """The last open one it was in, or else the first: of those it may go to, if there are any."""
    pipeline = await configuration.get(tx, PIPELINE)
    order = [stage.key for stage in pipeline.stages if stage.kind == "open"]
    been = await tx.session.scalars(
        select(StageChange.to_stage)
        .where(StageChange.opportunity_id == it.id, StageChange.to_stage.in_(order))
        .order_by(StageChange.changed_at.desc())
    )
    wished = [*been, *order]
    return next((key for key in wished if pipeline.allows(it.stage, key)), wished[0])


async def _changed_meanwhile(tx: Tx, held: Held) -> ChangedMeanwhile:
    now = await queries.as_it_is(tx, held.id)
    ago = tx.now - now.last_moved_at
    return ChangedMeanwhile(
        number=now.number,
        now_at=now.stage_label,
        by=now.last_moved_by,
        seconds_ago=round(ago.total_seconds()),
    )


def _refuse_forbidden(pipeline: Pipeline, held: Held, target: Stage) -> None:
    if pipeline.allows(held.stage, target.key):
        return
    stage = pipeline.find(held.stage)
    allowed = (stage.next if stage else None) or ()
    raise MoveNotAllowed(
        number=held.number,
        from_label=rules.label_of(pipeline, held.stage),
        to_label=target.label,
        allowed=tuple(rules.label_of(pipeline, each) for each in allowed),
    )


async def _filled(tx: Tx, held: Held, move: MoveOpportunity) -> Held:
    """With what the move brings where there was nothing."""
    wanted: dict[str, object] = {
        "deal_value": move.deal_value,
        "customer_contact": move.contact(),
        "assigned_user_id": move.assigned_user_id,
        "notes": move.notes,
    }
    brought = {
        name: value for name, value in wanted.items() if value and value != getattr(held, name)
    }
    taken = [rules.ASKED_IN.get(name, name) for name in brought if getattr(held, name)]
    if taken:
        raise InvalidInput.of(taken[0], Problem.CHANGED_MEANWHILE)
    if brought.keys() - {"assigned_user_id"}:
        tx.actor.require("opportunities.edit", held.owner_id)
    if move.assigned_user_id and "assigned_user_id" in brought:
        tx.actor.require("opportunities.reassign", held.owner_id)
        await chosen_owner(tx, move.assigned_user_id)
    return held._replace(**brought)


def _refuse_missing(filled: Held, target: Stage) -> None:
    if fields := rules.missing(target, filled._asdict()):
        raise FieldsMissing(
            number=filled.number,
            stage=target.key,
            stage_label=target.label,
            fields=fields,
        )


async def _loss(tx: Tx, target: Stage, key: str | None) -> Choice | None:
    if target.kind != "lost":
        return None
    return rules.loss_reason_named(key, await configuration.get(tx, LOSS_REASONS))


async def _note(tx: Tx, before: Held, after: Held, loss: Choice | None) -> None:
    details: dict[str, object] = {"number": after.number, "from": before.stage, "to": after.stage}
    if loss is not None:
        details["loss_reason"] = loss.key
    await audit.record(tx, "opportunity.moved", KIND, after.id, details)
