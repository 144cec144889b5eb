import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select, update

from services import alerts, configuration, outbox
from services.alerts import Alert, Evaluated, StaleMove
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    PIPELINE,
    RULES,
    STALE_DAYS,
    STALE_MOVES_TO,
    TIME_ZONE,
    Channel,
    Pipeline,
    Rule,
    Rules,
)
from services.db import Database
from services.errors import NotAllowed, NotFound
from services.opportunities import MoveOpportunity, archive, history, move_opportunity, restore
from services.schedule import run_organization
from services.tables import Alert as AlertRow
from services.tables import AuditEntry, MessageCopy, Opportunity
from services.values import Actor
from tests.deals import CHANNEL, a_deal, deals, deliver, reach_alerts_channel, waiting
from tests.factories import Company, FixedClock

POST, UPDATE = "chat.postMessage", "chat.update"


async def evaluate(db: Database, company: Company) -> Evaluated:
    async with db.transaction(company.application) as tx:
        return await alerts.evaluate(tx)


async def rows(db: Database, company: Company) -> list[AlertRow]:
    async with db.transaction(company.application) as tx:
        return list(await tx.session.scalars(select(AlertRow).order_by(AlertRow.triggered_at)))


async def move(db: Database, company: Company, number: int, to: str = "proposal") -> None:
    async with db.transaction(company.rep) as tx:
        await move_opportunity(tx, MoveOpportunity(number=number, to_stage=to))


async def acknowledge(db: Database, actor: Actor, alert_id: UUID) -> Alert:
    async with db.transaction(actor) as tx:
        return await alerts.acknowledge(tx, alert_id)


async def test_a_stale_opportunity_raises_an_alert_that_says_it_in_one_line(
    db: Database, acme: Company
) -> None:
    number = await a_deal(db, acme, "Acme renewal", idle_days=21, closes_in=9)

    raised = (await evaluate(db, acme)).raised

    (alert,) = await rows(db, acme)
    assert raised == (alert.id,)
    assert alert.title == (
        f"#{number} Acme renewal has not moved for 21 days (limit 14 in Negotiation). "
        "€48,000, closes in 9 days."
    )
    assert alert.message == "7 days over its limit. Weighted at 75%: €36,000."
    assert (alert.alert_type, alert.entity_type, alert.status) == (
        "stale_opportunity",
        "opportunity",
        "pending",
    )


@pytest.mark.parametrize(
    ("idle_days", "closes_in", "currency", "value", "words"),
    [
        (
            14,
            0,
            "EUR",
            "48000.50",
            "for 14 days (limit 14 in Negotiation). €48,000.50, closes today.",
        ),
        (
            15,
            1,
            "JPY",
            "1200000",
            "for 15 days (limit 14 in Negotiation). ¥1,200,000, closes tomorrow.",
        ),
        (
            30,
            -1,
            "CHF",
            "0",
            "for 30 days (limit 14 in Negotiation). CHF 0, was to close 1 day ago.",
        ),
        (30, -5, "USD", "9", "for 30 days (limit 14 in Negotiation). $9, was to close 5 days ago."),
    ],
)
async def test_the_line_counts_days_and_money_as_people_say_them(
    db: Database,
    acme: Company,
    idle_days: int,
    closes_in: int,
    currency: str,
    value: str,
    words: str,
) -> None:
    await a_deal(
        db,
        acme,
        idle_days=idle_days,
        closes_in=closes_in,
        currency=currency,
        values=(value,),
    )

    await evaluate(db, acme)

    (alert,) = await rows(db, acme)
    assert alert.title.endswith(words)


async def test_an_opportunity_within_its_stages_limit_raises_nothing(
    db: Database, acme: Company
) -> None:
    await a_deal(db, acme, stage="negotiation", idle_days=13)
    await a_deal(db, acme, stage="prospecting", idle_days=29)

    await evaluate(db, acme)

    assert await rows(db, acme) == []


async def test_a_configured_limit_counts_for_every_open_stage(db: Database, acme: Company) -> None:
    await a_deal(db, acme, stage="prospecting", idle_days=5)
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, STALE_DAYS, 5)

    await evaluate(db, acme)

    (alert,) = await rows(db, acme)
    assert "has not moved for 5 days (limit 5 in Prospecting)" in alert.title


async def test_a_stage_without_a_limit_is_never_stale(db: Database, acme: Company) -> None:
    await a_deal(db, acme, idle_days=400)
    async with db.transaction(acme.admin) as tx:
        stages = [
            stage.model_copy(update={"stale_after_days": None}) for stage in PIPELINE.default.stages
        ]
        await configuration.write(tx, PIPELINE, Pipeline(stages=tuple(stages)))

    await evaluate(db, acme)

    assert await rows(db, acme) == []


async def test_days_are_those_of_the_companys_calendar(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await a_deal(db, acme, idle_days=0)  # 18 November, 10:00 in UTC; 23:00 in Auckland
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, TIME_ZONE, "Pacific/Auckland")

    clock.travel_to(datetime(2026, 12, 1, 10, 59, tzinfo=UTC))
    before_midnight = await evaluate(db, acme)
    clock.travel_to(datetime(2026, 12, 1, 11, 0, tzinfo=UTC))
    after_midnight = await evaluate(db, acme)

    assert before_midnight.raised == ()
    assert len(after_midnight.raised) == 1


async def test_an_archived_opportunity_raises_nothing_until_it_is_back(
    db: Database, acme: Company
) -> None:
    number = await a_deal(db, acme, idle_days=90)
    async with db.transaction(acme.rep) as tx:
        await archive(tx, number)
    await evaluate(db, acme)
    while_archived = await rows(db, acme)

    async with db.transaction(acme.rep) as tx:
        await restore(tx, number)
    await evaluate(db, acme)

    assert while_archived == []
    assert len(await rows(db, acme)) == 1


async def test_closed_opportunities_raise_nothing(db: Database, acme: Company) -> None:
    await a_deal(db, acme, idle_days=90)
    async with db.transaction(acme.application) as tx:
        await tx.session.execute(update(Opportunity).values(status="won", stage="won"))

    await evaluate(db, acme)

    assert await rows(db, acme) == []


async def test_closer_and_bigger_is_more_urgent(db: Database, acme: Company) -> None:
    values = ("100", "200", "300", "400", "90000")
    await deals(db, acme, [f"This month {n}" for n in range(5)], values=values, closes_in=20)
    await deals(db, acme, [f"Far {n}" for n in range(5)], values=values, closes_in=90)
    await deals(db, acme, [f"Now {n}" for n in range(5)], values=values, closes_in=-3)

    await evaluate(db, acme)

    priorities = {
        row.title.split(" has")[0].split(" ", 1)[1]: row.priority for row in await rows(db, acme)
    }
    assert priorities["Far 0"] == "low"
    assert priorities["Far 4"] == priorities["This month 0"] == "medium"
    assert priorities["This month 4"] == priorities["Now 0"] == "high"
    assert priorities["Now 4"] == "urgent"


async def test_a_condition_that_stays_true_is_told_once(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await reach_alerts_channel(db, acme)
    await a_deal(db, acme)

    for _ in range(3):
        await evaluate(db, acme)
        clock.advance(timedelta(days=1))

    assert len(await rows(db, acme)) == 1
    assert await waiting(db, acme) == [(POST, "alert", CHANNEL)]


async def test_an_acknowledged_alert_is_not_raised_again(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await reach_alerts_channel(db, acme)
    await a_deal(db, acme)
    (alert_id,) = (await evaluate(db, acme)).raised
    await deliver(db, acme, clock)
    await acknowledge(db, acme.manager, alert_id)
    clock.advance(timedelta(days=1))
    await deliver(db, acme, clock)

    again = await evaluate(db, acme)

    assert again == Evaluated((), (), ())
    assert await waiting(db, acme) == []


async def test_moving_resolves_the_alert_and_updates_its_message(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await reach_alerts_channel(db, acme)
    number = await a_deal(db, acme)
    (alert_id,) = (await evaluate(db, acme)).raised
    await deliver(db, acme, clock)
    clock.advance(timedelta(hours=1))
    await move(db, acme, number)

    resolved = (await evaluate(db, acme)).resolved

    assert resolved == (alert_id,)
    (row,) = await rows(db, acme)
    assert (row.status, row.resolved_at) == ("resolved", clock.now())
    assert await waiting(db, acme) == [(UPDATE, "alert", CHANNEL)]


async def test_going_stale_a_second_time_is_told_a_second_time(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await reach_alerts_channel(db, acme)
    number = await a_deal(db, acme)
    await evaluate(db, acme)
    await move(db, acme, number)
    await evaluate(db, acme)
    await deliver(db, acme, clock)

    clock.advance(timedelta(days=40))
    again = await evaluate(db, acme)

    assert len(again.raised) == 1
    assert await waiting(db, acme) == [(POST, "alert", CHANNEL)]
    assert [row.status for row in await rows(db, acme)] == ["resolved", "pending"]


async def test_a_longer_limit_resolves_what_is_within_it(db: Database, acme: Company) -> None:
    await a_deal(db, acme, idle_days=21)
    await evaluate(db, acme)
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, STALE_DAYS, 30)

    resolved = (await evaluate(db, acme)).resolved

    assert len(resolved) == 1


async def test_a_rule_that_is_turned_off_raises_nothing_and_resolves_what_it_raised(
    db: Database, acme: Company
) -> None:
    await a_deal(db, acme, idle_days=21)
    await evaluate(db, acme)
    await a_deal(db, acme, idle_days=22)
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, RULES, Rules(stale_opportunity=Rule(is_on=False)))

    resolved = (await evaluate(db, acme)).resolved

    assert len(resolved) == 1
    assert [each.status for each in await rows(db, acme)] == ["resolved"]


async def test_without_a_reached_channel_the_alert_waits_and_is_told_once_there_is_one(
    db: Database, acme: Company
) -> None:
    await a_deal(db, acme)
    chosen = Channel(workspace_id=str(acme.workspace_id), channel_id=CHANNEL)
    async with db.transaction(acme.application) as tx:
        await configuration.write(tx, ALERTS_CHANNEL, chosen)
    await evaluate(db, acme)
    before = await waiting(db, acme)

    await reach_alerts_channel(db, acme)
    await evaluate(db, acme)
    await evaluate(db, acme)

    assert before == []
    assert await waiting(db, acme) == [(POST, "alert", CHANNEL)]


async def test_another_channel_is_not_told_again(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await reach_alerts_channel(db, acme)
    await a_deal(db, acme)
    await evaluate(db, acme)
    await deliver(db, acme, clock)

    await reach_alerts_channel(db, acme, "C0OTHER")
    await evaluate(db, acme)

    assert await waiting(db, acme) == []


async def test_ten_alerts_are_ten_messages_and_eleven_are_one(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await reach_alerts_channel(db, acme)
    await deals(db, acme, [f"First {n}" for n in range(10)])
    await evaluate(db, acme)
    first = await waiting(db, acme)
    await deliver(db, acme, clock)
    await deals(db, acme, [f"Second {n}" for n in range(11)])

    await evaluate(db, acme)

    assert first == [(POST, "alert", CHANNEL)] * 10
    assert await waiting(db, acme) == [(POST, "alert_digest", CHANNEL)]


async def test_a_digest_lists_the_biggest_by_money_with_totals_by_currency(
    db: Database, acme: Company
) -> None:
    await reach_alerts_channel(db, acme)
    await deals(
        db, acme, [f"Euro {n}" for n in range(15)], values=[str(n * 1000) for n in range(15)]
    )
    await a_deal(db, acme, "Yen", currency="JPY", values=("900000",))
    await evaluate(db, acme)

    found = await the_digest(db, acme)

    assert (found.count, found.pending) == (16, 16)
    assert [alert.value for alert in found.top][:3] == [14000, 13000, 12000]
    assert len(found.top) == 10
    assert found.totals == (("EUR", Decimal(105000)), ("JPY", Decimal(900000)))


async def the_digest(db: Database, company: Company) -> alerts.Digest:
    async with db.transaction(company.rep) as tx:
        digest_id = await tx.session.scalar(
            select(MessageCopy.entity_id).where(MessageCopy.entity_type == alerts.DIGEST)
        )
        assert digest_id is not None
        return await alerts.digest(tx, digest_id)


async def test_what_a_digest_told_is_not_told_again_and_is_kept_current_in_it(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await reach_alerts_channel(db, acme)
    numbers = await deals(db, acme, [f"Deal {n}" for n in range(12)])
    await evaluate(db, acme)
    await deliver(db, acme, clock)
    clock.advance(timedelta(hours=1))
    await move(db, acme, numbers[0])
    await acknowledge(db, acme.manager, (await rows(db, acme))[5].id)

    await evaluate(db, acme)

    found = await the_digest(db, acme)
    assert (found.pending + found.acknowledged, found.resolved) == (11, 1)
    assert await waiting(db, acme) == [(UPDATE, "alert_digest", CHANNEL)]


async def test_acknowledging_a_digest_takes_on_what_nobody_has_yet(
    db: Database, acme: Company
) -> None:
    await reach_alerts_channel(db, acme)
    await deals(db, acme, [f"Deal {n}" for n in range(12)])
    await evaluate(db, acme)
    found = await the_digest(db, acme)
    await acknowledge(db, acme.rep, found.top[0].id)

    async with db.transaction(acme.manager) as tx:
        count = await alerts.acknowledge_digest(tx, found.id)
    async with db.transaction(acme.other_rep) as tx:
        again = await alerts.acknowledge_digest(tx, found.id)

    assert (count, again) == (11, 0)
    by = {row.acknowledged_by_user_id for row in await rows(db, acme)}
    assert by == {acme.rep.user_id, acme.manager.user_id}


async def test_a_message_slack_refused_is_told_again(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await reach_alerts_channel(db, acme)
    await a_deal(db, acme)
    await evaluate(db, acme)
    (delivery,) = await deliver(db, acme, clock, refusal="is_archived")
    assert delivery.copy_id

    async with db.transaction(acme.application) as tx:
        await alerts.take_back(
            tx, delivery.kind, UUID(str(delivery.payload["id"])), delivery.copy_id
        )
    await evaluate(db, acme)

    assert await waiting(db, acme) == [(POST, "alert", CHANNEL)]


async def test_a_digest_slack_refused_is_told_again(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await reach_alerts_channel(db, acme)
    await deals(db, acme, [f"Deal {n}" for n in range(11)])
    await evaluate(db, acme)
    (delivery,) = await deliver(db, acme, clock, refusal="is_archived")
    assert delivery.copy_id

    async with db.transaction(acme.application) as tx:
        await alerts.take_back(
            tx, delivery.kind, UUID(str(delivery.payload["id"])), delivery.copy_id
        )
    await evaluate(db, acme)

    assert await waiting(db, acme) == [(POST, "alert_digest", CHANNEL)]


async def test_a_message_somebody_deleted_is_not_posted_again(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await reach_alerts_channel(db, acme)
    await a_deal(db, acme)
    await evaluate(db, acme)
    (delivery,) = await deliver(db, acme, clock)
    assert delivery.copy_id
    async with db.transaction(acme.application) as tx:
        await outbox.mark_gone(tx, delivery.copy_id)

    await evaluate(db, acme)

    assert await waiting(db, acme) == []


async def test_acknowledging_notes_who_and_when_and_updates_the_message(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await reach_alerts_channel(db, acme)
    await a_deal(db, acme)
    (alert_id,) = (await evaluate(db, acme)).raised
    await deliver(db, acme, clock)

    alert = await acknowledge(db, acme.manager, alert_id)

    assert alert.status == "acknowledged"
    assert alert.acknowledged
    assert alert.acknowledged.user_id == acme.manager.user_id
    assert alert.acknowledged.slack_user_id == "U0MIA"
    assert alert.acknowledged.at == clock.now()
    assert await waiting(db, acme) == [(UPDATE, "alert", CHANNEL)]
    async with db.transaction(acme.application) as tx:
        entry = await tx.session.scalar(
            select(AuditEntry.user_id).where(AuditEntry.action == "alert.acknowledged")
        )
    assert entry == acme.manager.user_id


async def test_the_second_to_acknowledge_changes_nothing_and_learns_who_was_first(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await a_deal(db, acme)
    (alert_id,) = (await evaluate(db, acme)).raised
    await acknowledge(db, acme.manager, alert_id)
    first = clock.now()
    clock.advance(timedelta(minutes=5))

    alert = await acknowledge(db, acme.rep, alert_id)

    assert alert.acknowledged
    assert (alert.acknowledged.name, alert.acknowledged.at) == ("Mia Manager", first)


async def test_two_who_acknowledge_at_once_agree_on_who_was_first(
    db: Database, acme: Company
) -> None:
    await a_deal(db, acme)
    (alert_id,) = (await evaluate(db, acme)).raised

    answers = await asyncio.gather(
        *(acknowledge(db, actor, alert_id) for actor in (acme.rep, acme.manager, acme.admin))
    )

    assert len({answer.acknowledged for answer in answers}) == 1


async def test_a_resolved_alert_cannot_be_acknowledged_any_more(
    db: Database, acme: Company
) -> None:
    number = await a_deal(db, acme)
    (alert_id,) = (await evaluate(db, acme)).raised
    await move(db, acme, number)
    await evaluate(db, acme)

    alert = await acknowledge(db, acme.manager, alert_id)

    assert (alert.status, alert.acknowledged) == ("resolved", None)


async def test_acknowledging_needs_the_permission(db: Database, acme: Company) -> None:
    await a_deal(db, acme)
    (alert_id,) = (await evaluate(db, acme)).raised

    with pytest.raises(NotAllowed):
        await acknowledge(db, replace(acme.rep, permissions=frozenset()), alert_id)


async def test_only_the_application_evaluates(db: Database, acme: Company) -> None:
    async with db.transaction(acme.admin) as tx:
        with pytest.raises(NotAllowed):
            await alerts.evaluate(tx)


async def test_anothers_alert_and_one_that_never_was_are_refused_alike(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await reach_alerts_channel(db, globex_corp)
    await deals(db, globex_corp, [f"Secret {n}" for n in range(11)])
    foreign = (await evaluate(db, globex_corp)).raised[0]
    foreign_digest = (await the_digest(db, globex_corp)).id

    for alert_id in (foreign, uuid4()):
        async with db.transaction(acme.admin) as tx:
            with pytest.raises(NotFound, match=f"alert {alert_id}"):
                await alerts.acknowledge(tx, alert_id)
            with pytest.raises(NotFound, match=f"alert {alert_id}"):
                await alerts.alert(tx, alert_id)
    for digest_id in (foreign_digest, uuid4()):
        async with db.transaction(acme.admin) as tx:
            with pytest.raises(NotFound, match=f"alert {digest_id}"):
                await alerts.acknowledge_digest(tx, digest_id)
            with pytest.raises(NotFound, match=f"alert {digest_id}"):
                await alerts.digest(tx, digest_id)
    assert {row.status for row in await rows(db, globex_corp)} == {"pending"}


async def test_one_companys_evaluation_leaves_anothers_alone(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await a_deal(db, acme)
    await a_deal(db, globex_corp)
    await evaluate(db, globex_corp)

    await evaluate(db, acme)

    assert len(await rows(db, acme)) == len(await rows(db, globex_corp)) == 1


async def test_an_alert_about_what_somebody_may_not_see_is_not_found(
    db: Database, acme: Company
) -> None:
    await a_deal(db, acme)
    (alert_id,) = (await evaluate(db, acme)).raised
    own_only = frozenset({"opportunities.view:own"})

    async with db.transaction(replace(acme.rep, permissions=own_only)) as tx:
        owners = await alerts.alert(tx, alert_id)
    async with db.transaction(replace(acme.other_rep, permissions=own_only)) as tx:
        with pytest.raises(NotFound):
            await alerts.alert(tx, alert_id)

    assert owners.id == alert_id


async def test_nobody_acknowledges_what_they_may_not_see(db: Database, acme: Company) -> None:
    await a_deal(db, acme)
    (alert_id,) = (await evaluate(db, acme)).raised
    own_only = frozenset({"alerts.acknowledge", "opportunities.view:own"})
    stranger = replace(acme.other_rep, permissions=own_only)

    async with db.transaction(stranger) as tx:
        with pytest.raises(NotFound):
            await alerts.acknowledge(tx, alert_id)
        with pytest.raises(NotAllowed):
            await alerts.acknowledge_digest(tx, uuid4())

    assert [row.status for row in await rows(db, acme)] == ["pending"]


@pytest.mark.parametrize("is_told", [True, False])
async def test_an_evaluation_takes_as_many_statements_for_many_as_for_few(
    db: Database, acme: Company, globex_corp: Company, is_told: bool
) -> None:
    for company, many in ((acme, 11), (globex_corp, 300)):
        if is_told:
            await reach_alerts_channel(db, company)
        await deals(db, company, [f"Deal {n}" for n in range(many)])

    few = [await statements(db, acme), await statements(db, acme), await resolve_all(db, acme)]
    many = [
        await statements(db, globex_corp),
        await statements(db, globex_corp),
        await resolve_all(db, globex_corp),
    ]

    assert few == many
    assert max(few) < 30


async def resolve_all(db: Database, company: Company) -> int:
    async with db.transaction(company.admin) as tx:
        await configuration.write(tx, STALE_DAYS, 365)
    return await statements(db, company)


async def statements(db: Database, company: Company) -> int:
    """How many one evaluation takes."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    async with db.transaction(company.application) as tx:
        connection = (await tx.session.connection()).sync_connection
        assert connection
        event.listen(connection, "before_cursor_execute", note)
        await alerts.evaluate(tx)
        event.remove(connection, "before_cursor_execute", note)
    return count


async def test_two_evaluations_at_once_raise_and_tell_once(db: Database, acme: Company) -> None:
    await reach_alerts_channel(db, acme)
    await deals(db, acme, [f"Deal {n}" for n in range(5)])

    both = await asyncio.gather(evaluate(db, acme), evaluate(db, acme))

    assert sorted(len(each.raised) for each in both) == [0, 5]
    assert len(await waiting(db, acme)) == 5


async def test_the_rule_asks_to_move_only_where_it_is_configured_and_allowed(
    db: Database, acme: Company
) -> None:
    number = await a_deal(db, acme, stage="negotiation", idle_days=21)
    await a_deal(db, acme, stage="qualified", idle_days=30)
    await a_deal(db, acme, stage="prospecting", idle_days=99)
    unconfigured = (await evaluate(db, acme)).to_move
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, STALE_MOVES_TO, "prospecting")
        stages = [
            stage.model_copy(update={"next": ("proposal",)}) if stage.key == "qualified" else stage
            for stage in PIPELINE.default.stages
        ]
        await configuration.write(tx, PIPELINE, Pipeline(stages=tuple(stages)))

    configured = (await evaluate(db, acme)).to_move

    assert unconfigured == ()
    assert configured == (
        StaleMove(number, "negotiation", "prospecting", "No movement for 21 days"),
    )


async def test_a_move_the_rule_asks_for_is_in_the_history_with_its_reason(
    db: Database, acme: Company
) -> None:
    number = await a_deal(db, acme)
    wanted = StaleMove(number, "negotiation", "lost", "No movement for 21 days")

    async with db.transaction(acme.application) as tx:
        moved = await alerts.move_on(tx, wanted)
        (*_, last) = await history(tx, moved.opportunity.id)

    assert (last.stage_label, last.by) == ("Lost", None)
    assert last.reason == "No decision: No movement for 21 days"


async def test_the_rules_are_evaluated_once_an_hour(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    periodics = [alerts.RuleEvaluation()]
    ran: list[int] = []
    for minutes in (0, 20, 39, 1, 300, 0):
        clock.advance(timedelta(minutes=minutes))
        turn = await run_organization(db, acme.organization_id, periodics)
        assert turn.failures == {}
        ran.append(turn.count)

    assert ran == [1, 0, 0, 1, 1, 0]
