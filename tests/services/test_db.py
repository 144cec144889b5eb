import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast
from unittest.mock import patch

import pytest
from psycopg import AsyncConnection, AsyncCursor, sql
from psycopg.abc import Params, Query
from sqlalchemy import (
    String,
    Text,
    Uuid,
    bindparam,
    event,
    func,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, DBAPIError, InternalError, OperationalError
from sqlalchemy.pool import QueuePool

from services import driver, jobs
from services.db import Database, NoTenantError, connect
from services.tables import Opportunity, User
from tests.conftest import Urls
from tests.factories import Company, FixedClock


async def test_a_transaction_sees_only_its_own_organization(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    async with db.transaction(acme.rep) as tx:
        seen = set(await tx.session.scalars(select(User.organization_id)))

    assert seen == {acme.organization_id}


async def test_without_a_tenant_there_is_an_error_before_any_sql(db: Database) -> None:
    statements: list[str] = []
    event.listen(
        db._engine.sync_engine, "before_cursor_execute", lambda *call: statements.append(call[2])
    )

    with pytest.raises(NoTenantError):
        async with db.transaction(None):  # pyright: ignore[reportArgumentType]  # the point of the test
            pass

    assert statements == []


async def test_the_tenant_does_not_outlive_its_transaction(db: Database, acme: Company) -> None:
    async with db.transaction(acme.rep):
        pass

    async with db.directory() as directory:
        left = await directory._connection.scalar(select(func.count()).select_from(User))

    assert left == 0


async def test_an_error_rolls_everything_back(db: Database, acme: Company) -> None:
    async def fail() -> None:
        async with db.transaction(acme.rep) as tx:
            await tx.session.execute(text("UPDATE users SET first_name = 'Changed'"))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fail()

    async with db.transaction(acme.rep) as tx:
        names = set(await tx.session.scalars(select(User.first_name)))
    assert "Changed" not in names


async def test_updated_at_follows_the_clock_and_never_stands_still(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    stamps = []
    for name in ("One", "Two"):
        async with db.transaction(acme.rep) as tx:
            await tx.session.execute(
                text("UPDATE users SET first_name = :name WHERE last_name = 'Admin'"),
                {"name": name},
            )
            stamps.append(
                await tx.session.scalar(select(User.updated_at).where(User.last_name == "Admin"))
            )

    assert stamps[0] < stamps[1]
    assert stamps[1].date() == clock.now().date()


async def test_the_connection_is_the_application_login(
    db: Database, urls: Urls, acme: Company
) -> None:
    async with db.transaction(acme.rep) as tx:
        who = await tx.session.scalar(text("SELECT current_user"))

    assert who == "tandem_app"


async def test_what_the_driver_was_asked_is_committed_too(db: Database, acme: Company) -> None:
    renamed = update(User).values(first_name=bindparam("name")).returning(User.id)
    async with db.transaction(acme.rep) as tx:
        changed = await tx.rows(renamed, {"name": "Changed", "not": "asked for"})

    async with db.transaction(acme.rep) as tx:
        names = set(await tx.session.scalars(select(User.first_name)))
    assert (len(changed) > 0, names) == (True, {"Changed"})


async def test_what_the_driver_refuses_is_told_as_everywhere(db: Database, acme: Company) -> None:
    impossible = select(literal_column("1 / 0"))

    async with db.transaction(acme.rep) as tx:
        with pytest.raises(DataError):
            await tx.rows(impossible, {})


async def test_an_error_rolls_back_what_the_driver_was_asked(db: Database, acme: Company) -> None:
    renamed = update(User).values(first_name=bindparam("name")).returning(User.id)

    async def fail() -> None:
        async with db.transaction(acme.rep) as tx:
            await tx.rows(renamed, {"name": "Changed"})
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fail()

    async with db.directory() as directory:
        left = await directory._connection.scalar(select(func.count()).select_from(User))
    async with db.transaction(acme.rep) as tx:
        names = set(await tx.session.scalars(select(User.first_name)))
    assert (left, "Changed" in names) == (0, False)


async def test_a_value_that_is_missing_is_no_null(db: Database, acme: Company) -> None:
    named = select(User.id).where(User.first_name == bindparam("name"))

    async with db.transaction(acme.rep) as tx:
        with pytest.raises(KeyError):
            await tx.rows(named, {})


@asynccontextmanager
async def told(db: Database) -> AsyncGenerator[list[str]]:
    """What the driver is asked meanwhile, on a connection that is there already."""
    async with db.directory() as directory:
        await directory.next_delivery_at()
    said: list[str] = []
    execute = AsyncCursor.execute

    async def noted(
        cursor: AsyncCursor, query: Query, *values: Params, prepare: bool | None = None
    ) -> AsyncCursor:
        said.append(str(query))
        return await execute(cursor, query, *values, prepare=prepare)

    with patch.object(AsyncCursor, "execute", noted):
        yield said


async def test_a_transaction_in_which_nothing_is_asked_says_nothing(
    db: Database, acme: Company
) -> None:
    async with told(db) as said, db.transaction(acme.rep):
        pass

    assert said == []


async def test_a_read_brings_the_beginning_with_it(db: Database, acme: Company) -> None:
    async with told(db) as said, db.transaction(acme.rep) as tx:
        seen = await tx.rows(select(User.organization_id).distinct(), {})

    assert (len(said), seen) == (1, [(acme.organization_id,)])


async def test_after_a_read_the_session_goes_on_in_the_same_transaction(
    db: Database, acme: Company
) -> None:
    transaction = text("SELECT pg_current_xact_id()::text")

    async with db.transaction(acme.rep) as tx:
        ((first,),) = await tx.rows(select(func.pg_current_xact_id().cast(Text)), {})
        second = await tx.session.scalar(transaction)

    assert first == second


async def test_a_read_that_is_asked_often_gives_each_company_its_own(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    of_role = select(User.organization_id).where(User.role == bindparam("role", type_=String))
    seen: list[tuple[object, ...]] = []

    async with told(db) as said:
        for company in (acme, globex_corp) * driver.PREPARED_AFTER:
            async with db.transaction(company.rep) as tx:
                seen += await tx.rows(of_role.distinct(), {"role": "sales_rep"})

    assert seen == [(acme.organization_id,), (globex_corp.organization_id,)] * driver.PREPARED_AFTER
    assert sum(each.startswith("PREPARE") for each in said) <= 1


async def taken_back(db: Database, company: Company) -> None:
    """A transaction that somebody gives up."""

    async def fail() -> None:
        async with db.transaction(company.rep) as tx:
            await tx.session.execute(text("SELECT 1"))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fail()


async def partly_taken_back(db: Database, company: Company) -> None:
    """A transaction of which a part is given up."""
    async with db.transaction(company.rep) as tx:
        with pytest.raises(RuntimeError, match="stop"):
            async with tx.part():
                raise RuntimeError("stop")


@pytest.mark.parametrize("undo", [taken_back, partly_taken_back])
async def test_a_read_that_is_asked_often_goes_on_after_something_was_taken_back(
    urls: Urls, clock: FixedClock, acme: Company, undo: Callable[..., Awaitable[None]]
) -> None:
    db = connect(urls.application, clock, pool_size=1)
    often, by_session = select(User.id), text("SELECT 2")

    async def asked() -> set[int]:
        found: set[int] = set()
        for _ in range(2 * driver.PREPARED_AFTER):
            async with db.transaction(acme.rep) as tx:
                assert await tx.session.scalar(by_session) == 2
                found.add(len(await tx.rows(often, {})))
        return found

    before = await asked()
    await undo(db, acme)
    at_once = await asked()
    for _ in range(2):
        await undo(db, acme)
    later = await asked()
    await db.close()

    assert (before, at_once, later) == ({4}, {4}, {4})


async def test_no_value_of_a_read_is_taken_for_sql(db: Database, acme: Company) -> None:
    said = select(bindparam("words", type_=String))
    words = "'; DROP TABLE users; -- %s %(words)s $1 \\"

    for _ in range(2 * driver.PREPARED_AFTER):
        async with db.transaction(acme.rep) as tx:
            assert await tx.rows(said, {"words": words}) == [(words,)]


async def test_who_only_read_leaves_no_transaction_open(db: Database, acme: Company) -> None:
    open_ones = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state LIKE 'idle in transaction%'"
    )
    async with db.transaction(acme.rep) as tx:
        await tx.rows(select(User.id), {})

    await db.ended()

    async with db.directory() as directory:
        assert await directory._connection.scalar(open_ones) == 0


async def test_what_a_read_changes_after_all_is_committed_before_the_answer(
    db: Database, acme: Company
) -> None:
    renamed = update(User).values(first_name="Changed").returning(User.id)

    for _ in range(3):
        async with db.transaction(acme.rep) as tx:
            await tx.rows(renamed, {})

        async with db.transaction(acme.rep) as tx:
            names = set(await tx.session.scalars(select(User.first_name)))
        assert names == {"Changed"}


async def test_who_goes_on_after_a_failed_statement_is_not_told_that_it_is_saved(
    db: Database, acme: Company
) -> None:
    async def go_on() -> None:
        async with db.transaction(acme.rep) as tx:
            await tx.connection.execute(text("UPDATE users SET first_name = 'Changed'"))
            with pytest.raises(DBAPIError):
                await tx.connection.execute(text("SELECT 1 / 0"))

    with pytest.raises(InternalError, match="has failed"):
        await go_on()


async def test_who_goes_on_after_the_first_statement_was_not_understood_is_not_told_so_either(
    db: Database, acme: Company
) -> None:
    async def go_on() -> None:
        async with db.transaction(acme.rep) as tx:
            with pytest.raises(DBAPIError):
                await tx.rows(select(literal_column("1 +")), {})
            await tx.connection.execute(text("SELECT 1"))

    with pytest.raises(InternalError, match="has failed"):
        await go_on()


async def test_a_part_may_fail_and_the_rest_is_saved(db: Database, acme: Company) -> None:
    async def fail(inner: str) -> None:
        async with tx.part():
            await tx.session.execute(update(User).values(first_name=inner))
            jobs.enqueue(tx, jobs.SETTLE_COMMISSIONS)
            await tx.session.execute(text("SELECT 1 / 0"))

    async with db.transaction(acme.rep) as tx:
        async with tx.part():
            await tx.session.execute(update(User).values(first_name="Kept"))
            jobs.enqueue(tx, jobs.EVALUATE_ALERT_RULES)
        with pytest.raises(DBAPIError):
            await fail("Gone")
        asked = [job.task for job in tx.jobs.values()]

    assert asked == [jobs.EVALUATE_ALERT_RULES]
    async with db.transaction(acme.rep) as tx:
        assert set(await tx.session.scalars(select(User.first_name))) == {"Kept"}


@pytest.mark.parametrize("by_session", [False, True])
async def test_who_is_cancelled_amid_a_statement_is_so_and_leaves_nothing_behind(
    urls: Urls, clock: FixedClock, acme: Company, *, by_session: bool
) -> None:
    db = connect(urls.application, clock, pool_size=1)
    slow, began = select(func.pg_sleep(5)), asyncio.Event()

    async def work() -> None:
        async with db.transaction(acme.rep) as tx:
            await tx.rows(select(User.id), {})
            began.set()
            await (tx.session.execute(slow) if by_session else tx.rows(slow, {}))

    running = asyncio.create_task(work())
    await began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    async with db.directory() as directory:
        setting = text("SELECT current_setting('app.current_organization_id', true)")
        left = await directory._connection.scalar(setting)
        seen = await directory._connection.scalar(select(func.count()).select_from(User))
    await db.close()
    assert (left or None, seen) == (None, 0)


class BrokenOff(BaseException):
    """Whatever the driver does not expect, e.g. what a signal raises."""


async def cancelled_twice(running: asyncio.Task[None]) -> type[BaseException]:
    """The second while the driver takes the statement back: a time limit, and then the end."""
    running.cancel()
    for _ in range(3):
        await asyncio.sleep(0)
    running.cancel()
    return asyncio.CancelledError


async def broken_off(running: asyncio.Task[None]) -> type[BaseException]:
    awaited = cast("asyncio.Future[None]", getattr(running, "_fut_waiter"))  # noqa: B009  # no type knows it
    awaited.set_exception(BrokenOff())
    return BrokenOff


@pytest.mark.parametrize("interrupt", [cancelled_twice, broken_off])
@pytest.mark.parametrize("by_session", [False, True])
async def test_a_connection_of_which_nobody_knows_how_far_it_is_goes_to_nobody_else(
    urls: Urls,
    clock: FixedClock,
    acme: Company,
    caplog: pytest.LogCaptureFixture,
    interrupt: Callable[[asyncio.Task[None]], Awaitable[type[BaseException]]],
    *,
    by_session: bool,
) -> None:
    db = connect(urls.application, clock, pool_size=1)
    slow, began = select(func.pg_sleep(5)), asyncio.Event()
    process = select(func.pg_backend_pid())

    async def work() -> None:
        async with db.transaction(acme.rep) as tx:
            used.extend(await tx.rows(process, {}))
            asyncio.get_running_loop().call_soon(began.set)
            await (tx.session.execute(slow) if by_session else tx.rows(slow, {}))

    used: list[tuple[object, ...]] = []
    running = asyncio.create_task(work())
    await began.wait()
    expected = await interrupt(running)
    with pytest.raises(expected):
        await running

    async with db.transaction(acme.rep) as tx:
        used.extend(await tx.rows(process, {}))
    await db.ended()
    pool = cast("QueuePool", db._engine.sync_engine.pool)
    kept = pool.checkedin(), pool.checkedout()
    await db.close()
    assert (len(set(used)), kept) == (2, (1, 0))
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_plan_whose_making_was_cut_off_does_not_spoil_the_connection(
    urls: Urls, clock: FixedClock, acme: Company
) -> None:
    db = connect(urls.application, clock, pool_size=1)
    said, execute = select(bindparam("words", type_=String)), AsyncCursor.execute

    async def ask() -> list[tuple[object, ...]]:
        async with db.transaction(acme.rep) as tx:
            seen = await tx.rows(said, {"words": "a"})
        await db.ended()
        return seen

    async def cut_off(
        cursor: AsyncCursor, query: Query, *values: Params, prepare: bool | None = None
    ) -> AsyncCursor:
        done = await execute(cursor, query, *values, prepare=prepare)
        if str(query).startswith("PREPARE"):
            raise asyncio.CancelledError
        return done

    for _ in range(driver.PREPARED_AFTER):
        await ask()
    with patch.object(AsyncCursor, "execute", cut_off), pytest.raises(asyncio.CancelledError):
        await ask()
    after = await ask()
    await db.close()

    assert after == [("a",)]


async def test_what_a_statement_brings_along_and_what_it_is_given_come_back_as_they_are(
    urls: Urls, clock: FixedClock, acme: Company
) -> None:
    db = connect(urls.application, clock, pool_size=1)
    own = "100 % of %(given)s, it's $1"
    asked = select(literal(own, Text), bindparam("given", type_=Text), literal(None, Text))

    for time in range(driver.PREPARED_AFTER + 8):
        async with db.transaction(acme.rep) as tx:
            seen = await tx.rows(asked, {"given": f"{time} %(x)s"})

        assert seen == [(own, f"{time} %(x)s", None)]

    await db.close()


async def test_one_plan_for_all_values_uses_the_index_for_a_statements_own_value(
    urls: Urls, clock: FixedClock, acme: Company
) -> None:
    db = connect(urls.application, clock, pool_size=1)
    asked = select(Opportunity.id).where(
        Opportunity.status == "open",
        Opportunity.assigned_user_id == bindparam("owner_id", type_=Uuid),
    )

    async with db.transaction(acme.rep) as tx:
        await tx.connection.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        await tx.connection.execute(text("SET LOCAL enable_seqscan = off"))
        for _ in range(driver.PREPARED_AFTER + 1):
            await tx.rows(asked, {"owner_id": acme.rep.user_id})
        name = await tx.connection.scalar(
            text("SELECT name FROM pg_prepared_statements WHERE name LIKE 'tandem%'")
        )
        told = await driver.driver_of(tx.connection).execute(
            sql.SQL("EXPLAIN EXECUTE {} ({})").format(
                sql.Identifier(str(name)), sql.Literal(acme.rep.user_id)
            )
        )
        plan = " ".join(str(line) for (line,) in await told.fetchall())
    await db.close()

    assert "open" in plan.split("Cond")[0]


async def test_of_a_statement_that_is_planned_anew_no_plan_is_kept(
    urls: Urls, clock: FixedClock, acme: Company
) -> None:
    db = connect(urls.application, clock, pool_size=1)
    asked = select(bindparam("words", type_=String)).execution_options(**driver.PLANNED_ANEW)

    async with db.transaction(acme.rep) as tx:
        for _ in range(driver.PREPARED_AFTER + 1):
            await tx.rows(asked, {"words": "a"})
        kept = await tx.connection.scalar(
            text("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'tandem%'")
        )
    await db.close()

    assert kept == 0


async def test_a_connection_that_is_lost_is_told_as_such_and_the_next_one_works(
    urls: Urls, clock: FixedClock, acme: Company
) -> None:
    db = connect(urls.application, clock, pool_size=1)

    async def lose() -> None:
        async with db.transaction(acme.rep) as tx:
            mine = await tx.connection.scalar(text("SELECT pg_backend_pid()"))
            async with await AsyncConnection.connect(urls.superuser, autocommit=True) as other:
                await other.execute("SELECT pg_terminate_backend(%s, 2000)", [mine])
            await tx.session.scalar(select(User.id))

    with pytest.raises(OperationalError):
        await lose()
    async with db.transaction(acme.rep) as tx:
        seen = set(await tx.session.scalars(select(User.organization_id)))
    await db.close()

    assert seen == {acme.organization_id}
