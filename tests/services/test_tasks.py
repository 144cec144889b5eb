from datetime import date
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from services.db import Database
from services.errors import InvalidInput, NotAllowed, NotFound, Problem
from services.partners import CreatePartner, create_partner
from services.tables import AuditEntry, Opportunity
from services.tables import Task as TaskRow
from services.tasks import CreateTask, Task, about, complete_task, create_task
from services.values import Actor
from tests.factories import START, Company


async def add(db: Database, actor: Actor, **fields: object) -> Task:
    async with db.transaction(actor) as tx:
        return await create_task(tx, CreateTask.model_validate({"title": "Send price"} | fields))


async def an_opportunity(db: Database, company: Company) -> UUID:
    async with db.transaction(company.rep) as tx:
        partner = await create_partner(tx, CreatePartner(name="Globex", domain="finops"))
        row = Opportunity(
            id=uuid4(),
            organization_id=company.organization_id,
            partner_id=partner.id,
            customer_name="Hooli",
            deal_value=1,
            stage="proposal",
            expected_close_date=tx.now.date(),
        )
        tx.session.add(row)
        return row.id


async def count(db: Database, company: Company) -> int:
    async with db.transaction(company.application) as tx:
        return await tx.session.scalar(select(func.count()).select_from(TaskRow)) or 0


async def test_a_task_is_the_actor_s_own_and_pending(db: Database, acme: Company) -> None:
    task = await add(db, acme.rep, description="With the discount.", due_date="2026-11-20")

    assert (task.user_id, task.status, task.priority) == (acme.rep.user_id, "pending", "medium")
    assert (task.due_date, task.description) == (date(2026, 11, 20), "With the discount.")


async def test_a_task_belongs_to_its_opportunity(db: Database, acme: Company) -> None:
    opportunity_id = await an_opportunity(db, acme)

    task = await add(db, acme.rep, opportunity_id=opportunity_id)

    assert task.opportunity_id == opportunity_id


async def test_a_manager_gives_a_task_to_somebody(db: Database, acme: Company) -> None:
    task = await add(db, acme.manager, user_id=acme.rep.user_id)

    assert task.user_id == acme.rep.user_id


async def test_a_rep_gives_tasks_to_nobody_else(db: Database, acme: Company) -> None:
    with pytest.raises(NotAllowed):
        await add(db, acme.rep, user_id=acme.other_rep.user_id)

    assert await count(db, acme) == 0


async def test_a_person_of_another_company_is_refused_like_one_that_never_was(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    for stranger in (globex_corp.rep.user_id, uuid4()):
        with pytest.raises(InvalidInput) as refused:
            await add(db, acme.manager, user_id=stranger)
        assert refused.value.problems["user_id"].problem is Problem.UNKNOWN_PERSON


async def test_an_opportunity_of_another_company_is_refused_like_one_that_never_was(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    for foreign in (await an_opportunity(db, globex_corp), uuid4()):
        with pytest.raises(InvalidInput) as refused:
            await add(db, acme.rep, opportunity_id=foreign)
        assert refused.value.problems["opportunity_id"].problem is Problem.UNKNOWN_CHOICE


@pytest.mark.parametrize("day", ["1989-12-31", "2101-01-01"])
async def test_a_day_far_away_is_refused(db: Database, acme: Company, day: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await add(db, acme.rep, due_date=day)

    assert refused.value.problems["due_date"].problem is Problem.DATE_TOO_FAR


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("title", "", Problem.REQUIRED),
        ("title", "x" * 501, Problem.TOO_LONG),
        ("title", "\x00", Problem.CONTROL_CHARACTERS),
        ("priority", "whenever", "literal_error"),
    ],
)
def test_bad_input_is_refused_at_its_field(field: str, value: str, problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CreateTask.model_validate({"title": "Send price"} | {field: value})

    assert [(each["loc"][0], each["type"]) for each in refused.value.errors()] == [(field, problem)]


async def test_a_task_is_completed_now(db: Database, acme: Company) -> None:
    task = await add(db, acme.rep)

    async with db.transaction(acme.rep) as tx:
        done = await complete_task(tx, task.id)

    assert (done.status, done.completed_at) == ("completed", START)


async def test_a_completed_task_stays_as_it_was(db: Database, acme: Company) -> None:
    task = await add(db, acme.rep)
    async with db.transaction(acme.rep) as tx:
        first = await complete_task(tx, task.id)

    async with db.transaction(acme.rep) as tx:
        again = await complete_task(tx, task.id)
        entries = await tx.session.scalar(
            select(func.count()).where(AuditEntry.action == "task.completed")
        )

    assert again == first
    assert entries == 1


async def test_somebody_else_s_task_is_not_completed(db: Database, acme: Company) -> None:
    task = await add(db, acme.rep)

    async with db.transaction(acme.other_rep) as tx:
        with pytest.raises(NotAllowed):
            await complete_task(tx, task.id)


async def test_a_task_of_another_company_is_not_found(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    foreign = await add(db, globex_corp.rep)

    for missing in (foreign.id, uuid4()):
        async with db.transaction(acme.rep) as tx:
            with pytest.raises(NotFound):
                await complete_task(tx, missing)


async def test_a_cancelled_task_is_not_completed(db: Database, acme: Company) -> None:
    task = await add(db, acme.rep)
    async with db.transaction(acme.application) as tx:
        (await tx.session.get_one(TaskRow, task.id)).status = "cancelled"

    async with db.transaction(acme.rep) as tx:
        with pytest.raises(NotFound):
            await complete_task(tx, task.id)


async def test_the_tasks_of_an_opportunity_begin_with_what_is_due_first(
    db: Database, acme: Company
) -> None:
    its = {"opportunity_id": await an_opportunity(db, acme)}
    done = await add(db, acme.rep, title="Done", due_date="2026-11-19", **its)
    await add(db, acme.rep, title="Some day", **its)
    await add(db, acme.rep, title="Next week", due_date="2026-11-25", **its)
    await add(db, acme.rep, title="Tomorrow", due_date="2026-11-19", **its)
    await add(db, acme.rep, title="Of another")

    async with db.transaction(acme.rep) as tx:
        await complete_task(tx, done.id)
        seen = await about(tx, its["opportunity_id"])

    assert [(each.title, each.is_open) for each in seen] == [
        ("Tomorrow", True),
        ("Next week", True),
        ("Some day", True),
        ("Done", False),
    ]
    assert {each.owner_name for each in seen} == {"Ron Rep"}
