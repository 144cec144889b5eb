"""`bot keys …`: makes keys, seals what is stored under the newest, tells which may go."""

from argparse import Namespace
from collections import Counter

from psycopg import sql

from bot.operator.console import Column
from bot.operator.desk import Desk, Owner, Refused, companies
from bot.operator.parsing import SERVING, Commands, command, group
from services import organizations
from services.sealing import Sealer, key_id_of, new_key
from services.values import Actor, OrganizationId

SEALED = """
SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped
  AND a.atttypid = 'bytea'::regtype AND a.attname LIKE 'sealed\\_%'
ORDER BY 1, 2
"""
"""Every column of sealed secrets; one added later is covered."""
COLUMNS = (
    Column("key", "Key"),
    Column("secrets", "Secrets", is_number=True),
    Column("advice", ""),
)
NEWEST = "the newest: everything new is sealed under it"
TO_ROTATE = "in use; run: python -m bot keys rotate"
UNUSED = "not in use: to be moved to the front if it is new, or else removed"
MISSING = "MISSING from ENCRYPTION_KEYS: these secrets cannot be opened"


def add(commands: Commands) -> None:
    """`keys new|rotate|check`."""
    own = group(commands, "keys", "the keys that seal tokens")
    command(own, "new", make, "print a fresh key, and how it is taken into use", None)
    rotated = command(
        own, "rotate", rotate, "seal every secret under the first key; safe to serve", SERVING
    )
    rotated.add_argument(
        "--lost-key",
        action="store_true",
        help="park the workspaces whose key is lost, until they are installed again",
    )
    command(own, "check", check, "which keys are in use, and which may go", SERVING)


async def make(desk: Desk, _asked: Namespace) -> None:
    key = new_key()
    desk.console.tell(key, key=key)
    if not desk.console.as_json:
        desk.console.note(
            "1. Add it at the end of ENCRYPTION_KEYS, and start every process anew: all can open "
            "what one of them seals.\n"
            "2. Move it to the front, and start every process anew.\n"
            "3. python -m bot keys rotate, then python -m bot keys check"
        )


async def rotate(desk: Desk, asked: Namespace) -> None:
    sealer = desk.sealer()
    async with desk.owner() as owner:
        missing = _missing(await _in_use(owner), sealer)
        every = await companies(owner)
    if missing and not asked.lost_key:
        raise Refused(
            f"{missing} secrets are sealed under a key that ENCRYPTION_KEYS does not have. Nothing "
            "was changed. Add that key; if it is lost for good, add --lost-key: those workspaces "
            "are parked until they are installed again."
        )
    resealed = [await _reseal(desk, each.organization_id, sealer) for each in every]
    desk.console.tell(
        f"Sealed {sum(resealed)} secrets anew under the key {sealer.key_ids[0]}. "
        "What may go now: python -m bot keys check",
        key=sealer.key_ids[0],
        resealed=sum(resealed),
        lost=missing,
    )


async def check(desk: Desk, _asked: Namespace) -> None:
    sealer = desk.sealer()
    async with desk.owner() as owner:
        used = await _in_use(owner)
    known = [(key, used[key], _advice(key, used, sealer)) for key in sealer.key_ids]
    unknown = [(key, used[key], MISSING) for key in sorted(used) if key not in sealer.key_ids]
    desk.console.table(COLUMNS, [*known, *unknown])
    if unknown:
        raise Refused("Keys are missing. See docs/security.md for a key that is lost.")


def _advice(key: str, used: Counter[str], sealer: Sealer) -> str:
    if key == sealer.key_ids[0]:
        return NEWEST
    return TO_ROTATE if used[key] else UNUSED


async def _reseal(desk: Desk, organization_id: OrganizationId, sealer: Sealer) -> int:
    async with (
        desk.application() as db,
        db.transaction(Actor.operator(organization_id)) as tx,
    ):
        return await organizations.reseal(tx, sealer)


def _missing(used: Counter[str], sealer: Sealer) -> int:
    return sum(count for key, count in used.items() if key not in sealer.key_ids)


async def _in_use(owner: Owner) -> Counter[str]:
    """How many secrets are sealed under each key."""
    used: Counter[str] = Counter()
    for table, column in await (await owner.execute(SEALED)).fetchall():
        name = sql.Identifier(column)
        statement = sql.SQL("SELECT {} FROM {} WHERE {} IS NOT NULL")
        found = await owner.execute(statement.format(name, sql.Identifier(table), name))
        used.update([key_id_of(bytes(sealed)) async for (sealed,) in found])
    return used
