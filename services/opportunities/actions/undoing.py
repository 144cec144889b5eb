"""Taking a move back: everything it changed is as it was, and the history says so."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from services import audit
from services.configuration.catalogue import Pipeline, Stage
from services.db import Tx
from services.errors import UndoRefusal, UndoRefused
from services.opportunities import queries
from services.opportunities.actions.consequences import follow
from services.opportunities.actions.moving import Moved
from services.opportunities.held import Held, hold_active
from services.opportunities.queries import name_of
from services.opportunities.recording import write
from services.opportunities.records import moment_of
from services.opportunities.rules import KIND, UNDO_WITHIN
from services.tables import OpportunityChange, StageChange, User
from services.values import UTC

UNDONE = "Undone"
"""What the history has as the reason."""


class _Record(NamedTuple):
    """A move with its `from_stage`, or a change with its `fact`: who made it, and when."""

    at: datetime
    by_id: UUID | None
    by: str | None
    from_stage: str | None = None
    fact: tuple[str, str | None] = ("", None)


async def undo_move(tx: Tx, number: int, version: int) -> Moved:
    """Take the last move back within ten minutes: stage, status, probability and whether it was set
    by hand, actual close date, and since when it is in its stage. `version`: the opportunity's
    after that move. What the move filled in stays, as it would if it had been typed in a form.

    Needs `opportunities.move`. Raises NotFound, Archived, and UndoRefused: somebody (a rule, too)
    did something since, the move is somebody else's, it is too long ago, or its stage is gone.
    """
    held, pipeline = await hold_active(tx, number)
    tx.actor.require("opportunities.move", held.owner_id)
    last = await _last_move(tx, held.id)
    changes = await _changes_from(tx, held.id, last.at)
    _refuse_changed_since(tx, held, version, [last, *changes])
    if last.by_id is None or last.by_id != tx.actor.user_id:
        raise UndoRefused(number=number, reason=UndoRefusal.NOT_YOURS, by=last.by)
    if tx.now > last.at + UNDO_WITHIN:
        raise UndoRefused(number=number, reason=UndoRefusal.TOO_LATE)
    after = _taken_back(held, last, changes)
    stage = _stage(pipeline, after)
    await write(tx, held, after, UNDONE)
    details = {"number": number, "from": held.stage, "to": after.stage}
    await audit.record(tx, "opportunity.move_undone", KIND, held.id, details)
    await follow(tx, held, after)
    origin = pipeline.find(held.stage)
    return Moved(await queries.as_it_is(tx, held.id), origin, stage, is_change=True)


async def _last_move(tx: Tx, opportunity_id: UUID) -> _Record:
    rows = await tx.session.execute(
        select(StageChange, User.first_name, User.last_name)
        .outerjoin(User, User.id == StageChange.changed_by_user_id)
        .where(StageChange.opportunity_id == opportunity_id)
        .order_by(StageChange.changed_at.desc())
        .limit(1)
    )
    for move, first, last in rows:
        at = move.changed_at or datetime.min.replace(tzinfo=UTC)
        return _Record(at, move.changed_by_user_id, name_of(first, last), move.from_stage)
    return _Record(datetime.min.replace(tzinfo=UTC), None, None)


async def _changes_from(tx: Tx, opportunity_id: UUID, at: datetime) -> list[_Record]:
    """Those of the move and those after it, the newest last."""
    rows = await tx.session.execute(
        select(OpportunityChange, User.first_name, User.last_name)
        .outerjoin(User, User.id == OpportunityChange.changed_by_user_id)
        .where(
            OpportunityChange.opportunity_id == opportunity_id, OpportunityChange.changed_at >= at
        )
        .order_by(OpportunityChange.changed_at)
    )
    return [
        _Record(
            each.changed_at,
            each.changed_by_user_id,
            name_of(first, last),
            fact=(each.field, each.from_value),
        )
        for each, first, last in rows
    ]


def _refuse_changed_since(tx: Tx, held: Held, version: int, records: Sequence[_Record]) -> None:
    """The last thing that was done must be the move that was seen, and no move back."""
    move, newest = records[0], records[-1]
    is_it = move.from_stage is not None and held.stage_since == move.at
    if is_it and newest.at == move.at <= moment_of(version):
        return
    raise UndoRefused(
        number=held.number,
        reason=UndoRefusal.CHANGED_SINCE,
        by=newest.by,
        seconds_ago=round((tx.now - newest.at).total_seconds()),
    )


def _day(words: str | None) -> date | None:
    return date.fromisoformat(words) if words else None


_READ: Mapping[str, Callable[[str | None], object]] = {
    "status": lambda words: words,
    "probability": lambda words: int(words) if words else None,
    "probability_is_manual": lambda words: words == "true",
    "actual_close_date": _day,
    "stage_since": lambda words: datetime.fromisoformat(words or ""),
}
"""What a move changes, from the words of the record."""


def _taken_back(held: Held, move: _Record, changes: Sequence[_Record]) -> Held:
    before = {
        field: _READ[field](words)
        for field, words in (each.fact for each in changes)
        if field in _READ
    }
    return held._replace(stage=move.from_stage or held.stage, **before)


def _stage(pipeline: Pipeline, after: Held) -> Stage:
    """Where it goes back to: still configured, and of the kind it was."""
    stage = pipeline.find(after.stage)
    if stage is None or stage.kind != after.status:
        raise UndoRefused(number=after.number, reason=UndoRefusal.STAGE_GONE)
    return stage
