from datetime import UTC, datetime

from psycopg.types.json import Jsonb

from bench.pgbench import Unit, script
from bench.servers.recorded import Statement


def a_statement(sql: str, *, is_in_transaction: bool = True, **values: object) -> Statement:
    return Statement(sql, values, None, 0, is_in_transaction)


def test_values_become_variables() -> None:
    moment = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    asked = a_statement(
        "SELECT %(a)s::TIMESTAMPTZ, %(b)s::JSONB, %(c)s::TEXT, %(d)s::INT[], n %% 2",
        a=moment,
        b=Jsonb({"at": 1}),
        c=None,
        d=[1, 2],
        is_in_transaction=False,
    )

    made = script([Unit([[asked]], fresh="a key")])

    assert "SELECT :v0::TIMESTAMPTZ, :v1::JSONB, NULL::TEXT, :v2::INT[], n % 2;" in made.text
    assert made.variables == {"v0": "2026-11-22T16:30:00+00:00", "v1": '{"at": 1}', "v2": "{1,2}"}


def test_what_must_differ_each_time_is_fresh_for_each_unit() -> None:
    unit = Unit([[a_statement("INSERT INTO t VALUES (%(key)s)", key="a key")]], fresh="a key")

    made = script([unit, unit])

    assert made.text.count(r"\set fresh random(") == 2
    assert made.text.count("INSERT INTO t VALUES (:fresh);") == 2
    assert made.variables == {}
    assert made.units == 2


def test_a_transaction_begins_once_however_the_application_began_it() -> None:
    begun = [a_statement("BEGIN; SELECT 1"), a_statement("SELECT 2")]

    made = script([Unit([begun], fresh="a key")])

    assert made.text.splitlines()[1:] == ["BEGIN;", "SELECT 1;", "SELECT 2;", "COMMIT;"]


def test_a_statement_of_its_own_is_no_transaction() -> None:
    made = script([Unit([[a_statement("SELECT 1", is_in_transaction=False)]], fresh="a key")])

    assert made.text.splitlines()[1:] == ["SELECT 1;"]
