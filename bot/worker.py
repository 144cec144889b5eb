"""Runs the work that is not the answer to a click: jobs put into the queue by `services.jobs`.

A worker is one of any number, as the application's login, with the queue's own schema as its path.
A job's arguments are identifiers; what it does, it does as the application inside one organization.
"""

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from pydantic import BaseModel, ConfigDict

from services import alerts, jobs
from services.commission.accruing import settle, unsettled
from services.db import Database
from services.errors import DomainError
from services.health.recomputing import recompute
from services.values import Actor, OrganizationId

log = logging.getLogger(__name__)

Work = Callable[[Database, OrganizationId, UUID | None], Awaitable[None]]
"""What a job does, inside which organization, and about which record where it has a subject."""

CONCURRENCY = 4
MOST_ATTEMPTS = 5
BACK_OFF = RetryStrategy(max_attempts=MOST_ATTEMPTS - 1, exponential_wait=4)
"""Again after 4, 16, 64 and 256 seconds; then it stays in the queue as failed."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a worker waits for what, in seconds."""

    poll: float = 0.5
    """A retried job wakes nobody (the queue notifies of new ones only), so it is looked for."""
    heartbeat: float = 5
    silent: float = 20
    """A worker without a heartbeat for this long is gone, and its jobs are rescued."""
    rescue: float = 10
    longest: float = 120
    """A job that takes longer is stopped, to be tried again. One that still seems to run after
    twice this has ended without being able to say so, and is rescued too.
    """
    grace: float = 10
    """What jobs at work get to finish when the worker is to stop."""
    restart: float = 2


class JobFailedError(Exception):
    """A job ended with an error of the named kind. The words of the error itself may hold data of
    a company and are not passed on.
    """


class _Arguments(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    version: Literal[1]
    organization_id: UUID
    subject: UUID | None = None


async def evaluate_alert_rules(
    db: Database, organization_id: OrganizationId, _subject: UUID | None
) -> None:
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


async def recompute_health(
    db: Database, organization_id: OrganizationId, subject: UUID | None
) -> None:
    """Of one partner, or of all of the organization's."""
    async with db.transaction(Actor.application(organization_id)) as tx:
        await recompute(tx, subject)


async def settle_commissions(
    db: Database, organization_id: OrganizationId, _subject: UUID | None
) -> None:
    """Of what waited for an exchange rate, and of what the stages have won or reopened. Each in a
    transaction of its own: two opportunities held together could wait for each other's partner.
    """
    actor = Actor.application(organization_id)
    async with db.transaction(actor) as tx:
        waiting = await unsettled(tx)
    for opportunity_id in waiting:
        async with db.transaction(actor) as tx:
            await settle(tx, opportunity_id)


TASKS: Mapping[str, Work] = {
    jobs.EVALUATE_ALERT_RULES: evaluate_alert_rules,
    jobs.RECOMPUTE_HEALTH: recompute_health,
    jobs.SETTLE_COMMISSIONS: settle_commissions,
}
PACE = Pace()


async def run_worker(
    url: str, db: Database, tasks: Mapping[str, Work] = TASKS, pace: Pace = PACE
) -> None:
    """Run jobs until cancelled; then those at work get their grace, and what is not done by then
    goes back into the queue. Survives losing its database.
    """
    async with opened(url, db, tasks, pace) as app, asyncio.TaskGroup() as group:
        group.create_task(_keep_working(app, list(tasks), pace))
        group.create_task(_keep_rescuing(app, pace))


async def run_waiting(
    url: str, db: Database, tasks: Mapping[str, Work] = TASKS, pace: Pace = PACE
) -> None:
    """Run every job that waits now, and those they ask for, then return."""
    async with opened(url, db, tasks, pace) as app:
        await _worker(app, list(tasks), pace, concurrency=1, wait=False).run()


@asynccontextmanager
async def opened(
    url: str, db: Database, tasks: Mapping[str, Work] = TASKS, pace: Pace = PACE
) -> AsyncGenerator[App]:
    """The queue and its tasks, connected as the application's login that `url` names."""
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
        run = _guarded(name, db, work, pace.longest)
        app.task(name=name, queue=name, retry=BACK_OFF)(run)
    async with app.open_async():
        yield app


async def rescue(app: App, pace: Pace = PACE) -> int:
    """Put back the jobs that their worker left behind; returns how many there were. The last
    attempt is not put back: the job stays in the queue as failed.
    """
    rescued = await app.connector.execute_query_all_async(
        "SELECT id, is_given_up FROM rescue(%(silent)s, %(running)s, %(most)s)",
        silent=timedelta(seconds=pace.silent),
        running=timedelta(seconds=2 * pace.longest),
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


def _worker(app: App, queues: Sequence[str], pace: Pace, *, concurrency: int, wait: bool) -> Worker:
    return _WatchedWorker(
        app,
        queues=queues,
        concurrency=concurrency,
        wait=wait,
        listen_notify=wait,
        fetch_job_polling_interval=pace.poll,
        shutdown_graceful_timeout=pace.grace,
        delete_jobs="successful",
        install_signal_handlers=False,
        update_heartbeat_interval=pace.heartbeat,
        stalled_worker_timeout=pace.silent,
    )


def _guarded(name: str, db: Database, work: Work, longest: float) -> Callable[..., Awaitable[None]]:
    """`work` with its arguments checked, its time limited and its errors kept free of data."""

    async def run(**arguments: object) -> None:
        asked = _Arguments.model_validate(arguments)
        try:
            async with asyncio.timeout(longest):
                await work(db, OrganizationId(asked.organization_id), asked.subject)
        except Exception as error:  # noqa: BLE001  # whatever it is, the queue decides what is next
            kind = type(error).__name__
            facts = {"task": name, "organization_id": str(asked.organization_id), "error": kind}
            trace = "".join(traceback.format_tb(error.__traceback__))
            log.error("job.failed", extra=facts | {"trace": trace})  # noqa: TRY400  # its words may hold data
            raise JobFailedError(kind) from None

    return run


async def _keep_working(app: App, queues: Sequence[str], pace: Pace) -> None:
    while True:
        why = "a side task failed"
        try:
            await _worker(app, queues, pace, concurrency=CONCURRENCY, wait=True).run()
        except ConnectorException as error:
            why = type(error.__cause__).__name__
        log.warning("worker.interrupted", extra={"error": why})
        await asyncio.sleep(pace.restart)


async def _keep_rescuing(app: App, pace: Pace) -> None:
    while True:
        try:
            await rescue(app, pace)
        except ConnectorException as error:
            log.warning("rescue.interrupted", extra={"error": type(error.__cause__).__name__})
        await asyncio.sleep(pace.rescue)
