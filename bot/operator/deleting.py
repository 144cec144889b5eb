"""`bot organizations delete`: a company goes with every row of it, whatever tables there are.

Tables are found in the catalogue, so that one added later is covered. Children go first: deleting
the organization alone would search every child table for every parent row.
"""

from argparse import Namespace
from graphlib import TopologicalSorter
from uuid import UUID

from psycopg import sql
from psycopg.rows import scalar_row

from bot.operator.desk import Company, Desk, Owner, Refused, find_company

OWNED = """
SELECT c.oid, n.nspname::text, c.relname::text FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND a.attname = 'organization_id' AND NOT a.attisdropped
ORDER BY 2, 3
"""
"""Every table whose rows belong to an organization."""
REFERENCES = """
SELECT DISTINCT conrelid, confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid
"""
JOBS = "DELETE FROM jobs.procrastinate_jobs WHERE args->>'organization_id' = %s"


Table = tuple[str, str]
"""Its schema and its name."""


async def delete(desk: Desk, asked: Namespace) -> None:
    async with desk.owner() as owner:
        company = await find_company(owner, asked.subdomain)
    desk.confirm(
        f"{company.name} and everything of it will be deleted for good. An export is made by:\n"
        f"  python -m bot organizations export {company.subdomain} FILE\n"
        f"Type its subdomain to go on:",
        answer=company.subdomain,
        is_given=asked.yes,
    )
    async with desk.owner() as owner:
        await _stop_serving(owner, company)
    try:
        async with desk.owner() as owner:
            gone = await _erase(owner, company.id)
    except BaseException:
        desk.console.note(_still_there(company))
        raise
    desk.console.tell(
        f"Deleted {company.name}: {sum(gone.values())} rows. Backups made before still hold it.",
        subdomain=company.subdomain,
        rows=gone,
    )


def _still_there(company: Company) -> str:
    return (
        f"{company.name} was not deleted, but it is not served any more. To serve it again:\n"
        f"  python -m bot organizations activate {company.subdomain}"
    )


async def _stop_serving(owner: Owner, company: Company) -> None:
    """First and by itself: no new request comes in, which the deletion would have to wait for."""
    await owner.execute("UPDATE organizations SET is_active = false WHERE id = %s", [company.id])


async def _erase(owner: Owner, company: UUID) -> dict[str, int]:
    """Every row of the company, by table. Raises Refused when something of it would be left."""
    gone: dict[str, int] = {}
    await owner.execute("SELECT FROM organizations WHERE id = %s FOR UPDATE", [company])
    tables = await _children_first(owner)
    for table in tables:
        gone[".".join(table)] = await _deleted(owner, table, company)
    await owner.execute("DELETE FROM organizations WHERE id = %s", [company])
    gone["jobs"] = (await owner.execute(JOBS, [str(company)])).rowcount
    for table in tables:
        await _refuse_rest(owner, table, company)
    return {name: rows for name, rows in gone.items() if rows}


async def _children_first(owner: Owner) -> list[Table]:
    """Every table of companies' rows, none before those that refer to it."""
    found = await (await owner.execute(OWNED)).fetchall()
    owned: dict[int, Table] = {oid: (schema, name) for oid, schema, name in found}
    order = TopologicalSorter[int](dict.fromkeys(owned, ()))
    for child, parent in await (await owner.execute(REFERENCES)).fetchall():
        if child in owned and parent in owned:
            order.add(parent, child)
    return [owned[oid] for oid in order.static_order()]


async def _deleted(owner: Owner, table: Table, company: UUID) -> int:
    statement = sql.SQL("DELETE FROM {} WHERE organization_id = %s").format(sql.Identifier(*table))
    return (await owner.execute(statement, [company])).rowcount


async def _refuse_rest(owner: Owner, table: Table, company: UUID) -> None:
    """Whatever a trigger or a rule has put back: then nothing is deleted at all."""
    statement = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE organization_id = %s)").format(
        sql.Identifier(*table)
    )
    async with owner.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(statement, [company])
        is_left = await cursor.fetchone()
    if is_left:
        raise Refused(f"Rows of {table[1]} would be left. Nothing was deleted.")
