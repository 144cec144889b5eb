import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from services import configuration
from services.configuration import Change
from services.configuration.catalogue import PIPELINE, Pipeline, Stage
from services.db import Database, Tx, connect
from services.errors import FieldsMissing, InvalidInput, NotAllowed, Problem
from services.opportunities import (
    Contact,
    CreateOpportunity,
    ReopenOpportunity,
    create_opportunity,
    find_opportunity,
    missing_for,
    reopen,
)
from services.values import Actor
from tests.conftest import Urls
from tests.factories import Company, FixedClock
from tests.services.test_opportunities import (
    CLOSE,
    a_deal,
    changes_of,
    configured,
    moved,
    until_somebody_waits,
    with_permissions,
)

DEMANDING = Pipeline(
    stages=(
        Stage(key="prospecting", label="Prospecting", probability=10),
        Stage(
            key="proposal",
            label="Proposal",
            probability=50,
            required_fields=("deal_value", "customer_contact", "notes"),
        ),
        Stage(key="won", label="Won", kind="won", probability=100),
        Stage(key="lost", label="Lost", kind="lost", probability=0),
    )
)


@pytest.fixture
async def other_replica(urls: Urls, clock: FixedClock) -> AsyncIterator[Database]:
    """It has just heard from the database, and remembers."""
    database = connect(urls.application, clock, pool_size=2)
    yield database
    await database.close()


async def remember(replica: Database, actor: Actor) -> None:
    replica.memory.heard(replica.memory.now() + 60)
    async with replica.transaction(actor) as tx:
        assert (await configuration.get(tx, PIPELINE)).find("proposal") is not None


async def remove_proposal(db: Database, company: Company) -> None:
    async with db.transaction(company.admin) as tx:
        await _remove_proposal(tx)


async def _remove_proposal(tx: Tx) -> None:
    stages = (await configuration.get(tx, PIPELINE)).stages
    left = Pipeline(stages=tuple(each for each in stages if each.key != "proposal"))
    await configuration.change(tx, [Change(PIPELINE, left)])


def a_new_one(partner_id: object) -> CreateOpportunity:
    return CreateOpportunity.model_validate(
        {
            "customer_name": "Acme",
            "partner_id": partner_id,
            "deal_value": Decimal(1),
            "currency": "EUR",
            "stage": "proposal",
            "expected_close_date": CLOSE,
        }
    )


async def test_no_replica_moves_or_creates_into_a_stage_that_another_one_removed(
    db: Database, other_replica: Database, acme: Company
) -> None:
    made = await a_deal(db, acme)
    await remember(other_replica, acme.rep)
    await remove_proposal(db, acme)

    with pytest.raises(InvalidInput) as refused:
        await moved(other_replica, acme.rep, made.number, "proposal")
    with pytest.raises(InvalidInput):
        async with other_replica.transaction(acme.rep) as tx:
            await create_opportunity(tx, a_new_one(made.partner_id))

    assert refused.value.problems["to_stage"].problem == Problem.UNKNOWN_CHOICE


async def test_who_moves_while_the_stages_change_goes_by_the_new_ones(
    db: Database, other_replica: Database, acme: Company
) -> None:
    made = await a_deal(db, acme)
    await remember(other_replica, acme.rep)

    async with db.transaction(acme.admin) as tx:
        await _remove_proposal(tx)
        late = asyncio.create_task(moved(other_replica, acme.rep, made.number, "proposal"))
        await until_somebody_waits(db, acme)

    with pytest.raises(InvalidInput):
        await late
    async with db.transaction(acme.rep) as tx:
        assert (await find_opportunity(tx, made.number)).stage == "prospecting"


async def test_what_a_stage_requires_is_asked_for_and_may_come_with_the_move(
    db: Database, acme: Company
) -> None:
    await configured(db, acme, DEMANDING)
    made = await a_deal(db, acme, deal_value=0)

    with pytest.raises(FieldsMissing) as missing:
        await moved(db, acme.rep, made.number, "proposal", notes="They asked for an offer")
    done = await moved(
        db,
        acme.rep,
        made.number,
        "proposal",
        deal_value="48000",
        contact_email="hank@initech.example",
        notes="They asked for an offer",
    )

    assert missing.value.fields == ("deal_value", "contact_name")
    assert {each.problem for each in missing.value.problems.values()} == {Problem.REQUIRED}
    assert (missing.value.stage, missing.value.stage_label) == ("proposal", "Proposal")
    assert missing_for(made, DEMANDING.stages[1]) == ("deal_value", "contact_name", "notes")
    now = done.opportunity
    assert (now.value, now.notes) == (Decimal(48000), "They asked for an offer")
    assert now.contact == Contact(email="hank@initech.example")
    assert ("deal_value", "0.00", "48000.00") in await changes_of(db, acme)


async def test_what_somebody_else_filled_in_meanwhile_is_not_overwritten(
    db: Database, acme: Company
) -> None:
    await configured(db, acme, DEMANDING)
    made = await a_deal(db, acme, deal_value=500, contact_name="Hank", notes="Old")

    with pytest.raises(InvalidInput) as refused:
        await moved(db, acme.rep, made.number, "proposal", deal_value="48000")
    same = await moved(db, acme.rep, made.number, "proposal", deal_value="500", notes="Old")

    assert refused.value.problems["deal_value"].problem == Problem.CHANGED_MEANWHILE
    assert same.is_change


async def test_who_may_only_move_fills_nothing_in(db: Database, acme: Company) -> None:
    await configured(db, acme, DEMANDING)
    made = await a_deal(db, acme, contact_name="Hank")
    mover = with_permissions(acme.rep, "opportunities.view", "opportunities.move")

    with pytest.raises(NotAllowed) as refused:
        await moved(db, mover, made.number, "proposal", notes="They asked for an offer")

    assert refused.value.permission == "opportunities.edit"


async def test_a_new_one_has_what_its_stage_requires(db: Database, acme: Company) -> None:
    await configured(db, acme, DEMANDING)

    with pytest.raises(FieldsMissing) as missing:
        await a_deal(db, acme, stage="proposal", contact_phone="+44 20 7946 0018")

    assert (missing.value.number, missing.value.fields) == (None, ("notes",))


async def test_reopening_goes_back_to_where_it_was_lost(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)
    await moved(db, acme.rep, made.number, "qualified")
    await moved(db, acme.rep, made.number, "lost", loss_reason="price")

    async with db.transaction(acme.rep) as tx:
        reopened = await reopen(
            tx, ReopenOpportunity(number=made.number, reason="They called again")
        )
    async with db.transaction(acme.rep) as tx:
        again = await reopen(tx, ReopenOpportunity(number=made.number))

    assert (reopened.opportunity.stage, reopened.opportunity.status) == ("qualified", "open")
    assert (reopened.is_change, again.is_change) == (True, False)
