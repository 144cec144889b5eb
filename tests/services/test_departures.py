from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from services import departures, tasks
from services.db import Database
from services.departures import Leave, OpenWork
from services.errors import InvalidInput, NotAllowed, Problem
from services.tables import AuditEntry, Opportunity, OpportunityChange, Partner, Task, User
from tests.factories import Company
from tests.services.people_support import identifier, person_of


async def busy(db: Database, company: Company) -> None:
    """Ron has two open opportunities, a won one, an open task, a done one, and Olga's reports."""
    async with db.transaction(company.application) as tx:
        partner = Partner(
            id=uuid4(),
            organization_id=tx.organization_id,
            name="Umbra",
            domain="cloud",
            commission_structure={},
        )
        tx.session.add(partner)
        await tx.session.flush()
        tx.session.add_all(
            Opportunity(
                organization_id=tx.organization_id,
                partner_id=partner.id,
                assigned_user_id=company.rep.user_id,
                customer_name=f"Customer {number}",
                deal_value=Decimal(100),
                currency="EUR",
                stage="proposal" if status == "open" else status,
                status=status,
                expected_close_date=date(2026, 12, 31),
                number=number,
            )
            for number, status in ((1, "open"), (2, "open"), (3, "won"))
        )
        for title in ("Call", "Write"):
            await tasks.create_task(tx, tasks.CreateTask(title=title, user_id=company.rep.user_id))
        await tx.session.execute(
            update(Task).where(Task.title == "Write").values(status="completed")
        )
        await tx.session.execute(
            update(User)
            .where(User.id == company.other_rep.user_id)
            .values(manager_id=company.rep.user_id)
        )
        await tx.session.execute(
            update(User)
            .where(User.id == company.rep.user_id)
            .values(manager_id=company.manager.user_id)
        )


async def left(db: Database, company: Company, **how: object) -> OpenWork:
    async with db.transaction(company.admin) as tx:
        return await departures.leave(
            tx, Leave.model_validate({"user_id": company.rep.user_id, **how})
        )


async def owners(db: Database, company: Company) -> dict[int, UUID | None]:
    async with db.transaction(company.application) as tx:
        found = await tx.session.execute(select(Opportunity.number, Opportunity.assigned_user_id))
        return {row.number: row.assigned_user_id for row in found}


async def test_what_is_open_is_counted(db: Database, acme: Company) -> None:
    await busy(db, acme)

    async with db.transaction(acme.admin) as tx:
        assert await departures.open_work(tx, identifier(acme.rep)) == OpenWork(2, 1, 1)


async def test_open_work_goes_to_the_successor_with_its_history(
    db: Database, acme: Company
) -> None:
    await busy(db, acme)

    moved = await left(db, acme, work="hand_over", successor_id=acme.manager.user_id)

    assert moved == OpenWork(opportunities=2, tasks=1, reports=0)
    assert await owners(db, acme) == {
        1: acme.manager.user_id,
        2: acme.manager.user_id,
        3: acme.rep.user_id,
    }
    assert not (await person_of(db, acme, acme.rep)).is_active
    async with db.transaction(acme.application) as tx:
        changes = list(await tx.session.scalars(select(OpportunityChange)))
        actions = list(await tx.session.scalars(select(AuditEntry.action)))
    assert {(each.field, each.to_value) for each in changes} == {
        ("assigned_user_id", str(acme.manager.user_id))
    }
    assert actions.count("opportunity.reassigned") == 2
    assert {"task.reassigned", "person.deactivated"} <= set(actions)


async def test_kept_work_stays_where_it_is(db: Database, acme: Company) -> None:
    await busy(db, acme)

    moved = await left(db, acme)

    assert moved == OpenWork(0, 0, 0)
    assert set((await owners(db, acme)).values()) == {acme.rep.user_id}
    assert (await person_of(db, acme, acme.other_rep)).manager_id == acme.rep.user_id


async def test_the_team_goes_to_the_manager_above(db: Database, acme: Company) -> None:
    await busy(db, acme)

    moved = await left(db, acme, reports="above")

    assert moved.reports == 1
    assert (await person_of(db, acme, acme.other_rep)).manager_id == acme.manager.user_id


async def test_work_can_be_handed_over_after_somebody_has_left(db: Database, acme: Company) -> None:
    await busy(db, acme)
    await left(db, acme)

    moved = await left(db, acme, work="hand_over", successor_id=acme.other_rep.user_id)

    assert (moved.opportunities, moved.tasks) == (2, 1)


@pytest.mark.parametrize("who", ["nobody", "rep", "inactive", "stranger"])
async def test_without_a_colleague_to_hand_over_to_nothing_happens(
    db: Database, acme: Company, globex_corp: Company, who: str
) -> None:
    successors = {
        "nobody": None,
        "rep": acme.rep.user_id,
        "inactive": acme.other_rep.user_id,
        "stranger": globex_corp.rep.user_id,
    }
    async with db.transaction(acme.application) as tx:
        inactive = update(User).where(User.id == acme.other_rep.user_id)
        await tx.session.execute(inactive.values(is_active=False))

    with pytest.raises(InvalidInput) as refused:
        await left(db, acme, work="hand_over", successor_id=successors[who])

    expected = Problem.REQUIRED if who == "nobody" else Problem.UNKNOWN_PERSON
    assert refused.value.problems["successor_id"].problem is expected
    assert (await person_of(db, acme, acme.rep)).is_active


async def test_only_who_manages_people_has_somebody_leave(db: Database, acme: Company) -> None:
    async with db.transaction(acme.manager) as tx:
        with pytest.raises(NotAllowed):
            await departures.leave(tx, Leave(user_id=identifier(acme.rep)))
        with pytest.raises(NotAllowed):
            await departures.open_work(tx, identifier(acme.rep))
