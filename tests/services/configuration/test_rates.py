"""Dated exchange rates, and what they come to."""

from datetime import date, timedelta
from decimal import Decimal

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import func, select

from services import configuration
from services.configuration import Change, catalogue
from services.configuration.rates import (
    Rate,
    Rates,
    SetRate,
    convert,
    current_rates,
    rate_on,
    rebased,
    remove_rate,
    set_rate,
)
from services.db import Database
from services.errors import InvalidInput, NoRate, NotAllowed, NotFound, Problem
from services.tables import AuditEntry, ExchangeRate
from services.validation import refusals
from tests.conftest import Urls
from tests.deals import a_deal
from tests.factories import Company

JANUARY, JULY = date(2026, 1, 1), date(2026, 7, 1)
POSITIVE = st.decimals(Decimal("0.0001"), Decimal(10_000), places=4)


async def setting(db: Database, company: Company, *rates: tuple[str, date, str]) -> None:
    async with db.transaction(company.admin) as tx:
        for currency, day, rate in rates:
            await set_rate(
                tx, SetRate(currency=currency, valid_from=day, rate=Decimal(rate), shown=None)
            )


async def test_a_rate_counts_from_its_day_until_the_next(db: Database, acme: Company) -> None:
    await setting(db, acme, ("EUR", JULY, "1.2"), ("EUR", JANUARY, "1.1"))

    async with db.transaction(acme.rep) as tx:
        found = [await rate_on(tx, "EUR", day) for day in (date(2025, 12, 31), JANUARY, JULY)]
        same = await rate_on(tx, "USD", JANUARY)
        listed = (await current_rates(tx)).all()

    assert found == [None, Decimal("1.1"), Decimal("1.2")]
    assert same == 1
    assert listed == (
        Rate("EUR", JANUARY, Decimal("1.1")),
        Rate("EUR", JULY, Decimal("1.2")),
    )


async def test_an_amount_is_rounded_half_up_to_the_minor_unit_of_the_base(
    db: Database, acme: Company
) -> None:
    await setting(db, acme, ("JPY", JANUARY, "0.00645"), ("EUR", JANUARY, "1.005"))

    async with db.transaction(acme.rep) as tx:
        assert await convert(tx, Decimal(1000), "JPY", JULY) == Decimal("6.45")
        assert await convert(tx, Decimal(1), "EUR", JULY) == Decimal("1.01")
        with pytest.raises(NoRate):
            await convert(tx, Decimal(1), "GBP", JULY)
    assert Rates("JPY", {}).convert(Decimal("0.5"), "JPY", JULY) == 1


async def test_a_rate_is_corrected_and_removed_with_an_audit_entry(
    db: Database, acme: Company
) -> None:
    await setting(db, acme, ("EUR", JULY, "1.2"), ("EUR", JULY, "1.30"), ("EUR", JULY, "1.3"))
    async with db.transaction(acme.admin) as tx:
        await remove_rate(tx, "EUR", JULY, shown="1.3")
        with pytest.raises(NotFound):
            await remove_rate(tx, "EUR", JULY)

    async with db.transaction(acme.admin) as tx:
        entries = await tx.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.entity_type == "exchange_rate")
            .order_by(AuditEntry.at)
        )
        told = {(each.action, each.details["from"], each.details["to"]) for each in entries}
        count = await tx.session.scalar(select(func.count()).select_from(ExchangeRate))
    assert told == {
        ("rate.set", None, "1.2"),
        ("rate.set", "1.2", "1.3"),
        ("rate.removed", "1.3", None),
    }
    assert count == 0


async def test_who_saw_another_rate_is_refused(db: Database, acme: Company) -> None:
    await setting(db, acme, ("EUR", JULY, "1.2"))

    async with db.transaction(acme.admin) as tx:
        with pytest.raises(InvalidInput) as refused:
            await set_rate(
                tx, SetRate(currency="EUR", valid_from=JULY, rate=Decimal("1.3"), shown="")
            )

    assert refused.value.problems["rate"].problem is Problem.CHANGED_MEANWHILE


@pytest.mark.parametrize("currency", ["USD", "PLN"])
async def test_neither_the_base_nor_an_unused_currency_has_a_rate(
    db: Database, acme: Company, currency: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await setting(db, acme, (currency, JULY, "1.2"))

    assert refused.value.problems["currency"].problem is Problem.UNKNOWN_CURRENCY


async def test_rates_need_the_right_to_change_settings(db: Database, acme: Company) -> None:
    async with db.transaction(acme.manager) as tx:
        with pytest.raises(NotAllowed):
            await set_rate(tx, SetRate(currency="EUR", valid_from=JULY, rate=Decimal(1)))
        with pytest.raises(NotAllowed):
            await remove_rate(tx, "EUR", JULY)


@pytest.mark.parametrize("rate", ["0", "-1", "1.00000000001", "1000000000", "NaN", "Infinity"])
def test_a_rate_that_is_none_is_refused_with_a_problem(rate: str) -> None:
    with pytest.raises(ValidationError) as error:
        SetRate(currency="EUR", valid_from=JULY, rate=Decimal(rate))

    (refused,) = refusals(error.value)
    assert refused.path == ("rate",)
    assert refused.problem.problem in {Problem.NOT_A_RATE, Problem.NOT_AN_AMOUNT}


async def test_rates_are_remembered_until_one_changes(
    db: Database, urls: Urls, acme: Company
) -> None:
    db.memory.heard(db.memory.now())
    await setting(db, acme, ("EUR", JANUARY, "1.1"))
    async with db.transaction(acme.rep) as tx:
        first = await current_rates(tx)
    db.memory.heard(db.memory.now())
    async with db.transaction(acme.rep) as tx:
        again = await current_rates(tx)

    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("LISTEN company_changed")
        connection.execute("UPDATE exchange_rates SET rate = 2")
        told = next(connection.notifies(timeout=5))

    assert again is first
    assert told.payload == str(acme.organization_id)


async def test_the_base_currency_stays_while_amounts_could_not_be_converted(
    db: Database, acme: Company
) -> None:
    await a_deal(db, acme)

    async with db.transaction(acme.admin) as tx:
        with pytest.raises(InvalidInput) as refused:
            await configuration.change(tx, [Change(catalogue.BASE_CURRENCY, "CHF")])

    found = refused.value.problems[catalogue.BASE_CURRENCY.name]
    assert (found.problem, found.facts["currencies"]) == (Problem.RATES_MISSING, "EUR")


async def test_with_a_new_base_the_rates_are_worked_out_anew(db: Database, acme: Company) -> None:
    await a_deal(db, acme)
    await setting(
        db,
        acme,
        ("CHF", JANUARY, "1.25"),
        ("EUR", JANUARY, "1"),
        ("EUR", JULY, "1.2"),
    )

    async with db.transaction(acme.admin) as tx:
        await configuration.change(tx, [Change(catalogue.BASE_CURRENCY, "CHF")])

    async with db.transaction(acme.admin) as tx:
        assert (await current_rates(tx)).all() == (
            Rate("EUR", JANUARY, Decimal("0.8")),
            Rate("EUR", JULY, Decimal("0.96")),
            Rate("USD", JANUARY, Decimal("0.8")),
        )


@given(st.lists(st.tuples(st.integers(0, 700), POSITIVE), min_size=1, max_size=8), POSITIVE)
def test_converting_over_a_new_base_comes_to_the_same(
    found: list[tuple[int, Decimal]], chf: Decimal
) -> None:
    known = {JANUARY + timedelta(days=after): rate for after, rate in found}
    euros = [Rate("EUR", day, known[day]) for day in sorted(known)]
    rates = Rates("USD", {"EUR": euros, "CHF": [Rate("CHF", JANUARY, chf)]})

    other = rebased(rates, "CHF")

    for day in known:
        direct, crossed = rates.on("EUR", day), other.on("EUR", day)
        assert direct is not None
        assert crossed is not None
        assert abs(crossed * chf - direct) <= max(direct, Decimal(1)) * Decimal("0.000001")
