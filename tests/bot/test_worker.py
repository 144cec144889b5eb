import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import select

from bot.worker import (
    MOST_ATTEMPTS,
    Pace,
    Work,
    log,
    opened,
    rescue,
    run_waiting,
    run_worker,
)
from services import alerts, configuration, jobs
from services.configuration.catalogue import STALE_MOVES_TO
from services.db import Database
from services.opportunities import find_opportunity, history
from services.queue import deferral
from services.tables import Alert
from services.values import OrganizationId
from tests.conftest import Urls
from tests.deals import a_deal, deals, reach_alerts_channel, waiting
from tests.factories import Company

TASK = jobs.EVALUATE_ALERT_RULES
PATIENCE_SECONDS = 20
QUICK = Pace(poll=0.05, rescue=0.05, restart=0.05)


class Recorder:
    """Work that notes for whom it ran, and does as it is told."""

    def __init__(self, then: Callable[[], Awaitable[None]] | None = None) -> None:
        self.ran_for: list[OrganizationId] = []
        self.subjects: list[UUID | None] = []
        self._then = then
        self._changed = asyncio.Condition()

    @property
    def tasks(self) -> Mapping[str, Work]:
        return {TASK: self._run}

    async def _run(
        self, _db: Database, organization_id: OrganizationId, subject: UUID | None
    ) -> None:
        self.ran_for.append(organization_id)
        self.subjects.append(subject)
        if self._then is not None:
            await self._then()
        async with self._changed:
            self._changed.notify_all()

    async def has_run(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS), self._changed:
            await self._changed.wait_for(lambda: len(self.ran_for) >= times)


class Heard(logging.Handler):
    """Waits for an event of the worker's log."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self._message = message
        self._heard = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == self._message:
            self._heard.set()

    async def __aenter__(self) -> None:
        log.addHandler(self)

    async def __aexit__(self, *_: object) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._heard.wait()
        log.removeHandler(self)


async def enqueue(db: Database, company: Company, *subjects: UUID) -> None:
    async with db.transaction(company.application) as tx:
        for subject in subjects or (None,):
            jobs.enqueue(tx, TASK, subject)


def ask(urls: Urls, query: LiteralString, *values: object) -> list[tuple[object, ...]]:
    """The queue as its owner sees it."""
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        cursor = connection.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def queue(urls: Urls) -> list[tuple[object, ...]]:
    return ask(urls, "SELECT status::text, attempts FROM jobs.procrastinate_jobs ORDER BY id")


def due_now(urls: Urls) -> None:
    """As if the time of a retry had come."""
    ask(urls, "UPDATE jobs.procrastinate_jobs SET scheduled_at = NULL")


def leave_behind(urls: Urls, silent_for: str = "1 hour", attempts: int = 0) -> None:
    """As if a worker had taken what waits and died."""
    ask(
        urls,
        """
        WITH dead AS (
          INSERT INTO jobs.procrastinate_workers (last_heartbeat)
          VALUES (now() - %s::interval) RETURNING id)
        UPDATE jobs.procrastinate_jobs SET status = 'doing', worker_id = dead.id, attempts = %s
        FROM dead
        """,
        silent_for,
        attempts,
    )


@asynccontextmanager
async def working(
    urls: Urls, db: Database, tasks: Mapping[str, Work], pace: Pace = QUICK
) -> AsyncGenerator[None]:
    running = asyncio.create_task(run_worker(urls.application, db, tasks, pace))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled()


async def test_a_committed_job_runs_for_its_organization_and_is_gone(
    urls: Urls, db: Database, acme: Company, globex_corp: Company
) -> None:
    recorder = Recorder()
    await enqueue(db, acme)
    await enqueue(db, globex_corp)

    await run_waiting(urls.application, db, recorder.tasks)

    assert recorder.ran_for == [acme.organization_id, globex_corp.organization_id]
    assert queue(urls) == []


async def test_a_rolled_back_change_leaves_no_job(urls: Urls, db: Database, acme: Company) -> None:
    async def enqueue_and_fail() -> None:
        async with db.transaction(acme.application) as tx:
            jobs.enqueue(tx, TASK)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await enqueue_and_fail()

    assert queue(urls) == []


async def test_a_job_that_waits_is_not_asked_for_twice(
    urls: Urls, db: Database, acme: Company
) -> None:
    for _ in range(2):
        await enqueue(db, acme)

    assert len(queue(urls)) == 1


async def test_a_job_may_be_about_one_record_which_is_not_asked_for_twice_while_it_waits(
    urls: Urls, db: Database, acme: Company
) -> None:
    recorder, one, other = Recorder(), uuid4(), uuid4()
    await enqueue(db, acme, one, other, one)
    await enqueue(db, acme)
    await enqueue(db, acme, other)

    await run_waiting(urls.application, db, recorder.tasks)

    assert Counter(recorder.subjects) == {one: 1, other: 1, None: 1}


async def test_a_job_that_waits_does_not_begin_before_all_who_ask_for_it_have_committed(
    urls: Urls, db: Database, acme: Company
) -> None:
    recorder = Recorder()
    async with db.transaction(acme.application) as tx:
        jobs.enqueue(tx, TASK)
        asked = deferral(tx.jobs)
    assert asked is not None

    async with await psycopg.AsyncConnection.connect(urls.application) as another:
        await another.execute(asked.words, asked.values)
        await run_waiting(urls.application, db, recorder.tasks)
        before = list(recorder.ran_for)
    await run_waiting(urls.application, db, recorder.tasks)

    assert (before, recorder.ran_for) == ([], [acme.organization_id])


async def test_a_running_job_may_be_asked_for_again_and_runs_after_itself(
    urls: Urls, db: Database, acme: Company
) -> None:
    async def ask_once_more() -> None:
        if len(recorder.ran_for) == 1:
            await enqueue(db, acme)

    recorder = Recorder(ask_once_more)
    await enqueue(db, acme)

    await run_waiting(urls.application, db, recorder.tasks)

    assert len(recorder.ran_for) == 2
    assert queue(urls) == []


async def test_a_failed_job_waits_longer_each_time_and_is_kept_in_the_end(
    urls: Urls, db: Database, acme: Company
) -> None:
    async def fail() -> None:
        raise ValueError

    recorder = Recorder(fail)
    await enqueue(db, acme)
    waits: list[float] = []
    for _ in range(MOST_ATTEMPTS):
        await run_waiting(urls.application, db, recorder.tasks)
        ((wait,),) = ask(
            urls, "SELECT extract(epoch FROM scheduled_at - now()) FROM jobs.procrastinate_jobs"
        )
        waits.append(float(str(wait or 0)))
        due_now(urls)

    assert len(recorder.ran_for) == MOST_ATTEMPTS
    assert queue(urls) == [("failed", MOST_ATTEMPTS)]
    assert waits == pytest.approx([4, 16, 64, 256, 0], abs=2)


async def test_a_job_that_fails_while_another_waits_lets_both_run(
    urls: Urls, db: Database, acme: Company
) -> None:
    async def fail_the_first_time() -> None:
        if len(recorder.ran_for) == 1:
            await enqueue(db, acme)
            raise ValueError

    recorder = Recorder(fail_the_first_time)
    await enqueue(db, acme)
    await run_waiting(urls.application, db, recorder.tasks)
    after_failing = queue(urls)
    due_now(urls)

    await run_waiting(urls.application, db, recorder.tasks)

    assert after_failing == [("todo", 1), ("todo", 0)]
    assert len(recorder.ran_for) == 3
    assert queue(urls) == []


async def test_what_a_failing_job_says_of_a_company_reaches_no_log(
    urls: Urls, db: Database, acme: Company, caplog: pytest.LogCaptureFixture
) -> None:
    secret = uuid4().hex

    async def fail() -> None:
        raise ValueError(secret)

    await enqueue(db, acme)

    with caplog.at_level(logging.DEBUG):
        await run_waiting(urls.application, db, Recorder(fail).tasks)

    told = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert secret not in told
    (failed,) = [record for record in caplog.records if record.message == "job.failed"]
    assert vars(failed)["error"] == "ValueError"
    assert "in fail" in vars(failed)["trace"]


async def test_a_task_of_a_newer_version_is_left_to_workers_that_know_it(
    urls: Urls, db: Database, acme: Company
) -> None:
    async with db.transaction(acme.application) as tx:
        jobs.enqueue(tx, "of_a_newer_version")

    await run_waiting(urls.application, db, Recorder().tasks)

    assert queue(urls) == [("todo", 0)]


async def test_a_job_written_by_another_version_is_kept_not_guessed_at(
    urls: Urls, db: Database, acme: Company
) -> None:
    recorder = Recorder()
    await enqueue(db, acme)
    ask(urls, """UPDATE jobs.procrastinate_jobs SET args = args || '{"version": 2}'""")

    await run_waiting(urls.application, db, recorder.tasks)

    assert recorder.ran_for == []
    assert queue(urls) == [("todo", 1)]


async def test_a_job_that_takes_too_long_is_stopped_and_tried_again(
    urls: Urls, db: Database, acme: Company
) -> None:
    async def never_end() -> None:
        await asyncio.Event().wait()

    await enqueue(db, acme)

    await run_waiting(urls.application, db, Recorder(never_end).tasks, Pace(longest=0.05))

    assert queue(urls) == [("todo", 1)]


async def test_a_worker_picks_up_what_comes_while_it_waits(
    urls: Urls, db: Database, acme: Company
) -> None:
    recorder = Recorder()
    async with working(urls, db, recorder.tasks):
        await enqueue(db, acme)
        await recorder.has_run(1)

    assert queue(urls) == []


async def test_a_stopping_worker_lets_its_job_finish(
    urls: Urls, db: Database, acme: Company
) -> None:
    started, may_end = asyncio.Event(), asyncio.Event()

    async def take_a_while() -> None:
        started.set()
        await may_end.wait()

    await enqueue(db, acme)
    async with working(urls, db, Recorder(take_a_while).tasks):
        await started.wait()
        asyncio.get_running_loop().call_later(0.1, may_end.set)

    assert queue(urls) == []
    assert ask(urls, "SELECT FROM jobs.procrastinate_workers") == []


async def test_a_worker_that_must_stop_gives_an_unfinished_job_back(
    urls: Urls, db: Database, acme: Company
) -> None:
    started = asyncio.Event()

    async def never_end() -> None:
        started.set()
        await asyncio.Event().wait()

    await enqueue(db, acme)
    async with working(urls, db, Recorder(never_end).tasks, replace(QUICK, grace=0.05)):
        await started.wait()

    assert queue(urls) == [("todo", 1)]


async def test_jobs_of_a_dead_worker_are_rescued_and_run(
    urls: Urls, db: Database, acme: Company
) -> None:
    recorder = Recorder()
    await enqueue(db, acme)
    leave_behind(urls)

    async with working(urls, db, recorder.tasks):
        await recorder.has_run(1)

    assert queue(urls) == []


async def test_a_job_that_kills_its_workers_is_given_up(
    urls: Urls, db: Database, acme: Company
) -> None:
    await enqueue(db, acme)
    leave_behind(urls, attempts=MOST_ATTEMPTS - 1)

    async with opened(urls.application, db) as app:
        await rescue(app)

    assert queue(urls) == [("failed", MOST_ATTEMPTS)]


async def test_a_job_whose_end_could_not_be_written_is_rescued_from_a_living_worker(
    urls: Urls, db: Database, acme: Company
) -> None:
    recorder = Recorder()
    await enqueue(db, acme)
    leave_behind(urls, silent_for="-1 hour")
    ask(urls, "UPDATE jobs.procrastinate_events SET at = now() - interval '1 hour'")

    async with working(urls, db, recorder.tasks):
        await recorder.has_run(1)

    assert queue(urls) == []


async def test_a_rescued_job_meets_one_that_waits_without_a_clash(
    urls: Urls, db: Database, acme: Company
) -> None:
    recorder = Recorder()
    await enqueue(db, acme)
    leave_behind(urls)
    await enqueue(db, acme)

    async with working(urls, db, recorder.tasks):
        await recorder.has_run(2)

    assert queue(urls) == []


async def test_the_job_of_a_living_worker_is_left_alone(
    urls: Urls, db: Database, acme: Company
) -> None:
    await enqueue(db, acme)
    leave_behind(urls, silent_for="1 second")

    async with opened(urls.application, db) as app:
        rescued = await rescue(app)

    assert rescued == 0
    assert queue(urls) == [("doing", 0)]


async def test_two_rescuers_meet_each_job_once(urls: Urls, db: Database, acme: Company) -> None:
    await enqueue(db, acme)
    leave_behind(urls)

    async with (
        opened(urls.application, db) as one,
        opened(urls.application, db) as other,
    ):
        both = await asyncio.gather(rescue(one), rescue(other))

    assert sorted(both) == [0, 1]
    assert queue(urls) == [("todo", 1)]


async def test_a_worker_survives_losing_all_its_connections(
    urls: Urls, db: Database, acme: Company
) -> None:
    recorder = Recorder()
    async with working(urls, db, recorder.tasks):
        await enqueue(db, acme)
        await recorder.has_run(1)
        with psycopg.connect(urls.superuser, autocommit=True) as superuser:
            superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'tandem-worker' AND datname = current_database()"
            )
        await enqueue(db, acme)
        await recorder.has_run(2)


async def test_a_worker_whose_heartbeat_stopped_starts_anew(
    urls: Urls, db: Database, acme: Company
) -> None:
    recorder = Recorder()
    await enqueue(db, acme)
    async with working(urls, db, recorder.tasks, replace(QUICK, heartbeat=0.05)):
        await recorder.has_run(1)
        async with Heard("worker.interrupted"):
            ask(urls, "ALTER FUNCTION jobs.procrastinate_update_heartbeat_v1 RENAME TO away")
        ask(urls, "ALTER FUNCTION jobs.away RENAME TO procrastinate_update_heartbeat_v1")
        await enqueue(db, acme)

        await recorder.has_run(2)


async def test_the_queues_tables_stay_closed_to_the_application(
    urls: Urls, db: Database, acme: Company
) -> None:
    await enqueue(db, acme)

    with (
        psycopg.connect(urls.application, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT args FROM jobs.procrastinate_jobs")


async def test_evaluating_the_rules_raises_alerts_and_makes_the_configured_moves(
    urls: Urls, db: Database, acme: Company
) -> None:
    await reach_alerts_channel(db, acme)
    number = await a_deal(db, acme)
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, STALE_MOVES_TO, "prospecting")
    await enqueue(db, acme)

    await run_waiting(urls.application, db)

    async with db.transaction(acme.rep) as tx:
        moved = await find_opportunity(tx, number)
        (*_, last) = await history(tx, moved.id)
        statuses = list(await tx.session.scalars(select(Alert.status)))
    assert (moved.stage, last.by, last.reason) == (
        "prospecting",
        None,
        "No movement for 21 days",
    )
    assert statuses == ["resolved"]
    assert [kind for _, kind, _ in await waiting(db, acme)] == [alerts.MESSAGE, alerts.MESSAGE]
    assert queue(urls) == []


def move_meanwhile(urls: Urls) -> None:
    """Somebody moves each opportunity on just after its alert was raised."""
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute(
            """
            CREATE FUNCTION move_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              UPDATE opportunities SET stage = 'qualified' WHERE id = NEW.entity_id; RETURN NULL;
            END $$
            """
        )
        connection.execute(
            "CREATE TRIGGER move_on AFTER INSERT ON alerts FOR EACH ROW EXECUTE FUNCTION move_on()"
        )


async def test_a_move_that_is_refused_stops_nothing(
    urls: Urls, db: Database, acme: Company
) -> None:
    await deals(db, acme, ["First", "Second"])
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, STALE_MOVES_TO, "lost")
    move_meanwhile(urls)
    await enqueue(db, acme)

    await run_waiting(urls.application, db)

    async with db.transaction(acme.rep) as tx:
        statuses = list(await tx.session.scalars(select(Alert.status)))
    assert statuses == ["pending", "pending"]
    assert queue(urls) == []
