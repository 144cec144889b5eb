"""`bot organizations export`: all that is kept of a company as one zip file.

A CSV file for each table, and the configuration as YAML. Without secrets: sealed tokens and hashes
stay where they are. Tables are found in the catalogue, so that one added later is covered.
"""

from argparse import Namespace
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from psycopg import IsolationLevel, sql
from psycopg.rows import class_row

from bot.operator.desk import Company, Desk, Owner, Refused, find_company, record
from services.configuration import transfer

SECRETS = ["password_hash"]
COLUMNS = """
SELECT c.relname::text AS "table", a.attname::text AS name,
       a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) AS is_text
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND a.attnum > 0 AND NOT a.attisdropped
  AND a.atttypid <> 'bytea'::regtype AND a.attname <> ALL (%s) AND c.relname <> ALL (%s)
  AND EXISTS (
    SELECT FROM pg_policy p
    WHERE p.polrelid = c.oid AND p.polname = 'tenant_isolation_' || c.relname)
ORDER BY c.relname, a.attnum
"""
"""What a company may see of itself. Bytes are sealed or hashed, all of them."""
PASSING = ["processed_requests"]
"""No records: answers kept for a while against double clicks."""
ORGANIZATIONS = "organizations"


@dataclass(frozen=True, slots=True)
class _Column:
    table: str
    name: str
    is_text: bool


async def export(desk: Desk, asked: Namespace) -> None:
    async with desk.owner() as owner:
        company = await find_company(owner, asked.subdomain)
    target = Path(asked.file)
    with _new_zip(target) as archive:
        tables = await _write_tables(desk, archive, company)
        async with desk.company(company.subdomain) as tx:
            archive.writestr("configuration.yml", await transfer.export(tx))
    async with desk.owner() as owner:
        await record(owner, desk, company.id, "organization.exported", {"tables": tables})
    desk.console.tell(
        f"Exported {company.name} into {target}: {sum(tables.values())} rows, without tokens. "
        "It is readable by you alone; it holds customers' data.",
        subdomain=company.subdomain,
        file=str(target),
        rows=tables,
    )


async def _write_tables(desk: Desk, archive: ZipFile, company: Company) -> dict[str, int]:
    """All of them as at one moment; returns how many rows each has."""
    written: dict[str, int] = {}
    async with desk.owner() as owner:
        await owner.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        await owner.set_read_only(True)
        async with owner.cursor(row_factory=class_row(_Column)) as cursor:
            await cursor.execute(COLUMNS, [SECRETS, PASSING])
            columns = await cursor.fetchall()
        for table, its in groupby(columns, lambda column: column.table):
            written[table] = await _write_table(owner, archive, company, list(its))
    return written


async def _write_table(
    owner: Owner, archive: ZipFile, company: Company, columns: Sequence[_Column]
) -> int:
    table = columns[0].table
    copied = sql.SQL("COPY (SELECT {} FROM {} WHERE {} = {}) TO STDOUT (FORMAT csv, HEADER)")
    statement = copied.format(
        sql.SQL(", ").join(map(_cell, columns)),
        sql.Identifier(table),
        sql.Identifier("id" if table == ORGANIZATIONS else "organization_id"),
        sql.Literal(company.id),
    )
    async with owner.cursor() as cursor:
        with archive.open(f"{table}.csv", "w") as file:
            async with cursor.copy(statement) as copy:
                async for part in copy:
                    file.write(part)
        return cursor.rowcount


def _cell(column: _Column) -> sql.Composable:
    """What a spreadsheet would take for a formula begins with an apostrophe instead."""
    name = sql.Identifier(column.name)
    if not column.is_text:
        return name
    safe = sql.SQL(r"CASE WHEN {} ~ '^[-=+@\t\r]' THEN '''' || {} ELSE {} END AS {}")
    return safe.format(name, name, name, name)


@contextmanager
def _new_zip(target: Path) -> Generator[ZipFile]:
    """A file for its owner alone, there only when it is whole. Raises Refused."""
    part = target.with_name(f"{target.name}.part")
    if target.exists():
        raise Refused(f"{target} exists already. Nothing was exported.")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise Refused(f"{target} cannot be written: {error.strerror}.") from error
    try:
        with ZipFile(part, "w", ZIP_DEFLATED) as archive:
            yield archive
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
