from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from psycopg import AsyncCursor
from psycopg.abc import Params, Query
from sqlalchemy import insert, select

from sandbox.person import Person
from services.tables import (
    Interaction,
    Opportunity,
    OpportunityChange,
    Partner,
    StageChange,
    Task,
)
from tests.journeys.conftest import World
from tests.journeys.test_opportunities import a_deal, a_partner

MANY = 12
ASKED = (
    ("/opp", "list all"),
    ("/opp", "list all by value"),
    ("/opp", "find acme"),
    ("/opp", "show 1"),
    ("/opp", "asof {yesterday}"),
    ("/partner", "list"),
    ("/partner", "list by pipeline"),
    ("/partner", "show globex"),
)


async def test_much_is_asked_for_in_as_many_statements_as_little(world: World) -> None:
    ron = world.person("ron")
    globex = await a_partner(world)
    await a_deal(world, ron, partner_id=globex.id)
    world.clock.advance(timedelta(days=2))
    await more(world, 2)
    await questions(world, ron)

    little = await questions(world, ron)
    await more(world, MANY)
    much = await questions(world, ron)

    assert little == much
    assert max(little.values()) < 25


async def questions(world: World, ron: Person) -> Counter[str]:
    """How many statements each answer takes."""
    asked: Counter[str] = Counter()
    yesterday = (world.clock.now() - timedelta(days=1)).date().isoformat()
    for command, words in ASKED:
        with statements() as sent:
            await ron.command(command, words.format(yesterday=yesterday), channel=world.acme.deals)
            await world.db.ended()
        asked[f"{command} {words}"] = len(sent)
    await ron.command("/opp", "new")
    with statements() as sent:
        await ron.suggest("partner_id", "globex")
        await world.db.ended()
    asked["suggest"] = len(sent)
    await ron.close()
    return asked


@contextmanager
def statements() -> Generator[list[str]]:
    """What is sent to the database meanwhile, by whichever way."""
    sent: list[str] = []
    execute = AsyncCursor.execute

    async def noted(
        cursor: AsyncCursor, query: Query, *values: Params, prepare: bool | None = None
    ) -> AsyncCursor:
        words = str(query)
        if "pg_prepared_statements" not in words and not words.startswith("PREPARE"):
            sent.append(words)
        return await execute(cursor, query, *values, prepare=prepare)

    with patch.object(AsyncCursor, "execute", noted):
        yield sent


async def more(world: World, count: int) -> None:
    """So many more of everything, about the first opportunity as well."""
    async with world.db.transaction(world.acme.application) as tx:
        first = (await tx.session.scalars(select(Opportunity).where(Opportunity.number == 1))).one()
        its = {"organization_id": first.organization_id}
        new = insert(Partner).returning(Partner.id)
        kept = {**its, "domain": "finops", "commission_structure": {}}
        partners = await tx.session.scalars(
            new, [{**kept, "name": f"Globex {count} {at}"} for at in range(count)]
        )
        deal = {
            **its,
            "assigned_user_id": first.assigned_user_id,
            "deal_value": Decimal(10),
            "currency": first.currency,
            "stage": first.stage,
            "expected_close_date": first.expected_close_date,
        }
        rows = [
            {**deal, "partner_id": each, "customer_name": f"Acme {at}"}
            for at, each in enumerate(partners)
        ]
        await tx.session.execute(insert(Opportunity), rows)
        about = {**its, "opportunity_id": first.id}
        changed = {**about, "changed_by_user_id": first.assigned_user_id, "changed_at": tx.now}
        value = {"field": "deal_value", "from_value": "1.00", "to_value": "2.00"}
        stage = {"from_stage": "prospecting", "to_stage": first.stage}
        task = {**about, "user_id": first.assigned_user_id, "title": "Call"}
        await tx.session.execute(insert(OpportunityChange), [changed | value] * count)
        await tx.session.execute(insert(StageChange), [changed | stage] * count)
        await tx.session.execute(insert(Task), [task] * count)
        talk = {
            **its,
            "partner_id": first.partner_id,
            "user_id": first.assigned_user_id,
            "interaction_type": "call",
            "interaction_date": tx.now,
        }
        await tx.session.execute(insert(Interaction), [talk] * count)
