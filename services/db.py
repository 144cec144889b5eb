"""The tenant's transaction: the only place that begins, commits, or says whose rows are visible."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from services.directory import Directory
from services.values import Actor, OrganizationId

STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 2_000
"""Slack waits three seconds for an answer; a lock held longer is reported, not waited for."""

_BIND_TENANT = text(
    "SELECT set_config('app.current_organization_id', :organization, true),"
    " set_config('app.now', :now, true)"
)


class NoTenantError(RuntimeError):
    """A transaction without an organization was asked for: our fault, found before any SQL."""


class Clock(Protocol):
    """Where the time comes from; tests and the sandbox travel in it."""

    def now(self) -> datetime:
        """The present, in UTC with its zone."""
        ...


@dataclass(frozen=True, slots=True)
class Tx:
    """One open transaction of one organization. `now` is fixed at its start."""

    session: AsyncSession
    actor: Actor
    now: datetime

    @property
    def organization_id(self) -> OrganizationId:
        return self.actor.organization_id


class Database:
    """Opens transactions. Row level security does the rest: no query names the organization."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        self._clock = clock

    @property
    def clock(self) -> Clock:
        return self._clock

    @asynccontextmanager
    async def transaction(self, actor: Actor) -> AsyncGenerator[Tx]:
        """Begin as `actor`, commit at the end, roll back on any error."""
        if not actor or not actor.organization_id:
            raise NoTenantError
        now = self._clock.now()
        tenant = {"organization": str(actor.organization_id), "now": now.isoformat()}
        async with self._sessions.begin() as session:
            await session.execute(_BIND_TENANT, tenant)
            yield Tx(session, actor, now)

    @asynccontextmanager
    async def directory(self) -> AsyncGenerator[Directory]:
        """The questions that are answered before a company is known; see the directory's room."""
        async with self._sessions.begin() as session:
            yield Directory(session, self._clock.now())

    async def close(self) -> None:
        await self._engine.dispose()


def connect(url: str, clock: Clock, *, pool_size: int = 10) -> Database:
    """A database behind `url` (`postgresql://…`), as the application's login."""
    return Database(engine_for(url, pool_size=pool_size), clock)


def engine_for(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """The engine all connections come from: time-outs set, UTC, no text of ours in the log."""
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
        connect_args={"options": options, "application_name": "tandem"},
    )
