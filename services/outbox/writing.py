"""Writing messages, with the state they tell of."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import case, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.db import Tx
from services.outbox.values import POST, UPDATE, Place
from services.tables import Lane, MessageCopy, Outbox
from services.values import WorkspaceId


async def post(  # noqa: PLR0913  # a message is addressed, named, and kept apart from its like
    tx: Tx,
    place: Place,
    kind: str,
    payload: Mapping[str, object],
    *,
    copy_of: UUID | None = None,
    dedupe_key: str | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Write a new message to `place`; False when `dedupe_key` was written before.

    `copy_of` is the record the message shows: the copy is then kept current by `refresh_copies`
    with the same `kind`.
    """
    if dedupe_key and await _is_written(tx, dedupe_key):
        return False
    copy_id = await _new_copy(tx, place, kind, copy_of) if copy_of else None
    row = _row(tx, place, kind, payload) | {
        "method": POST,
        "copy_id": copy_id,
        "dedupe_key": dedupe_key,
        "not_before": not_before or tx.now,
    }
    return await _write(tx, place, row)


async def refresh_copies(
    tx: Tx, kind: str, record_id: UUID, payload: Mapping[str, object] | None = None
) -> int:
    """Have every posted copy of this record told anew; returns how many updates were written.
    The payload says which record; its identifier alone unless more is given.

    A copy that already has an update waiting needs no second: it is rendered when it is sent.
    """
    copies = await tx.session.scalars(
        select(MessageCopy)
        .where(
            MessageCopy.entity_type == kind,
            MessageCopy.entity_id == record_id,
            MessageCopy.gone_at.is_(None),
        )
        .order_by(MessageCopy.workspace_id, MessageCopy.lane)
    )
    written = 0
    for copy in copies:
        place = Place(WorkspaceId(copy.workspace_id), copy.lane)
        row = _row(tx, place, kind, payload or {"id": str(record_id)}) | {
            "method": UPDATE,
            "copy_id": copy.id,
            "not_before": tx.now,
        }
        written += await _write(tx, place, row)
    return written


def _row(tx: Tx, place: Place, kind: str, payload: Mapping[str, object]) -> dict[str, object]:
    return {
        "organization_id": tx.organization_id,
        "workspace_id": place.workspace_id,
        "lane": place.lane,
        "kind": kind,
        "payload": {"v": 1, **payload},
        "created_at": tx.now,
    }


async def _is_written(tx: Tx, dedupe_key: str) -> bool:
    found = await tx.session.execute(select(Outbox.id).where(Outbox.dedupe_key == dedupe_key))
    return found.scalar_one_or_none() is not None


async def _new_copy(tx: Tx, place: Place, kind: str, record_id: UUID) -> UUID:
    copy = MessageCopy(
        id=uuid4(),
        organization_id=tx.organization_id,
        workspace_id=place.workspace_id,
        lane=place.lane,
        entity_type=kind,
        entity_id=record_id,
        created_at=tx.now,
    )
    tx.session.add(copy)
    await tx.session.flush()
    return copy.id


async def _write(tx: Tx, place: Place, row: Mapping[str, object]) -> bool:
    """The lane first: nobody may send the update this one merges into, told without this change,
    before this change is committed.
    """
    await _count_in(tx, place, cast("datetime", row["not_before"]))
    written = await tx.session.execute(
        insert(Outbox).values(**row).on_conflict_do_nothing().returning(Outbox.id)
    )
    if written.scalar_one_or_none() is None:
        await _count_out(tx, place)
        return False
    await tx.session.execute(text("SELECT pg_notify('outbox', '')"))
    return True


async def _count_in(tx: Tx, place: Place, not_before: datetime) -> None:
    fresh = insert(Lane).values(
        organization_id=tx.organization_id,
        workspace_id=place.workspace_id,
        lane=place.lane,
        next_at=tx.now,
        ready_at=not_before,
        waiting=1,
    )
    ready_at = case(
        (Lane.waiting == 0, fresh.excluded.ready_at),
        else_=func.least(Lane.ready_at, fresh.excluded.ready_at),
    )
    await tx.session.execute(
        fresh.on_conflict_do_update(
            index_elements=[Lane.workspace_id, Lane.lane, Lane.organization_id],
            set_={"waiting": Lane.waiting + 1, "ready_at": ready_at},
        )
    )


async def _count_out(tx: Tx, place: Place) -> None:
    await tx.session.execute(
        update(Lane)
        .where(Lane.workspace_id == place.workspace_id, Lane.lane == place.lane)
        .values(waiting=Lane.waiting - 1)
    )
