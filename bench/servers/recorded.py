"""What the application really asks the database, so that a baseline asks exactly the same.

It is seen at the driver, below whatever the application uses to get there.
"""

import re
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import cast
from unittest.mock import patch

from psycopg import AsyncConnection, AsyncCursor
from slack_bolt.async_app import AsyncBoltRequest
from sqlalchemy import Executable, event, text
from sqlalchemy.engine import Engine

from bench.load import form
from bench.messages import Facts, Person
from bench.servers.tandem import settings
from bot.app import Tandem, built
from services import driver
from services.db import Tx

READS_THE_PAGE = "customer_name"

NAMED = re.compile(r"%\((\w+)\)s")
"""A value as psycopg marks it."""

Values = Mapping[str, object]


class NothingRecordedError(RuntimeError):
    """The application did not ask what was expected; see the words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """As SQLAlchemy is given it."""

    element: Executable
    values: Values


@dataclass(frozen=True, slots=True)
class Statement:
    """As the driver got it. `element` is what SQLAlchemy was given, if it made the statement."""

    sql: str
    values: Values
    asked: Asked | None
    """What SQLAlchemy made it of; None where it was asked without SQLAlchemy."""
    transaction: int
    is_in_transaction: bool
    """Not one of its own."""


Transaction = Sequence[Statement]


class Recorder:
    """The application in this process, asked without HTTP."""

    def __init__(self, tandem: Tandem) -> None:
        self._tandem = tandem

    async def page(self, person: Person, words: str) -> Sequence[Asked]:
        """All that a command asks to get the rows of its page, for SQLAlchemy to ask again."""
        asked = [each for whole in await self.transactions(person, words) for each in whole]
        pages = [again(each) for each in asked if READS_THE_PAGE in each.sql]
        if not pages:
            raise NothingRecordedError(f"/opp {words} asked for no page")
        return pages

    async def transactions(self, person: Person, words: str) -> Sequence[Transaction]:
        """All that a command asks, in order."""
        request = AsyncBoltRequest(body=form(person, words), headers=dict(FORM))
        with _statements() as statements:
            await self._tandem.bolt.async_dispatch(request)
        return [list(each) for _, each in groupby(statements, lambda each: each.transaction)]


FORM: Mapping[str, str | Sequence[str]] = {"content-type": "application/x-www-form-urlencoded"}


def again(statement: Statement) -> Asked:
    """As SQLAlchemy was given it, else the same words as SQLAlchemy takes them."""
    if statement.asked is not None:
        return statement.asked
    words = NAMED.sub(r":\1 ", statement.sql).replace("%%", "%")
    return Asked(text(words), statement.values)


@asynccontextmanager
async def recorder(facts: Facts) -> AsyncGenerator[Recorder]:
    """The application, built once more to look at what it does."""
    async with built(settings(facts)) as tandem:
        yield Recorder(tandem)


@contextmanager
def _statements() -> Generator[list[Statement]]:
    """Every statement that a connection of this process executes meanwhile."""
    seen = _Seen([], [], 0)
    event.listen(Engine, "before_execute", seen.given)
    try:
        with (
            patch.object(AsyncCursor, "execute", seen.noting(AsyncCursor.execute)),
            patch.object(AsyncConnection, "commit", seen.counting(AsyncConnection.commit)),
            patch.object(Tx, "rows", seen.reading(Tx.rows)),
            patch.object(driver, "PREPARED_AFTER", sys.maxsize),
        ):
            yield seen.statements
    finally:
        event.remove(Engine, "before_execute", seen.given)


@dataclass(slots=True)
class _Seen:
    statements: list[Statement]
    asked: list[Asked]
    commits: int

    def given(
        self, _connection: object, element: Executable, _many: object, values: Values, *_: object
    ) -> None:
        """SQLAlchemy is about to have the driver execute this."""
        self.asked[:] = [Asked(element, dict(values))]

    def reading(self, rows: Callable[..., object]) -> Callable[..., object]:
        """A statement of SQLAlchemy's that the application hands to the driver itself."""

        def read(tx: object, element: Executable, values: Values) -> object:
            self.asked[:] = [Asked(element, dict(values))]
            return rows(tx, element, values)

        return read

    def noting(self, execute: Callable[..., object]) -> Callable[..., object]:
        def noted(
            cursor: AsyncCursor, query: object, values: object = None, **options: object
        ) -> object:
            is_bound = not cursor.connection.autocommit or str(query).startswith(driver.BEGIN)
            said = str(query).removesuffix(f"; {driver.COMMIT}")
            for words in _parted(said):
                is_begin = words == driver.BEGIN
                asked = self.asked.pop() if self.asked and not is_begin else None
                told = cast("Values", values or {})
                self.statements.append(Statement(words, told, asked, self.commits, is_bound))
            self.commits += said != str(query)
            return execute(cursor, query, values, **options)

        return noted

    def counting(self, commit: Callable[..., object]) -> Callable[..., object]:
        def counted(connection: object) -> object:
            self.commits += 1
            return commit(connection)

        return counted


def _parted(words: str) -> list[str]:
    """The beginning of a transaction may come in one message with its first statement."""
    rest = words.removeprefix(f"{driver.BEGIN}; ")
    return [words] if rest == words else [driver.BEGIN, rest]
