"""Somebody leaves: deactivated, with their open work and their team handed over or left alone.

Each record is moved by the feature that owns it; closed ones stay with who did the work.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services import people, tasks
from services.configuration.values import take_turns_with_records
from services.db import Tx
from services.errors import InvalidInput, NotFound, Problem
from services.opportunities import handover
from services.people import teams
from services.values import UserId


class Leave(BaseModel):
    """How somebody leaves. `successor_id` gets the open work when it is handed over; the reports
    stay with who has left, or go to the manager above.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    user_id: UUID
    work: Literal["keep", "hand_over"] = "keep"
    successor_id: UUID | None = None
    reports: Literal["stay", "above"] = "stay"


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What somebody has in hand: open opportunities, open tasks, direct reports."""

    opportunities: int
    tasks: int
    reports: int


async def open_work(tx: Tx, user_id: UserId) -> OpenWork:
    """What would be left behind. Needs `people.manage`."""
    return OpenWork(
        opportunities=await handover.count_open(tx, user_id),
        tasks=await tasks.count_open(tx, user_id),
        reports=await teams.count_reports(tx, user_id),
    )


async def leave(tx: Tx, how: Leave) -> OpenWork:
    """Deactivate somebody and move what was asked for; what was moved. For who is inactive
    already it only moves. Needs `people.manage`.

    Raises NotFound; InvalidInput at `successor_id` for nobody, somebody inactive or the person
    themselves, at `work` as `people.end_membership`.
    """
    user_id = UserId(how.user_id)
    await take_turns_with_records(tx)
    await people.end_membership(tx, user_id)
    successor_id = await _successor(tx, how) if how.work == "hand_over" else None
    moved = OpenWork(0, 0, 0)
    if successor_id is not None:
        moved = OpenWork(
            opportunities=await handover.hand_over(tx, user_id, successor_id),
            tasks=await tasks.hand_over(tx, user_id, successor_id),
            reports=0,
        )
    if how.reports == "above":
        reports = await people.move_reports(tx, user_id)
        moved = OpenWork(moved.opportunities, moved.tasks, reports)
    return moved


async def _successor(tx: Tx, how: Leave) -> UserId:
    if how.successor_id is None:
        raise InvalidInput.of("successor_id", Problem.REQUIRED)
    try:
        who = await people.person(tx, UserId(how.successor_id))
    except NotFound as unknown:
        raise InvalidInput.of("successor_id", Problem.UNKNOWN_PERSON) from unknown
    if not who.is_active or who.user_id == how.user_id:
        raise InvalidInput.of("successor_id", Problem.UNKNOWN_PERSON)
    return who.user_id
