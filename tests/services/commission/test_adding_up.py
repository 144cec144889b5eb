from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from services import configuration
from services.commission import Structure
from services.commission.statements import Statement, statement
from services.configuration.catalogue import BASE_CURRENCY
from services.configuration.rates import Rate, put_rates
from services.db import Database
from services.tables import CommissionEntry
from tests.commissions import CURRENCIES, structures
from tests.factories import Company
from tests.services.commission.support import Deals

D = Decimal
FIRST, LAST = date(2026, 1, 1), date(2040, 12, 31)
RATES = {"USD": "0.8571", "JPY": "0.0059", "KWD": "2.9337"}
wins = st.tuples(
    st.decimals(min_value=0, max_value=D("9999999.99"), places=2),
    st.sampled_from(CURRENCIES),
    st.dates(FIRST, date(2027, 12, 31)),
)


@pytest.fixture
async def deals(db: Database, acme: Company) -> Deals:
    """With a rate for every currency."""
    async with db.transaction(acme.admin) as tx:
        await configuration.write(tx, BASE_CURRENCY, "EUR")
        listed = [Rate(code, date(2020, 1, 1), D(rate)) for code, rate in RATES.items()]
        await put_rates(tx, "EUR", listed)
    return Deals(db, acme)


async def told(deals: Deals, partner_id: UUID, first: date, last: date) -> Statement:
    async with deals.db.transaction(deals.company.manager) as tx:
        return await statement(tx, partner_id, f"{first}..{last}")


async def entered(deals: Deals, partner_id: UUID) -> dict[str, tuple[Decimal, Decimal]]:
    """By currency, what all entries of the ledger come to, and the least that was accrued."""
    accrued = func.min(CommissionEntry.amount).filter(CommissionEntry.kind == "accrual")
    async with deals.db.transaction(deals.by) as tx:
        found = await tx.session.execute(
            select(CommissionEntry.currency, func.sum(CommissionEntry.amount), accrued)
            .where(CommissionEntry.partner_id == partner_id)
            .group_by(CommissionEntry.currency)
        )
        return {currency: (total, least) for currency, total, least in found}


def due(shown: Statement) -> dict[str, Decimal]:
    return {each.currency: each.closing for each in shown.accounts if each.closing}


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(wins, min_size=1, max_size=3), structures("9999999.99"), st.dates(FIRST, LAST))
async def test_statements_add_up_in_every_currency_and_what_is_taken_back_leaves_nothing(
    deals: Deals, won: list[tuple[Decimal, str, date]], agreed: Structure, middle: date
) -> None:
    partner_id = await deals.partner(agreed)
    made = [
        await deals.won(partner_id, str(value), currency=currency, actual_close_date=day)
        for value, currency, day in won
    ]

    ledger = await entered(deals, partner_id)
    before = await told(deals, partner_id, FIRST, middle)
    after = await told(deals, partner_id, middle + timedelta(days=1), LAST)
    for each in made:
        await deals.reopen(each)
    nothing = await told(deals, partner_id, FIRST, LAST)

    assert all(least >= 0 for _, least in ledger.values())
    assert due(after) == {code: total for code, (total, _) in ledger.items() if total}
    opened = {each.currency: each.opening for each in after.accounts if each.opening}
    assert opened == due(before)
    for account in (*before.accounts, *after.accounts):
        assert account.closing == account.opening + sum(line.amount for line in account.lines)
        for line in account.lines:
            explained = sum(each.amount for each in line.lines)
            assert line.amount == (-explained if line.kind == "reversal" else explained)
    assert due(nothing) == {}
    assert {total for total, _ in (await entered(deals, partner_id)).values()} <= {0}
