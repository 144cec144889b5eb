"""What the application really asks the database, so that a baseline asks exactly the same."""

from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import cast

from slack_bolt.async_app import AsyncBoltRequest
from sqlalchemy import Select, event
from sqlalchemy.engine import Engine

from bench.load import form
from bench.messages import Facts
from bench.servers.tandem import settings
from bot.app import Tandem, built

BINDS_TENANT = "set_config('app.current_organization_id'"
WRITES = ("INSERT", "UPDATE", "DELETE")
CALLS = (BINDS_TENANT, "pg_notify", "jobs.procrastinate_defer")


class NothingRecordedError(RuntimeError):
    """The application did not ask what was expected; see the words."""


@dataclass(frozen=True, slots=True)
class Statement:
    """As the driver gets it."""

    sql: str
    values: Mapping[str, object]


class Recorder:
    """The application in this process, asked without HTTP."""

    def __init__(self, tandem: Tandem, facts: Facts) -> None:
        self._tandem = tandem
        self._facts = facts

    async def page(self, words: str) -> tuple[Statement, Select[tuple[object, ...]]]:
        """How a command's transaction begins, and the query for one page that it makes."""
        selects: list[Select[tuple[object, ...]]] = []
        with _selects(selects), _statements() as statements:
            await self._ask(words)
        pages = [each for each in selects if _is_page(each)]
        if not pages:
            raise NothingRecordedError(f"/opp {words} asked for no page")
        return _last_transaction(statements)[0], pages[-1]

    async def writes(self, words: str) -> list[Statement]:
        """The writing statements of a command's last transaction, in order."""
        with _statements() as statements:
            await self._ask(words)
        writes = [each for each in _last_transaction(statements) if _writes(each.sql)]
        if not any(each.sql.startswith("UPDATE opportunities") for each in writes):
            raise NothingRecordedError(f"/opp {words} moved nothing")
        return writes

    async def _ask(self, words: str) -> None:
        body = form(self._facts, words)
        headers: dict[str, str | Sequence[str]] = {
            "content-type": "application/x-www-form-urlencoded"
        }
        await self._tandem.bolt.async_dispatch(AsyncBoltRequest(body=body, headers=headers))


@asynccontextmanager
async def recorder(facts: Facts) -> AsyncGenerator[Recorder]:
    """The application, built once more to look at what it does."""
    async with built(settings(facts)) as tandem:
        yield Recorder(tandem, facts)


@contextmanager
def _statements() -> Generator[list[Statement]]:
    seen: list[Statement] = []

    def note(_connection: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        seen.append(Statement(sql, cast("Mapping[str, object]", values)))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def _selects(seen: list[Select[tuple[object, ...]]]) -> Generator[None]:
    def note(_connection: object, statement: object, *_: object) -> None:
        if isinstance(statement, Select):
            seen.append(cast("Select[tuple[object, ...]]", statement))

    event.listen(Engine, "before_execute", note)
    try:
        yield
    finally:
        event.remove(Engine, "before_execute", note)


def _last_transaction(statements: list[Statement]) -> list[Statement]:
    begins = [at for at, each in enumerate(statements) if BINDS_TENANT in each.sql]
    return statements[begins[-1] :]


def _is_page(statement: Select[tuple[object, ...]]) -> bool:
    asked = str(statement)
    return "OFFSET" in asked and "opportunities.customer_name" in asked


def _writes(sql: str) -> bool:
    return sql.lstrip().startswith(WRITES) or any(call in sql for call in CALLS)
