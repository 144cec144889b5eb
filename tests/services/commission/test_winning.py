from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.worker import run_waiting
from services import configuration, opportunities
from services.commission import Percentage
from services.commission.projecting import Projection, State, projection
from services.configuration import catalogue
from services.configuration.catalogue import Pipeline
from services.db import Database
from services.opportunities import Opportunity
from tests.conftest import Urls
from tests.factories import Company, FixedClock
from tests.services.commission.support import Deals

D = Decimal


@pytest.fixture
def deals(db: Database, acme: Company) -> Deals:
    return Deals(db, acme)


async def made(deals: Deals) -> Opportunity:
    partner_id = await deals.partner(Percentage(rate=D(10)))
    async with deals.db.transaction(deals.company.rep) as tx:
        new = opportunities.CreateOpportunity(
            customer_name="Initech",
            partner_id=partner_id,
            deal_value=D(48000),
            currency="EUR",
            stage="negotiation",
            expected_close_date=date(2026, 12, 31),
        )
        return await opportunities.create_opportunity(tx, new)


async def moved(deals: Deals, it: Opportunity, to_stage: str) -> Opportunity:
    move = opportunities.MoveOpportunity(number=it.number, to_stage=to_stage)
    async with deals.db.transaction(deals.company.rep) as tx:
        return (await opportunities.move_opportunity(tx, move)).opportunity


async def shown(deals: Deals, it: Opportunity) -> Projection:
    async with deals.db.transaction(deals.company.rep) as tx:
        found = await projection(tx, it.id)
    assert found is not None
    return found


async def test_a_win_accrues_and_what_takes_it_back_reverses(
    deals: Deals, clock: FixedClock
) -> None:
    it = await made(deals)
    open_ = await shown(deals, it)

    won = await moved(deals, it, "won")
    earned = await shown(deals, it)
    async with deals.db.transaction(deals.company.rep) as tx:
        await opportunities.undo_move(tx, it.number, won.version)
    undone = await deals.standing(it.id)

    assert (open_.state, open_.on) == (State.PROJECTED, date(2026, 12, 31))
    assert (earned.state, earned.on) == (State.EARNED, date(2026, 11, 18))
    assert earned.commission is not None
    assert earned.commission.total == D(4800)
    assert undone == 0

    clock.advance(timedelta(minutes=1))
    won = await moved(deals, it, "won")
    async with deals.db.transaction(deals.company.rep) as tx:
        edit = opportunities.EditOpportunity(
            number=it.number, expected_version=won.version, deal_value=D(60000)
        )
        await opportunities.edit_opportunity(tx, edit)
    edited = await deals.standing(it.id)
    async with deals.db.transaction(deals.company.rep) as tx:
        await opportunities.reopen(tx, opportunities.ReopenOpportunity(number=it.number))

    assert edited == D(6000)
    assert await deals.standing(it.id) == 0


async def test_what_a_change_of_the_stages_wins_is_settled_by_its_job(
    deals: Deals, urls: Urls
) -> None:
    it = await made(deals)
    shipped = catalogue.PIPELINE.default
    stages = tuple(each for each in shipped.stages if each.key != "negotiation")

    async with deals.db.transaction(deals.by) as tx:
        gone = configuration.Change(
            catalogue.PIPELINE, Pipeline(stages=stages), moves={"negotiation": "won"}
        )
        await configuration.change(tx, [gone])
    before = await deals.entries(it.id)
    await run_waiting(urls.application, deals.db)

    assert before == []
    assert await deals.entries(it.id) == [("accrual", "4800.00")]
