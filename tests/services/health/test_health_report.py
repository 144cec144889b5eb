from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.db import Database
from services.errors import NotFound
from services.health.formula import PartName
from services.health.report import Report, report
from services.health.trying import BringOpportunity, KeepPromise, LogContact, MoveForward
from services.tables import Opportunity, Task
from services.values import Actor
from tests.factories import START, Company
from tests.services.health import relationships as given

TODAY = START.date()


async def told(db: Database, actor: Actor, partner_id: UUID) -> Report:
    async with db.transaction(actor) as tx:
        found = await report(tx, partner_id)
    assert found is not None
    return found


async def test_it_tells_the_stored_number_its_parts_and_what_has_changed(
    db: Database, acme: Company
) -> None:
    globex = await given.a_partner(db, acme)
    before = {"recency": [10, 3, 25], "pipeline": [100, 30, 30]}
    await given.a_snapshot(db, acme, globex, 8, 33, before)
    await given.a_snapshot(db, acme, globex, 50, 70)
    await given.contact(db, acme, globex, 3, 10)
    await given.worked_out(db, acme, globex)

    seen = await told(db, acme.rep, globex)

    row = await given.row_of(db, acme, globex)
    assert seen.health.score == row.relationship_health == seen.weeks[-1][1]
    assert seen.change is not None
    assert seen.change.since == TODAY - timedelta(days=8)
    assert seen.change.score == seen.health.score - 33 == sum(seen.change.parts.values())
    assert seen.change.parts[PartName.PIPELINE] < 0 < seen.change.parts[PartName.RECENCY]
    assert [score for _, score in seen.weeks] == [70, 33, seen.health.score]


async def test_what_it_says_would_help_most_helps_as_much_when_it_is_done(
    db: Database, acme: Company
) -> None:
    globex = await given.a_partner(db, acme)
    met = await given.contact(db, acme, globex, 0, 0, 0)
    await given.a_promise(db, acme, met, TODAY - timedelta(days=2))
    await given.a_deal(db, acme, globex, "60000", idle=200)
    for _ in range(3):
        await given.a_deal(db, acme, await given.a_partner(db, acme, "Initech"))
    seen: list[type[object]] = []

    for _ in range(3):
        best = (await told(db, acme.manager, globex)).best
        assert best is not None
        seen.append(type(best.action))
        match best.action:
            case KeepPromise(task_id):
                async with db.transaction(acme.application) as tx:
                    row = await tx.session.get_one(Task, task_id)
                    row.status, row.completed_at = "completed", tx.now
            case MoveForward(opportunity_id):
                async with db.transaction(acme.application) as tx:
                    deal = await tx.session.get_one(Opportunity, opportunity_id)
                    deal.stage_since = tx.now
            case LogContact(kind):
                await given.contact(db, acme, globex, type_=kind)
            case BringOpportunity():
                await given.a_deal(db, acme, globex)
        assert (await told(db, acme.manager, globex)).health.score == best.score

    assert seen == [MoveForward, KeepPromise, BringOpportunity]


async def test_only_what_one_may_do_oneself_is_offered(db: Database, acme: Company) -> None:
    globex = await given.a_partner(db, acme)
    met = await given.contact(db, acme, globex, 0, 0, 0)
    await given.a_promise(db, acme, met, TODAY - timedelta(days=2))
    await given.a_deal(db, acme, globex, idle=200)
    reading = {"partners.view"}
    moving = {"partners.view", "opportunities.view:own", "opportunities.move:any"}

    own = await told(db, acme.rep, globex)
    blind = await told(db, replace(acme.other_rep, permissions=frozenset(moving)), globex)
    other = await told(db, acme.other_rep, globex)
    reader = await told(db, replace(acme.rep, permissions=frozenset(reading)), globex)

    assert own.best is not None
    assert other.best is not None
    assert isinstance(other.best.action, BringOpportunity)
    assert blind.best is None
    assert reader.best is None
    assert not reader.may_see_deals


async def test_the_one_that_stands_for_no_partner_has_none(db: Database, acme: Company) -> None:
    direct = await given.a_partner(db, acme, "Direct", is_direct=True)

    async with db.transaction(acme.rep) as tx:
        assert await report(tx, direct) is None


async def test_another_company_s_partner_is_not_there(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    theirs = await given.a_partner(db, globex_corp)

    async with db.transaction(acme.admin) as tx:
        with pytest.raises(NotFound):
            await report(tx, theirs)
