"""People at the same rows at the same moment, over real connections: no history forks, no change is
lost unseen, and what waited decides by what is true then.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from services import departures
from services.commission.statements import Statement, statement
from services.db import Database, Tx, connect
from services.errors import (
    CannotMerge,
    ChangedMeanwhile,
    DomainError,
    EditedMeanwhile,
    InvalidInput,
    MoveNotAllowed,
    NotFound,
    UndoRefused,
)
from services.interactions import (
    EditInteraction,
    LogInteraction,
    delete_interaction,
    edit_interaction,
    interaction,
    log_interaction,
)
from services.opportunities import (
    EditOpportunity,
    MoveOpportunity,
    Opportunity,
    edit_opportunity,
    find_opportunity,
    move_opportunity,
    reassign,
    undo_move,
)
from services.opportunities.held import FACTS, Held
from services.partners import CreatePartner, Partner, create_partner, merge_partners
from services.tables import Opportunity as Row
from services.tables import OpportunityChange, StageChange
from services.values import Actor
from tests.conftest import Urls
from tests.factories import START, Company, FixedClock
from tests.services.test_opportunities import a_deal

PEOPLE = 50
DEALS = 10
STAGES = ("qualified", "proposal", "negotiation", "won")
TOLD = (ChangedMeanwhile, EditedMeanwhile, MoveNotAllowed, UndoRefused)
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)

Work = Callable[[Tx], Awaitable[object]]


@pytest.fixture
async def crowded(urls: Urls, clock: FixedClock) -> AsyncIterator[Database]:
    """With a connection for each opportunity and some that wait."""
    database = connect(urls.application, clock, pool_size=DEALS + 2)
    yield database
    await database.close()


async def attempted(db: Database, actor: Actor, work: Work) -> str:
    """What became of it: done, nothing to do, or told of."""
    try:
        async with db.transaction(actor) as tx:
            done = await work(tx)
    except TOLD as refusal:
        return type(refusal).__name__
    return "done" if getattr(done, "is_change", True) else "there already"


def moving(it: Opportunity, to_stage: str) -> Work:
    move = MoveOpportunity(number=it.number, to_stage=to_stage, expected_stage=it.stage)
    return lambda tx: move_opportunity(tx, move)


def editing(it: Opportunity, **fields: object) -> Work:
    given = {"number": it.number, "expected_version": it.version} | fields
    return lambda tx: edit_opportunity(tx, EditOpportunity.model_validate(given))


async def stays(tx: Tx, it: Opportunity) -> list[StageChange]:
    found = await tx.session.scalars(
        select(StageChange)
        .where(StageChange.opportunity_id == it.id)
        .order_by(StageChange.changed_at)
    )
    return list(found)


async def refuse_inexact(tx: Tx, it: Opportunity) -> None:
    """Each line of its past begins where the one before ended, and the last is the row."""
    row = await tx.session.get_one(Row, it.id)
    lines = await stays(tx, it)
    assert lines[0].from_stage is None
    assert all(one.to_stage == then.from_stage for one, then in pairwise(lines))
    assert all(one.changed_at < then.changed_at for one, then in pairwise(lines))  # pyright: ignore[reportOperatorIssue]  # none is without
    assert lines[-1].to_stage == row.stage
    changes = await tx.session.scalars(
        select(OpportunityChange)
        .where(OpportunityChange.opportunity_id == it.id)
        .order_by(OpportunityChange.changed_at)
    )
    by_field: dict[str, list[OpportunityChange]] = {}
    for each in changes:
        by_field.setdefault(each.field, []).append(each)
    present = Held._make(getattr(row, name, None) for name in Held._fields)
    for field, each in by_field.items():
        assert all(one.to_value == then.from_value for one, then in pairwise(each)), field
        assert each[-1].to_value == FACTS[field](present), field


async def test_fifty_people_at_ten_opportunities_leave_a_chain_for_each_and_all_others_are_told(
    crowded: Database, acme: Company
) -> None:
    deals = [await a_deal(crowded, acme) for _ in range(DEALS)]
    people = (acme.manager, acme.admin)

    outcomes = await asyncio.gather(
        *(
            attempted(crowded, people[who % 2], moving(it, STAGES[(who + at) % len(STAGES)]))
            for who in range(PEOPLE)
            for at, it in enumerate(deals[who % 5 :: 5])
        )
    )
    told = Counter(outcomes)

    async with crowded.transaction(acme.admin) as tx:
        moves = [len(await stays(tx, it)) - 1 for it in deals]
        for it in deals:
            await refuse_inexact(tx, it)
    assert moves == [1] * DEALS
    assert told["done"] == DEALS
    assert told.keys() <= {"done", "there already", "ChangedMeanwhile"}
    assert told["ChangedMeanwhile"] > 0


@asynccontextmanager
async def during(db: Database, actor: Actor, first: Work) -> AsyncGenerator[None]:
    """While somebody has done this and it is not committed yet."""
    async with db.transaction(actor) as tx:
        await first(tx)
        yield


async def overtaken(
    db: Database, urls: Urls, one: tuple[Actor, Work], other: tuple[Actor, Work]
) -> object:
    """What comes of the other's work that begins before the one's is committed: what it answers or
    what it raises.
    """
    async with during(db, *one):
        waiting = asyncio.create_task(_done(db, *other))
        await until_it_waits(urls, waiting)
    return await waiting


async def _done(db: Database, actor: Actor, work: Work) -> object:
    try:
        async with db.transaction(actor) as tx:
            return await work(tx)
    except DomainError as refusal:
        return refusal


async def until_it_waits(urls: Urls, task: asyncio.Task[object]) -> None:
    """Or is done already."""
    async with (
        asyncio.timeout(10),
        await psycopg.AsyncConnection.connect(urls.superuser, autocommit=True) as connection,
    ):
        while not task.done():
            (count,) = await (await connection.execute(WAITING)).fetchone() or (0,)
            if count:
                return
            await asyncio.wait([task], timeout=0.01)


async def as_it_is(db: Database, company: Company, number: int) -> Opportunity:
    async with db.transaction(company.admin) as tx:
        it = await find_opportunity(tx, number)
        await refuse_inexact(tx, it)
        return it


async def test_who_edits_while_another_moves_changes_what_the_move_left(
    db: Database, urls: Urls, acme: Company
) -> None:
    it = await a_deal(db, acme)

    edited = await overtaken(
        db, urls, (acme.rep, moving(it, "won")), (acme.manager, editing(it, notes="Signed"))
    )

    assert not isinstance(edited, DomainError)
    now = await as_it_is(db, acme, it.number)
    assert (now.stage, now.notes) == ("won", "Signed")


async def test_who_edits_the_same_field_at_once_is_told(
    db: Database, urls: Urls, acme: Company
) -> None:
    it = await a_deal(db, acme)

    told = await overtaken(
        db,
        urls,
        (acme.rep, editing(it, deal_value="1.00")),
        (acme.manager, editing(it, deal_value="2.00")),
    )

    assert isinstance(told, EditedMeanwhile)
    assert str((await as_it_is(db, acme, it.number)).value) == "1.00"


async def test_who_takes_a_move_back_while_another_moves_is_told(
    db: Database, urls: Urls, acme: Company
) -> None:
    it = await a_deal(db, acme)
    async with db.transaction(acme.rep) as tx:
        mine = await move_opportunity(tx, MoveOpportunity(number=1, to_stage="qualified"))
    seen = mine.opportunity

    told = await overtaken(
        db,
        urls,
        (acme.manager, moving(seen, "won")),
        (acme.rep, lambda tx: undo_move(tx, it.number, seen.version)),
    )

    assert isinstance(told, UndoRefused)
    assert (await as_it_is(db, acme, it.number)).stage == "won"


def leaving(who: Actor) -> Work:
    assert who.user_id is not None
    how = departures.Leave(user_id=who.user_id)
    return lambda tx: departures.leave(tx, how)


def giving(it: Opportunity, to: Actor) -> Work:
    return lambda tx: reassign(tx, it.number, to.user_id, it.version)


async def test_nothing_is_given_to_who_is_just_leaving(
    db: Database, urls: Urls, acme: Company
) -> None:
    it = await a_deal(db, acme)

    told = await overtaken(
        db,
        urls,
        (acme.admin, leaving(acme.other_rep)),
        (acme.manager, giving(it, acme.other_rep)),
    )

    assert isinstance(told, InvalidInput)
    assert (await as_it_is(db, acme, it.number)).owner_id == acme.rep.user_id


async def test_who_leaves_while_something_is_given_to_them_hands_that_over_too(
    db: Database, urls: Urls, acme: Company
) -> None:
    it = await a_deal(db, acme)
    handed = {"work": "hand_over", "successor_id": acme.manager.user_id}
    how = departures.Leave.model_validate({"user_id": acme.other_rep.user_id} | handed)

    left = await overtaken(
        db,
        urls,
        (acme.manager, giving(it, acme.other_rep)),
        (acme.admin, lambda tx: departures.leave(tx, how)),
    )

    assert isinstance(left, departures.OpenWork)
    assert left.opportunities == 1
    assert (await as_it_is(db, acme, it.number)).owner_id == acme.manager.user_id


async def partners_called(db: Database, company: Company, *names: str) -> Sequence[Partner]:
    async with db.transaction(company.admin) as tx:
        return [
            await create_partner(tx, CreatePartner(name=each, domain="finops")) for each in names
        ]


def merging(gone: Partner, stays: Partner) -> Work:
    return lambda tx: merge_partners(tx, gone.id, stays.id)


async def test_what_is_given_to_a_partner_that_is_just_merged_is_recorded_as_the_survivor_s(
    db: Database, urls: Urls, acme: Company
) -> None:
    it = await a_deal(db, acme)
    gone, stays = await partners_called(db, acme, "Umbrella", "Hooli")

    done = await overtaken(
        db,
        urls,
        (acme.admin, merging(gone, stays)),
        (acme.manager, editing(it, partner_id=gone.id)),
    )

    assert not isinstance(done, DomainError)
    assert (await as_it_is(db, acme, it.number)).partner_id == stays.id


async def test_a_merge_takes_along_what_is_given_to_the_partner_meanwhile(
    db: Database, urls: Urls, acme: Company
) -> None:
    it = await a_deal(db, acme)
    gone, stays = await partners_called(db, acme, "Umbrella", "Hooli")

    done = await overtaken(
        db,
        urls,
        (acme.manager, editing(it, partner_id=gone.id)),
        (acme.admin, merging(gone, stays)),
    )

    assert not isinstance(done, DomainError)
    assert (await as_it_is(db, acme, it.number)).partner_id == stays.id


async def test_of_two_merges_that_cross_one_is_told(
    db: Database, urls: Urls, acme: Company
) -> None:
    one, other = await partners_called(db, acme, "Umbrella", "Hooli")

    told = await overtaken(
        db, urls, (acme.admin, merging(one, other)), (acme.manager, merging(other, one))
    )

    assert isinstance(told, CannotMerge)


async def test_a_statement_has_all_of_a_win_that_is_just_being_entered(
    db: Database, urls: Urls, acme: Company
) -> None:
    it = await a_deal(db, acme)

    found = await overtaken(
        db,
        urls,
        (acme.rep, moving(it, "won")),
        (acme.manager, lambda tx: statement(tx, it.partner_id)),
    )

    assert isinstance(found, Statement)
    assert [each.closing for each in found.accounts] == [Decimal("4800.00")]


async def logged(tx: Tx, partner_id: UUID) -> UUID:
    new = LogInteraction(
        partner_id=partner_id, interaction_type="call", interaction_date=START.date()
    )
    return (await log_interaction(tx, new)).id


async def test_a_contact_logged_while_its_partner_is_merged_is_the_survivor_s(
    db: Database, urls: Urls, acme: Company
) -> None:
    gone, stays = await partners_called(db, acme, "Umbrella", "Hooli")

    found = await overtaken(
        db, urls, (acme.admin, merging(gone, stays)), (acme.rep, lambda tx: logged(tx, gone.id))
    )

    assert isinstance(found, UUID)
    async with db.transaction(acme.admin) as tx:
        assert (await interaction(tx, found)).partner_id == stays.id


async def test_who_edits_a_contact_that_is_just_deleted_is_told(
    db: Database, urls: Urls, acme: Company
) -> None:
    (umbrella,) = await partners_called(db, acme, "Umbrella")
    async with db.transaction(acme.rep) as tx:
        seen = await interaction(tx, await logged(tx, umbrella.id))
    edit = EditInteraction(
        partner_id=umbrella.id,
        interaction_type="meeting",
        interaction_date=START.date(),
        interaction_id=seen.id,
        version=seen.version,
    )

    told = await overtaken(
        db,
        urls,
        (acme.admin, lambda tx: delete_interaction(tx, seen.id)),
        (acme.rep, lambda tx: edit_interaction(tx, edit)),
    )

    assert isinstance(told, NotFound)
