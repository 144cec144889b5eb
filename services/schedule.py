"""What happens by itself: when each kind is next due for an organization, and that it runs once.

`next_at` says when to look; the row of a run, keyed by its period, is what makes it happen once:
whatever the clock, the replicas or a crash do. Both are written in the transaction of the run.
Knows no kind's business and no ticker.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.db import Database, Tx
from services.tables import Schedule, ScheduleRun
from services.values import Actor, OrganizationId

log = logging.getLogger(__name__)

WEEKLY_REMINDER = "weekly_reminder"
"""The kind whose due time follows people's zones and two settings; see `reconsider`."""

RETRY_AFTER = timedelta(minutes=5)
"""How long a kind that failed rests for its organization, so that it holds up nobody else."""


@dataclass(frozen=True, slots=True)
class Period:
    """One run: `key` names the scheduled local time, e.g. `2026-W47@Europe/Lisbon`."""

    key: str
    scheduled_for: datetime


class Periodic(Protocol):
    """One kind of what happens by itself. `grace`: how late it may still run."""

    @property
    def kind(self) -> str: ...
    @property
    def grace(self) -> timedelta: ...

    async def first_at(self, tx: Tx) -> datetime | None:
        """When an organization that is new to this kind has it first; None: not yet."""
        ...

    async def periods_due(self, tx: Tx, scheduled_at: datetime) -> list[Period]:
        """The periods whose time has come. Of several that were missed alike, only the last.

        May name periods that have run: they do not run again. `scheduled_at` is when the
        organization was due, possibly long ago.
        """
        ...

    async def run(self, tx: Tx, period: Period) -> None:
        """Do it, all of it in this transaction."""
        ...

    async def next_at(self, tx: Tx) -> datetime:
        """When to look again, strictly after `tx.now`."""
        ...


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one organization's turn."""

    count: int
    failures: Mapping[str, Exception]
    """By kind. Each was rolled back whole and rests for RETRY_AFTER."""


async def run_organization(
    db: Database, organization_id: OrganizationId, periodics: Sequence[Periodic]
) -> Ran:
    """Run what is due for one organization, each kind in a transaction of its own.

    A kind that fails is rolled back, put off and told in the answer; it stops no other kind.
    """
    actor = Actor.application(organization_id)
    count = 0
    failures: dict[str, Exception] = {}
    for periodic in periodics:
        try:
            count += await _turn(db, actor, periodic)
        except Exception as error:  # noqa: BLE001  # whatever one kind does must not stop the rest
            failures[periodic.kind] = error
            async with db.transaction(actor) as tx:
                await _put_off(tx, periodic.kind)
    return Ran(count, failures)


async def run_due(tx: Tx, periodics: Sequence[Periodic]) -> int:
    """Run what is due of these kinds for the transaction's organization; returns how many ran.

    Safe to call from any number of replicas at once: who comes second finds nothing to do.
    """
    by_kind = {periodic.kind: periodic for periodic in periodics}
    due = await tx.session.scalars(
        select(Schedule)
        .where(Schedule.kind.in_(by_kind), Schedule.next_at <= tx.now)
        .order_by(Schedule.next_at, Schedule.kind)
        .with_for_update(skip_locked=True)
    )
    count = 0
    for row in due.all():
        periodic = by_kind[row.kind]
        for period in await periodic.periods_due(tx, row.next_at):
            count += await _run_once(tx, periodic, period)
        row.next_at = await periodic.next_at(tx)
    await tx.session.flush()
    return count


async def ensure(tx: Tx, periodics: Sequence[Periodic]) -> None:
    """Begin the kinds this organization does not have yet: when it is new, and at each of its
    turns, so that a kind that comes with a new version begins by itself.
    """
    known = set(await tx.session.scalars(select(Schedule.kind)))
    for periodic in periodics:
        if periodic.kind in known:
            continue
        first_at = await periodic.first_at(tx)
        if first_at is not None:
            await _begin(tx, periodic.kind, first_at)


async def reconsider(tx: Tx, kind: str) -> None:
    """Look again at when `kind` is due: what that follows from has changed in this transaction.

    The next tick, seconds after the commit, runs what is due by now and finds the next time anew.
    """
    fresh = insert(Schedule).values(organization_id=tx.organization_id, kind=kind, next_at=tx.now)
    await tx.session.execute(
        fresh.on_conflict_do_update(
            index_elements=[Schedule.organization_id, Schedule.kind],
            set_={"next_at": func.least(Schedule.next_at, fresh.excluded.next_at)},
        )
    )


async def _turn(db: Database, actor: Actor, periodic: Periodic) -> int:
    """Two transactions: a row that has just begun makes no other replica wait for the run."""
    async with db.transaction(actor) as tx:
        await ensure(tx, [periodic])
    async with db.transaction(actor) as tx:
        return await run_due(tx, [periodic])


async def _run_once(tx: Tx, periodic: Periodic, period: Period) -> bool:
    is_late = tx.now - period.scheduled_for > periodic.grace
    taken = await tx.session.execute(
        insert(ScheduleRun)
        .values(
            organization_id=tx.organization_id,
            kind=periodic.kind,
            period=period.key,
            scheduled_for=period.scheduled_for,
            outcome="skipped" if is_late else "ran",
            ran_at=tx.now,
        )
        .on_conflict_do_nothing()
        .returning(ScheduleRun.period)
    )
    if taken.scalar_one_or_none() is None:
        return False
    facts = {"kind": periodic.kind, "period": period.key}
    if is_late:
        log.warning("schedule.skipped", extra=facts)
        return False
    await periodic.run(tx, period)
    log.info("schedule.ran", extra=facts)
    return True


async def _begin(tx: Tx, kind: str, first_at: datetime) -> None:
    await tx.session.execute(
        insert(Schedule)
        .values(organization_id=tx.organization_id, kind=kind, next_at=first_at)
        .on_conflict_do_nothing()
    )


async def _put_off(tx: Tx, kind: str) -> None:
    """Unless another replica has it in hand."""
    row = select(Schedule.kind).where(Schedule.kind == kind, Schedule.next_at <= tx.now)
    await tx.session.execute(
        update(Schedule)
        .where(Schedule.kind.in_(row.with_for_update(skip_locked=True).scalar_subquery()))
        .values(next_at=tx.now + RETRY_AFTER)
    )
