"""People at one partner at the same moment: none waits for what another has not committed yet, and
what follows from all of it is asked for once.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import TupleRow
from sqlalchemy import select, text

from services import jobs
from services.db import Database, Tx, connect
from services.interactions import LogInteraction, log_interaction
from services.opportunities import (
    CreateOpportunity,
    EditOpportunity,
    MoveOpportunity,
    Opportunity,
    create_opportunity,
    edit_opportunity,
    find_opportunity,
    move_opportunity,
)
from services.people.seats import lock_seats
from services.tables import Opportunity as Row
from services.tables import StageChange
from services.values import Actor
from tests.conftest import Urls
from tests.factories import Company, FixedClock
from tests.services.test_opportunities import CLOSE, a_deal, a_partner

PEOPLE = 20
AT_ONCE = text("SET LOCAL lock_timeout = '100ms'")
WAITING = (
    "SELECT task_name FROM jobs.procrastinate_jobs WHERE status = 'todo' ORDER BY queueing_lock"
)

Work = Callable[[Tx], Awaitable[object]]


@pytest.fixture
async def crowded(urls: Urls, clock: FixedClock) -> AsyncIterator[Database]:
    database = connect(urls.application, clock, pool_size=8)
    yield database
    await database.close()


@asynccontextmanager
async def the_queue(urls: Urls) -> AsyncGenerator[psycopg.AsyncConnection[TupleRow]]:
    """As its owner, in which nothing waits yet."""
    async with await psycopg.AsyncConnection.connect(urls.owner, autocommit=True) as queue:
        await queue.execute("DELETE FROM jobs.procrastinate_jobs")
        yield queue


async def waiting(queue: psycopg.AsyncConnection[TupleRow]) -> list[str]:
    return [str(name) for (name,) in await (await queue.execute(WAITING)).fetchall()]


def creating(partner_id: UUID) -> Work:
    new = CreateOpportunity(
        customer_name="Initech",
        partner_id=partner_id,
        deal_value=Decimal(100),
        currency="EUR",
        stage="prospecting",
        expected_close_date=CLOSE,
    )
    return lambda tx: create_opportunity(tx, new)


async def done(db: Database, who: Actor, work: Work) -> None:
    async with db.transaction(who) as tx:
        await work(tx)


def dearer(deal: Opportunity) -> Work:
    edit = EditOpportunity(number=deal.number, expected_version=deal.version, deal_value=Decimal(5))
    return lambda tx: edit_opportunity(tx, edit)


def moving(number: int, to_stage: str) -> Work:
    return lambda tx: move_opportunity(tx, MoveOpportunity(number=number, to_stage=to_stage))


def logging(partner_id: UUID) -> Work:
    met = LogInteraction(
        partner_id=partner_id, interaction_type="call", interaction_date=date(2026, 11, 18)
    )
    return lambda tx: log_interaction(tx, met)


async def test_who_changes_what_is_one_partner_s_waits_for_nobody_until_they_commit(
    crowded: Database, urls: Urls, acme: Company
) -> None:
    partner_id = await a_partner(crowded, acme)
    deals = [await a_deal(crowded, acme, partner_id=partner_id) for _ in range(3)]
    works = [
        creating(partner_id),
        creating(partner_id),
        moving(deals[0].number, "qualified"),
        moving(deals[1].number, "won"),
        dearer(deals[2]),
        logging(partner_id),
        logging(partner_id),
    ]

    async with the_queue(urls) as queue:
        async with AsyncExitStack() as held:
            for work in works:
                tx = await held.enter_async_context(crowded.transaction(acme.manager))
                await tx.connection.execute(AT_ONCE)
                await work(tx)
            before = await waiting(queue)
        after = await waiting(queue)

    assert (before, after) == ([], [jobs.EVALUATE_ALERT_RULES, jobs.RECOMPUTE_HEALTH])


async def test_who_changes_an_opportunity_does_not_wait_for_who_joins_the_company(
    crowded: Database, acme: Company
) -> None:
    deal = await a_deal(crowded, acme)

    async with crowded.transaction(acme.admin) as other:
        await lock_seats(other)
        for work in (creating(deal.partner_id), moving(deal.number, "qualified")):
            async with crowded.transaction(acme.rep) as tx:
                await tx.connection.execute(AT_ONCE)
                await work(tx)

    async with crowded.transaction(acme.rep) as tx:
        assert (await find_opportunity(tx, deal.number)).stage == "qualified"


async def test_twenty_people_who_create_for_one_partner_at_once_are_all_done(
    crowded: Database, urls: Urls, acme: Company
) -> None:
    partner_id = await a_partner(crowded, acme)
    people = (acme.admin, acme.manager, acme.rep, acme.other_rep)

    async with the_queue(urls) as queue:
        create = creating(partner_id)
        await asyncio.gather(*(done(crowded, people[at % 4], create) for at in range(PEOPLE)))
        asked = await waiting(queue)

    async with crowded.transaction(acme.admin) as tx:
        numbers = list(await tx.session.scalars(select(Row.number).order_by(Row.number)))
        begun = len(set(await tx.session.scalars(select(StageChange.opportunity_id))))
    assert (numbers, begun) == (list(range(1, PEOPLE + 1)), PEOPLE)
    assert asked == [jobs.RECOMPUTE_HEALTH]
