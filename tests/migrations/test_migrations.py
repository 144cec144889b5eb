import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from alembic import command
from psycopg import Connection, sql
from psycopg.rows import TupleRow
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from bot.embedded import EmbeddedPostgres, temporary_postgres
from bot.migrate import configuration, downgrade, head, migrate
from tests.conftest import OWNER, Urls, create_database, create_roles, drop_database, urls_of
from tests.migrations.catalogue import read_catalogue

OLDEST_SERVER = Path("/usr/lib/postgresql/15/bin")

COMPANY = """
WITH company AS (
  INSERT INTO organizations (name, subdomain) VALUES ('Acme', %(subdomain)s) RETURNING id
), person AS (
  INSERT INTO users (organization_id, email, password_hash, first_name, last_name, role)
  SELECT id, 'ron@acme.example', '!', 'Ron', 'Rep', 'sales_rep' FROM company
  RETURNING id, organization_id
)
INSERT INTO partners (organization_id, name, domain, commission_structure)
SELECT id, 'Globex', 'cloud', '{}' FROM company RETURNING organization_id
"""
OPPORTUNITY = """
INSERT INTO opportunities
  (organization_id, partner_id, assigned_user_id, customer_name, deal_value, stage,
   expected_close_date)
SELECT p.organization_id, p.id, u.id, 'Initech', 100, 'discovery', '2026-12-31'
FROM partners p JOIN users u ON u.organization_id = p.organization_id
WHERE p.organization_id = %s
RETURNING number
"""
HISTORY = """
WITH moved AS (
  INSERT INTO opportunity_stage_history
    (organization_id, opportunity_id, to_stage, changed_by_user_id)
  SELECT organization_id, id, 'proposal', assigned_user_id FROM opportunities
  WHERE organization_id = %(company)s
), changed AS (
  INSERT INTO opportunity_changes (organization_id, opportunity_id, field, changed_by_user_id)
  SELECT organization_id, id, 'deal_value', assigned_user_id FROM opportunities
  WHERE organization_id = %(company)s
)
INSERT INTO audit_log (organization_id, user_id, action, entity_type)
SELECT organization_id, id, 'opportunity.moved', 'opportunity' FROM users
WHERE organization_id = %(company)s
"""


@pytest.fixture
def other_urls(postgres: EmbeddedPostgres) -> Iterator[Urls]:
    name = f"test_{uuid4().hex[:12]}"
    create_database(postgres, name)
    yield urls_of(postgres, name)
    drop_database(postgres, name)


def test_upgrade_downgrade_and_upgrade_end_at_the_same_schema(empty_urls: Urls) -> None:
    migrate(empty_urls.owner)
    before = read_catalogue(empty_urls.owner)

    downgrade(empty_urls.owner)
    between = read_catalogue(empty_urls.owner)
    migrate(empty_urls.owner)

    assert between.tables == {"alembic_version"}
    assert read_catalogue(empty_urls.owner) == before


def test_a_downgrade_leaves_nothing_of_ours_behind(empty_urls: Urls) -> None:
    migrate(empty_urls.owner)

    downgrade(empty_urls.owner)

    with psycopg.connect(empty_urls.owner) as connection:
        schemas = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'"
        ).fetchall()
        functions = connection.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        ).fetchall()
    assert schemas == [("public",)]
    assert functions == []


def test_the_tables_in_code_are_the_tables_in_the_database(fresh_urls: Urls) -> None:
    url = fresh_urls.owner.replace("postgresql://", "postgresql+psycopg://", 1)

    with create_engine(url, poolclass=NullPool).connect() as connection:
        command.check(configuration(connection))


def test_two_databases_of_one_cluster_can_be_migrated_at_the_same_time() -> None:
    with temporary_postgres() as server:
        create_roles(server)
        databases = ["one", "two"]
        for name in databases:
            create_database(server, name)
        urls = [urls_of(server, name) for name in databases]

        _migrate_at_once(*urls)

        assert [_revision(each.owner) for each in urls] == [head(), head()]
        assert [_current_user(each.application) for each in urls] == ["tandem_app", "tandem_app"]


def test_two_migrations_of_one_database_take_turns(empty_urls: Urls) -> None:
    _migrate_at_once(empty_urls, empty_urls)

    assert _revision(empty_urls.owner) == head()


def test_migrating_again_changes_nothing(fresh_urls: Urls) -> None:
    before = read_catalogue(fresh_urls.owner)

    migrate(fresh_urls.owner, fresh_urls.application)

    assert read_catalogue(fresh_urls.owner) == before


def test_the_owner_is_an_ordinary_role(fresh_urls: Urls) -> None:
    with psycopg.connect(fresh_urls.owner) as connection:
        role = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolname FROM pg_roles WHERE rolname = current_user"
        ).fetchone()

    assert role == (False, False, OWNER)


def test_the_owner_can_back_fill_every_company(fresh_urls: Urls) -> None:
    with psycopg.connect(fresh_urls.owner) as connection:
        _company(connection, "one")
        _company(connection, "two")

        changed = connection.execute("UPDATE partners SET domain = 'security'").rowcount

    assert changed == 2


def test_a_deal_of_before_is_in_its_stage_since_its_last_move_and_is_not_changed_by_that(
    empty_urls: Urls,
) -> None:
    migrate(empty_urls.owner, revision="0011")
    deal = "SELECT updated_at, {} FROM opportunities"
    with psycopg.connect(empty_urls.owner) as connection:
        company = _company(connection, "one")
        connection.execute(OPPORTUNITY, (company,))
        connection.execute(
            "INSERT INTO opportunity_stage_history "
            "(organization_id, opportunity_id, to_stage, changed_at) "
            "SELECT organization_id, id, 'proposal', '2026-11-03' FROM opportunities"
        )
        before = connection.execute(deal.format("NULL")).fetchone()

    migrate(empty_urls.owner)

    with psycopg.connect(empty_urls.owner) as connection:
        after = connection.execute(deal.format("stage_since::date::text")).fetchone()
    assert before is not None
    assert after == (before[0], "2026-11-03")


def test_a_dump_of_the_owner_holds_the_rows_and_can_be_restored(
    postgres: EmbeddedPostgres, fresh_urls: Urls, other_urls: Urls, tmp_path: Path
) -> None:
    with psycopg.connect(fresh_urls.owner) as connection:
        company = _company(connection, "acme")
        connection.execute(OPPORTUNITY, [company])
        connection.execute(HISTORY, {"company": company})
    file = tmp_path / "tandem.dump"

    _run(
        postgres,
        "pg_dump",
        "--enable-row-security",
        "--format=custom",
        f"--file={file}",
        fresh_urls.owner,
    )
    _run(postgres, "pg_restore", "--exit-on-error", f"--dbname={other_urls.superuser}", str(file))

    with psycopg.connect(other_urls.owner) as connection:
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM partners), (SELECT count(*) FROM audit_log)"
        ).fetchone()
        number = connection.execute(OPPORTUNITY, [company]).fetchone()
    assert counts == (1, 1)
    assert number == (2,)
    assert read_catalogue(other_urls.owner) == read_catalogue(fresh_urls.owner)


def test_opportunities_are_numbered_from_one_in_each_company(fresh_urls: Urls) -> None:
    with psycopg.connect(fresh_urls.owner) as connection:
        companies = [_company(connection, name) for name in ("one", "two")]

        numbers = [
            connection.execute(OPPORTUNITY, [company]).fetchone()
            for company in (companies[0], companies[1], companies[0])
        ]

    assert numbers == [(1,), (1,), (2,)]


def test_a_second_creator_does_not_wait_for_the_open_transaction_of_the_first(
    fresh_urls: Urls,
) -> None:
    with psycopg.connect(fresh_urls.owner) as connection:
        company = _company(connection, "acme")

    with psycopg.connect(fresh_urls.owner) as first, psycopg.connect(fresh_urls.owner) as second:
        second.execute("SET statement_timeout = '1s'")
        one = first.execute(OPPORTUNITY, [company]).fetchone()
        two = second.execute(OPPORTUNITY, [company]).fetchone()

    assert (one, two) == ((1,), (2,))


def test_a_company_with_history_is_deleted_with_all_that_is_its(fresh_urls: Urls) -> None:
    with psycopg.connect(fresh_urls.owner) as connection:
        company = _company(connection, "acme")
        other = _company(connection, "other")
        for each in (company, other):
            connection.execute(OPPORTUNITY, [each])
            connection.execute(HISTORY, {"company": each})

        connection.execute("DELETE FROM organizations WHERE id = %s", [company])

        assert _owners(connection) == {other}
        assert _sequences(connection) == [(f"opportunities_{other}",)]


def test_the_oldest_supported_server_takes_the_schema() -> None:
    if not OLDEST_SERVER.is_dir():
        pytest.skip(f"PostgreSQL 15 is not installed in {OLDEST_SERVER}")

    with temporary_postgres(binaries=OLDEST_SERVER) as server:
        create_roles(server)
        create_database(server, "old")
        urls = urls_of(server, "old")
        migrate(urls.owner, urls.application)
        with psycopg.connect(urls.owner) as connection:
            company = _company(connection, "acme")
            number = connection.execute(OPPORTUNITY, [company]).fetchone()
        with psycopg.connect(urls.application) as connection:
            unseen = connection.execute("SELECT count(*) FROM opportunities").fetchone()
            connection.execute(
                "SELECT set_config('app.current_organization_id', %s, true)", [str(company)]
            )
            seen = connection.execute("SELECT count(*) FROM opportunities").fetchone()
        downgrade(urls.owner)

    assert (number, unseen, seen) == ((1,), (0,), (1,))


def _migrate_at_once(*databases: Urls) -> None:
    """By the command line, a process each: Alembic keeps its state in modules."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "bot", "migrate"],
            env={
                **os.environ,
                "MIGRATION_DATABASE_URL": each.owner,
                "DATABASE_URL": each.application,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for each in databases
    ]
    told = [process.communicate()[0] for process in started]
    assert [process.returncode for process in started] == [0] * len(databases), told


def _company(connection: Connection[TupleRow], subdomain: str) -> UUID:
    row = connection.execute(COMPANY, {"subdomain": subdomain}).fetchone()
    assert row is not None
    return row[0]


def _owners(connection: Connection[TupleRow]) -> set[UUID]:
    tables = connection.execute(
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND attname = 'organization_id'"
    ).fetchall()
    return {
        row[0]
        for (table,) in tables
        for row in connection.execute(
            sql.SQL("SELECT organization_id FROM {}").format(sql.Identifier(table))
        )
    }


def _sequences(connection: Connection[TupleRow]) -> list[TupleRow]:
    return connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'S'"
        " AND relnamespace = 'numbers'::regnamespace"
    ).fetchall()


def _revision(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert row is not None
    return row[0]


def _current_user(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_user").fetchone()
    assert row is not None
    return row[0]


def _run(server: EmbeddedPostgres, program: str, *arguments: str) -> None:
    command = [str(server.binary(program)), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own programs
    assert ran.returncode == 0, ran.stderr
