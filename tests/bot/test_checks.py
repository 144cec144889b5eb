from collections.abc import Generator
from contextlib import contextmanager
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from bot.checks import UnsafeDatabaseError, reasons_against, refuse_unsafe
from bot.embedded import EmbeddedPostgres
from bot.migrate import downgrade
from services.db import engine_for
from tests.conftest import Urls


async def reasons(url: str) -> str:
    engine = engine_for(url, pool_size=1)
    try:
        return " ".join(await reasons_against(engine))
    finally:
        await engine.dispose()


def as_owner(urls: Urls, statement: LiteralString) -> None:
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def a_login(
    server: EmbeddedPostgres, urls: Urls, attributes: LiteralString, *memberships: str
) -> Generator[str]:
    """Another login for the test's database; roles belong to the whole cluster."""
    name = f"login_{uuid4().hex[:12]}"
    role = sql.Identifier(name)
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'pw' ").format(role)
        connection.execute(made + sql.SQL(attributes))
        for group in memberships:
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), role))
    yield urls.application.replace("tandem_app:tandem_app", f"{name}:pw")
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


async def test_the_applications_login_on_a_migrated_database_may_serve(fresh_urls: Urls) -> None:
    assert await reasons(fresh_urls.application) == ""


async def test_every_reason_is_in_the_refusal(empty_urls: Urls) -> None:
    engine = engine_for(empty_urls.owner, pool_size=1)

    with pytest.raises(UnsafeDatabaseError, match="migrate"):
        await refuse_unsafe(engine)
    await engine.dispose()


async def test_the_owner_may_not_serve(fresh_urls: Urls) -> None:
    told = await reasons(fresh_urls.owner)

    assert "owns tables" in told
    assert "create roles" in told


async def test_a_superuser_may_not_serve(fresh_urls: Urls) -> None:
    assert "is a superuser" in await reasons(fresh_urls.superuser)


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ("BYPASSRLS", "bypass row level security"),
        ("CREATEROLE", "create roles"),
        ("CREATEDB", "create databases"),
    ],
)
async def test_a_login_that_may_more_may_not_serve(
    postgres: EmbeddedPostgres, fresh_urls: Urls, attributes: LiteralString, words: str
) -> None:
    with a_login(postgres, fresh_urls, attributes, "authenticated") as url:
        assert words in await reasons(url)


@pytest.mark.parametrize("group", ["tandem_owner", "tandem_definer", "pg_read_all_data"])
async def test_a_member_of_another_role_may_not_serve(
    postgres: EmbeddedPostgres, fresh_urls: Urls, group: str
) -> None:
    with a_login(postgres, fresh_urls, "", "authenticated", group) as url:
        assert group in await reasons(url)


async def test_a_member_by_way_of_another_role_may_not_serve(
    postgres: EmbeddedPostgres, fresh_urls: Urls
) -> None:
    with (
        a_login(postgres, fresh_urls, "", "tandem_owner") as between,
        a_login(postgres, fresh_urls, "", "authenticated", user_of(between)) as url,
    ):
        assert "tandem_owner" in await reasons(url)


async def test_a_stranger_to_the_tables_may_not_serve(
    postgres: EmbeddedPostgres, fresh_urls: Urls
) -> None:
    with a_login(postgres, fresh_urls, "", "tandem_definer") as url:
        told = await reasons(url)

    assert told


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE partners NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE partners DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant_isolation_partners ON partners",
        "CREATE POLICY everybody ON partners FOR SELECT TO PUBLIC USING (true)",
        "CREATE POLICY everybody ON partners FOR SELECT TO authenticated USING (true)",
    ],
)
async def test_a_table_that_isolates_less_stops_the_start(
    fresh_urls: Urls, statement: LiteralString
) -> None:
    as_owner(fresh_urls, statement)

    assert "partners" in await reasons(fresh_urls.application)


async def test_a_new_table_without_policies_stops_the_start(fresh_urls: Urls) -> None:
    as_owner(fresh_urls, "CREATE TABLE forgotten (id int)")

    assert "forgotten" in await reasons(fresh_urls.application)


async def test_truncate_stops_the_start(fresh_urls: Urls) -> None:
    as_owner(fresh_urls, "GRANT TRUNCATE ON partners TO authenticated")

    assert "truncate partners" in await reasons(fresh_urls.application)


async def test_a_database_without_schema_says_what_to_do(empty_urls: Urls) -> None:
    assert "python -m bot migrate" in await reasons(empty_urls.application)


async def test_a_schema_that_was_taken_back_says_what_to_do(fresh_urls: Urls) -> None:
    downgrade(fresh_urls.owner)

    assert "python -m bot migrate" in await reasons(fresh_urls.application)


async def test_a_schema_behind_says_what_to_do(fresh_urls: Urls) -> None:
    downgrade(fresh_urls.owner, "0004")

    told = await reasons(fresh_urls.application)

    assert "behind (0004)" in told
    assert "python -m bot migrate" in told


async def test_a_newer_schema_is_served(fresh_urls: Urls) -> None:
    as_owner(fresh_urls, "UPDATE alembic_version SET version_num = '9999'")

    assert await reasons(fresh_urls.application) == ""


def user_of(url: str) -> str:
    return url.removeprefix("postgresql://").partition(":")[0]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("GRANT UPDATE (max_users) ON organizations TO authenticated", "change max_users"),
        ("GRANT UPDATE (details) ON audit_log TO authenticated", "update rows of audit_log"),
        ("GRANT DELETE ON users TO authenticated", "delete rows of users"),
        ("REVOKE ALL ON tasks FROM authenticated", "cannot read tasks"),
    ],
)
async def test_grants_that_are_not_as_they_must_be_stop_the_start(
    fresh_urls: Urls, statement: LiteralString, words: str
) -> None:
    as_owner(fresh_urls, statement)

    assert words in await reasons(fresh_urls.application)
