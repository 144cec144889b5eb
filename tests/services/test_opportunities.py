import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text

from services import configuration
from services.configuration.catalogue import DEALS_CHANNEL, PIPELINE, Channel, Pipeline, Stage
from services.db import Database
from services.errors import (
    ChangedMeanwhile,
    InvalidInput,
    MoveNotAllowed,
    NotAllowed,
    NotFound,
    Problem,
)
from services.opportunities import (
    ASSIGNED,
    CARD,
    CreateOpportunity,
    Filter,
    Moved,
    MoveOpportunity,
    Opportunity,
    create_opportunity,
    find_opportunity,
    history,
    list_opportunities,
    move_opportunity,
    opportunity,
    share_opportunity,
    stage_meant,
    stage_named,
)
from services.outbox import Place, mark_gone
from services.partners import CreatePartner, create_partner
from services.tables import AuditEntry, MessageCopy, OpportunityChange, Outbox, StageChange
from services.values import Actor
from tests.factories import Company, FixedClock, a_person
from tests.services.commission.support import Deals

CLOSE = date(2026, 12, 18)


async def a_partner(db: Database, company: Company, name: str = "Globex") -> UUID:
    async with db.transaction(company.admin) as tx:
        return (await create_partner(tx, CreatePartner(name=name, domain="finops"))).id


async def a_deal(
    db: Database, company: Company, *, actor: Actor | None = None, **fields: object
) -> Opportunity:
    if "partner_id" not in fields:
        fields["partner_id"] = await a_partner(db, company, f"Partner {uuid4().hex}")
    return await created(db, actor or company.rep, fields)


async def created(db: Database, actor: Actor, fields: Mapping[str, object]) -> Opportunity:
    usual: dict[str, object] = {
        "customer_name": "Acme renewal",
        "deal_value": Decimal(48000),
        "currency": "EUR",
        "stage": "prospecting",
        "expected_close_date": CLOSE,
    }
    async with db.transaction(actor) as tx:
        return await create_opportunity(tx, CreateOpportunity.model_validate(usual | dict(fields)))


async def moved(
    db: Database, actor: Actor, number: int, to_stage: str, **more: str | None
) -> Moved:
    move = MoveOpportunity.model_validate({"number": number, "to_stage": to_stage} | more)
    async with db.transaction(actor) as tx:
        return await move_opportunity(tx, move)


async def configured(db: Database, company: Company, pipeline: Pipeline) -> None:
    async with db.transaction(company.admin) as tx:
        await configuration.write(tx, PIPELINE, pipeline)


async def reached_deals_channel(db: Database, company: Company) -> None:
    channel = Channel(workspace_id=str(company.workspace_id), channel_id="C0DEALS", is_reached=True)
    async with db.transaction(company.admin) as tx:
        await configuration.write(tx, DEALS_CHANNEL, channel)


async def problems_of(db: Database, company: Company, name: str, value: object) -> set[Problem]:
    fields = {"partner_id": await a_partner(db, company, f"Partner {uuid4().hex}")}
    with pytest.raises(InvalidInput) as refused:
        await created(db, company.rep, fields | {name: value})
    async with db.transaction(company.admin) as tx:
        page = await list_opportunities(tx, Filter())
    assert page.total_count == 0
    assert list(refused.value.problems) == [name]
    return {each.problem for each in refused.value.problems.values()}


async def changes_of(db: Database, company: Company) -> set[tuple[str, str | None, str | None]]:
    async with db.transaction(company.admin) as tx:
        rows = await tx.session.scalars(select(OpportunityChange))
        return {(row.field, row.from_value, row.to_value) for row in rows}


async def test_a_new_opportunity_has_a_number_an_owner_and_its_stages_probability(
    db: Database, acme: Company
) -> None:
    partner_id = await a_partner(db, acme, "Globex")

    made = await a_deal(db, acme, partner_id=partner_id, notes=" Ask for legal \n")

    assert (made.number, made.customer_name, made.partner_name) == (1, "Acme renewal", "Globex")
    assert (made.owner_id, made.owner_name) == (acme.rep.user_id, "Ron Rep")
    assert made.owner_slack_user_id == "U0RON"
    assert (made.value, made.currency) == (Decimal("48000.00"), "EUR")
    assert (made.stage_label, made.probability, made.status) == ("Prospecting", 10, "open")
    assert (made.next_stage.key if made.next_stage else None) == "qualified"
    assert made.notes == "Ask for legal"
    assert (made.last_moved_by, made.moved_from_label) == ("Ron Rep", None)


async def test_creating_starts_the_history_and_is_audited(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)

    async with db.transaction(acme.admin) as tx:
        change = (await tx.session.scalars(select(StageChange))).one()
        entry = (
            await tx.session.scalars(
                select(AuditEntry).where(AuditEntry.action == "opportunity.created")
            )
        ).one()
    assert (change.from_stage, change.to_stage) == (None, "prospecting")
    assert (change.changed_by_user_id, change.changed_at) == (acme.rep.user_id, made.created_at)
    assert (entry.entity_id, entry.user_id) == (made.id, acme.rep.user_id)


async def test_each_company_counts_its_own_numbers(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await a_deal(db, acme)

    ours, theirs = await a_deal(db, acme), await a_deal(db, globex_corp)

    assert (ours.number, theirs.number) == (2, 1)


async def test_an_open_creation_keeps_nobody_else_waiting(db: Database, acme: Company) -> None:
    partner_id = await a_partner(db, acme)
    new = CreateOpportunity(
        customer_name="Slow",
        partner_id=partner_id,
        deal_value=Decimal(1),
        currency="EUR",
        stage="prospecting",
        expected_close_date=CLOSE,
    )

    async with db.transaction(acme.rep) as tx:
        slow = await create_opportunity(tx, new)
        async with asyncio.timeout(5):
            quick = await a_deal(db, acme, actor=acme.other_rep)

    assert {slow.number, quick.number} == {1, 2}


async def test_its_card_goes_to_the_deals_channel_once_that_is_reached(
    db: Database, acme: Company
) -> None:
    await a_deal(db, acme)
    await reached_deals_channel(db, acme)

    made = await a_deal(db, acme)

    async with db.transaction(acme.admin) as tx:
        post = (await tx.session.scalars(select(Outbox))).one()
        copy = (await tx.session.scalars(select(MessageCopy))).one()
    assert (post.kind, post.lane, post.payload["id"]) == (CARD, "C0DEALS", str(made.id))
    assert (copy.entity_type, copy.entity_id) == (CARD, made.id)


async def test_somebody_else_may_own_it_and_is_told(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme, assigned_user_id=str(acme.other_rep.user_id))
    await a_deal(db, acme, assigned_user_id=str(acme.rep.user_id))
    await a_deal(db, acme)

    async with db.transaction(acme.admin) as tx:
        told = list(await tx.session.scalars(select(Outbox)))
    assert made.owner_id == acme.other_rep.user_id
    assert [(each.kind, each.lane, each.payload["id"], each.payload["by"]) for each in told] == [
        (ASSIGNED, "U0OLGA", str(made.id), "Ron Rep")
    ]


async def test_a_probability_of_ones_own_stays_until_the_stage_closes(
    db: Database, acme: Company
) -> None:
    made = await a_deal(db, acme, probability=35)

    open_still = await moved(db, acme.rep, made.number, "proposal")
    won = await moved(db, acme.rep, made.number, "won")
    reopened = await moved(db, acme.rep, made.number, "proposal")

    found = [each.opportunity.probability for each in (open_still, won, reopened)]
    assert found == [35, 100, 50]


async def test_an_unknown_partner_is_refused_like_another_companys(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    theirs = await a_partner(db, globex_corp)

    crafted = await problems_of(db, acme, "partner_id", str(theirs))
    unknown = await problems_of(db, acme, "partner_id", str(uuid4()))

    assert crafted == unknown == {Problem.UNKNOWN_PARTNER}


async def test_an_unknown_owner_is_refused_like_another_companys(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    crafted = await problems_of(db, acme, "assigned_user_id", globex_corp.rep.user_id)
    unknown = await problems_of(db, acme, "assigned_user_id", uuid4())

    assert crafted == unknown == {Problem.UNKNOWN_PERSON}


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("currency", "XXX", Problem.UNKNOWN_CURRENCY),
        ("currency", "eur", Problem.UNKNOWN_CURRENCY),
        ("stage", "dreaming", Problem.UNKNOWN_CHOICE),
        ("stage", "won", Problem.UNKNOWN_CHOICE),
        ("expected_close_date", date(2026, 11, 17), Problem.DATE_IN_PAST),
        ("expected_close_date", date(2036, 11, 19), Problem.DATE_TOO_FAR),
    ],
)
async def test_a_value_from_no_list_is_refused_at_its_field(
    db: Database, acme: Company, name: str, value: object, problem: Problem
) -> None:
    assert await problems_of(db, acme, name, value) == {problem}


@pytest.mark.parametrize("day", [date(2026, 11, 18), date(2036, 11, 18)])
async def test_today_and_ten_years_ahead_are_possible_close_dates(
    db: Database, acme: Company, day: date
) -> None:
    made = await a_deal(db, acme, expected_close_date=day)

    assert made.expected_close_date == day


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("deal_value", Decimal("-0.01"), Problem.NEGATIVE),
        ("deal_value", Decimal(10000000000000), Problem.TOO_LARGE),
        ("deal_value", Decimal("1.001"), Problem.TOO_MANY_DECIMALS),
        ("deal_value", Decimal("NaN"), "finite_number"),
        ("customer_name", "Ac\x00me", Problem.CONTROL_CHARACTERS),
        ("customer_name", "x" * 1_000_000, Problem.TOO_LONG),
        ("customer_name", "\u200b", Problem.REQUIRED),
        ("partner_id", "globex'; --", Problem.UNKNOWN_PARTNER),
        ("assigned_user_id", "me", Problem.UNKNOWN_PERSON),
        ("probability", 101, "less_than_equal"),
        ("notes", "x" * 3001, Problem.TOO_LONG),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused_at_its_field(
    name: str, value: object, problem: str
) -> None:
    fields: dict[str, object] = {
        "customer_name": "Acme",
        "partner_id": uuid4(),
        "deal_value": Decimal(1),
        "currency": "EUR",
        "stage": "prospecting",
        "expected_close_date": CLOSE,
    }

    with pytest.raises(ValidationError) as refused:
        CreateOpportunity.model_validate(fields | {name: value})

    assert [(each["loc"], each["type"]) for each in refused.value.errors()] == [((name,), problem)]


async def test_a_move_is_kept_with_who_and_why(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)

    done = await moved(db, acme.rep, made.number, "proposal", reason="They asked for an offer")

    now = done.opportunity
    assert (now.stage, now.probability, now.moved_from_label) == ("proposal", 50, "Prospecting")
    assert now.version > made.version
    async with db.transaction(acme.admin) as tx:
        stays = await history(tx, made.id)
    assert [stay.stage_label for stay in stays] == ["Prospecting", "Proposal"]
    assert (stays[-1].by, stays[-1].reason) == ("Ron Rep", "They asked for an offer")


async def test_what_was_brought_along_without_a_history_has_none(
    db: Database, acme: Company
) -> None:
    deals = Deals(db, acme)
    brought = await deals.open_deal(await deals.partner())

    async with db.transaction(acme.rep) as tx:
        assert await history(tx, brought) == ()


async def test_history_tells_the_time_in_each_stage(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    made = await a_deal(db, acme)
    clock.advance(timedelta(days=3))
    await moved(db, acme.rep, made.number, "qualified")
    clock.advance(timedelta(days=5))

    async with db.transaction(acme.rep) as tx:
        stays = await history(tx, made.id)

    assert [stay.lasted for stay in stays] == [timedelta(days=3), timedelta(days=5)]


async def test_the_stage_it_was_closed_in_has_no_length(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    made = await a_deal(db, acme)
    clock.advance(timedelta(days=3))
    await moved(db, acme.rep, made.number, "won")
    clock.advance(timedelta(days=90))

    async with db.transaction(acme.rep) as tx:
        stays = await history(tx, made.id)

    assert [stay.lasted for stay in stays] == [timedelta(days=3), None]


async def test_moves_at_the_same_instant_keep_their_order(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)
    for stage in ("qualified", "proposal", "qualified"):
        await moved(db, acme.rep, made.number, stage)

    async with db.transaction(acme.rep) as tx:
        stays = await history(tx, made.id)

    found = [stay.stage_label for stay in stays]
    assert found == ["Prospecting", "Qualified", "Proposal", "Qualified"]


async def test_winning_sets_the_close_date_of_the_persons_own_day(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    made = await a_deal(db, acme)
    tokyo = await a_person(
        db, acme.organization_id, acme.workspace_id, "Tomo Tokyo", "vp", time_zone="Asia/Tokyo"
    )
    clock.advance(timedelta(hours=8))

    done = await moved(db, in_zone(tokyo, "Asia/Tokyo"), made.number, "won")

    assert (done.opportunity.status, done.opportunity.probability) == ("won", 100)
    assert done.opportunity.actual_close_date == date(2026, 11, 19)
    assert await changes_of(db, acme) == {
        ("status", "open", "won"),
        ("probability", "10", "100"),
        ("actual_close_date", None, "2026-11-19"),
        ("stage_since", "2026-11-18T10:00:00+00:00", "2026-11-18T18:00:00+00:00"),
    }


async def test_a_loss_needs_a_configured_reason(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)

    with pytest.raises(InvalidInput) as missing:
        await moved(db, acme.rep, made.number, "lost")
    with pytest.raises(InvalidInput) as unknown:
        await moved(db, acme.rep, made.number, "lost", loss_reason="mood")

    assert missing.value.problems["loss_reason"].problem == Problem.REQUIRED
    assert unknown.value.problems["loss_reason"].problem == Problem.UNKNOWN_CHOICE


async def test_a_loss_keeps_its_reason_and_note(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)

    done = await moved(
        db, acme.rep, made.number, "lost", loss_reason="price", reason="Half was offered"
    )

    assert (done.opportunity.status, done.opportunity.actual_close_date) == ("lost", None)
    async with db.transaction(acme.rep) as tx:
        stays = await history(tx, made.id)
    assert stays[-1].reason == "Price: Half was offered"


async def test_reopening_clears_the_close_date(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)
    await moved(db, acme.rep, made.number, "won")

    reopened = await moved(db, acme.rep, made.number, "negotiation")

    now = reopened.opportunity
    assert (now.status, now.actual_close_date, now.probability) == ("open", None, 75)


async def test_moving_to_where_it_is_changes_nothing(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)

    done = await moved(db, acme.rep, made.number, "prospecting", expected_stage="proposal")

    assert not done.is_change
    assert done.opportunity.version == made.version


async def test_the_second_of_two_movers_is_told_who_moved_it_where(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    made = await a_deal(db, acme)
    await moved(db, acme.manager, made.number, "qualified", expected_stage="prospecting")
    clock.advance(timedelta(minutes=2))

    with pytest.raises(ChangedMeanwhile) as told:
        await moved(db, acme.rep, made.number, "proposal", expected_stage="prospecting")

    assert (told.value.number, told.value.now_at, told.value.by, told.value.seconds_ago) == (
        made.number,
        "Qualified",
        "Mia Manager",
        120,
    )


async def test_of_two_people_moving_at_once_one_is_told(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)

    results = await asyncio.gather(
        moved(db, acme.rep, made.number, "qualified", expected_stage="prospecting"),
        moved(db, acme.manager, made.number, "proposal", expected_stage="prospecting"),
        return_exceptions=True,
    )

    won = [each for each in results if isinstance(each, Moved)]
    told = [each for each in results if isinstance(each, ChangedMeanwhile)]
    assert (len(won), len(told)) == (1, 1)
    assert told[0].now_at == won[0].opportunity.stage_label
    async with db.transaction(acme.rep) as tx:
        assert len(await history(tx, made.id)) == 2


async def test_who_waited_for_a_mover_sees_the_move(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)
    first = MoveOpportunity(number=made.number, to_stage="qualified")

    async with db.transaction(acme.manager) as tx:
        await move_opportunity(tx, first)
        second = asyncio.create_task(
            moved(db, acme.rep, made.number, "proposal", expected_stage="prospecting")
        )
        await until_somebody_waits(db, acme)
    with pytest.raises(ChangedMeanwhile) as told:
        await second

    assert told.value.now_at == "Qualified"


async def test_the_pipeline_decides_where_a_move_may_lead(db: Database, acme: Company) -> None:
    await configured(
        db,
        acme,
        Pipeline(
            stages=(
                Stage(key="prospecting", label="Prospecting", probability=10, next=("proposal",)),
                Stage(key="proposal", label="Proposal", probability=50),
                Stage(key="won", label="Won", kind="won", probability=100, next=()),
                Stage(key="lost", label="Lost", kind="lost", probability=0),
            )
        ),
    )
    made = await a_deal(db, acme)

    with pytest.raises(MoveNotAllowed) as refused:
        await moved(db, acme.rep, made.number, "won")
    await moved(db, acme.rep, made.number, "proposal")
    await moved(db, acme.rep, made.number, "won")
    with pytest.raises(MoveNotAllowed):
        await moved(db, acme.rep, made.number, "proposal")

    assert [stage.key for stage in made.may_move_to] == ["proposal"]
    assert (refused.value.from_label, refused.value.allowed) == ("Prospecting", ("Proposal",))


async def test_an_unknown_stage_is_refused_with_the_known_ones(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)

    with pytest.raises(InvalidInput) as refused:
        await moved(db, acme.rep, made.number, "dreaming")

    problem = refused.value.problems["to_stage"]
    assert problem.problem == Problem.UNKNOWN_CHOICE
    assert problem.facts["choices"].startswith("Prospecting, Qualified")


async def test_the_application_moves_by_the_same_rules(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)

    done = await moved(db, acme.application, made.number, "qualified", reason="Stale")
    with pytest.raises(InvalidInput):
        await moved(db, acme.application, made.number, "lost")

    assert done.opportunity.last_moved_by is None


async def test_a_move_has_every_copy_of_the_card_told_anew(db: Database, acme: Company) -> None:
    await reached_deals_channel(db, acme)
    made = await a_deal(db, acme)
    async with db.transaction(acme.rep) as tx:
        await share_opportunity(tx, made.number, Place(acme.workspace_id, "C0OTHER"))

    await moved(db, acme.rep, made.number, "qualified")

    async with db.transaction(acme.admin) as tx:
        rows = await tx.session.scalars(select(Outbox).where(Outbox.method == "chat.update"))
        lanes = sorted(row.lane for row in rows)
    assert lanes == ["C0DEALS", "C0OTHER"]


async def test_of_two_people_who_share_a_card_in_one_place_the_second_finds_it_there(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    made = await a_deal(db, acme)
    place = Place(acme.workspace_id, "C0OTHER")

    async def shared(by: Actor) -> bool:
        async with db.transaction(by) as tx:
            return (await share_opportunity(tx, made.number, place)).is_new

    at_once = await asyncio.gather(shared(acme.rep), shared(acme.manager))
    clock.advance(timedelta(hours=2))

    assert sorted(at_once) == [False, True]
    assert await shared(acme.manager)


async def test_a_card_that_was_refused_can_be_shared_again(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)
    place = Place(acme.workspace_id, "C0OTHER")
    async with db.transaction(acme.rep) as tx:
        await share_opportunity(tx, made.number, place)
        copy_id = await tx.session.scalar(select(Outbox.copy_id).where(Outbox.lane == "C0OTHER"))
        assert copy_id is not None
        await mark_gone(tx, copy_id)

    async with db.transaction(acme.rep) as tx:
        assert (await share_opportunity(tx, made.number, place)).is_new


async def test_a_rep_moves_only_their_own(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)

    with pytest.raises(NotAllowed):
        await moved(db, acme.other_rep, made.number, "qualified")
    await moved(db, acme.manager, made.number, "qualified")

    async with db.transaction(acme.rep) as tx:
        assert (await find_opportunity(tx, made.number)).stage == "qualified"


async def test_a_rep_shares_only_their_own(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)
    place = Place(acme.workspace_id, "C0GENERAL")

    async with db.transaction(acme.other_rep) as tx:
        with pytest.raises(NotAllowed):
            await share_opportunity(tx, made.number, place)


@pytest.mark.parametrize("number", [0, -1, 999, 2**31, 10**30])
async def test_a_number_nobody_has_is_not_found(db: Database, acme: Company, number: int) -> None:
    async with db.transaction(acme.rep) as tx:
        with pytest.raises(NotFound) as missing:
            await find_opportunity(tx, number)

    assert missing.value.reference == f"#{number}"


async def test_another_companys_opportunity_is_not_found(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    theirs = await a_deal(db, globex_corp)

    async with db.transaction(acme.admin) as tx:
        for lookup in (
            opportunity(tx, theirs.id),
            history(tx, theirs.id),
            find_opportunity(tx, theirs.number),
            move_opportunity(tx, MoveOpportunity(number=theirs.number, to_stage="won")),
            share_opportunity(tx, theirs.number, Place(acme.workspace_id, "C0DEALS")),
        ):
            with pytest.raises(NotFound):
                await lookup
        page = await list_opportunities(tx, Filter(owner_id=theirs.owner_id))
    assert (page.total_count, page.rows, page.totals) == (0, (), ())


async def test_who_may_see_only_their_own_finds_no_others(db: Database, acme: Company) -> None:
    mine, other = await a_deal(db, acme), await a_deal(db, acme, actor=acme.other_rep)
    modest = with_permissions(acme.rep, "opportunities.view:own")

    async with db.transaction(modest) as tx:
        page = await list_opportunities(tx, Filter())
        with pytest.raises(NotFound):
            await find_opportunity(tx, other.number)

    assert [row.number for row in page.rows] == [mine.number]


async def test_a_list_comes_in_pages_of_ten_soonest_first(db: Database, acme: Company) -> None:
    partner_id = await a_partner(db, acme)
    for day in range(12):
        later = CLOSE + timedelta(days=11 - day)
        await a_deal(db, acme, partner_id=partner_id, expected_close_date=later)

    async with db.transaction(acme.rep) as tx:
        first = await list_opportunities(tx, Filter())
        last = await list_opportunities(tx, Filter(), page=7)

    assert (first.number, first.pages, first.total_count, len(first.rows)) == (1, 2, 12, 10)
    assert [row.number for row in first.rows] == list(range(12, 2, -1))
    assert (last.number, [row.number for row in last.rows]) == (2, [2, 1])


async def test_totals_are_by_currency_and_weighted_line_by_line(
    db: Database, acme: Company
) -> None:
    for value in ("0.05", "0.05", "100"):
        await a_deal(db, acme, deal_value=Decimal(value))
    await a_deal(db, acme, deal_value=Decimal(15), currency="JPY")

    async with db.transaction(acme.rep) as tx:
        page = await list_opportunities(tx, Filter())

    found = {total.currency: (total.value, total.weighted) for total in page.totals}
    assert found == {
        "EUR": (Decimal("100.10"), Decimal("10.02")),
        "JPY": (Decimal(15), Decimal(2)),
    }


async def test_a_list_is_narrowed_by_owner_stage_partner_and_words(
    db: Database, acme: Company
) -> None:
    globex = await a_partner(db, acme, "Globex")
    one = await a_deal(db, acme, partner_id=globex)
    two = await a_deal(db, acme, actor=acme.other_rep, customer_name="Rate 100% _now_")
    three = await a_deal(db, acme, customer_name="Umbrella")
    await moved(db, acme.rep, three.number, "won")

    async def found(wanted: Filter) -> list[int]:
        async with db.transaction(acme.rep) as tx:
            return [row.number for row in (await list_opportunities(tx, wanted)).rows]

    assert await found(Filter()) == [one.number, two.number]
    assert await found(Filter(owner_id=acme.other_rep.user_id)) == [two.number]
    assert await found(Filter(stage="won")) == [three.number]
    assert await found(Filter(partner_id=globex)) == [one.number]
    assert await found(Filter(words="GLOB")) == [one.number]
    assert await found(Filter(words="0% _n")) == [two.number]
    assert await found(Filter(words="%")) == [two.number]
    assert await found(Filter(words="umbrella")) == []
    assert await found(Filter(words="umbrella", with_closed=True)) == [three.number]


@pytest.mark.parametrize("words", ["negotiation", " NEGOTIATION ", "Negotiation"])
def test_a_stage_is_named_by_key_or_label(words: str) -> None:
    stage = stage_named(PIPELINE.default, words)

    assert stage is not None
    assert stage.key == "negotiation"


@pytest.mark.parametrize(
    ("words", "meant"),
    [("negotation", "negotiation"), ("propsal", "proposal"), ("wom", "won"), ("xyz", None)],
)
def test_a_typo_of_a_stage_is_understood(words: str, meant: str | None) -> None:
    stage = stage_meant(PIPELINE.default, words)

    assert (stage.key if stage else None) == meant


def in_zone(actor: Actor, zone: str) -> Actor:
    return replace(actor, time_zone=ZoneInfo(zone))


def with_permissions(actor: Actor, *permissions: str) -> Actor:
    return replace(actor, permissions=frozenset(permissions))


async def until_somebody_waits(db: Database, company: Company) -> None:
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with asyncio.timeout(5):
        while True:
            async with db.transaction(company.application) as tx:
                if cast("int", await tx.session.scalar(waiting)):
                    return
