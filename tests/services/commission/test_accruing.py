import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from sqlalchemy import event, select, update

from services import configuration, jobs
from services.commission import (
    Flat,
    NoCommission,
    Percentage,
    Period,
    Recurring,
    Tier,
    Tiered,
)
from services.commission.accruing import settle, unsettled
from services.commission.projecting import State, projection, what_if
from services.commission.statements import statement
from services.configuration import rates
from services.configuration.catalogue import COMMISSION
from services.db import Database
from services.tables import CommissionEntry, Opportunity
from tests.factories import Company, FixedClock
from tests.services.commission.support import WON_ON, Deals

D = Decimal
TEN = Percentage(rate=D(10))
TIERS = (Tier(up_to=D(50000), rate=D(8)), Tier(rate=D(10)))
QUARTERLY = Tiered(tiers=TIERS, currency="EUR", tiers_per=Period.QUARTER)
CAPPED = Percentage(rate=D(10), cap=D(5000), currency="EUR", limits_per=Period.QUARTER)


@pytest.fixture
def deals(db: Database, acme: Company) -> Deals:
    return Deals(db, acme)


async def test_a_win_accrues_once_with_the_rule_and_its_lines(deals: Deals) -> None:
    won = await deals.won(await deals.partner(TEN))
    await deals.settle(won)

    accrued = cast("dict[str, Any]", (await deals.details(won))["accrued"])
    assert await deals.entries(won) == [("accrual", "4800.00")]
    assert (accrued["rule"], accrued["source"]) == ({**accrued["rule"]}, "agreement")
    assert (accrued["rule"]["type"], accrued["rule"]["rate"]) == ("percentage", "10.00")
    assert accrued["total"] == "4800.00"
    assert accrued["lines"] == [
        {"kind": "share", "amount": "4800.00", "base": "48000.00", "rate": "10.00"}
    ]


async def test_reopening_takes_back_to_the_cent_and_winning_again_accrues_anew(
    deals: Deals, clock: FixedClock
) -> None:
    won = await deals.won(await deals.partner(TEN), "48000.37")

    clock.advance(timedelta(minutes=1))
    await deals.reopen(won)
    after_reopening = await deals.standing(won)
    clock.advance(timedelta(minutes=1))
    await deals.change(won, status="won", actual_close_date=WON_ON)

    assert after_reopening == 0
    assert await deals.entries(won) == [
        ("accrual", "4800.04"),
        ("reversal", "-4800.04"),
        ("accrual", "4800.04"),
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"deal_value": D(60000)}, "6000.00"),
        ({"actual_close_date": date(2026, 7, 1)}, "2400.00"),
        ({"currency": "JPY", "deal_value": D("1005.5")}, "101.00"),
        ({"notes": "Nothing to do with it"}, "4800.00"),
    ],
)
async def test_what_it_follows_from_changes_what_is_accrued(
    deals: Deals, change: dict[str, object], expected: str
) -> None:
    before = Percentage(rate=D(5), effective_until=date(2026, 7, 31))
    now = Percentage(rate=D(10), effective_from=date(2026, 8, 1))
    won = await deals.won(await deals.partner(before, now))

    await deals.change(won, **change)

    assert await deals.standing(won) == D(expected)


async def test_another_partner_takes_it_over_by_their_own_terms(deals: Deals) -> None:
    won = await deals.won(await deals.partner(TEN))
    initech = await deals.partner(Percentage(rate=D(20)), name="Initech")

    await deals.change(won, partner_id=initech)

    assert await deals.entries(won) == [
        ("reversal", "-4800.00"),
        ("accrual", "4800.00"),
        ("accrual", "9600.00"),
    ]


async def test_a_new_default_counts_for_what_is_won_after_it(deals: Deals) -> None:
    partner_id = await deals.partner()
    before = await deals.won(partner_id)
    async with deals.db.transaction(deals.by) as tx:
        await configuration.write(tx, COMMISSION, Percentage(rate=D(3)))
    after = await deals.won(partner_id)

    await deals.change(before, deal_value=D(10000))

    assert await deals.standing(before) == D(1000)
    assert await deals.standing(after) == D(1440)


async def test_where_nothing_is_agreed_there_is_nothing_and_it_says_so(deals: Deals) -> None:
    partner_id = await deals.partner(Percentage(rate=D(10), effective_from=date(2027, 1, 1)))
    async with deals.db.transaction(deals.by) as tx:
        later = Percentage(rate=D(3), effective_from=date(2027, 1, 1))
        await configuration.write(tx, COMMISSION, later)

    won = await deals.won(partner_id)

    accrued = cast("dict[str, Any]", (await deals.details(won))["accrued"])
    assert await deals.entries(won) == []
    assert (accrued["source"], accrued["rule"], accrued["total"]) == ("none", None, "0.00")


async def test_a_recurring_one_accrues_every_month_from_the_one_after(deals: Deals) -> None:
    agreed = Recurring(months=3, rate=D(10), cap=D(700), currency="EUR")

    won = await deals.won(await deals.partner(agreed), "36000", term_months=12)

    assert await deals.entries(won) == [
        ("accrual", "300.00"),
        ("accrual", "300.00"),
        ("accrual", "100.00"),
    ]
    async with deals.db.transaction(deals.company.admin) as tx:
        shown = await projection(tx, won)
    assert shown is not None
    assert shown.commission is not None
    assert [(each.kind, each.amount, each.times) for each in shown.commission.lines] == [
        ("months", D("900.00"), 3),
        ("cap", D("-200.00"), 1),
    ]


async def test_months_that_come_to_nothing_are_explained_and_not_entered(deals: Deals) -> None:
    agreed = Recurring(months=3, rate=D("0.01"))
    lifted = Recurring(months=3, rate=D("0.01"), floor=D(50), currency="EUR")
    nothing = await deals.won(await deals.partner(agreed), "400")
    least = await deals.won(await deals.partner(lifted, name="Initech"), "400")

    assert await deals.entries(nothing) == []
    assert await deals.entries(least) == [("accrual", "50.00")]
    async with deals.db.transaction(deals.company.admin) as tx:
        shown = [await projection(tx, each) for each in (nothing, least)]
    told = [each.commission.lines for each in shown if each is not None and each.commission]
    assert [[(line.kind, line.amount, line.times) for line in lines] for lines in told] == [
        [("months", D(0), 3)],
        [("months", D(0), 3), ("floor", D(50), 1)],
    ]


async def test_an_earlier_one_settled_later_moves_what_comes_after_it(deals: Deals) -> None:
    partner_id = await deals.partner(QUARTERLY)
    later = await deals.won(partner_id, "40000", actual_close_date=date(2026, 11, 20))
    other_quarter = await deals.won(partner_id, "40000", actual_close_date=date(2026, 9, 30))

    earlier = await deals.won(partner_id, "40000", actual_close_date=date(2026, 11, 1))

    assert await deals.standing(earlier) == D(3200)
    assert await deals.standing(later) == D(3800)
    assert await deals.entries(other_quarter) == [("accrual", "3200.00")]
    accrued = cast("dict[str, Any]", (await deals.details(later))["accrued"])
    assert accrued["total"] == "3800.00"

    await deals.reopen(earlier)

    assert await deals.standing(earlier) == 0
    assert await deals.standing(later) == D(3200)


async def test_one_that_goes_to_another_partner_leaves_the_quarter_of_the_first(
    deals: Deals,
) -> None:
    globex, initech = await deals.partner(QUARTERLY), await deals.partner(QUARTERLY)
    first = await deals.won(globex, "40000", actual_close_date=date(2026, 11, 1))
    second = await deals.won(globex, "40000", actual_close_date=date(2026, 11, 2))
    third = await deals.won(initech, "40000", actual_close_date=date(2026, 11, 3))

    await deals.change(first, partner_id=initech)

    standing = [await deals.standing(each) for each in (first, second, third)]
    assert standing == [D(3200), D(3200), D(3800)]


async def test_a_cap_of_the_quarter_is_given_to_those_who_closed_first(deals: Deals) -> None:
    partner_id = await deals.partner(CAPPED)
    second = await deals.won(partner_id, "40000", actual_close_date=date(2026, 11, 20))
    first = await deals.won(partner_id, "40000", actual_close_date=date(2026, 11, 1))

    assert (await deals.standing(first), await deals.standing(second)) == (D(4000), D(1000))

    await deals.change(first, actual_close_date=date(2026, 12, 1))

    assert (await deals.standing(first), await deals.standing(second)) == (D(1000), D(4000))


async def test_without_a_rate_it_is_held_until_the_rate_comes(deals: Deals) -> None:
    partner_id = await deals.partner(Flat(amount=D(500), currency="CHF"))
    won = await deals.won(partner_id)

    held = await deals.details(won)
    assert held == {"held": {"reason": "no_rate", "currency": "CHF", "day": "2026-11-10"}}
    assert await deals.entries(won) == []

    async with deals.db.transaction(deals.company.rep) as tx:
        shown = await statement(tx, partner_id)
        card = await projection(tx, won)
    assert [(each.value, each.hold.currency) for each in shown.waiting] == [(D(48000), "CHF")]
    assert card is not None
    assert (card.state, card.commission) == (State.HELD, None)

    async with deals.db.transaction(deals.by) as tx:
        base = await configuration.get(tx, configuration.catalogue.BASE_CURRENCY)
        found = [rates.Rate("CHF", WON_ON, D("1.1")), rates.Rate("EUR", WON_ON, D("1.25"))]
        await rates.put_rates(tx, base, found)
        assert jobs.SETTLE_COMMISSIONS in {job.task for job in tx.jobs.values()}
        assert await unsettled(tx) == [won]
        await settle(tx, won)
        assert await unsettled(tx) == []

    assert await deals.entries(won) == [("accrual", "440.00")]


async def test_no_commission_has_no_entries(deals: Deals) -> None:
    won = await deals.won(await deals.partner(NoCommission()))

    assert await deals.entries(won) == []


async def test_an_open_one_shows_what_it_would_earn_and_what_that_is_worth(deals: Deals) -> None:
    partner_id = await deals.partner(QUARTERLY)
    await deals.won(partner_id, "40000", actual_close_date=date(2026, 11, 1))
    deal = await deals.open_deal(partner_id, "20000", expected_close_date=date(2026, 12, 1))

    async with deals.db.transaction(deals.company.rep) as tx:
        now = await projection(tx, deal)
        later = await what_if(tx, deal, date(2027, 1, 15))

    assert now is not None
    assert later is not None
    assert now.commission is not None
    assert later.commission is not None
    assert (now.state, now.commission.total, now.weighted) == (State.PROJECTED, D(1800), D(720))
    assert later.commission.total == D(1600)


async def test_wins_of_one_quarter_settled_at_once_end_as_one_after_the_other(
    deals: Deals,
) -> None:
    globex, initech = await deals.partner(QUARTERLY), await deals.partner(QUARTERLY)
    days = [date(2026, 11, day) for day in (20, 5, 12, 1, 28)]
    made = [
        [await deals.deal(each, "30000.01", actual_close_date=day) for day in days]
        for each in (globex, initech)
    ]

    await asyncio.gather(*(deals.settle(each) for each in made[0]))
    await deals.settle(*made[1])

    at_once, in_turn = [[await deals.standing(each) for each in ids] for ids in made]
    assert at_once == in_turn


async def test_settling_costs_a_reading_and_two_writes_and_no_version(
    deals: Deals, db: Database
) -> None:
    won = await deals.deal(await deals.partner(TEN))
    version = select(Opportunity.updated_at).where(Opportunity.id == won)
    listening = db._engine.sync_engine, "before_cursor_execute"
    executed: list[str] = []

    def note(*call: object) -> None:
        executed.append(str(call[2]).split(maxsplit=1)[0])

    async with db.transaction(deals.by) as tx:
        before = await tx.session.scalar(version)
        await configuration.get(tx, COMMISSION)  # a move has read the settings
        event.listen(*listening, note)
        await settle(tx, won)
        await settle(tx, won)
        event.remove(*listening, note)
        after = await tx.session.scalar(version)

    assert executed == ["INSERT", "UPDATE"]
    assert after == before


async def test_a_merge_of_partners_leaves_what_is_accrued_as_it_was(deals: Deals) -> None:
    gone = await deals.partner(TEN)
    stays = await deals.partner(Percentage(rate=D(20)), name="Initech")
    won = await deals.won(gone)
    async with deals.db.transaction(deals.by) as tx:
        await tx.session.execute(update(CommissionEntry).values(partner_id=stays))
        await tx.session.execute(update(Opportunity).values(partner_id=stays))

    await deals.settle(won)
    await deals.change(won, deal_value=D(10000))

    assert await deals.standing(won) == D(1000)


async def test_what_cannot_be_worked_out_is_held_with_its_reason(deals: Deals) -> None:
    async with deals.db.transaction(deals.by) as tx:
        base = await configuration.get(tx, configuration.catalogue.BASE_CURRENCY)
        await rates.put_rates(tx, base, [rates.Rate("JPY", WON_ON, D("1E-8"))])
    most = Flat(amount=D("9999999999999.99"), currency=base)

    endless = await deals.won(await deals.partner(most), currency="JPY")
    undated = await deals.won(await deals.partner(TEN), actual_close_date=None)

    assert await deals.details(endless) == {"held": {"reason": "too_large"}}
    assert await deals.details(undated) == {"held": {"reason": "no_close_date"}}
