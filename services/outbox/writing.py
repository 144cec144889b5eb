"""Writing messages, with the state they tell of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Uuid, any_, bindparam, case, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.db import Tx
from services.outbox.values import POST, UPDATE, UPLOAD, Place
from services.tables import Lane, MessageCopy, Outbox
from services.values import WorkspaceId

_COPIES = (
    select(MessageCopy.id, MessageCopy.workspace_id, MessageCopy.lane, MessageCopy.entity_id)
    .where(
        MessageCopy.entity_type == bindparam("kind"),
        MessageCopy.entity_id == any_(bindparam("ids", type_=ARRAY(Uuid))),
        MessageCopy.gone_at.is_(None),
    )
    .order_by(MessageCopy.workspace_id, MessageCopy.lane)
)
"""Where these records are shown."""

_Lane = tuple[UUID, str]
"""A conversation by its workspace and name."""


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
    return bool(await _write(tx, [row]))


async def send_file(tx: Tx, place: Place, kind: str, payload: Mapping[str, object]) -> None:
    """Write that a file goes to `place`: what it is about, for its content is made when it is sent
    and kept nowhere.
    """
    await _write(tx, [_row(tx, place, kind, payload) | {"method": UPLOAD, "not_before": tx.now}])


async def refresh_copies(
    tx: Tx, kind: str, *record_ids: UUID, payload: Mapping[str, object] | None = None
) -> int:
    """Have every posted copy of these records told anew; returns how many updates were written.
    The payload says which record; its identifier alone unless more is given.

    A copy that already has an update waiting needs no second: it is rendered when it is sent.
    Takes no more statements for many records than for one.
    """
    await tx.flush()
    copies = await tx.connection.execute(_COPIES, {"kind": kind, "ids": list(record_ids)})
    return await _write(
        tx,
        [
            _row(
                tx,
                Place(WorkspaceId(workspace_id), lane),
                kind,
                payload or {"id": str(record_id)},
            )
            | {"method": UPDATE, "copy_id": copy_id, "not_before": tx.now}
            for copy_id, workspace_id, lane, record_id in copies
        ],
    )


async def is_shown(tx: Tx, place: Place, kind: str, record_id: UUID, since: datetime) -> bool:
    """Whether this record's message was written to the conversation since then, and is not gone."""
    copies = exists().where(
        MessageCopy.entity_type == kind,
        MessageCopy.entity_id == record_id,
        MessageCopy.workspace_id == place.workspace_id,
        MessageCopy.lane == place.lane,
        MessageCopy.created_at > since,
        MessageCopy.gone_at.is_(None),
    )
    return bool(await tx.session.scalar(select(copies)))


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


async def _write(tx: Tx, rows: Sequence[Mapping[str, object]]) -> int:
    """The lanes first, in their order: nobody may send the update one of these merges into, told
    without this change, before this change is committed.
    """
    if not rows:
        return 0
    counts = Counter(map(_lane_of, rows))
    await _count_in(tx, counts, min(cast("datetime", row["not_before"]) for row in rows))
    written = await tx.session.execute(
        insert(Outbox).on_conflict_do_nothing().returning(Outbox.workspace_id, Outbox.lane),
        list(rows),
    )
    counts.subtract(Counter((workspace_id, lane) for workspace_id, lane in written))
    await _count_out(tx, +counts)
    new = len(rows) - counts.total()
    if new:
        await tx.session.execute(text("SELECT pg_notify('outbox', '')"))
    return new


def _lane_of(row: Mapping[str, object]) -> _Lane:
    return cast("UUID", row["workspace_id"]), str(row["lane"])


async def _count_in(tx: Tx, counts: Mapping[_Lane, int], not_before: datetime) -> None:
    fresh = insert(Lane)
    ready_at = case(
        (Lane.waiting == 0, fresh.excluded.ready_at),
        else_=func.least(Lane.ready_at, fresh.excluded.ready_at),
    )
    await tx.session.execute(
        fresh.on_conflict_do_update(
            index_elements=[Lane.workspace_id, Lane.lane, Lane.organization_id],
            set_={"waiting": Lane.waiting + fresh.excluded.waiting, "ready_at": ready_at},
        ),
        [
            {
                "organization_id": tx.organization_id,
                "workspace_id": workspace_id,
                "lane": lane,
                "next_at": tx.now,
                "ready_at": not_before,
                "waiting": count,
            }
            for (workspace_id, lane), count in counts.items()
        ],
    )


async def _count_out(tx: Tx, counts: Mapping[_Lane, int]) -> None:
    """These lanes got so many fewer: what waited there already is not written again."""
    for (workspace_id, lane), count in counts.items():
        await tx.session.execute(
            update(Lane)
            .where(Lane.workspace_id == workspace_id, Lane.lane == lane)
            .values(waiting=Lane.waiting - count)
        )
