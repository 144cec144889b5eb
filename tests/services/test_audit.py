from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from services import audit
from services.audit import ROWS, AuditPage, Cursor, Kind, Search
from services.db import Database
from services.errors import NotFound
from services.values import OPERATOR, Actor
from tests.factories import START, Company, FixedClock

MINUTE = timedelta(minutes=1)


async def note(db: Database, actor: Actor, action: str = "partner.created", **more: object) -> None:
    async with db.transaction(actor) as tx:
        await audit.record(tx, action, action.partition(".")[0], details=more)


async def many(db: Database, acme: Company, clock: FixedClock, count: int) -> None:
    """So many entries; two at each moment."""
    for number in range(count):
        await note(db, acme.rep, number=number)
        clock.advance(MINUTE * (number % 2))


async def look(
    db: Database,
    acme: Company,
    wanted: Search = Search(),  # noqa: B008  # frozen
    *,
    before: Cursor | None = None,
    after: Cursor | None = None,
) -> AuditPage:
    async with db.transaction(acme.admin) as tx:
        return await audit.entries(tx, wanted, before=before, after=after)


def numbers(page: AuditPage) -> list[object]:
    return [each.details.get("number") for each in page.entries]


async def test_its_pages_lead_from_the_newest_to_the_first_and_back(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await many(db, acme, clock, 2 * ROWS + 3)

    newest = await look(db, acme)
    second = await look(db, acme, before=newest.older)
    last = await look(db, acme, before=second.older)
    back = await look(db, acme, after=last.newer)
    top = await look(db, acme, after=back.newer)

    seen = [*numbers(newest), *numbers(second), *numbers(last)]
    assert sorted(map(str, seen), key=int) == [str(each) for each in range(2 * ROWS + 3)]
    assert (newest.newer, last.older) == (None, None)
    assert numbers(back) == numbers(second)
    assert top == newest


async def test_a_page_stays_when_more_is_done_meanwhile(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await many(db, acme, clock, 2 * ROWS)
    newest = await look(db, acme)
    await many(db, acme, clock, 5)

    second = await look(db, acme, before=newest.older)

    assert not set(numbers(second)) & set(numbers(newest))
    assert len(second.entries) == ROWS


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["setting.changed", "task.created", "partner.created"]),
        ({"kind": Kind.SETTINGS}, ["setting.changed"]),
        ({"kind": Kind.WORKSPACES}, []),
        ({"first_day": START.date()}, ["setting.changed", "task.created"]),
        ({"last_day": START.date()}, ["task.created", "partner.created"]),
        ({"first_day": date(2026, 11, 18), "last_day": date(2026, 11, 18)}, ["task.created"]),
        ({"first_day": date(2026, 11, 20), "last_day": date(2026, 11, 18)}, []),
    ],
)
async def test_it_is_narrowed_by_kind_and_days(
    db: Database, acme: Company, clock: FixedClock, wanted: dict[str, object], expected: list[str]
) -> None:
    for day, action in ((17, "partner.created"), (18, "task.created"), (19, "setting.changed")):
        clock.travel_to(START.replace(day=day, hour=23))
        await note(db, acme.rep, action)

    page = await look(db, acme, Search.model_validate(wanted))

    assert [each.action for each in page.entries] == expected


async def test_it_is_narrowed_to_a_person_the_application_and_the_operator_are_told_apart(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    for actor in (acme.rep, acme.admin, acme.application, Actor.operator(acme.organization_id)):
        await note(db, actor)
        clock.advance(MINUTE)

    everybody = await look(db, acme)
    rons = await look(db, acme, Search(user_id=acme.rep.user_id))

    told = [(each.author, each.is_operators) for each in everybody.entries]
    assert told == [(None, True), (None, False), ("Ada Admin", False), ("Ron Rep", False)]
    assert [each.author for each in rons.entries] == ["Ron Rep"]
    assert OPERATOR not in str(everybody.entries[0].details)


async def test_an_entry_tells_what_its_record_and_those_it_mentions_are_called(
    db: Database, acme: Company
) -> None:
    async with db.transaction(acme.admin) as tx:
        details = {"from": None, "to": str(acme.manager.user_id)}
        await audit.record(tx, "person.manager_changed", "user", acme.rep.user_id, details)

    [found] = (await look(db, acme)).entries

    assert found.about == "Ron Rep"
    assert found.names == {str(acme.manager.user_id): "Mia Manager"}


async def test_another_companys_entry_is_not_there(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await note(db, globex_corp.rep)
    async with db.transaction(globex_corp.admin) as tx:
        [theirs] = (await audit.entries(tx, Search())).entries

    assert (await look(db, acme)).entries == ()
    assert (await look(db, acme, after=Cursor(at=theirs.at, id=UUID(int=0)))).entries == ()
    with pytest.raises(NotFound):
        async with db.transaction(acme.admin) as tx:
            await audit.entry(tx, theirs.id)


async def test_authors_are_found_by_any_part_of_their_name(db: Database, acme: Company) -> None:
    async with db.transaction(acme.admin) as tx:
        found = {words: await audit.authors(tx, words) for words in ("", "rep", "ON R", "%", "_")}

    assert [name for _, name in found[""]] == ["Ada Admin", "Mia Manager", "Olga Rep", "Ron Rep"]
    assert [name for _, name in found["rep"]] == ["Olga Rep", "Ron Rep"]
    assert [name for _, name in found["ON R"]] == ["Ron Rep"]
    assert found["%"] == found["_"] == []


def test_a_cursor_tells_its_moment_to_the_microsecond() -> None:
    cursor = Cursor(at=datetime.fromisoformat("2026-11-18T10:00:00.123456+00:00"), id=UUID(int=7))

    assert Cursor.model_validate_json(cursor.model_dump_json()) == cursor
