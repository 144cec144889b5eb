"""Somebody else at work: the records that are listed change now and then.

So an answer that was kept from before is a wrong one, and a wrong answer ends the run.
"""

import itertools
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

from psycopg import AsyncConnection

from bench.database import Filled, people
from bench.messages import Person

EVERY = 20
"""Requests of one person between two changes of what they see."""
ROWS = 10


class Changes:
    """Renames the first opportunity on a person's page, and knows what the page must show."""

    def __init__(self, connection: AsyncConnection, pages: Mapping[Person, Sequence[int]]) -> None:
        self._connection = connection
        self._pages = pages
        self._names: dict[Person, str] = {}
        self._asked = Counter[Person]()
        self._turns = itertools.count(1)

    async def page(self, person: Person) -> tuple[bytes, ...]:
        """What the person's page must contain now; every so often it has just changed."""
        self._asked[person] += 1
        if self._asked[person] % EVERY == 1:
            await self._change(person)
        numbers = (f"#{number} " for number in self._pages[person])
        return tuple(each.encode() for each in (*numbers, self._names[person]))

    async def _change(self, person: Person) -> None:
        name = f"Acme change {next(self._turns)}."
        await self._connection.execute(
            RENAME, (name, person.organization_id, self._pages[person][0])
        )
        self._names[person] = name


@asynccontextmanager
async def changes(filled: Filled) -> AsyncGenerator[Changes]:
    """On a connection of the owner's, which none of the measured programs sees."""
    async with await AsyncConnection.connect(filled.owner_url, autocommit=True) as connection:
        yield Changes(
            connection, {person: await _numbers(connection, person) for person in people(filled)}
        )


async def _numbers(connection: AsyncConnection, person: Person) -> list[int]:
    asked = (person.team_id, person.slack_user_id, ROWS)
    rows = await (await connection.execute(PAGE, asked)).fetchall()
    return [number for (number,) in rows]


RENAME = b"""
UPDATE opportunities SET customer_name = %s, updated_at = now()
WHERE organization_id = %s AND number = %s
"""

PAGE = b"""
SELECT o.number FROM opportunities o
JOIN slack_identities i ON i.user_id = o.assigned_user_id
JOIN workspaces w ON w.id = i.workspace_id
WHERE w.team_id = %s AND i.slack_user_id = %s AND o.status = 'open'
ORDER BY o.expected_close_date, o.number LIMIT %s
"""
