"""Reading what is filed. An edit leaves its mark in the audit log, and is counted there."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from services.calendar import WEEK, week_beginning, week_ending
from services.db import Tx
from services.errors import InvalidInput, NotFound, Problem
from services.people import Person, person
from services.tables import AuditEntry, User, WeeklyStatus
from services.values import UserId
from services.weekly_status.values import STATUS, Status, StatusForm

EDITED = "weekly_status.edited"
FILE = "weekly_status.file"


def week_to_file(tx: Tx) -> date:
    """The week of the actor's own today, by its Sunday."""
    return week_ending(_today(tx))


def refuse_future(tx: Tx, week: date) -> None:
    """Raise InvalidInput before the week's Monday, where the actor is."""
    if _today(tx) < week_beginning(week):
        raise InvalidInput.of("", Problem.WEEK_NOT_BEGUN)


async def status(tx: Tx, status_id: UUID) -> Status:
    """A filed week, for anybody who takes part. Raises NotFound."""
    tx.actor.require(FILE)
    found = await _find(tx, WeeklyStatus.id == status_id)
    if found is None:
        raise NotFound("weekly status", str(status_id))
    return found


async def status_of(tx: Tx, user_id: UserId, week: date) -> Status | None:
    """What this person has filed for the week, if anything."""
    tx.actor.require(FILE)
    return await _find(tx, WeeklyStatus.user_id == user_id, WeeklyStatus.week_ending == week)


async def form_for(tx: Tx, week: date | None = None) -> StatusForm:
    """What the actor files next: this week's form, or that of another week."""
    tx.actor.require(FILE)
    this_week = week_to_file(tx)
    asked = week or this_week
    refuse_future(tx, asked)
    before = this_week - WEEK
    return StatusForm(
        week_ending=asked,
        filed=await status_of(tx, author(tx), asked),
        is_over=asked < _today(tx),
        week_before=before if asked == this_week and await _is_missing(tx, before) else None,
    )


def author(tx: Tx) -> UserId:
    """The person acting. Raises NotFound for the application, which has no week."""
    if tx.actor.user_id is None:
        raise NotFound("person", tx.actor.name)
    return tx.actor.user_id


async def joined_before(tx: Tx, week: date, people: Mapping[UserId, Person]) -> set[UserId]:
    """Those whose week it is to file: they were there by the end of its Monday, their own day."""
    tx.actor.require(FILE)
    joined = await tx.session.execute(
        select(User.id, User.created_at).where(User.id.in_(list(people)))
    )
    return {
        UserId(user_id)
        for user_id, at in joined
        if at is None or _local_date(at, people[UserId(user_id)]) <= week_beginning(week)
    }


async def filed_by(tx: Tx, week: date) -> set[UserId]:
    """Who has filed this week."""
    tx.actor.require(FILE)
    filed = await tx.session.scalars(
        select(WeeklyStatus.user_id).where(WeeklyStatus.week_ending == week)
    )
    return {UserId(user_id) for user_id in filed}


def _local_date(at: datetime, who: Person) -> date:
    return at.astimezone(who.time_zone).date()


def _today(tx: Tx) -> date:
    return tx.now.astimezone(tx.actor.time_zone).date()


async def _is_missing(tx: Tx, week: date) -> bool:
    user_id = author(tx)
    if user_id in await filed_by(tx, week):
        return False
    who = await person(tx, user_id)
    return user_id in await joined_before(tx, week, {user_id: who})


async def _find(tx: Tx, *conditions: ColumnElement[bool]) -> Status | None:
    found = select(WeeklyStatus).where(*conditions).execution_options(populate_existing=True)
    row = (await tx.session.scalars(found)).one_or_none()
    if row is None:
        return None
    who = await person(tx, UserId(row.user_id))
    edits = await tx.session.execute(
        select(func.count(), func.max(AuditEntry.at)).where(
            AuditEntry.entity_type == STATUS,
            AuditEntry.entity_id == row.id,
            AuditEntry.action == EDITED,
        )
    )
    count, edited_at = edits.one()
    submitted_at = row.submitted_at or tx.now
    return Status(
        id=row.id,
        author_id=who.user_id,
        author_name=who.name,
        week_ending=row.week_ending,
        accomplishments=_items(row.accomplishments),
        upcoming_tasks=_items(row.upcoming_tasks),
        blockers=_items(row.blockers),
        submitted_at=submitted_at,
        is_late=_local_date(submitted_at, who) > row.week_ending,
        version=1 + count,
        edited_at=edited_at,
    )


def _items(stored: list[object] | None) -> tuple[str, ...]:
    return tuple(str(each) for each in stored or [])
