import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from services import audit, schedule
from services.db import Database, Tx, connect
from services.schedule import (
    RETRY_AFTER,
    Period,
    Periodic,
    ensure,
    reconsider,
    run_due,
    run_organization,
)
from services.tables import AuditEntry, Schedule, ScheduleRun
from tests.conftest import Urls
from tests.factories import START, Company, FixedClock

HOUR = timedelta(hours=1)


async def _nothing(_tx: Tx) -> None:
    return


@dataclass
class Hourly:
    """Due on each full hour. Leaves an audit entry, which is what the tests count."""

    kind: str = "hourly"
    grace: timedelta = HOUR
    starts_at: datetime | None = START
    then: Callable[[Tx], Awaitable[None]] = _nothing
    scheduled: list[datetime] = field(default_factory=list[datetime])

    async def first_at(self, tx: Tx) -> datetime | None:
        return self.starts_at

    async def periods_due(self, tx: Tx, scheduled_at: datetime) -> list[Period]:
        self.scheduled.append(scheduled_at)
        hour = tx.now.replace(minute=0, second=0, microsecond=0)
        return [Period(hour.isoformat(), hour)]

    async def run(self, tx: Tx, period: Period) -> None:
        await audit.record(tx, f"{self.kind}.done", "test", details={"period": period.key})
        await self.then(tx)

    async def next_at(self, tx: Tx) -> datetime:
        return tx.now.replace(minute=0, second=0, microsecond=0) + HOUR


@pytest.fixture
async def other_replica(urls: Urls, clock: FixedClock) -> AsyncIterator[Database]:
    database = connect(urls.application, clock, pool_size=2)
    yield database
    await database.close()


async def _run(db: Database, company: Company, *periodics: Periodic) -> int:
    async with db.transaction(company.application) as tx:
        await ensure(tx, periodics)
    async with db.transaction(company.application) as tx:
        return await run_due(tx, periodics)


async def _done(db: Database, company: Company, kind: str = "hourly") -> list[object]:
    async with db.transaction(company.application) as tx:
        entries = await tx.session.scalars(
            select(AuditEntry).where(AuditEntry.action == f"{kind}.done").order_by(AuditEntry.at)
        )
        return [entry.details["period"] for entry in entries]


async def _runs(db: Database, company: Company) -> Sequence[tuple[str, str]]:
    async with db.transaction(company.application) as tx:
        rows = await tx.session.execute(
            select(ScheduleRun.kind, ScheduleRun.outcome).order_by(ScheduleRun.scheduled_for)
        )
        return [(row.kind, row.outcome) for row in rows]


async def _next_at(db: Database, company: Company, kind: str = "hourly") -> datetime | None:
    async with db.transaction(company.application) as tx:
        return await tx.session.scalar(select(Schedule.next_at).where(Schedule.kind == kind))


async def test_a_kind_that_is_new_to_an_organization_begins_by_itself(
    db: Database, acme: Company
) -> None:
    ran = await _run(db, acme, Hourly())

    assert ran == 1
    assert await _next_at(db, acme) == START + HOUR


async def test_a_kind_without_a_first_time_does_not_begin_yet(db: Database, acme: Company) -> None:
    ran = await _run(db, acme, Hourly(starts_at=None))

    assert ran == 0
    assert await _next_at(db, acme) is None


async def test_what_is_not_due_does_not_run(db: Database, acme: Company) -> None:
    ran = await _run(db, acme, Hourly(starts_at=START + HOUR))

    assert ran == 0
    assert await _runs(db, acme) == []


async def test_a_period_runs_once_however_often_it_is_looked_at(
    db: Database, acme: Company
) -> None:
    first = await _run(db, acme, Hourly())
    async with db.transaction(acme.application) as tx:
        await reconsider(tx, "hourly")

    second = await _run(db, acme, Hourly())

    assert (first, second) == (1, 0)
    assert await _done(db, acme) == [START.isoformat()]


async def test_two_replicas_at_once_run_it_once(
    db: Database, other_replica: Database, acme: Company
) -> None:
    holding, may_finish = asyncio.Event(), asyncio.Event()

    async def hold(_tx: Tx) -> None:
        holding.set()
        await may_finish.wait()

    async with asyncio.TaskGroup() as group:
        first = group.create_task(_run(db, acme, Hourly(then=hold)))
        await holding.wait()
        second = group.create_task(_second_run(other_replica, acme, may_finish))

    assert (first.result(), second.result()) == (1, 0)
    assert await _done(db, acme) == [START.isoformat()]


async def _second_run(db: Database, company: Company, finished: asyncio.Event) -> int:
    """While the first replica holds its transaction open; then lets it finish."""
    try:
        return await _run(db, company, Hourly())
    finally:
        finished.set()


async def test_many_replicas_in_a_race_run_it_once(
    db: Database, other_replica: Database, acme: Company
) -> None:
    counts = await asyncio.gather(
        *(_run(each, acme, Hourly()) for each in (db, other_replica) for _ in range(4))
    )

    assert sum(counts) == 1
    assert await _done(db, acme) == [START.isoformat()]


async def test_a_run_that_fails_leaves_nothing_and_is_tried_again(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    async def fail(_tx: Tx) -> None:
        raise RuntimeError("half way")

    failed = await run_organization(db, acme.organization_id, [Hourly(then=fail)])
    traces = await _runs(db, acme), await _done(db, acme)
    clock.advance(RETRY_AFTER)
    repaired = await run_organization(db, acme.organization_id, [Hourly()])

    assert failed.count == 0
    assert str(failed.failures["hourly"]) == "half way"
    assert traces == ([], [])
    assert repaired == schedule.Ran(1, {})
    assert await _done(db, acme) == [START.isoformat()]


async def test_a_kind_that_failed_rests_so_that_it_holds_up_nobody(
    db: Database, acme: Company
) -> None:
    async with db.transaction(acme.application) as tx:
        await ensure(tx, [Hourly()])

    async def fail(_tx: Tx) -> None:
        raise RuntimeError("half way")

    await run_organization(db, acme.organization_id, [Hourly(then=fail)])
    async with db.directory() as directory:
        due = await directory.due_organizations()

    assert due == []
    assert await _next_at(db, acme) == START + RETRY_AFTER


async def test_a_kind_that_fails_stops_no_other_kind(db: Database, acme: Company) -> None:
    async def fail(_tx: Tx) -> None:
        raise RuntimeError("half way")

    ran = await run_organization(
        db, acme.organization_id, [Hourly(kind="broken", then=fail), Hourly(kind="sound")]
    )

    assert ran.count == 1
    assert list(ran.failures) == ["broken"]
    assert await _runs(db, acme) == [("sound", "ran")]


async def test_an_organization_that_fails_stops_no_other(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    async def fail_at_acme(tx: Tx) -> None:
        if tx.organization_id == acme.organization_id:
            raise RuntimeError("half way")

    periodics = [Hourly(then=fail_at_acme)]

    ran = [
        await run_organization(db, company.organization_id, periodics)
        for company in (acme, globex_corp)
    ]

    assert [each.count for each in ran] == [0, 1]
    assert await _done(db, globex_corp) == [START.isoformat()]


async def test_one_organizations_run_is_not_anothers(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    counts = [await _run(db, company, Hourly()) for company in (acme, globex_corp)]

    assert counts == [1, 1]


async def test_within_its_grace_a_late_run_still_runs(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    clock.advance(timedelta(minutes=59))

    await _run(db, acme, Hourly(grace=timedelta(minutes=59)))

    assert await _runs(db, acme) == [("hourly", "ran")]


async def test_later_than_its_grace_a_run_is_recorded_as_skipped(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    clock.advance(timedelta(minutes=59))

    ran = await _run(db, acme, Hourly(grace=timedelta(minutes=58)))

    assert ran == 0
    assert await _runs(db, acme) == [("hourly", "skipped")]
    assert await _done(db, acme) == []
    assert await _next_at(db, acme) == START + HOUR


async def test_periods_missed_alike_run_as_one(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    hourly = Hourly()
    await _run(db, acme, hourly)
    clock.advance(timedelta(hours=30))

    ran = await _run(db, acme, hourly)

    assert ran == 1
    assert hourly.scheduled[-1] == START + HOUR
    assert await _next_at(db, acme) == START + timedelta(hours=31)


async def test_a_clock_that_goes_back_runs_nothing_twice(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    await _run(db, acme, Hourly())
    clock.travel_to(START - timedelta(days=1))

    ran = await _run(db, acme, Hourly())
    clock.travel_to(START + timedelta(minutes=1))
    again = await _run(db, acme, Hourly())

    assert (ran, again) == (0, 0)


async def test_reconsidering_makes_it_due_at_once(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    await _run(db, acme, Hourly())
    clock.advance(timedelta(minutes=5))

    async with db.transaction(acme.application) as tx:
        await reconsider(tx, "hourly")
    async with db.directory() as directory:
        due = await directory.due_organizations()

    assert due == [acme.organization_id]


async def test_reconsidering_what_is_overdue_does_not_forget_since_when(
    db: Database, clock: FixedClock, acme: Company
) -> None:
    hourly = Hourly()
    await _run(db, acme, hourly)
    clock.travel_to(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))

    async with db.transaction(acme.application) as tx:
        await reconsider(tx, "hourly")
    await _run(db, acme, hourly)

    assert hourly.scheduled[-1] == START + HOUR


async def test_reconsidering_begins_a_kind_that_had_no_time_yet(
    db: Database, acme: Company
) -> None:
    async with db.transaction(acme.rep) as tx:
        await reconsider(tx, "hourly")

    assert await _next_at(db, acme) == START
