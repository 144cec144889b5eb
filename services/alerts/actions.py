"""What happens to alerts: raised and resolved by the rules, told once, acknowledged by people."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Update, select, update
from sqlalchemy.dialects.postgresql import insert

from services import audit, configuration, outbox
from services.alerts import queries
from services.alerts.queries import DIGEST, KIND, MESSAGE, Alert, Digest, Told
from services.alerts.rules import OPPORTUNITY, STALE, StaleMove, StaleRule, Stuck, loss_reason
from services.channels import reached_channel
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    LOSS_REASONS,
    PIPELINE,
    RULES,
    STALE_DAYS,
    STALE_MOVES_TO,
    TIME_ZONE,
)
from services.db import Tx
from services.errors import NotFound
from services.opportunities import Moved, MoveOpportunity, move_opportunity
from services.outbox import Place
from services.tables import Alert as AlertRow
from services.values import EVERYTHING, UTC, WorkspaceId
from services.zones import zone_named

MOST_AT_ONCE = 10
"""More untold alerts than this become one message: nobody reads two hundred."""
AT_ONCE = 500
"""Alerts put into words and written at a time, so that others of this process get their turn."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What one evaluation did, by the alerts' identifiers. `to_move`: the moves the rule asks for,
    each to be made by `move_on` in a transaction of its own, as a person's move is.
    """

    raised: tuple[UUID, ...]
    resolved: tuple[UUID, ...]
    to_move: tuple[StaleMove, ...]


async def evaluate(tx: Tx) -> Evaluated:
    """Raise an alert for each opportunity that has become stale, resolve those of the others, and
    tell the alerts channel: once for each alert, in place when it resolves.

    For the application itself. Set by set: five hundred opportunities take no more statements than
    one.
    """
    tx.actor.require(EVERYTHING)
    await queries.take_turn(tx)
    rule = await _stale_rule(tx)
    found = await queries.stuck(tx, rule.before)
    resolved = await _resolve_others(tx, found)
    raised = await _raise(tx, rule, [each for each in found if each.alert_id is None])
    await _retell(tx, resolved)
    await _tell(tx)
    return Evaluated(raised, tuple(each.alert_id for each in resolved), rule.moves(found))


async def move_on(tx: Tx, move: StaleMove) -> Moved:
    """Make a move the rule asked for, the way a person's button does and with the same refusals.

    Raises what `move_opportunity` raises: ChangedMeanwhile when somebody was faster.
    """
    return await move_opportunity(
        tx,
        MoveOpportunity(
            number=move.number,
            to_stage=move.to_stage,
            expected_stage=move.from_stage,
            reason=move.reason,
            loss_reason=loss_reason(await configuration.get(tx, LOSS_REASONS)),
        ),
    )


async def acknowledge(tx: Tx, alert_id: UUID) -> Alert:
    """Take an alert on, seen by everybody in every copy of its message; the first one counts.

    Needs `alerts.acknowledge`. The answer says who acknowledged it and whether it is resolved
    already; neither is changed by a second person. Raises NotFound, also for one about an
    opportunity that the actor may not see.
    """
    tx.actor.require("alerts.acknowledge")
    await alert(tx, alert_id)
    taken = await _acknowledge(tx, AlertRow.id == alert_id)
    if taken:
        await audit.record(tx, "alert.acknowledged", KIND, alert_id)
        await _retell(tx, taken)
    return await alert(tx, alert_id)


async def acknowledge_digest(tx: Tx, digest_id: UUID) -> int:
    """Take on every alert of a digest that nobody has yet; returns how many there were.

    Needs `alerts.acknowledge`, and `opportunities.view` of any. Raises NotFound.
    """
    tx.actor.require("alerts.acknowledge")
    tx.actor.require("opportunities.view")
    taken = await _acknowledge(tx, AlertRow.digest_id == digest_id)
    if taken:
        details = {"count": len(taken)}
        await audit.record(tx, "alerts.acknowledged", DIGEST, digest_id, details)
        await _retell(tx, taken)
    else:
        await queries.gather(tx, digest_id, None)
    return len(taken)


async def alert(tx: Tx, alert_id: UUID, workspace_id: WorkspaceId | None = None) -> Alert:
    """The alert with this identifier, for readers in the workspace (the actor's unless given).

    Raises NotFound, also for one about an opportunity that the actor may not see.
    """
    found = await queries.find(tx, alert_id, workspace_id or tx.actor.workspace_id)
    if not tx.actor.may("opportunities.view", found.owner_id):
        raise NotFound(KIND, str(alert_id))
    return found


async def digest(tx: Tx, digest_id: UUID, workspace_id: WorkspaceId | None = None) -> Digest:
    """The alerts told together under this identifier, for readers in the workspace (the actor's
    unless given). Needs `opportunities.view` of any. Raises NotFound.
    """
    tx.actor.require("opportunities.view")
    return await queries.gather(tx, digest_id, workspace_id or tx.actor.workspace_id)


async def take_back(tx: Tx, kind: str, record_id: UUID, copy_id: UUID) -> None:
    """The message could not be posted: its alerts count as untold again. For the application."""
    tx.actor.require(EVERYTHING)
    await outbox.mark_gone(tx, copy_id)
    if kind == DIGEST:
        await tx.session.execute(
            update(AlertRow).where(AlertRow.digest_id == record_id).values(digest_id=None)
        )


async def _stale_rule(tx: Tx) -> StaleRule:
    rules = await configuration.get(tx, RULES)
    return StaleRule(
        pipeline=await configuration.get(tx, PIPELINE),
        stale_days=await configuration.get(tx, STALE_DAYS),
        moves_to=await configuration.get(tx, STALE_MOVES_TO),
        zone=zone_named(await configuration.get(tx, TIME_ZONE)) or UTC,
        now=tx.now,
        is_on=rules.stale_opportunity.is_on,
    )


async def _raise(tx: Tx, rule: StaleRule, fresh: Sequence[Stuck]) -> tuple[UUID, ...]:
    raised: list[UUID] = []
    for start in range(0, len(fresh), AT_ONCE):
        rows = [_row(tx, rule, each) for each in fresh[start : start + AT_ONCE]]
        written = await tx.session.execute(
            insert(AlertRow).on_conflict_do_nothing().returning(AlertRow.id), rows
        )
        raised.extend(written.scalars())
    return tuple(raised)


def _row(tx: Tx, rule: StaleRule, stuck: Stuck) -> dict[str, object]:
    return {
        "id": uuid4(),
        "organization_id": tx.organization_id,
        "alert_type": STALE,
        "entity_type": OPPORTUNITY,
        "entity_id": stuck.opportunity_id,
        "title": rule.title(stuck),
        "message": rule.message(stuck),
        "priority": rule.priority(stuck),
        "triggered_at": tx.now,
    }


async def _resolve_others(tx: Tx, found: Sequence[Stuck]) -> list[Told]:
    """Alerts whose opportunity moved, closed, or is within its limit again."""
    still_true = {each.alert_id for each in found}
    cleared = [alert_id for alert_id in await queries.live(tx) if alert_id not in still_true]
    if not cleared:
        return []
    resolved = await tx.session.execute(
        _change_in_order(queries.among(cleared), AlertRow.status != "resolved")
        .values(status="resolved", resolved_at=tx.now)
        .returning(AlertRow.id, AlertRow.digest_id)
        .execution_options(synchronize_session=False)
    )
    return [Told(*row) for row in resolved]


async def _acknowledge(tx: Tx, which: ColumnElement[bool]) -> list[Told]:
    taken = await tx.session.execute(
        _change_in_order(which, AlertRow.status == "pending")
        .values(
            status="acknowledged",
            acknowledged_at=tx.now,
            acknowledged_by_user_id=tx.actor.user_id,
        )
        .returning(AlertRow.id, AlertRow.digest_id)
        .execution_options(synchronize_session=False)
    )
    return [Told(*row) for row in taken]


def _change_in_order(*which: ColumnElement[bool]) -> Update:
    """Locks the rows in one order, so that two who change many never wait for each other."""
    held = select(AlertRow.id).where(*which).order_by(AlertRow.id).with_for_update().cte("held")
    return update(AlertRow).where(AlertRow.id == held.c.id, *which)


async def _tell(tx: Tx) -> None:
    """Post what nobody has been told of, if there is a channel to post to by now."""
    place = await reached_channel(tx, ALERTS_CHANNEL)
    if place is None:
        return
    untold = await queries.untold(tx)
    if len(untold) > MOST_AT_ONCE:
        await _tell_together(tx, place, untold)
        return
    for alert_id in untold:
        await outbox.post(tx, place, MESSAGE, {"id": str(alert_id)}, copy_of=alert_id)


async def _tell_together(tx: Tx, place: Place, alert_ids: Sequence[UUID]) -> None:
    digest_id = uuid4()
    await tx.session.execute(
        update(AlertRow)
        .where(queries.among(alert_ids))
        .values(digest_id=digest_id)
        .execution_options(synchronize_session=False)
    )
    await outbox.post(tx, place, DIGEST, {"id": str(digest_id)}, copy_of=digest_id)


async def _retell(tx: Tx, changed: Sequence[Told]) -> None:
    await outbox.refresh_copies(tx, MESSAGE, *(each.alert_id for each in changed))
    digests = {each.digest_id for each in changed if each.digest_id}
    await outbox.refresh_copies(tx, DIGEST, *digests)
