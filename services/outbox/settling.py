"""Taking up a claimed message, and recording what came of it.

Locks are taken in the order of who claims: the lane, then its row.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import NamedTuple, assert_never
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Integer,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningUpdate

from services.db import Tx
from services.directory import Claim
from services.outbox.values import (
    FILE_ID,
    PACE,
    UPDATE,
    Dead,
    Delivery,
    Dropped,
    Later,
    Outcome,
    Parked,
    Sent,
)
from services.tables import Gate, JsonObject, Lane, MessageCopy, Outbox, Workspace
from services.values import WorkspaceId

_IS_MINE = and_(
    Outbox.id == bindparam("claimed_id"),
    Outbox.attempts == bindparam("claimed_attempts"),
    Outbox.state == "sending",
)
_IS_LANE = and_(
    Lane.workspace_id == bindparam("lane_workspace_id"), Lane.lane == bindparam("lane_name")
)
_CLAIMED = (
    select(
        Outbox.workspace_id,
        Outbox.lane,
        Outbox.method,
        Outbox.kind,
        Outbox.payload,
        Outbox.copy_id,
        MessageCopy.channel_id,
        MessageCopy.ts,
        Outbox.created_at,
        Workspace.updated_at,
    )
    .join(Workspace, Workspace.id == Outbox.workspace_id)
    .outerjoin(MessageCopy, MessageCopy.id == Outbox.copy_id)
    .where(_IS_MINE)
)
_LOCKED_LANE = select(Lane.lane).where(_IS_LANE).with_for_update()
_NEXT_IN_LANE = select(func.min(Outbox.not_before)).where(
    Outbox.workspace_id == bindparam("lane_workspace_id"),
    Outbox.lane == bindparam("lane_name"),
    or_(Outbox.state == "pending", Outbox.state == "sending"),
)
_FREED_LANE = (
    update(Lane)
    .where(_IS_LANE)
    .values(
        next_at=bindparam("new_next_at"),
        waiting=Lane.waiting - bindparam("left", type_=Integer),
        ready_at=func.coalesce(_NEXT_IN_LANE.scalar_subquery(), Lane.ready_at),
    )
    .returning(Lane.lane)
)
_PLACED_COPY = (
    update(MessageCopy)
    .where(MessageCopy.id == bindparam("placed_id"))
    .values(channel_id=bindparam("new_channel_id"), ts=bindparam("new_ts"))
    .returning(MessageCopy.id)
)


class _Claimed(NamedTuple):
    """The columns of `_CLAIMED`, in its order."""

    workspace_id: WorkspaceId
    lane: str
    method: str
    kind: str
    payload: JsonObject
    copy_id: UUID | None
    channel_id: str | None
    ts: str | None
    created_at: datetime
    installed_at: datetime | None


async def begin(tx: Tx, claim: Claim) -> Delivery | None:
    """The claimed row, or None when another deliverer has taken it since."""
    for row in await tx.rows(_CLAIMED, _of_claim(claim)):
        return Delivery(claim, *_Claimed._make(row))
    return None


async def finish(tx: Tx, delivery: Delivery, outcome: Outcome) -> bool:
    """Record what came of it and free the lane; False when the lease was lost meanwhile."""
    await _lock_lane(tx, delivery)
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


async def note_file(tx: Tx, delivery: Delivery, file_id: str) -> bool:
    """Keep what is about to be shared, so that it can be asked for when no answer comes; False when
    the lease was lost meanwhile.
    """
    noted = json.dumps({**delivery.payload, FILE_ID: file_id})
    return await _change(tx, delivery.claim, {"payload": noted})


async def mark_gone(tx: Tx, copy_id: UUID) -> None:
    """The message is no longer there (deleted, archived): stop keeping it current."""
    await tx.session.execute(
        update(MessageCopy).where(MessageCopy.id == copy_id).values(gone_at=tx.now)
    )


async def drop_waiting(tx: Tx, workspace_id: WorkspaceId, why: str) -> None:
    """Nothing that waits for this workspace is told any more. What was to be kept current counts
    as gone, so that it can be posted again.
    """
    await tx.session.execute(
        select(Lane.lane)
        .where(Lane.workspace_id == workspace_id)
        .order_by(Lane.lane)
        .with_for_update()
    )
    rows = await tx.session.execute(
        update(Outbox)
        .where(Outbox.workspace_id == workspace_id, Outbox.state.in_(("pending", "sending")))
        .values(state="dropped", outcome=why[:200])
        .returning(Outbox.lane, Outbox.copy_id)
        .execution_options(synchronize_session=False)
    )
    dropped = [(lane, copy_id) for lane, copy_id in rows]  # rows are not tuples of two
    for lane, count in sorted(Counter(lane for lane, _ in dropped).items()):
        await tx.session.execute(
            update(Lane)
            .where(Lane.workspace_id == workspace_id, Lane.lane == lane)
            .values(waiting=Lane.waiting - count)
        )
    await tx.session.execute(
        update(MessageCopy)
        .where(
            MessageCopy.id == any_(literal([each for _, each in dropped if each], ARRAY(Uuid))),
            MessageCopy.ts.is_(None),
        )
        .values(gone_at=tx.now)
    )


def _of_claim(claim: Claim) -> Mapping[str, object]:
    return {"claimed_id": claim.outbox_id, "claimed_attempts": claim.attempts}


def _of_lane(delivery: Delivery) -> Mapping[str, object]:
    return {"lane_workspace_id": delivery.workspace_id, "lane_name": delivery.lane}


async def _lock_lane(tx: Tx, delivery: Delivery) -> None:
    """In the order of who claims: the lane, then its row."""
    await tx.rows(_LOCKED_LANE, _of_lane(delivery))


async def _settle(tx: Tx, delivery: Delivery, **values: object) -> bool:
    """A last state: the row leaves its lane, the lane rests for its pace."""
    if not await _change(tx, delivery.claim, values):
        return False
    await _free_lane(tx, delivery, next_at=tx.now + PACE, left=1)
    return True


async def _postpone(tx: Tx, delivery: Delivery, later: Later) -> bool:
    if not await _return(tx, delivery, later.why, is_unknown=later.is_unknown):
        return False
    if later.gate_method:
        await _close_gate(tx, delivery, later.at)
    await _free_lane(tx, delivery, next_at=later.at, left=0)
    return True


async def _park(tx: Tx, delivery: Delivery, why: str) -> bool:
    if not await _return(tx, delivery, why):
        return False
    # A token that was renewed while the old one was refused is not to blame.
    await tx.session.execute(
        update(Workspace)
        .where(Workspace.id == delivery.workspace_id)
        .where(Workspace.updated_at == delivery.installed_at)
        .values(parked_at=tx.now, parked_because=why[:100])
    )
    await _free_lane(tx, delivery, next_at=tx.now, left=0)
    return True


async def _return(tx: Tx, delivery: Delivery, why: str, *, is_unknown: bool = False) -> bool:
    """Back to waiting. An update that has a younger one waiting is merged into it; a post or a file
    that Slack may have stays unknown until it was looked for.
    """
    if delivery.method == UPDATE and await _has_younger(tx, delivery):
        if not await _change(tx, delivery.claim, {"state": "dropped", "outcome": "merged"}):
            return False
        await _free_lane(tx, delivery, next_at=tx.now, left=1)
        return True
    is_unsure = delivery.method != UPDATE and (is_unknown or delivery.claim.was_sending)
    state = "sending" if is_unsure else "pending"
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
    named = {f"new_{name}": value for name, value in values.items()}
    return bool(await tx.rows(_changing(tuple(values)), {**_of_claim(claim), **named}))


@cache
def _changing(names: tuple[str, ...]) -> ReturningUpdate[int]:
    values: dict[str, BindParameter[object]] = {each: bindparam(f"new_{each}") for each in names}
    return update(Outbox).where(_IS_MINE).values(values).returning(Outbox.id)


async def _free_lane(tx: Tx, delivery: Delivery, *, next_at: datetime, left: int) -> None:
    await tx.rows(_FREED_LANE, {**_of_lane(delivery), "new_next_at": next_at, "left": left})


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
    placed = {"placed_id": copy_id, "new_channel_id": sent.channel_id, "new_ts": sent.ts}
    await tx.rows(_PLACED_COPY, placed)
