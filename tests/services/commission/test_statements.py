from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services import configuration
from services.commission import Percentage, Period, Recurring, Structure, Tier, Tiered
from services.commission.adjustments import Adjust, Pay, adjust, balances, pay
from services.commission.statements import Statement, earned_in_base, statement, statements
from services.configuration.catalogue import FISCAL_START
from services.configuration.rates import Rate, Rates
from services.db import Database
from services.errors import InvalidInput, Problem
from tests.factories import Company, FixedClock
from tests.services.commission.support import Deals

D = Decimal
TEN = Percentage(rate=D(10))
TIERS = (Tier(up_to=D(10000), rate=D(8)), Tier(up_to=D(30000), rate=D(20)), Tier(rate=D(5)))


@pytest.fixture
def deals(db: Database, acme: Company) -> Deals:
    return Deals(db, acme)


async def told(deals: Deals, partner_id: UUID, period: str = "2026-Q4") -> Statement:
    async with deals.db.transaction(deals.company.manager) as tx:
        return await statement(tx, partner_id, period)


async def paid(deals: Deals, partner_id: UUID, amount: str, on: date) -> None:
    new = Pay(partner_id=partner_id, currency="EUR", amount=D(amount), on=on, reason="SEPA 17")
    async with deals.db.transaction(deals.company.manager) as tx:
        await pay(tx, new)


async def test_a_statement_has_what_was_earned_by_currency_and_what_is_due(deals: Deals) -> None:
    partner_id = await deals.partner(TEN)
    await deals.won(partner_id, "1000", actual_close_date=date(2026, 9, 30))
    await deals.won(partner_id, "2000")
    await deals.won(partner_id, "3000.05", currency="USD")
    new = Adjust(
        partner_id=partner_id,
        currency="EUR",
        amount=D("-20.5"),
        reason="Booth shared",
        on=date(2026, 11, 1),
    )
    async with deals.db.transaction(deals.company.manager) as tx:
        await adjust(tx, new)

    shown = await told(deals, partner_id)

    euros, dollars = shown.accounts
    assert (euros.currency, euros.opening, euros.closing) == ("EUR", D(100), D("279.50"))
    assert [(each.kind, each.amount, each.reason) for each in euros.lines] == [
        ("adjustment", D("-20.50"), "Booth shared"),
        ("accrual", D("200.00"), None),
    ]
    assert (dollars.opening, dollars.earned, dollars.closing) == (0, D("300.01"), D("300.01"))


async def test_several_currencies_are_added_up_in_base_at_the_rate_of_each_day(
    deals: Deals,
) -> None:
    partner_id = await deals.partner(TEN)
    for value, currency, day in (
        ("1000", "EUR", date(2026, 11, 1)),
        ("100.05", "USD", date(2026, 11, 1)),
        ("100.05", "USD", date(2026, 11, 2)),
        ("100", "USD", date(2026, 11, 2)),
    ):
        last = await deals.won(partner_id, value, currency=currency, actual_close_date=day)
    await deals.reopen(last)
    shown = await told(deals, partner_id)
    rates = [
        Rate("USD", date(2026, 11, 1), D("0.85")),
        Rate("USD", date(2026, 11, 2), D("0.8517")),
    ]

    assert earned_in_base(shown, Rates.of("EUR", rates)) == D("117.04")
    assert earned_in_base(shown, Rates.of("EUR", rates[1:])) is None
    assert earned_in_base(replace(shown, accounts=shown.accounts[:1]), Rates.of("EUR", [])) is None


async def test_what_was_paid_and_taken_back_is_to_be_recovered(
    deals: Deals, clock: FixedClock
) -> None:
    partner_id = await deals.partner(TEN)
    won = await deals.won(partner_id, "1000", actual_close_date=date(2026, 9, 30))
    await paid(deals, partner_id, "100", date(2026, 11, 5))
    clock.advance(timedelta(days=1))
    await deals.reopen(won)

    third = (await told(deals, partner_id, "2026-Q3")).accounts[0]
    fourth = (await told(deals, partner_id)).accounts[0]

    assert [(each.kind, each.amount, each.because) for each in third.lines] == [
        ("accrual", D(100), None),
        ("reversal", D(-100), "not_won"),
    ]
    assert [each.is_late for each in third.lines] == [True, True]
    assert (third.closing, fourth.opening, fourth.paid, fourth.closing) == (0, 0, 100, -100)
    assert (await told(deals, partner_id, "2027-Q1")).accounts[0].to_recover == D(100)
    async with deals.db.transaction(deals.company.rep) as tx:
        assert await balances(tx, partner_id) == {"EUR": D(-100)}


@pytest.mark.parametrize(
    ("amount", "on", "field", "problem"),
    [
        ("100.01", date(2026, 11, 18), "amount", Problem.MORE_THAN_DUE),
        ("50", date(2026, 9, 29), "amount", Problem.MORE_THAN_DUE),
        ("-1", date(2026, 11, 18), "amount", Problem.MORE_THAN_DUE),
        ("10", date(2026, 11, 19), "on", Problem.DATE_IN_FUTURE),
    ],
)
async def test_no_more_is_paid_than_is_due(
    deals: Deals, amount: str, on: date, field: str, problem: Problem
) -> None:
    partner_id = await deals.partner(TEN)
    await deals.won(partner_id, "1000", actual_close_date=date(2026, 9, 30))

    with pytest.raises(InvalidInput) as refused:
        await paid(deals, partner_id, amount, on)

    assert refused.value.problems[field].problem is problem


@pytest.mark.parametrize(
    ("facts", "field", "problem"),
    [
        ({"amount": "0"}, "amount", Problem.ZERO_AMOUNT),
        ({"amount": "1.005"}, "amount", Problem.TOO_MANY_DECIMALS),
        ({"amount": "1" * 15}, "amount", Problem.TOO_LARGE),
        ({"amount": "a lot"}, "amount", Problem.NOT_AN_AMOUNT),
        ({"amount": "NaN"}, "amount", Problem.NOT_AN_AMOUNT),
        ({"currency": "EURO"}, "currency", Problem.NOT_A_CURRENCY),
        ({"on": date.min}, "on", Problem.DATE_TOO_FAR),
        ({"on": date.max}, "on", Problem.DATE_TOO_FAR),
        ({"reason": " "}, "reason", Problem.REQUIRED),
    ],
)
def test_a_bad_adjustment_is_refused_at_its_field(
    facts: dict[str, object], field: str, problem: Problem
) -> None:
    good = {
        "partner_id": UUID(int=1),
        "currency": "EUR",
        "amount": "5",
        "reason": "Why",
        "on": date(2026, 11, 1),
    }

    with pytest.raises(ValidationError) as refused:
        Adjust.model_validate(good | facts)

    [error] = refused.value.errors()
    assert (error["loc"], error["type"]) == ((field,), problem.value)


async def test_months_count_in_the_fiscal_period_they_are_earned_in(deals: Deals) -> None:
    async with deals.db.transaction(deals.by) as tx:
        await configuration.write(tx, FISCAL_START, 12)
    partner_id = await deals.partner(Recurring(months=12, rate=D(10)))
    await deals.won(partner_id, "12000")

    year = (await told(deals, partner_id, "2027")).accounts[0]
    quarter = (await told(deals, partner_id, "2027-Q1")).accounts[0]

    assert [each.month for each in year.lines] == list(range(1, 13))
    assert year.earned == D(1200)
    assert [each.on for each in quarter.lines] == [
        date(2026, 12, 31),
        date(2027, 1, 31),
        date(2027, 2, 28),
    ]


async def test_the_statements_of_all_partners_are_those_of_each(deals: Deals) -> None:
    earning = await deals.partner(TEN, name="Umbrella")
    open_before = await deals.partner(TEN, name="initech")
    await deals.won(earning, "1000")
    await deals.won(earning, "70", currency="USD", actual_close_date=date(2026, 9, 30))
    await deals.won(open_before, "500", actual_close_date=date(2026, 9, 30))
    await deals.won(await deals.partner(TEN), "300", actual_close_date=date(2027, 1, 1))

    async with deals.db.transaction(deals.company.manager) as tx:
        found = await statements(tx, "2026-Q4")

    assert [each.partner_id for each in found] == [open_before, earning]
    for each in found:
        assert each == await told(deals, each.partner_id)


@pytest.mark.parametrize(
    "name", ["2026-Q5", "sometime", "0001", "9999-Q1", "2026-01-32..2026-02-01"]
)
async def test_what_is_no_period_is_refused(deals: Deals, name: str) -> None:
    partner_id = await deals.partner(TEN)

    with pytest.raises(InvalidInput) as refused:
        await told(deals, partner_id, name)

    assert list(refused.value.problems) == ["period"]


AGREED: Sequence[Structure] = (
    Tiered(tiers=TIERS, currency="EUR", tiers_per=Period.QUARTER),
    Tiered(tiers=TIERS, mode="whole", currency="EUR", tiers_per=Period.YEAR),
    Percentage(
        rate=D("7.77"), cap=D(2500), floor=D(900), currency="EUR", limits_per=Period.QUARTER
    ),
    Recurring(months=3, rate=D("7.77"), cap=D(900), currency="EUR", limits_per=Period.YEAR),
)
values = st.decimals(min_value=0, max_value=20000, places=2)
close_dates = st.dates(date(2026, 7, 1), date(2026, 12, 31))


@given(
    st.lists(st.tuples(values, close_dates), min_size=2, max_size=4),
    st.sampled_from(AGREED),
    st.data(),
)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_it_makes_no_difference_in_which_order_wins_are_settled(
    deals: Deals,
    wins: list[tuple[Decimal, date]],
    agreed: Structure,
    data: st.DataObject,
) -> None:
    partners = [await deals.partner(agreed), await deals.partner(agreed)]
    made = [
        [await deals.deal(each, str(value), actual_close_date=day) for value, day in wins]
        for each in partners
    ]
    order = data.draw(st.permutations(range(len(wins))))

    await deals.settle(*made[0])
    await deals.settle(*(made[1][at] for at in order))
    back = made[1][order[0]]
    await deals.reopen(back)
    _, day = wins[order[0]]
    nothing_left = await deals.standing(back)
    await deals.change(back, status="won", actual_close_date=day)

    assert nothing_left == 0
    one, other = [[await deals.standing(each) for each in ids] for ids in made]
    assert one == other
    assert min(one) >= 0
    for partner_id in partners:
        shown = await told(deals, partner_id, "2026-01-01..2027-12-31")
        for account in shown.accounts:
            assert account.closing == sum((line.amount for line in account.lines), D(0))
            assert account.closing == sum(one)
            for line in account.lines:
                explained = sum((each.amount for each in line.lines), D(0))
                assert line.amount == (-explained if line.kind == "reversal" else explained)
