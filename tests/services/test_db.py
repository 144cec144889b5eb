import pytest
from sqlalchemy import bindparam, event, func, literal_column, select, text, update
from sqlalchemy.exc import DataError

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
