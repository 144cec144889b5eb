import asyncio

import pytest
from sqlalchemy import text

from services import configuration
from services.configuration import Change, Changed
from services.configuration.catalogue import PIPELINE
from services.configuration.stages import Pipeline
from services.db import Database
from services.errors import StillUsed
from services.opportunities import MoveOpportunity, move_opportunity
from tests.factories import Company
from tests.services.test_opportunities import a_deal

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
PATIENCE = 5.0


async def without_qualified(db: Database, company: Company) -> Changed:
    async with db.transaction(company.admin) as tx:
        stages = (await configuration.get(tx, PIPELINE)).stages
        left = tuple(
            each.model_copy(update={"next": None}) for each in stages if each.key != "qualified"
        )
        return await configuration.change(tx, [Change(PIPELINE, Pipeline(stages=left))])


async def refused(db: Database, company: Company) -> StillUsed:
    with pytest.raises(StillUsed) as told:
        await without_qualified(db, company)
    return told.value


async def test_a_stage_that_gets_an_opportunity_while_it_goes_stays(
    db: Database, acme: Company
) -> None:
    it = await a_deal(db, acme)

    async with asyncio.timeout(PATIENCE):
        async with db.transaction(acme.rep) as tx:
            await move_opportunity(tx, MoveOpportunity(number=it.number, to_stage="qualified"))
            change = asyncio.create_task(refused(db, acme))
            async with db.directory() as directory:
                while not await directory._connection.scalar(WAITING):
                    pass
        told = await change

    assert told.used == {"qualified": {"opportunity": 1}}
