from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from unittest.mock import patch

import pytest
from psycopg import AsyncCursor
from psycopg.abc import Params, Query
from sqlalchemy import String, Text, bindparam, event, func, literal_column, select, text, update
from sqlalchemy.exc import DataError

from services import driver
from services.db import Database, NoTenantError
from services.tables import User
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

    async def noted(cursor: AsyncCursor, query: Query, *values: Params) -> AsyncCursor:
        said.append(str(query))
        return await execute(cursor, query, *values)

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
