from collections.abc import Awaitable
from uuid import UUID, uuid4

from sqlalchemy import event, select

from services import outbox
from services.db import Database, Tx
from services.outbox import Place
from services.tables import Lane, Outbox
from tests.factories import Company

KIND = "note"


async def shown_in(db: Database, company: Company, *lanes: str) -> list[UUID]:
    """Records, each with a copy in one of these conversations."""
    records = [uuid4() for _ in lanes]
    async with db.transaction(company.application) as tx:
        for record_id, lane in zip(records, lanes, strict=True):
            place = Place(company.workspace_id, lane)
            await outbox.post(tx, place, KIND, {"id": str(record_id)}, copy_of=record_id)
    return records


async def updates(db: Database, company: Company) -> list[str]:
    async with db.transaction(company.application) as tx:
        rows = await tx.session.scalars(
            select(Outbox).where(Outbox.method == outbox.UPDATE).order_by(Outbox.id)
        )
        return [str(row.payload["id"]) for row in rows]


async def waiting(db: Database, company: Company) -> dict[str, int]:
    async with db.transaction(company.application) as tx:
        return dict((await tx.session.execute(select(Lane.lane, Lane.waiting))).all())


async def statements(tx: Tx, work: Awaitable[object]) -> int:
    """How many `work` takes."""
    seen: list[object] = []

    def note(*call: object) -> None:
        seen.append(call[2])

    connection = (await tx.session.connection()).sync_connection
    event.listen(connection, "before_cursor_execute", note)
    await work
    event.remove(connection, "before_cursor_execute", note)
    return len(seen)


async def test_each_record_is_told_anew_by_itself(db: Database, acme: Company) -> None:
    one, two, other = await shown_in(db, acme, "C0A", "C0B", "C0A")

    async with db.transaction(acme.application) as tx:
        written = await outbox.refresh_copies(tx, KIND, one, two)

    assert written == 2
    assert sorted(await updates(db, acme)) == sorted([str(one), str(two)])
    assert str(other) not in await updates(db, acme)
    assert await waiting(db, acme) == {"C0A": 3, "C0B": 2}


async def test_what_waits_already_is_counted_once(db: Database, acme: Company) -> None:
    one, two = await shown_in(db, acme, "C0A", "C0A")

    async with db.transaction(acme.application) as tx:
        first = await outbox.refresh_copies(tx, KIND, one)
        both = await outbox.refresh_copies(tx, KIND, one, two)

    assert (first, both) == (1, 1)
    assert await waiting(db, acme) == {"C0A": 4}


async def test_nothing_to_tell_anew_is_nothing_written(db: Database, acme: Company) -> None:
    async with db.transaction(acme.application) as tx:
        written = await outbox.refresh_copies(tx, KIND)

    assert written == 0
    assert await waiting(db, acme) == {}


async def test_many_records_take_as_many_statements_as_few(db: Database, acme: Company) -> None:
    few = await shown_in(db, acme, "C0A")
    many = await shown_in(db, acme, *["C0B"] * 40)

    async with db.transaction(acme.application) as tx:
        for_few = await statements(tx, outbox.refresh_copies(tx, KIND, *few))
        for_many = await statements(tx, outbox.refresh_copies(tx, KIND, *many))

    assert for_many == for_few
    assert await waiting(db, acme) == {"C0A": 2, "C0B": 80}
