"""Acme's application, with any SQL it likes, against the rows of another company."""

from collections.abc import Iterator, Sequence
from typing import LiteralString, cast
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb
from sqlalchemy import ForeignKeyConstraint

from services.tables import Table
from tests.isolation.conftest import Beside

TENANTS = sorted(set(Table.metadata.tables) - {"organizations"})
REFERENCES = sorted(
    (table.name, next(c.name for c in key.columns if c.name != "organization_id"))
    for table in Table.metadata.sorted_tables
    for key in table.foreign_key_constraints
    if len(key.columns) > 1
)

Sql = Connection[TupleRow]


@pytest.mark.parametrize("table", TENANTS)
def test_the_others_rows_are_there_but_not_to_be_seen(
    beside: Beside, as_owner: Sql, as_acme: Sql, table: str
) -> None:
    present = "SELECT EXISTS (SELECT FROM {} WHERE organization_id = %s)"
    theirs, own = [beside.umbrella.organization_id], [beside.acme.organization_id]

    assert one(as_owner, present, table, theirs) is True
    assert one(as_acme, present, table, theirs) is False
    assert one(as_acme, present, table, own) is True


@pytest.mark.parametrize("table", TENANTS)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET organization_id = organization_id WHERE organization_id = %s",
        "DELETE FROM {} WHERE organization_id = %s",
    ],
)
def test_the_others_rows_are_not_touched(
    beside: Beside, as_acme: Sql, table: str, statement: LiteralString
) -> None:
    try:
        touched = run(as_acme, statement, table, [beside.umbrella.organization_id]).rowcount
    except psycopg.errors.InsufficientPrivilege:
        touched = 0

    assert touched == 0


@pytest.mark.parametrize("table", TENANTS)
def test_no_row_can_be_put_among_the_others_and_the_refusal_tells_nothing(
    beside: Beside, as_owner: Sql, as_acme: Sql, table: str
) -> None:
    row = row_of(as_owner, table, beside.umbrella.organization_id)

    among_theirs = refusal(as_acme, table, row)
    among_nobodys = refusal(as_acme, table, row | {"organization_id": str(uuid4())})

    assert among_theirs == among_nobodys
    assert among_theirs.startswith("42501")


@pytest.mark.parametrize("table", TENANTS)
def test_no_own_row_can_be_given_to_the_others(beside: Beside, as_acme: Sql, table: str) -> None:
    statement = "UPDATE {} SET organization_id = %s"

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(as_acme, statement, table, [beside.umbrella.organization_id])


@pytest.mark.parametrize(("table", "column"), REFERENCES)
def test_nothing_of_the_others_can_be_referred_to_and_the_refusal_tells_nothing(
    beside: Beside, as_owner: Sql, as_acme: Sql, table: str, column: str
) -> None:
    theirs = one(
        as_owner,
        "SELECT {} FROM {} WHERE organization_id = %s LIMIT 1",
        (parent_key(table, column), parent(table, column)),
        [beside.umbrella.organization_id],
    )

    to_theirs = refused_reference(as_acme, table, column, theirs)
    to_nobodys = refused_reference(as_acme, table, column, uuid4())

    assert to_theirs == to_nobodys
    assert to_theirs.startswith("23503")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE organizations SET max_users = 1000",
        "UPDATE organizations SET subscription_tier = 'enterprise'",
        "UPDATE organizations SET is_active = true",
        "UPDATE organizations SET subdomain = 'umbrella'",
        "INSERT INTO organizations (name, subdomain) VALUES ('Mine', 'mine')",
        "DELETE FROM organizations",
        "UPDATE opportunity_stage_history SET to_stage = 'won'",
        "DELETE FROM opportunity_stage_history",
        "UPDATE opportunity_changes SET to_value = '0'",
        "DELETE FROM opportunity_changes",
        "UPDATE audit_log SET user_id = NULL",
        "DELETE FROM audit_log",
        "DELETE FROM schedule_runs",
        "UPDATE commission_entries SET amount = 0",
        "DELETE FROM commission_entries",
        "DELETE FROM users",
        "DELETE FROM partners",
        "TRUNCATE users",
        "INSERT INTO workspaces (team_name) VALUES ('Mine')",
        "UPDATE workspaces SET team_id = 'T0UMBRELLA'",
        "SELECT args FROM jobs.procrastinate_jobs",
        "SELECT * FROM numbers.opportunities",
        "SET ROLE tandem_owner",
        "SET ROLE tandem_definer",
        "ALTER TABLE users DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine (id int)",
    ],
)
def test_what_is_not_a_companys_to_do_is_refused(as_acme: Sql, statement: LiteralString) -> None:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable)):
        as_acme.execute(statement)


@pytest.fixture
def platform_setting(beside: Beside) -> Iterator[str]:
    with psycopg.connect(beside.urls.owner, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO configurations (category, key, value, data_type)"
            " VALUES ('alerts', 'of_the_platform', '7', 'number')"
        )
        yield "of_the_platform"
        connection.execute("DELETE FROM configurations WHERE organization_id IS NULL")


def test_the_platforms_settings_can_be_read_but_not_changed(
    as_acme: Sql, platform_setting: str
) -> None:
    seen = as_acme.execute(
        "SELECT value FROM configurations WHERE key = %s", [platform_setting]
    ).fetchall()
    changed = as_acme.execute(
        "UPDATE configurations SET value = '1' WHERE key = %s", [platform_setting]
    ).rowcount
    deleted = as_acme.execute("DELETE FROM configurations WHERE organization_id IS NULL").rowcount

    assert seen == [(7,)]
    assert (changed, deleted) == (0, 0)


def test_no_company_can_add_a_setting_for_all(as_acme: Sql) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_acme.execute(
            "INSERT INTO configurations (category, key, value, data_type)"
            " VALUES ('alerts', 'mine', '7', 'number')"
        )


@pytest.mark.parametrize("table", ["organizations", *TENANTS])
def test_without_a_tenant_nothing_is_seen(beside: Beside, table: str) -> None:
    with psycopg.connect(beside.urls.application) as connection:
        assert one(connection, "SELECT count(*) FROM {}", table, []) == 0


def run(
    connection: Sql, statement: LiteralString, names: str | Sequence[str], values: Sequence[object]
) -> psycopg.Cursor[TupleRow]:
    named = [names] if isinstance(names, str) else names
    return connection.execute(sql.SQL(statement).format(*map(sql.Identifier, named)), values)


def one(
    connection: Sql, statement: LiteralString, names: str | Sequence[str], values: Sequence[object]
) -> object:
    row = run(connection, statement, names, values).fetchone()
    assert row is not None
    return row[0]


def row_of(connection: Sql, table: str, organization_id: object) -> dict[str, object]:
    statement = "SELECT to_jsonb(t) FROM {} t WHERE organization_id = %s LIMIT 1"
    return cast("dict[str, object]", one(connection, statement, table, [organization_id]))


def refusal(connection: Sql, table: str, row: object) -> str:
    """How the row is refused, the organization's own identifier left out."""
    statement = "INSERT INTO {} SELECT (jsonb_populate_record(NULL::{}, %s)).*"
    return refused(connection, statement, (table, table), [Jsonb(row)])


MERGED = "UPDATE {} SET {} = %s, merged_at = now(), status = 'inactive'"
"""A merged partner's row has these too, or it is refused before its reference is looked at."""


def refused_reference(connection: Sql, table: str, column: str, value: object) -> str:
    """How pointing a row at that identifier is refused: by a change, else by a copy."""
    may_change = connection.execute(
        "SELECT has_table_privilege(%s::regclass, 'UPDATE')", [table]
    ).fetchone()
    if may_change == (True,):
        how = MERGED if column == "merged_into_id" else "UPDATE {} SET {} = %s"
        return refused(connection, how, (table, column), [value]).replace(str(value), "it")
    own = one(connection, "SELECT organization_id FROM {} LIMIT 1", table, [])
    row = row_of(connection, table, own) | {"id": str(uuid4()), column: str(value)}
    return refusal(connection, table, row).replace(str(value), "it")


def refused(
    connection: Sql, statement: LiteralString, names: Sequence[str], values: Sequence[object]
) -> str:
    with pytest.raises(psycopg.Error) as raised, connection.transaction():
        run(connection, statement, names, values)
    return f"{raised.value.sqlstate} {raised.value}"


def parent(table: str, column: str) -> str:
    return _reference(table, column).elements[0].column.table.name


def parent_key(table: str, column: str) -> str:
    return next(
        element.column.name
        for element in _reference(table, column).elements
        if element.parent.name == column
    )


def _reference(table: str, column: str) -> ForeignKeyConstraint:
    return next(
        key
        for key in Table.metadata.tables[table].foreign_key_constraints
        if {each.name for each in key.columns} == {"organization_id", column}
    )
