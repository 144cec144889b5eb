import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.scheduler import tick, ticker
from services import schedule
from services.db import Database, Tx
from services.schedule import Period
from services.values import OrganizationId
from tests.factories import Company, FixedClock

HOUR = timedelta(hours=1)


@dataclass
class Hourly:
    """Runs each hour; fails for whom it is told to."""

    kind: str = "hourly"
    grace: timedelta = HOUR
    fails_for: set[OrganizationId] = field(default_factory=set[OrganizationId])
    ran_for: list[OrganizationId] = field(default_factory=list[OrganizationId])

    async def first_at(self, tx: Tx) -> datetime:
        return tx.now

    async def periods_due(self, tx: Tx, scheduled_at: datetime) -> list[Period]:
        return [Period(f"{tx.now:%Y-%m-%dT%H}", tx.now)]

    async def run(self, tx: Tx, period: Period) -> None:
        if tx.organization_id in self.fails_for:
            raise RuntimeError("a fault in one company")
        self.ran_for.append(tx.organization_id)

    async def next_at(self, tx: Tx) -> datetime:
        return tx.now + HOUR


@pytest.fixture
async def hourly(db: Database, acme: Company, globex_corp: Company) -> Hourly:
    """Begun for both companies, and not run yet."""
    periodic = Hourly()
    for company in (acme, globex_corp):
        async with db.transaction(company.application) as tx:
            await schedule.ensure(tx, [periodic])
    return periodic


async def test_a_tick_runs_what_is_due_for_every_company_once(
    db: Database, hourly: Hourly, acme: Company, globex_corp: Company
) -> None:
    counts = [await tick(db, [hourly]), await tick(db, [hourly])]

    assert counts == [2, 0]
    assert set(hourly.ran_for) == {acme.organization_id, globex_corp.organization_id}


async def test_the_next_tick_that_is_due_runs_the_next_period(
    db: Database, hourly: Hourly, clock: FixedClock
) -> None:
    await tick(db, [hourly])
    clock.advance(HOUR)

    assert await tick(db, [hourly]) == 2


async def test_what_fails_for_one_company_holds_up_no_other_and_is_logged(
    db: Database,
    hourly: Hourly,
    acme: Company,
    globex_corp: Company,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hourly.fails_for.add(acme.organization_id)

    with caplog.at_level(logging.ERROR):
        count = await tick(db, [hourly])

    [record] = caplog.records
    assert count == 1
    assert hourly.ran_for == [globex_corp.organization_id]
    assert vars(record)["organization_id"] == str(acme.organization_id)
    assert vars(record)["kind"] == "hourly"


async def test_what_failed_is_tried_again_and_runs_once(
    db: Database, hourly: Hourly, acme: Company, clock: FixedClock
) -> None:
    hourly.fails_for.add(acme.organization_id)
    await tick(db, [hourly])
    hourly.fails_for.clear()

    at_once = await tick(db, [hourly])
    clock.advance(schedule.RETRY_AFTER)
    later = await tick(db, [hourly])

    assert (at_once, later) == (0, 1)
    assert hourly.ran_for.count(acme.organization_id) == 1


def test_late_ticks_merge_and_none_is_given_up(db: Database) -> None:
    async def rotate() -> None:
        return

    jobs = ticker(db, [], rotate).get_jobs()

    assert len(jobs) == 2
    for job in jobs:
        assert job.coalesce
        assert job.max_instances == 1
        assert job.misfire_grace_time is None
