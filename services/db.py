"""The tenant's transaction: the only place that begins, commits, or says whose rows are visible."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Protocol

from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    create_async_engine,
)

from services import driver
from services.directory import Directory
from services.memory import Memory, Recollection
from services.queue import Job, deferral
from services.values import Actor, OrganizationId

log = logging.getLogger(__name__)

STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 2_000
"""Slack waits three seconds for an answer; a lock held longer is reported, not waited for."""


class NoTenantError(RuntimeError):
    """A transaction without an organization was asked for: our fault, found before any SQL."""


class Clock(Protocol):
    """Where the time comes from; tests and the sandbox travel in it."""

    def now(self) -> datetime:
        """The present, in UTC with its zone."""
        ...


class Tx:
    """One open transaction of one organization. `now` is fixed at its start.

    `session` is for rows that change; `connection` runs statements without its cost; `rows` reads
    what is asked at every request with the least. Neither sees what the session has not flushed.
    `jobs`, by their names, go into the queue when it commits.
    """

    __slots__ = ("_session", "actor", "connection", "jobs", "now", "recollection")

    def __init__(
        self, connection: AsyncConnection, actor: Actor, now: datetime, recollection: Recollection
    ) -> None:
        self.connection = connection
        self.actor = actor
        self.now = now
        self.recollection = recollection
        self.jobs: dict[str, Job] = {}
        self._session: AsyncSession | None = None

    @property
    def organization_id(self) -> OrganizationId:
        return self.actor.organization_id

    @property
    def session(self) -> AsyncSession:
        if self._session is None:
            self._session = AsyncSession(self.connection, expire_on_commit=False)
        return self._session

    async def rows(
        self, statement: Executable, values: Mapping[str, object]
    ) -> list[tuple[object, ...]]:
        """The rows of a statement that was built once, by the driver itself.

        A third of SQLAlchemy's time for a page; the first brings the transaction's beginning along.

        Values the statement does not ask for are left out. Raises KeyError for one that is
        missing, else SQLAlchemy's errors.
        """
        return await driver.read(self.connection, statement, values)

    def acting_as(self, actor: Actor, now: datetime) -> "Tx":
        """The same transaction for somebody else of the organization, at another time."""
        other = Tx(self.connection, actor, now, self.recollection)
        other._session = self.session
        other.jobs = self.jobs
        return other

    @asynccontextmanager
    async def part(self) -> AsyncGenerator[None]:
        """What fails in here is undone, with the jobs it asked for, and goes on to the caller; what
        was done before is not lost by it.
        """
        asked = dict(self.jobs)
        try:
            async with self.session.begin_nested():
                yield
        except BaseException:
            self.jobs.clear()
            self.jobs.update(asked)
            raise

    async def flush(self) -> None:
        """Send the database what the session still holds."""
        if self._session is not None:
            await self._session.flush()


class Database:
    """Opens transactions. Row level security does the rest: no query names the organization."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._memory = Memory()
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def memory(self) -> Memory:
        return self._memory

    @asynccontextmanager
    async def transaction(self, actor: Actor) -> AsyncGenerator[Tx]:
        """One transaction as `actor`: committed at the end, rolled back on any error. It begins
        with the first statement; without one, or a job to ask for, there is nothing to end.
        """
        if not actor or not actor.organization_id:
            raise NoTenantError
        now = self._clock.now()
        recollection = Recollection(self._memory.company(actor.organization_id))
        async with AsyncExitStack() as held:
            connection = await held.enter_async_context(driver.connected(self._engine))
            bound = held.enter_context(
                driver.binding(connection, str(actor.organization_id), now.isoformat())
            )
            tx = Tx(connection, actor, now, recollection)
            yield tx
            await tx.flush()
            if tx.jobs or not bound.only_reads:
                await driver.commit(connection, deferral(tx.jobs))
            elif bound.is_begun:
                self._end_later(connection, held.pop_all())
        if recollection.is_outdated:
            self._memory.forget(actor.organization_id)

    @asynccontextmanager
    async def directory(self) -> AsyncGenerator[Directory]:
        """The questions that are answered before a company is known; see the directory's room."""
        async with driver.connected(self._engine) as connection:
            yield Directory(connection, self._clock.now())

    async def ended(self) -> None:
        """When all that has only read until now has ended, too."""
        await asyncio.gather(*self._ending)

    async def close(self) -> None:
        await self.ended()
        await self._engine.dispose()

    def _end_later(self, connection: AsyncConnection, held: AsyncExitStack) -> None:
        """Who has only read need not wait for the end."""
        task = asyncio.create_task(_end(connection, held))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


async def _end(connection: AsyncConnection, held: AsyncExitStack) -> None:
    async with held:
        try:
            await driver.commit(connection)
        except DBAPIError as failed:
            log.warning("read_not_ended", extra={"reason": type(failed).__name__})


def connect(url: str, clock: Clock, *, pool_size: int = 10) -> Database:
    """A database behind `url` (`postgresql://…`), as the application's login."""
    return Database(engine_for(url, pool_size=pool_size), clock)


def engine_for(url: str, *, pool_size: int = 10, max_overflow: int | None = None) -> AsyncEngine:
    """The engine all connections come from: time-outs set, UTC, no text of ours in the log.

    The driver does not begin transactions: the first statement of a `Database.transaction` does.
    Outside of one each statement is its own. `max_overflow` connections more, as many as are kept
    unless told otherwise, are opened when all are in use, and closed after it.
    """
    options = (
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}"
        " -c idle_in_transaction_session_timeout=30000 -c timezone=UTC"
        # To compile a plan takes longer than what is asked here; indexes fit into memory.
        " -c jit=off -c work_mem=16MB -c random_page_cost=1.1"
    )
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=pool_size if max_overflow is None else max_overflow,
        pool_use_lifo=True,  # who was last has the tables and plans still at hand
        pool_recycle=1800,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args={"options": options, "application_name": "tandem"},
    )
    driver.begin_by_need(engine)
    return engine
