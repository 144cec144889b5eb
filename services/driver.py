"""What is asked of the driver itself, below SQLAlchemy: where a transaction begins and ends, and
the reads of every request. Each way to the database and back is a wait for the person who asked.
"""

import hashlib
import re
from collections.abc import AsyncGenerator, Generator, Mapping, MutableMapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import LiteralString, cast

import psycopg
from psycopg.errors import InFailedSqlTransaction
from psycopg.pq import TransactionStatus
from psycopg.sql import Literal
from sqlalchemy import (
    AdaptedConnection,
    ClauseElement,
    Connection,
    Executable,
    SelectBase,
    event,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, object]
Rows = list[tuple[object, ...]]

PLANNED_ANEW: Mapping[str, bool] = {"planned_anew": True}
"""Execution options of a statement of which the database keeps no plan: one that was made for a
company with little would be followed for one with much.
"""
PREPARED_AFTER = 5
"""Uses of a statement on one connection from which the database keeps its plan, as the driver does
for what SQLAlchemy gives it.
"""
BEGIN: LiteralString = (
    "BEGIN; SELECT set_config('app.current_organization_id', %(tenant_organization)s, true),"
    " set_config('app.now', %(tenant_now)s, true)"
)
COMMIT: LiteralString = "COMMIT"
_IS_PREPARED: LiteralString = "SELECT 1 FROM pg_prepared_statements WHERE name = %(name)s"
_BOUND = "tandem.bound"
_USES = "tandem.uses"
_FAILED = (TransactionStatus.INERROR, TransactionStatus.IDLE)
"""What a statement that failed leaves of a transaction; without one where it was the first."""

_UNKNOWN = (TransactionStatus.ACTIVE, TransactionStatus.UNKNOWN)
_VALUE = re.compile(r"(?<!%)%\((\w+)\)s")


@dataclass(slots=True)
class Bound:
    """A connection's present transaction: whose it is, and how far it is."""

    tenant: Values
    is_begun: bool = False
    only_reads: bool = True
    """Nothing was asked but for rows, by `read`."""


@dataclass(frozen=True, slots=True)
class Last:
    """What is said in the message that commits; locks it takes last no longer than that."""

    words: LiteralString
    values: Values


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """A connection of the pool, which gets it back only where it is known how far it is.

    Who was interrupted amid a statement, and again while the driver took that back, leaves one of
    which nobody knows. It is thrown away; what it was asked ends by its time limit, undone.
    """
    async with engine.connect() as connection:
        asked = driver_of(connection)
        try:
            yield connection
        finally:
            if asked.info.transaction_status in _UNKNOWN and not connection.invalidated:
                await connection.invalidate()


@contextmanager
def binding(connection: AsyncConnection, organization_id: str, now: str) -> Generator[Bound]:
    """Have the first statement on this connection begin a transaction of this organization, in
    the same message where it can; then it goes to whoever comes next.
    """
    bound = Bound({"tenant_organization": organization_id, "tenant_now": now})
    # Asked for now: a connection that is lost by then has neither.
    info, asked = _info(connection), driver_of(connection)
    info[_BOUND] = bound
    try:
        yield bound
    finally:
        info.pop(_BOUND, None)
        if asked.info.transaction_status is not TransactionStatus.IDLE:
            _forget_plans(info)


def begin_by_need(engine: AsyncEngine) -> None:
    """Whatever SQLAlchemy executes on a bound connection begins its transaction first."""
    event.listen(engine.sync_engine, "before_cursor_execute", _begin)


async def read(connection: AsyncConnection, statement: Executable, values: Values) -> Rows:
    """The rows of a statement that was built once; see `Tx.rows`."""
    asked = _asked(statement)
    given = {name: values[name] for name in asked.required}
    bound = cast("Bound", _info(connection)[_BOUND])
    bound.only_reads = bound.only_reads and asked.only_reads
    driver = driver_of(connection)
    try:
        words = await _words(connection, asked)
        cursor = psycopg.AsyncClientCursor(driver)
        if bound.is_begun:
            await cursor.execute(words, given, prepare=False)
        else:
            bound.is_begun = True
            await cursor.execute(_with_begin(words), {**bound.tenant, **given}, prepare=False)
        await cursor.set_result(-1)
        return await cursor.fetchall()
    except psycopg.Error as failed:
        if driver.closed:
            await connection.engine.dispose()  # the others of the pool are lost as well
        raise DBAPIError.instance(asked.name, None, failed, psycopg.Error) from failed


async def commit(connection: AsyncConnection, last: Last | None = None) -> None:
    """Whatever was asked by whichever way, and what is to be said last. Raises SQLAlchemy's errors,
    also where the database would silently roll back because somebody went on after a statement
    that failed.
    """
    driver = driver_of(connection)
    bound = cast("Bound", _info(connection)[_BOUND])
    try:
        if bound.is_begun and driver.info.transaction_status in _FAILED:
            raise InFailedSqlTransaction("a statement of the transaction has failed")
        if last is None:
            await driver.commit()
        else:
            await _commit_with(driver, bound, last)
    except psycopg.Error as failed:
        raise DBAPIError.instance(COMMIT, None, failed, psycopg.Error) from failed


async def _commit_with(driver: psycopg.AsyncConnection, bound: Bound, last: Last) -> None:
    words = f"{last.words}; {COMMIT}"
    cursor = psycopg.AsyncClientCursor(driver)
    if bound.is_begun:
        await cursor.execute(words, last.values)
    else:
        await cursor.execute(_with_begin(words), {**bound.tenant, **last.values})


def driver_of(connection: AsyncConnection) -> psycopg.AsyncConnection:
    """The driver's connection behind SQLAlchemy's."""
    pooled = cast("Connection", connection.sync_connection).connection
    return cast("psycopg.AsyncConnection", pooled.driver_connection)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A statement as the driver wants it, and the names of the values to be given."""

    name: LiteralString
    sql: LiteralString
    required: Sequence[str]
    only_reads: bool
    is_planned_anew: bool
    prepare: LiteralString
    execute: LiteralString


@cache
def _asked(statement: Executable) -> _Asked:
    element = cast("ClauseElement", statement)
    compiled = cast("SQLCompiler", element.compile(dialect=PGDialect_psycopg()))
    sql = _with_constants(compiled)
    name = cast("LiteralString", f"tandem_{hashlib.sha256(sql.encode()).hexdigest()[:16]}")
    names = list(dict.fromkeys(_VALUE.findall(sql)))
    places = {each: f"${place}" for place, each in enumerate(names, start=1)}
    numbered = _VALUE.sub(lambda value: places[value[1]], sql).replace("%%", "%")
    given = ", ".join(f"%({each})s" for each in names)
    called = f"EXECUTE {name}({given})" if given else f"EXECUTE {name}"
    return _Asked(
        name=name,
        sql=sql,
        required=names,
        only_reads=isinstance(statement, SelectBase),
        is_planned_anew=statement.get_execution_options() == PLANNED_ANEW,
        prepare=cast("LiteralString", f"PREPARE {name} AS {numbered}"),
        execute=cast("LiteralString", called),
    )


def _with_constants(compiled: SQLCompiler) -> LiteralString:
    """The statement with its own values written out by the driver: a plan that is kept for all
    values to be given can still use an index that is for one of these alone.
    """
    values = cast("Values", compiled.params)
    own = {
        name: Literal(values[name]).as_string().replace("%", "%%")
        for bound, name in compiled.bind_names.items()
        if not bound.required
    }
    words = _VALUE.sub(lambda value: own.get(value[1], value[0]), str(compiled))
    return cast("LiteralString", words)


@cache
def _with_begin(words: LiteralString) -> LiteralString:
    return f"{BEGIN}; {words}"


async def _words(connection: AsyncConnection, asked: _Asked) -> LiteralString:
    """The statement itself, or how it is called once the database keeps its plan."""
    if asked.is_planned_anew:
        return asked.sql
    uses = cast("dict[str, int]", _info(connection).setdefault(_USES, {}))
    before = uses.get(asked.name, 0)
    if before == PREPARED_AFTER:
        await _prepare(psycopg.AsyncClientCursor(driver_of(connection)), asked)
    uses[asked.name] = before + 1
    return asked.sql if before < PREPARED_AFTER else asked.execute


async def _prepare(cursor: psycopg.AsyncClientCursor[tuple[object, ...]], asked: _Asked) -> None:
    """Unless the plan outlived the roll back after which it was forgotten."""
    await cursor.execute(_IS_PREPARED, {"name": asked.name})
    if await cursor.fetchone() is None:
        await cursor.execute(asked.prepare)


def _forget_plans(info: MutableMapping[str, object]) -> None:
    """With a roll back the driver has the database drop all plans of the connection, whoever made
    them, if it made one itself.
    """
    info.pop(_USES, None)


def _begin(connection: Connection, _cursor: object, statement: str, *_others: object) -> None:
    if statement.startswith("ROLLBACK"):
        _forget_plans(connection.info)
    bound = cast("Bound | None", connection.info.get(_BOUND))
    if bound is None:
        return
    bound.only_reads = False
    if bound.is_begun:
        return
    bound.is_begun = True
    try:
        adapted = cast("AdaptedConnection", connection.connection.dbapi_connection)
        adapted.run_async(partial(_send_begin, bound))
    except psycopg.OperationalError as lost:
        connection.engine.dispose()  # the others of the pool are lost as well
        raise OperationalError(BEGIN, None, lost) from lost


async def _send_begin(bound: Bound, driver: psycopg.AsyncConnection) -> None:
    await psycopg.AsyncClientCursor(driver).execute(BEGIN, bound.tenant)


def _info(connection: AsyncConnection) -> MutableMapping[str, object]:
    """What is kept with the database's connection, as long as that lives."""
    return cast("Connection", connection.sync_connection).info
