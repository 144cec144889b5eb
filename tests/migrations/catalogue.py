"""What a schema consists of, read from the server's own catalogue, to compare two databases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString, TypeVar

import psycopg
from psycopg.rows import class_row

COLUMNS = """
SELECT t.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       NOT a.attnotnull AS is_nullable, pg_get_expr(d.adbin, d.adrelid) AS "default"
FROM pg_attribute a
JOIN pg_class t ON t.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' AND a.attnum > 0
  AND NOT a.attisdropped
"""
INDEXES = """
SELECT t.relname AS "table", i.relname AS name, x.indisunique AS is_unique,
       ARRAY(SELECT pg_get_indexdef(x.indexrelid, n, true)
             FROM generate_series(1, x.indnkeyatts) n ORDER BY n) AS keys
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = 'public'::regnamespace AND x.indpred IS NULL
"""
KEYS = """
SELECT t.relname AS "table", c.contype::text AS kind,
       ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(number, place)
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
             ORDER BY k.place) AS columns
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE t.relnamespace = 'public'::regnamespace AND c.contype IN ('p', 'u')
ORDER BY 1, 2, 3
"""
REFERENCES = """
SELECT t.relname AS "table", r.relname AS parent, c.confdeltype::text AS on_delete,
       ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(number, place)
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
             ORDER BY k.place) AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(c.confdelsetcols) k(number)
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number) AS emptied
FROM pg_constraint c
JOIN pg_class t ON t.oid = c.conrelid
JOIN pg_class r ON r.oid = c.confrelid
WHERE t.relnamespace = 'public'::regnamespace AND c.contype = 'f'
"""


@dataclass(frozen=True)
class Column:
    table: str
    name: str
    type: str
    is_nullable: bool
    default: str | None


@dataclass(frozen=True)
class Index:
    table: str
    name: str
    is_unique: bool
    keys: list[str]


@dataclass(frozen=True)
class Key:
    table: str
    kind: str
    columns: list[str]


@dataclass(frozen=True)
class Reference:
    """`on_delete` as PostgreSQL writes it: a no action, c cascade, n set null."""

    table: str
    parent: str
    on_delete: str
    columns: list[str]
    emptied: list[str]

    @property
    def column(self) -> str:
        """What it is about: a key that carries the organization counts by its other column."""
        return next((each for each in self.columns if each != "organization_id"), self.columns[0])


@dataclass(frozen=True)
class Catalogue:
    columns: Mapping[tuple[str, str], Column]
    indexes: Mapping[str, Index]
    keys: list[Key]
    references: Mapping[tuple[str, str, str], Reference]

    @property
    def tables(self) -> set[str]:
        return {each.table for each in self.columns.values()}


_Row = TypeVar("_Row")


def read_catalogue(url: str) -> Catalogue:
    with psycopg.connect(url) as connection:

        def rows(kind: type[_Row], query: LiteralString) -> list[_Row]:
            return connection.cursor(row_factory=class_row(kind)).execute(query).fetchall()

        references = rows(Reference, REFERENCES)
        return Catalogue(
            columns={(each.table, each.name): each for each in rows(Column, COLUMNS)},
            indexes={each.name: each for each in rows(Index, INDEXES)},
            keys=rows(Key, KEYS),
            references={(each.table, each.column, each.parent): each for each in references},
        )
