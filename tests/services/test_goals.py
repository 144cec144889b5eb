from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from services.db import Database
from services.errors import InvalidInput, NotAllowed, Problem
from services.goals import Goal, SetGoal, set_goal
from services.tables import AuditEntry
from services.tables import Goal as GoalRow
from services.values import Actor
from tests.factories import Company

GOAL = {"quarter": 4, "year": 2026, "goal_type": "revenue", "target_value": "250000"}


async def aim(db: Database, actor: Actor, **fields: object) -> Goal:
    async with db.transaction(actor) as tx:
        return await set_goal(tx, SetGoal.model_validate(GOAL | fields))


async def count(db: Database, company: Company) -> int:
    async with db.transaction(company.application) as tx:
        return await tx.session.scalar(select(func.count()).select_from(GoalRow)) or 0


async def test_a_goal_of_the_organization_is_in_its_base_currency(
    db: Database, acme: Company
) -> None:
    goal = await aim(db, acme.manager)

    assert (goal.user_id, goal.currency, goal.status) == (None, "USD", "active")
    assert goal.target_value == Decimal(250000)


async def test_a_rep_sets_a_goal_for_themselves_only(db: Database, acme: Company) -> None:
    own = await aim(db, acme.rep, user_id=acme.rep.user_id)

    for others in (acme.other_rep.user_id, None):
        with pytest.raises(NotAllowed):
            await aim(db, acme.rep, user_id=others)

    assert own.user_id == acme.rep.user_id
    assert await count(db, acme) == 1


@pytest.mark.parametrize("is_own", [True, False])
async def test_a_goal_set_again_has_the_new_target(
    db: Database, acme: Company, is_own: bool
) -> None:
    user_id = acme.rep.user_id if is_own else None
    first = await aim(db, acme.manager, user_id=user_id)

    again = await aim(db, acme.manager, user_id=user_id, target_value="300000.50", currency="EUR")

    assert again == replace(first, target_value=Decimal("300000.50"), currency="EUR")
    assert await count(db, acme) == 1


async def test_each_quarter_and_type_has_its_own_goal(db: Database, acme: Company) -> None:
    await aim(db, acme.manager)
    await aim(db, acme.manager, quarter=3)
    await aim(db, acme.manager, goal_type="partners", target_value=5)

    assert await count(db, acme) == 3


async def test_setting_a_goal_is_in_the_audit(db: Database, acme: Company) -> None:
    goal = await aim(db, acme.manager)

    async with db.transaction(acme.admin) as tx:
        entry = (await tx.session.scalars(select(AuditEntry))).one()

    assert (entry.action, entry.entity_id) == ("goal.set", goal.id)
    assert entry.details == {"type": "revenue", "quarter": "2026-Q4", "target": "250000.00 USD"}


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("goal_type", "fame", Problem.UNKNOWN_CHOICE),
        ("currency", "DOGE", Problem.UNKNOWN_CURRENCY),
        ("target_value", "0", Problem.OUT_OF_RANGE),
    ],
)
async def test_what_is_not_configured_is_refused(
    db: Database, acme: Company, field: str, value: str, problem: Problem
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await aim(db, acme.manager, **{field: value})

    assert refused.value.problems[field].problem is problem
    assert await count(db, acme) == 0


async def test_a_person_of_another_company_is_refused_like_one_that_never_was(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    for stranger in (globex_corp.rep.user_id, uuid4()):
        with pytest.raises(InvalidInput) as refused:
            await aim(db, acme.manager, user_id=stranger)
        assert refused.value.problems["user_id"].problem is Problem.UNKNOWN_PERSON


@pytest.mark.parametrize(
    ("field", "value"),
    [("quarter", 0), ("quarter", 5), ("year", 1989), ("year", 2101), ("target_value", "-1")],
)
def test_what_is_out_of_range_is_refused_at_its_field(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        SetGoal.model_validate(GOAL | {field: value})

    assert [each["loc"][0] for each in refused.value.errors()] == [field]
