"""Messages to Slack, written with the state they tell of. One row is one Slack call.

Nothing here knows what a message looks like: `kind` and `payload` (identifiers, with a version)
say what it is about, and it is rendered when it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, case, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.db import Tx
from services.directory import Claim
from services.tables import Gate, JsonObject, Lane, MessageCopy, Outbox, Workspace
from services.values import WorkspaceId

POST = "chat.postMessage"
UPDATE = "chat.update"
CHANNEL = "outbox"
"""The notification channel that wakes the deliverers."""

PACE = timedelta(seconds=1)
"""Slack takes about one message a second for each conversation."""


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation of a workspace: a channel, or a Slack user for a direct message."""

    workspace_id: WorkspaceId
    lane: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed row, as the one who sends it needs it."""

    claim: Claim
    workspace_id: WorkspaceId
    lane: str
    method: str
    kind: str
    payload: JsonObject
    copy_id: UUID | None
    channel_id: str | None
    ts: str | None


@dataclass(frozen=True, slots=True)
class Sent:
    """Slack has it."""

    channel_id: str
    ts: str
    is_possibly_twice: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """There is nothing to tell any more."""

    why: str


@dataclass(frozen=True, slots=True)
class Dead:
    """Slack refuses it for good."""

    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not taken; try again. `is_unknown`: Slack may have it, so look before sending again."""

    at: datetime
    why: str
    is_unknown: bool = False
    gate_method: bool = False


@dataclass(frozen=True, slots=True)
class Parked:
    """The workspace's token is refused: all its messages wait, none is lost."""

    why: str


Outcome = Sent | Dropped | Dead | Later | Parked


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


async def begin(tx: Tx, claim: Claim) -> Delivery | None:
    """The claimed row, or None when another deliverer has taken it since."""
    found = await tx.session.execute(
        select(Outbox, MessageCopy.channel_id, MessageCopy.ts)
        .outerjoin(MessageCopy, MessageCopy.id == Outbox.copy_id)
        .where(_is_mine(claim))
    )
    row = found.one_or_none()
    if row is None:
        return None
    outbox, channel_id, ts = row
    return Delivery(
        claim=claim,
        workspace_id=WorkspaceId(outbox.workspace_id),
        lane=outbox.lane,
        method=outbox.method,
        kind=outbox.kind,
        payload=outbox.payload,
        copy_id=outbox.copy_id,
        channel_id=channel_id,
        ts=ts,
    )


async def finish(tx: Tx, delivery: Delivery, outcome: Outcome) -> bool:
    """Record what came of it and free the lane; False when the lease was lost meanwhile."""
    match outcome:
        case Sent():
            is_done = await _settle(
                tx,
                delivery,
                state="sent",
                sent_at=tx.now,
                slack_ts=outcome.ts,
                is_possibly_twice=outcome.is_possibly_twice,
            )
            if is_done and delivery.copy_id:
                await _place_copy(tx, delivery.copy_id, outcome)
            return is_done
        case Dropped(why):
            return await _settle(tx, delivery, state="dropped", outcome=why[:200])
        case Dead(why):
            return await _settle(tx, delivery, state="dead", outcome=why[:200])
        case Later():
            return await _postpone(tx, delivery, outcome)
        case Parked(why):
            return await _park(tx, delivery, why)
        case _:
            assert_never(outcome)


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
    written = await tx.session.execute(
        insert(Outbox).values(**row).on_conflict_do_nothing().returning(Outbox.not_before)
    )
    not_before = written.scalar_one_or_none()
    if not_before is None:
        return False
    await _count_in(tx, place, not_before)
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


def _is_mine(claim: Claim) -> ColumnElement[bool]:
    return and_(
        Outbox.id == claim.outbox_id,
        Outbox.attempts == claim.attempts,
        Outbox.state == "sending",
    )


async def _settle(tx: Tx, delivery: Delivery, **values: object) -> bool:
    """A last state: the row leaves its lane, the lane rests for its pace."""
    if not await _change(tx, delivery.claim, values):
        return False
    await _free_lane(tx, delivery, next_at=tx.now + PACE, left=1)
    return True


async def _postpone(tx: Tx, delivery: Delivery, later: Later) -> bool:
    state = "sending" if later.is_unknown else "pending"
    if not await _return(tx, delivery, state, later.why):
        return False
    if later.gate_method:
        await _close_gate(tx, delivery, later.at)
    await _free_lane(tx, delivery, next_at=later.at, left=0)
    return True


async def _park(tx: Tx, delivery: Delivery, why: str) -> bool:
    if not await _return(tx, delivery, "pending", why):
        return False
    await tx.session.execute(
        update(Workspace)
        .where(Workspace.id == delivery.workspace_id)
        .values(parked_at=tx.now, parked_because=why[:100])
    )
    await _free_lane(tx, delivery, next_at=tx.now, left=0)
    return True


async def _return(tx: Tx, delivery: Delivery, state: str, why: str) -> bool:
    """Back to waiting. An update that has a younger one waiting is merged into it."""
    if state == "pending" and delivery.method == UPDATE and await _has_younger(tx, delivery):
        if not await _change(tx, delivery.claim, {"state": "dropped", "outcome": "merged"}):
            return False
        await _free_lane(tx, delivery, next_at=tx.now, left=1)
        return True
    return await _change(tx, delivery.claim, {"state": state, "outcome": why[:200]})


async def _has_younger(tx: Tx, delivery: Delivery) -> bool:
    found = await tx.session.execute(
        select(Outbox.id).where(
            Outbox.copy_id == delivery.copy_id,
            Outbox.method == UPDATE,
            Outbox.state == "pending",
        )
    )
    return found.scalar_one_or_none() is not None


async def _change(tx: Tx, claim: Claim, values: Mapping[str, object]) -> bool:
    changed = await tx.session.execute(
        update(Outbox).where(_is_mine(claim)).values(**values).returning(Outbox.id)
    )
    return changed.scalar_one_or_none() is not None


async def _free_lane(tx: Tx, delivery: Delivery, *, next_at: datetime, left: int) -> None:
    waiting = select(func.min(Outbox.not_before)).where(
        Outbox.workspace_id == delivery.workspace_id,
        Outbox.lane == delivery.lane,
        Outbox.state.in_(("pending", "sending")),
    )
    await tx.session.execute(
        update(Lane)
        .where(Lane.workspace_id == delivery.workspace_id, Lane.lane == delivery.lane)
        .values(
            next_at=next_at,
            waiting=Lane.waiting - left,
            ready_at=func.coalesce(waiting.scalar_subquery(), Lane.ready_at),
        )
    )


async def _close_gate(tx: Tx, delivery: Delivery, until: datetime) -> None:
    fresh = insert(Gate).values(
        organization_id=tx.organization_id,
        workspace_id=delivery.workspace_id,
        method=delivery.method,
        next_at=until,
    )
    await tx.session.execute(
        fresh.on_conflict_do_update(
            index_elements=[Gate.workspace_id, Gate.method, Gate.organization_id],
            set_={"next_at": func.greatest(Gate.next_at, fresh.excluded.next_at)},
        )
    )


async def _place_copy(tx: Tx, copy_id: UUID, sent: Sent) -> None:
    await tx.session.execute(
        update(MessageCopy)
        .where(MessageCopy.id == copy_id)
        .values(channel_id=sent.channel_id, ts=sent.ts)
    )


async def mark_gone(tx: Tx, copy_id: UUID) -> None:
    """The message is no longer there (deleted, archived): stop keeping it current."""
    await tx.session.execute(
        update(MessageCopy).where(MessageCopy.id == copy_id).values(gone_at=tx.now)
    )
