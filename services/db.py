"""The tenant's transaction: the only place that begins, commits, or says whose rows are visible."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import LiteralString, Protocol, cast

import psycopg
from sqlalchemy import ClauseElement, Connection, Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    create_async_engine,
)
from sqlalchemy.sql.compiler import SQLCompiler

from services.directory import Directory
from services.memory import Memory, Recollection
from services.values import Actor, OrganizationId

STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 2_000
"""Slack waits three seconds for an answer; a lock held longer is reported, not waited for."""

_BEGIN_BOUND = (
    "BEGIN; SELECT set_config('app.current_organization_id', %(organization)s, true),"
    " set_config('app.now', %(now)s, true)"
)
"""Both at once: one way to the database and back before the first question."""


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
    """

    __slots__ = ("_session", "actor", "connection", "now", "recollection")

    def __init__(
        self, connection: AsyncConnection, actor: Actor, now: datetime, recollection: Recollection
    ) -> None:
        self.connection = connection
        self.actor = actor
        self.now = now
        self.recollection = recollection
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
        """The rows of a statement that was built once, as the driver reads them.

        A third of SQLAlchemy's time for a page. Values the statement does not ask for are left
        out. Raises KeyError for one that is missing, else SQLAlchemy's errors.
        """
        asked = _asked(statement)
        given = {**asked.constants, **{name: values[name] for name in asked.required}}
        try:
            cursor = await driver_of(self.connection).execute(asked.sql, given)
            return await cursor.fetchall()
        except psycopg.Error as failed:
            raise DBAPIError.instance(asked.name, None, failed, psycopg.Error) from failed

    def acting_as(self, actor: Actor, now: datetime) -> "Tx":
        """The same transaction for somebody else of the organization, at another time."""
        other = Tx(self.connection, actor, now, self.recollection)
        other._session = self.session
        return other

    async def flush(self) -> None:
        """Send the database what the session still holds."""
        if self._session is not None:
            await self._session.flush()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A statement as the driver wants it: its own values, and the names of those to be given."""

    name: str
    sql: LiteralString
    constants: Mapping[str, object]
    required: Sequence[str]


@cache
def _asked(statement: Executable) -> _Asked:
    element = cast("ClauseElement", statement)
    compiled = cast("SQLCompiler", element.compile(dialect=PGDialect_psycopg()))
    sql = cast("LiteralString", str(compiled))
    required = [name for name, bound in compiled.binds.items() if bound.required]
    values = cast("Mapping[str, object]", compiled.params)
    constants = {name: value for name, value in values.items() if name not in required}
    return _Asked(sql[:60], sql, constants, required)


def driver_of(connection: AsyncConnection) -> psycopg.AsyncConnection:
    """The driver's connection behind SQLAlchemy's."""
    pooled = cast("Connection", connection.sync_connection).connection
    return cast("psycopg.AsyncConnection", pooled.driver_connection)


async def _commit(driver: psycopg.AsyncConnection) -> None:
    """Whatever was asked by whichever way."""
    try:
        await driver.commit()
    except psycopg.Error as failed:
        raise DBAPIError.instance("COMMIT", None, failed, psycopg.Error) from failed


class Database:
    """Opens transactions. Row level security does the rest: no query names the organization."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._memory = Memory()

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def memory(self) -> Memory:
        return self._memory

    @asynccontextmanager
    async def transaction(self, actor: Actor) -> AsyncGenerator[Tx]:
        """Begin as `actor`, commit at the end, roll back on any error."""
        if not actor or not actor.organization_id:
            raise NoTenantError
        now = self._clock.now()
        recollection = Recollection(self._memory.company(actor.organization_id))
        async with self._engine.connect() as connection:
            await self._begin_bound(connection, actor.organization_id, now)
            tx = Tx(connection, actor, now, recollection)
            yield tx
            await tx.flush()
            await _commit(driver_of(connection))
        if recollection.is_outdated:
            self._memory.forget(actor.organization_id)

    @asynccontextmanager
    async def directory(self) -> AsyncGenerator[Directory]:
        """The questions that are answered before a company is known; see the directory's room."""
        async with self._engine.connect() as connection:
            yield Directory(connection, self._clock.now())

    async def close(self) -> None:
        await self._engine.dispose()

    async def _begin_bound(
        self, connection: AsyncConnection, organization_id: OrganizationId, now: datetime
    ) -> None:
        """The driver begins no transaction by itself (see `engine_for`): here one begins."""
        tenant = {"organization": str(organization_id), "now": now.isoformat()}
        try:
            await psycopg.AsyncClientCursor(driver_of(connection)).execute(_BEGIN_BOUND, tenant)
        except psycopg.OperationalError as lost:
            await self._engine.dispose()  # the others of the pool are lost as well
            raise OperationalError(_BEGIN_BOUND, None, lost) from lost


def connect(url: str, clock: Clock, *, pool_size: int = 10) -> Database:
    """A database behind `url` (`postgresql://…`), as the application's login."""
    return Database(engine_for(url, pool_size=pool_size), clock)


def engine_for(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """The engine all connections come from: time-outs set, UTC, no text of ours in the log.

    The driver does not begin transactions: `Database.transaction` does, SQLAlchemy ends them.
    Outside of one each statement is its own.
    """
    options = (
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}"
        " -c idle_in_transaction_session_timeout=30000 -c timezone=UTC"
    )
    return create_async_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_recycle=1800,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args={"options": options, "application_name": "tandem"},
    )
