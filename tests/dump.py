"""Everything a database holds, as text: what whoever steals a dump can read."""

from collections.abc import Mapping, Sequence

import psycopg
from psycopg import sql

TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg_toast%'
ORDER BY 1, 2
"""
SEQUENCES = "SELECT schemaname || '.' || sequencename FROM pg_sequences ORDER BY 1"


def dump_of(url: str) -> Mapping[str, Sequence[str]]:
    """The rows of every table as JSON, by `schema.table`; the names of sequences by `sequences`."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(TABLES).fetchall()
        rows = {f"{schema}.{table}": _rows(connection, schema, table) for schema, table in tables}
        sequences = [str(name) for (name,) in connection.execute(SEQUENCES)]
    return rows | {"sequences": sequences}


def _rows(connection: psycopg.Connection, schema: str, table: str) -> Sequence[str]:
    every = sql.SQL("SELECT to_jsonb(t)::text FROM {} t ORDER BY 1")
    found = connection.execute(every.format(sql.Identifier(schema, table))).fetchall()
    return [str(row) for (row,) in found]
