import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from services import configuration, health, jobs, schedule
from services.configuration import Change, rates
from services.configuration.catalogue import (
    HEALTH,
    PIPELINE,
    TIME_ZONE,
    HealthWeights,
    Pipeline,
)
from services.configuration.rates import SetRate
from services.db import Database, Tx
from services.health import Level, NightlyHealth, recomputing
from services.health.evidence import Contact, Deal, Evidence
from services.health.reading import Gathered, gather
from services.health.recomputing import MOST_RETOLD, recompute
from services.health.report import report
from services.health.snapshots import past
from services.tables import MessageCopy, Outbox, Partner
from tests.factories import START, Company, FixedClock
from tests.services.health import relationships as given

TODAY = START.date()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


async def set_zone(db: Database, company: Company, zone: str) -> None:
    async with db.transaction(company.application) as tx:
        await configuration.write(tx, TIME_ZONE, zone)


async def updates(db: Database, company: Company) -> int:
    async with db.transaction(company.application) as tx:
        wanted = select(func.count()).where(Outbox.method == "chat.update")
        return await tx.session.scalar(wanted) or 0


async def test_the_evidence_is_what_the_rows_say(db: Database, acme: Company) -> None:
    await set_zone(db, acme, "Europe/Berlin")
    async with db.transaction(acme.admin) as tx:
        new = {"currency": "EUR", "valid_from": date(2026, 1, 1), "rate": Decimal("1.1")}
        await rates.set_rate(tx, SetRate.model_validate(new))
    globex = await given.a_partner(db, acme)
    await given.contact(db, acme, globex, 2, type_="call")
    # Half past eleven in the evening in UTC is the next day in Berlin.
    late = (START - timedelta(days=9)).replace(hour=23, minute=30)
    met = await given.contact(db, acme, globex, at=late)
    await given.contact(db, acme, globex, 301)
    await given.a_deal(db, acme, globex, "100", idle=4, currency="EUR")
    await given.a_deal(db, acme, globex, "500", currency="GBP")
    await given.a_deal(db, acme, globex, "900", archived_at=START)
    await given.a_deal(db, acme, globex, "70", status="won", actual_close_date=ago(20))
    await given.a_deal(db, acme, globex, "30", status="lost", idle=50)
    await given.a_promise(db, acme, met, ago(1))
    await given.a_promise(db, acme, met, None)
    await given.a_promise(db, acme, met, ago(3), status="cancelled")
    await given.a_promise(db, acme, met, ago(3), status="completed", kept=START)

    async with db.transaction(acme.application) as tx:
        found = await gather(tx, [globex])

    seen = found.by_partner[globex]
    assert found.today == TODAY
    assert set(seen.deals) == {
        Deal("open", Decimal("110.00"), ago(4)),
        Deal("open", None, TODAY),
        Deal("won", Decimal(70), ago(20)),
        Deal("lost", Decimal(30), ago(50)),
    }
    assert seen == Evidence(
        known_since=ago(400),
        contacts=(Contact(ago(2), "call"), Contact(ago(8), "meeting")),
        deals=seen.deals,
        kept=(TODAY,),
        due=(ago(1),),
        types=("meeting", "call", "email", "event"),
        typical=Decimal(70),
    )


async def test_partners_merged_away_and_the_direct_one_are_passed_over(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    globex = await given.a_partner(db, acme)
    await given.a_partner(
        db, acme, "Globex Inc", merged_into_id=globex, merged_at=START, status="inactive"
    )
    await given.a_partner(db, acme, "Direct", is_direct=True)
    await given.a_partner(db, globex_corp, "Initech")

    async with db.transaction(acme.application) as tx:
        found = await gather(tx)

    assert list(found.by_partner) == [globex]


async def test_the_number_the_day_and_the_posted_card_follow_what_happened(
    db: Database, acme: Company
) -> None:
    globex = await given.a_partner(db, acme)
    await given.a_posted_card(db, acme, globex)
    before = await given.row_of(db, acme, globex)
    await given.contact(db, acme, globex, 0, 3)

    changed = await given.worked_out(db, acme, globex)

    after = await given.row_of(db, acme, globex)
    (kept,) = await given.snapshots(db, acme, globex)
    assert changed == 1
    assert after.relationship_health != before.relationship_health == 50
    assert after.updated_at == before.updated_at
    assert (kept.day, kept.score) == (TODAY, after.relationship_health)
    async with db.transaction(acme.application) as tx:
        told = await past(tx, globex, ago(-7))
    assert told.week_ago is not None
    assert sum(told.week_ago.points.values()) == kept.score
    assert await updates(db, acme) == 1


async def test_a_number_that_stays_changes_no_row_and_tells_no_card(
    db: Database, acme: Company
) -> None:
    globex = await given.a_partner(db, acme, known_days=0)
    await given.a_posted_card(db, acme, globex)
    version = text("SELECT xmin::text FROM partners")
    async with db.transaction(acme.application) as tx:
        before = await tx.session.scalar(version)

    changed = [await given.worked_out(db, acme, each) for each in (globex, None)]

    async with db.transaction(acme.application) as tx:
        assert await tx.session.scalar(version) == before
    assert changed == [0, 0]
    assert await updates(db, acme) == 0


async def test_an_edit_of_a_partner_still_counts_as_one(db: Database, acme: Company) -> None:
    globex = await given.a_partner(db, acme)
    before = await given.row_of(db, acme, globex)

    async with db.transaction(acme.application) as tx:
        row = await tx.session.get_one(Partner, globex)
        row.name, row.relationship_health = "Globex Inc", 7

    after = await given.row_of(db, acme, globex)
    assert after.updated_at is not None
    assert before.updated_at is not None
    assert after.updated_at > before.updated_at


async def test_each_day_is_kept_for_a_year_and_today_is_written_over(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    globex = await given.a_partner(db, acme)
    await given.a_snapshot(db, acme, globex, 401, 60)
    await given.a_snapshot(db, acme, globex, 400, 61)
    await given.worked_out(db, acme)
    await given.contact(db, acme, globex)
    await given.worked_out(db, acme, globex)
    clock.advance(timedelta(days=1))

    await given.worked_out(db, acme, globex)

    kept = await given.snapshots(db, acme, globex)
    assert [each.day for each in kept] == [ago(400), TODAY, ago(-1)]


async def test_all_partners_take_as_many_statements_as_one(db: Database, acme: Company) -> None:
    for name in ("Globex", "Initech", "Umbrella"):
        partner_id = await given.a_partner(db, acme, name)
        await given.contact(db, acme, partner_id, 0, 3)
        await given.a_deal(db, acme, partner_id)

    async with db.transaction(acme.application) as tx:
        one = await given.statements(tx, recompute(tx, partner_id))
        every = await given.statements(tx, recompute(tx))

    assert one <= 11
    assert every - one <= 2  # the old days, and which cards are posted


async def test_of_many_cards_the_latest_follow_when_all_are_worked_out(
    db: Database, acme: Company
) -> None:
    many = [f"Partner {number}" for number in range(MOST_RETOLD + 1)]
    owned = {"organization_id": acme.organization_id, "relationship_health": 99}
    async with db.transaction(acme.application) as tx:
        rows = [
            Partner(name=name, domain="cloud", commission_structure={}, **owned) for name in many
        ]
        tx.session.add_all(rows)
        await tx.session.flush()
        tx.session.add_all(
            MessageCopy(
                organization_id=acme.organization_id,
                workspace_id=acme.workspace_id,
                lane="C0DEALS",
                channel_id="C0DEALS",
                ts=f"{at}.1",
                entity_type="partner_card",
                entity_id=row.id,
                created_at=START + timedelta(minutes=at),
            )
            for at, row in enumerate(rows)
        )

    changed = await given.worked_out(db, acme)

    assert changed == MOST_RETOLD + 1
    assert await updates(db, acme) == MOST_RETOLD


async def test_the_trend_is_against_seven_days_ago_or_the_nearest_before(
    db: Database, acme: Company
) -> None:
    names = ("exact", "before", "old", "young")
    ids = {name: await given.a_partner(db, acme, name) for name in names}
    for name, age, score in (
        ("exact", 6, 90),
        ("exact", 7, 56),
        ("exact", 8, 90),
        ("before", 12, 40),
        ("old", 15, 10),
        ("young", 6, 10),
    ):
        await given.a_snapshot(db, acme, ids[name], age, score)

    async with db.transaction(acme.rep) as tx:
        found = await health.trend(tx, list(ids.values()))

    assert found == {ids["exact"]: -6, ids["before"]: 10}


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (100, Level.GOOD),
        (70, Level.GOOD),
        (69, Level.FAIR),
        (40, Level.FAIR),
        (39, Level.AT_RISK),
        (0, Level.AT_RISK),
    ],
)
def test_a_score_has_a_word(score: int, level: Level) -> None:
    assert health.words(score) is level


async def set_weights(tx: Tx) -> None:
    weights = HealthWeights(recency=100, frequency=0, mix=0, pipeline=0, win_rate=0, promises=0)
    new = HEALTH.default.model_copy(update={"weights": weights})
    await configuration.change(tx, [Change(HEALTH, new)])


async def set_rate(tx: Tx) -> None:
    new = SetRate(currency="EUR", valid_from=TODAY, rate=Decimal("1.1"))
    await rates.set_rate(tx, new)


async def remove_rate(tx: Tx) -> None:
    await set_rate(tx)
    tx.jobs.clear()
    await rates.remove_rate(tx, "EUR", TODAY)


async def win_proposals(tx: Tx) -> None:
    stages = [
        stage.model_copy(update={"kind": "won"}) if stage.key == "proposal" else stage
        for stage in PIPELINE.default.stages
    ]
    await configuration.change(tx, [Change(PIPELINE, Pipeline(stages=tuple(stages)))])


@pytest.mark.parametrize("change", [set_weights, set_rate, remove_rate, win_proposals])
async def test_what_every_partner_is_measured_by_has_all_worked_out_anew_by_one_job(
    db: Database, acme: Company, change: Callable[[Tx], Awaitable[None]]
) -> None:
    for name in ("Umbrella", "Hooli"):
        await given.a_partner(db, acme, name)

    async with db.transaction(acme.admin) as tx:
        await change(tx)
        asked = [job.arguments for job in tx.jobs.values() if job.task == jobs.RECOMPUTE_HEALTH]

    assert asked == [{"version": 1, "organization_id": str(acme.organization_id)}]


async def test_each_night_is_worked_out_once_in_the_organization_s_zone(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await set_zone(db, acme, "America/New_York")
    nightly = [NightlyHealth()]
    ran: list[int] = []

    for hours in (0, 18, 1, 1, 12, 40, 1):  # 05:00, 23:00, 00:00, 01:00, 13:00 there; days later
        clock.advance(timedelta(hours=hours))
        ran.append((await schedule.run_organization(db, acme.organization_id, nightly)).count)

    assert ran == [0, 0, 0, 1, 0, 1, 0]


async def test_a_contact_logged_while_all_are_worked_out_is_not_written_over(
    db: Database, acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    globex = await given.a_partner(db, acme)
    beside: list[asyncio.Task[int]] = []

    async def gather_and_dawdle(tx: Tx, partner_ids: list[UUID] | None) -> Gathered:
        gathered = await gather(tx, partner_ids)
        if not beside:
            await given.contact(db, acme, globex)
            beside.append(asyncio.create_task(given.worked_out(db, acme, globex)))
            await asyncio.wait(beside, timeout=0.2)
        return gathered

    monkeypatch.setattr(recomputing, "gather", gather_and_dawdle)

    await given.worked_out(db, acme)
    await asyncio.gather(*beside)

    row = await given.row_of(db, acme, globex)
    async with db.transaction(acme.application) as tx:
        told = await report(tx, globex)
    assert told is not None
    assert row.relationship_health == told.health.score
