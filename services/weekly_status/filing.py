"""Filing a week: one row per person and week, told where the team reads it."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from services import audit, outbox
from services.channels import reached_channel
from services.configuration.catalogue import STATUS_CHANNEL
from services.db import Tx
from services.errors import FiledMeanwhile, InvalidInput, Problem
from services.outbox import Delivery, Place
from services.people import person
from services.tables import JsonArray, MessageCopy, WeeklyStatus
from services.values import EVERYTHING, UserId, WorkspaceId
from services.weekly_status.queries import EDITED, FILE, author, refuse_future, status_of
from services.weekly_status.values import (
    REFUSED,
    REMINDER,
    STATUS,
    Filed,
    FileStatus,
    ReminderNotice,
    Status,
    StatusNotice,
)


async def file_status(tx: Tx, new: FileStatus) -> Filed:
    """File the actor's week, or file it anew, and tell the team. Late is accepted.

    Raises NotAllowed, InvalidInput for nothing at all or before the week's Monday, FiledMeanwhile
    when `new.seen` is no longer what is filed.
    """
    tx.actor.require(FILE)
    refuse_future(tx, new.week_ending)
    if not any(new.items):
        raise InvalidInput.of("accomplishments", Problem.NOTHING_TO_SAVE)
    is_first = await _insert(tx, new)
    before = None if is_first else await _lock(tx, new)
    _refuse_unseen(new, before)
    if before is not None and before.items == new.items:
        return Filed(before, is_edit=True, has_changed=False, place=await _tell(tx, before))
    if before is not None:
        await _update(tx, before.id, new)
    filed = await _filed(tx, new)
    if is_first:
        await audit.record(tx, "weekly_status.filed", STATUS, filed.id, _details(new))
        await _settle_reminder(tx, new)
    return Filed(filed, is_edit=not is_first, has_changed=True, place=await _tell(tx, filed))


async def record_refusal(tx: Tx, delivery: Delivery) -> None:
    """Slack refuses a status' post for good: it can be posted again, and its author is told. For
    the application.
    """
    tx.actor.require(EVERYTHING)
    if delivery.copy_id is None:
        return
    await outbox.mark_gone(tx, delivery.copy_id)
    if delivery.method == outbox.POST:
        await _tell_author(tx, StatusNotice.model_validate(delivery.payload))


async def _tell_author(tx: Tx, notice: StatusNotice) -> None:
    user_id = await tx.session.scalar(
        select(WeeklyStatus.user_id).where(WeeklyStatus.id == notice.id)
    )
    if user_id is None:
        return
    who = await person(tx, UserId(user_id))
    if who.workspace_id is not None and who.slack_user_id is not None:
        place = Place(who.workspace_id, who.slack_user_id)
        await outbox.post(tx, place, REFUSED, notice.model_dump(mode="json"))


def _refuse_unseen(new: FileStatus, before: Status | None) -> None:
    """Nothing that was filed in another window is overwritten unseen."""
    if before is None or new.seen is None or new.seen == before.version:
        return
    if before.items == new.items:
        return
    raise FiledMeanwhile(at=before.edited_at or before.submitted_at, version=before.version)


async def _insert(tx: Tx, new: FileStatus) -> bool:
    """False when the week is filed already, also by a transaction that commits just now."""
    inserted = await tx.session.execute(
        insert(WeeklyStatus)
        .values(
            organization_id=tx.organization_id,
            user_id=author(tx),
            week_ending=new.week_ending,
            submitted_at=tx.now,
            **_columns(new),
        )
        .on_conflict_do_nothing()
        .returning(WeeklyStatus.id)
    )
    return inserted.scalar_one_or_none() is not None


async def _lock(tx: Tx, new: FileStatus) -> Status:
    """What is filed, held until the end: its versions take turns."""
    await tx.session.execute(
        select(WeeklyStatus.id)
        .where(WeeklyStatus.user_id == author(tx), WeeklyStatus.week_ending == new.week_ending)
        .with_for_update()
    )
    return await _filed(tx, new)


async def _update(tx: Tx, status_id: UUID, new: FileStatus) -> None:
    await tx.session.execute(
        update(WeeklyStatus).where(WeeklyStatus.id == status_id).values(**_columns(new))
    )
    await audit.record(tx, EDITED, STATUS, status_id, _details(new))


async def _filed(tx: Tx, new: FileStatus) -> Status:
    filed = await status_of(tx, author(tx), new.week_ending)
    if filed is None:
        raise LookupError("a status that was just filed is not there")
    return filed


async def _tell(tx: Tx, filed: Status) -> Place | None:
    """Post it where the team reads, once; afterwards keep that post current."""
    shown = await _shown_in(tx, filed.id)
    if shown is not None:
        await outbox.refresh_copies(tx, STATUS, filed.id)
        return shown
    place = await reached_channel(tx, STATUS_CHANNEL)
    if place is not None:
        notice = StatusNotice(id=filed.id).model_dump(mode="json")
        await outbox.post(tx, place, STATUS, notice, copy_of=filed.id)
    return place


async def _shown_in(tx: Tx, status_id: UUID) -> Place | None:
    found = await tx.session.execute(
        select(MessageCopy.workspace_id, MessageCopy.lane)
        .where(
            MessageCopy.entity_type == STATUS,
            MessageCopy.entity_id == status_id,
            MessageCopy.gone_at.is_(None),
        )
        .order_by(MessageCopy.created_at)
        .limit(1)
    )
    row = found.one_or_none()
    return Place(WorkspaceId(row[0]), row[1]) if row else None


async def _settle_reminder(tx: Tx, new: FileStatus) -> None:
    reminder = ReminderNotice(user_id=author(tx), week_ending=new.week_ending)
    payload = reminder.model_dump(mode="json", exclude_none=True)
    await outbox.refresh_copies(tx, REMINDER, reminder.record_id, payload=payload)


def _columns(new: FileStatus) -> dict[str, JsonArray]:
    return {
        "accomplishments": list(new.accomplishments),
        "upcoming_tasks": list(new.upcoming_tasks),
        "blockers": list(new.blockers),
    }


def _details(new: FileStatus) -> dict[str, object]:
    """Counts, not words: the audit says that a week was filed, the status says what."""
    counts = {name: len(items) for name, items in _columns(new).items()}
    return {"week_ending": new.week_ending.isoformat(), **counts}
