"""Runs the work that is not the answer to a click: jobs put into the queue by `services.jobs`.

A worker is one of any number, as the application's login, with the queue's own schema as its path.
A job's arguments are identifiers; what it does, it does as the application inside one organization.
"""

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Literal
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from pydantic import BaseModel, ConfigDict

from services import alerts, jobs
from services.db import Database
from services.errors import DomainError
from services.values import Actor, OrganizationId

log = logging.getLogger(__name__)

Work = Callable[[Database, OrganizationId], Awaitable[None]]

CONCURRENCY = 4
POLL_SECONDS = 0.5
"""A retried job wakes nobody (the queue notifies of new ones only), so it is looked for."""
HEARTBEAT_SECONDS = 5
SILENT = timedelta(seconds=20)
"""A worker without a heartbeat for this long is gone, and its jobs are rescued."""
RESCUE_SECONDS = 10
MOST_SECONDS = 120
RUNNING = timedelta(seconds=2 * MOST_SECONDS)
"""No job runs this long; one that seems to has ended without being able to say so."""
MOST_ATTEMPTS = 5
BACK_OFF = RetryStrategy(max_attempts=MOST_ATTEMPTS - 1, exponential_wait=4)
"""Again after 4, 16, 64 and 256 seconds; then it stays in the queue as failed."""
GRACE_SECONDS = 10
RESTART_SECONDS = 2


class JobFailedError(Exception):
    """A job ended with an error of the named kind. The words of the error itself may hold data of
    a company and are not passed on.
    """


class _Arguments(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    version: Literal[1]
    organization_id: UUID


async def evaluate_alert_rules(db: Database, organization_id: OrganizationId) -> None:
    """Raise and resolve alerts in one transaction, then make each move in one of its own."""
    actor = Actor.application(organization_id)
    async with db.transaction(actor) as tx:
        evaluated = await alerts.evaluate(tx)
    for move in evaluated.to_move:
        try:
            async with db.transaction(actor) as tx:
                await alerts.move_on(tx, move)
        except DomainError as refusal:
            facts = {"opportunity": move.number, "refusal": type(refusal).__name__}
            log.info("alerts.move_refused", extra=facts)


TASKS: Mapping[str, Work] = {jobs.EVALUATE_ALERT_RULES: evaluate_alert_rules}


async def run_worker(url: str, db: Database, tasks: Mapping[str, Work] = TASKS) -> None:
    """Run jobs until cancelled; then those at work get ten seconds, and what is not done by then
    goes back into the queue. Survives losing its database.
    """
    async with _opened(url, db, tasks) as app, asyncio.TaskGroup() as group:
        group.create_task(_keep_working(app))
        group.create_task(_keep_rescuing(app))


async def run_waiting(url: str, db: Database, tasks: Mapping[str, Work] = TASKS) -> None:
    """Run every job that waits now, and those they ask for, then return."""
    async with _opened(url, db, tasks) as app:
        await _worker(app, wait=False, concurrency=1).run()


async def rescue(app: App) -> int:
    """Put back the jobs that their worker left behind; returns how many there were."""
    rescued = await app.connector.execute_query_all_async(
        "SELECT id, is_given_up FROM rescue(%(silent)s, %(running)s, %(most)s)",
        silent=SILENT,
        running=RUNNING,
        most=MOST_ATTEMPTS,
    )
    for row in rescued:
        event = "job.given_up" if row["is_given_up"] else "job.rescued"
        log.warning(event, extra={"job_id": row["id"]})
    return len(rescued)


class _WatchedWorker(Worker):
    """The library's worker stops watching its heartbeat and its listener once the deferrer of its
    periodic jobs has ended, which without such jobs is at once. Here it never ends.
    """

    async def _periodic_deferrer(self) -> None:
        await asyncio.Event().wait()


@asynccontextmanager
async def _opened(url: str, db: Database, tasks: Mapping[str, Work]) -> AsyncGenerator[App]:
    connector = PsycopgConnector(
        conninfo=url,
        min_size=1,
        max_size=CONCURRENCY,
        kwargs={
            "options": "-c search_path=jobs -c statement_timeout=5000 -c timezone=UTC",
            "application_name": "tandem-worker",
        },
    )
    app = App(connector=connector)
    for name, work in tasks.items():
        app.task(name=name, queue=jobs.QUEUE, retry=BACK_OFF)(_guarded(name, db, work))
    async with app.open_async():
        yield app


def _guarded(name: str, db: Database, work: Work) -> Callable[..., Awaitable[None]]:
    """`work` with its arguments checked, its time limited and its errors kept free of data."""

    async def run(**arguments: object) -> None:
        asked = _Arguments.model_validate(arguments)
        try:
            async with asyncio.timeout(MOST_SECONDS):
                await work(db, OrganizationId(asked.organization_id))
        except Exception as error:  # noqa: BLE001  # whatever it is, the queue decides what is next
            kind = type(error).__name__
            facts = {"task": name, "organization_id": str(asked.organization_id), "error": kind}
            trace = "".join(traceback.format_tb(error.__traceback__))
            log.error("job.failed", extra=facts | {"trace": trace})  # noqa: TRY400  # its words may hold data
            raise JobFailedError(kind) from None

    return run


def _worker(app: App, *, wait: bool, concurrency: int) -> Worker:
    return _WatchedWorker(
        app,
        queues=[jobs.QUEUE],
        concurrency=concurrency,
        wait=wait,
        listen_notify=wait,
        fetch_job_polling_interval=POLL_SECONDS,
        shutdown_graceful_timeout=GRACE_SECONDS,
        delete_jobs="successful",
        install_signal_handlers=False,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=SILENT.total_seconds(),
    )


async def _keep_working(app: App) -> None:
    while True:
        try:
            await _worker(app, wait=True, concurrency=CONCURRENCY).run()
        except ConnectorException as error:
            log.warning("worker.interrupted", extra={"error": type(error.__cause__).__name__})
        else:
            log.warning("worker.interrupted", extra={"error": "a side task failed"})
        await asyncio.sleep(RESTART_SECONDS)


async def _keep_rescuing(app: App) -> None:
    while True:
        try:
            await rescue(app)
        except ConnectorException as error:
            log.warning("rescue.interrupted", extra={"error": type(error.__cause__).__name__})
        await asyncio.sleep(RESCUE_SECONDS)
