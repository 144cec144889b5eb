"""Tasks: what somebody promised to do, perhaps for an opportunity, perhaps in a contact with a
partner, perhaps by a day.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict
from sqlalchemy import case, func, select, update

from services import audit, health
from services.days import EARLIEST, FURTHEST, AnyDay
from services.db import Tx
from services.errors import InvalidInput, NotFound, Problem
from services.opportunities import opportunity
from services.tables import Interaction, Opportunity, User
from services.tables import Task as Row
from services.text import Line, OptionalProse
from services.values import UserId

KIND = "task"
OPEN = ("pending", "in_progress")

Priority = Literal["low", "medium", "high", "urgent"]


class CreateTask(BaseModel):
    """What is to be done. Without a person it is the actor's own."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    title: Line
    description: OptionalProse = None
    priority: Priority = "medium"
    due_date: AnyDay | None = None
    user_id: UUID | None = None
    opportunity_id: UUID | None = None
    interaction_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """`status` is pending, in_progress, completed or cancelled."""

    id: UUID
    title: str
    description: str | None
    priority: str
    status: str
    due_date: date | None
    user_id: UserId
    opportunity_id: UUID | None
    interaction_id: UUID | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task in a list of others."""

    id: UUID
    title: str
    owner_name: str
    due_date: date | None
    status: str

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


async def create_task(tx: Tx, new: CreateTask) -> Task:
    """Add a task. Needs `tasks.create` for the person it is given to.

    Raises InvalidInput for a person, an opportunity or an interaction that is not there, and for a
    day outside 1990 to 2100.
    """
    user_id = new.user_id or tx.actor.user_id
    tx.actor.require("tasks.create", UserId(user_id) if user_id else None)
    if new.due_date is not None and not EARLIEST <= new.due_date <= FURTHEST:
        raise InvalidInput.of("due_date", Problem.DATE_TOO_FAR)
    await _refuse_unknown_opportunity(tx, new.opportunity_id)
    await _refuse_unknown_interaction(tx, new.interaction_id)
    row = Row(
        id=uuid4(),
        organization_id=tx.organization_id,
        user_id=await _person(tx, user_id),
        opportunity_id=new.opportunity_id,
        interaction_id=new.interaction_id,
        title=new.title,
        description=new.description,
        priority=new.priority,
        due_date=new.due_date,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(row)
    await tx.session.flush()
    await audit.record(tx, "task.created", KIND, row.id, {"user_id": str(row.user_id)})
    await _keep_promise(tx, row)
    return _as_task(row)


async def complete_task(tx: Tx, task_id: UUID) -> Task:
    """Mark a task done; one that is done stays as it was. Needs `tasks.complete` for its person.

    Raises NotFound, also for a task that was cancelled.
    """
    row = await tx.session.get(Row, task_id, with_for_update=True)
    if row is None or row.status == "cancelled":
        raise NotFound(KIND, str(task_id))
    tx.actor.require("tasks.complete", UserId(row.user_id))
    if row.status in OPEN:
        row.status, row.completed_at = "completed", tx.now
        await tx.session.flush()
        await audit.record(tx, "task.completed", KIND, row.id)
        await _keep_promise(tx, row)
    return _as_task(row)


async def about(tx: Tx, opportunity_id: UUID, most: int = 10) -> tuple[TaskLine, ...]:
    """The tasks of an opportunity: the open ones, soonest due first, then those done last. Needs
    `opportunities.view` for its owner.
    """
    tx.actor.require("opportunities.view", await _owner_of(tx, opportunity_id))
    is_open = Row.status.in_(OPEN)
    rows = await tx.session.execute(
        select(Row, func.concat_ws(" ", User.first_name, User.last_name))
        .join(User, User.id == Row.user_id)
        .where(Row.opportunity_id == opportunity_id, Row.status != "cancelled")
        .order_by(
            is_open.desc(),
            case((is_open, Row.due_date)).asc().nulls_last(),
            Row.completed_at.desc(),
            Row.id,
        )
        .limit(most)
    )
    return tuple(
        TaskLine(row.id, row.title, name.strip(), row.due_date, row.status or "pending")
        for row, name in rows
    )


async def count_open(tx: Tx, user_id: UserId) -> int:
    """How many tasks somebody has still to do. Needs `people.manage`."""
    tx.actor.require("people.manage")
    found = select(func.count()).where(Row.user_id == user_id, Row.status.in_(OPEN))
    return await tx.session.scalar(found) or 0


async def hand_over(tx: Tx, user_id: UserId, successor_id: UserId) -> int:
    """Give all open tasks of one person to another of the company; how many. Needs
    `people.manage`.
    """
    tx.actor.require("people.manage")
    moved = await tx.session.scalars(
        update(Row)
        .where(Row.user_id == user_id, Row.status.in_(OPEN))
        .values(user_id=successor_id)
        .returning(Row.id)
        .execution_options(synchronize_session=False)
    )
    ids = list(moved)
    for each in ids:
        details = {"from": str(user_id), "to": str(successor_id)}
        await audit.record(tx, "task.reassigned", KIND, each, details)
    return len(ids)


async def _person(tx: Tx, user_id: UUID | None) -> UUID:
    known = select(User.id).where(User.id == user_id, User.is_active.is_(True))
    found = await tx.session.scalar(known)
    if found is None:
        raise InvalidInput.of("user_id", Problem.UNKNOWN_PERSON)
    return found


async def _refuse_unknown_opportunity(tx: Tx, opportunity_id: UUID | None) -> None:
    if opportunity_id is None:
        return
    try:
        await opportunity(tx, opportunity_id)
    except NotFound as missing:
        raise InvalidInput.of("opportunity_id", Problem.UNKNOWN_CHOICE) from missing


async def _refuse_unknown_interaction(tx: Tx, interaction_id: UUID | None) -> None:
    if interaction_id is not None and await tx.session.get(Interaction, interaction_id) is None:
        raise InvalidInput.of("interaction_id", Problem.UNKNOWN_CHOICE)


async def _keep_promise(tx: Tx, row: Row) -> None:
    """What was promised in a contact counts in how healthy the relationship is."""
    if row.interaction_id is None:
        return
    promised = await tx.session.get(Interaction, row.interaction_id)
    if promised is not None:
        health.touch(tx, promised.partner_id)


async def _owner_of(tx: Tx, opportunity_id: UUID) -> UserId | None:
    owner = await tx.session.scalar(
        select(Opportunity.assigned_user_id).where(Opportunity.id == opportunity_id)
    )
    return UserId(owner) if owner else None


def _as_task(row: Row) -> Task:
    return Task(
        id=row.id,
        title=row.title,
        description=row.description,
        priority=row.priority or "medium",
        status=row.status or "pending",
        due_date=row.due_date,
        user_id=UserId(row.user_id),
        opportunity_id=row.opportunity_id,
        interaction_id=row.interaction_id,
        completed_at=row.completed_at,
    )
