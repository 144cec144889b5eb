from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Executable, event, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services import configuration, driver
from services.configuration.catalogue import BASE_CURRENCY
from services.configuration.rates import SetRate, set_rate
from services.db import Database
from services.errors import NotAllowed, NotFound
from services.opportunities import (
    Filter,
    Page,
    list_opportunities,
    meant_list,
    read_list,
)
from services.tables import Opportunity, Partner
from services.values import Actor
from tests.factories import Company, FixedClock

TODAY = date(2026, 11, 18)


async def lines(db: Database, company: Company, *rows: Mapping[str, object]) -> list[int]:
    """Opportunities as they stand, of the first rep; their numbers, in order."""
    async with db.transaction(company.rep) as tx:
        owned = {"organization_id": company.organization_id}
        partner = insert(Partner).returning(Partner.id)
        globex = {"name": "Globex", "domain": "finops", "commission_structure": {}}
        partner_id = await tx.session.scalar(partner.values(**owned, **globex))
        usual: dict[str, object] = {
            **owned,
            "partner_id": partner_id,
            "assigned_user_id": company.rep.user_id,
            "customer_name": "Acme",
            "deal_value": Decimal(100),
            "currency": "EUR",
            "stage": "proposal",
            "status": "open",
            "probability": 50,
            "expected_close_date": TODAY + timedelta(days=9),
            "actual_close_date": None,
            "stage_since": tx.now,
            "archived_at": None,
        }
        made = await tx.session.scalars(
            insert(Opportunity).returning(Opportunity.number, sort_by_parameter_order=True),
            [usual | dict(row) for row in rows],
        )
        return list(made)


async def listed(db: Database, actor: Actor, wanted: Filter, page: int = 1) -> Page:
    async with db.transaction(actor) as tx:
        return await list_opportunities(tx, wanted, page)


async def numbers(db: Database, actor: Actor, wanted: Filter) -> list[int]:
    return [row.number for row in (await listed(db, actor, wanted)).rows]


async def with_rates(db: Database, company: Company, **rates: str) -> None:
    async with db.transaction(company.admin) as tx:
        await configuration.write(tx, BASE_CURRENCY, "EUR")
    async with db.transaction(company.admin) as tx:
        for currency, rate in rates.items():
            day = TODAY - timedelta(days=30)
            await set_rate(
                tx, SetRate(currency=currency, valid_from=day, rate=Decimal(rate), shown=None)
            )


async def test_totals_are_in_the_base_currency_each_line_rounded_first(
    db: Database, acme: Company
) -> None:
    await with_rates(db, acme, USD="0.333", JPY="0.006")
    cents = [{"currency": "USD", "deal_value": Decimal("0.05")}] * 3
    await lines(
        db,
        acme,
        *cents,
        {"currency": "JPY", "deal_value": Decimal(1001), "probability": 10},
        {"deal_value": Decimal(100), "probability": 25},
        {"currency": "INR", "deal_value": Decimal(900)},
    )

    page = await listed(db, acme.rep, Filter())

    assert (page.base.currency, page.base.without_rate) == ("EUR", ("INR",))
    assert page.base.value == Decimal("0.02") * 3 + Decimal("6.01") + 100
    assert page.base.weighted == Decimal("0.01") * 3 + Decimal("0.60") + 25
    assert {each.currency: each.weighted for each in page.totals} == {
        "JPY": Decimal(100),
        "INR": Decimal(450),
        "EUR": Decimal(25),
        "USD": Decimal("0.09"),
    }


async def test_each_filter_finds_its_own(db: Database, acme: Company) -> None:
    since = FixedClock().now() - timedelta(days=20)
    won = {"status": "won", "stage": "won", "actual_close_date": TODAY - timedelta(days=1)}
    long_ago = FixedClock().now() - timedelta(days=200)
    lost = {"status": "lost", "stage": "lost", "stage_since": long_ago}
    await lines(
        db,
        acme,
        {"stage_since": since},
        {"expected_close_date": TODAY - timedelta(days=1)},
        {"expected_close_date": TODAY + timedelta(days=200), "stage": "qualified"},
        won,
        lost,
        {"archived_at": since, "stage_since": since},
        {"assigned_user_id": acme.other_rep.user_id, "customer_name": "Rate 100% _now_"},
    )

    async def found(**wanted: object) -> set[int]:
        return set(await numbers(db, acme.rep, Filter.model_validate(wanted)))

    assert await found() == {1, 2, 3, 7}
    assert await found(owner_id=acme.other_rep.user_id) == {7}
    assert await found(is_stale=True) == {1}
    assert await found(when="overdue") == {2}
    assert await found(closing_within_days=30) == {1, 7}
    assert await found(stage="qualified", when="this_year") == set()
    assert await found(stage="qualified") == {3}
    assert await found(stage="won") == {4}
    assert await found(status="closed") == {4, 5}
    assert await found(status="won", when="this_quarter") == {4}
    assert await found(status="lost", when="this_quarter") == set()
    assert await found(status="lost", when="this_year") == {5}
    assert await found(status="closed", when="this_year") == {4, 5}
    assert await found(is_archived=True) == {6}
    assert await found(words="0% _n globex") == {7}
    assert await found(words="acme umbrella") == set()
    assert await found(words="acme", with_closed=True) == {1, 2, 3, 4, 5}
    assert await found(words="acme", with_closed=True, sort="best") == {1, 2, 3, 4, 5, 6}
    assert await found(words="#5", with_closed=True, sort="best") == {5}


async def test_lists_are_sorted_as_asked(db: Database, acme: Company) -> None:
    await with_rates(db, acme, USD="0.5")
    now = FixedClock().now()
    await lines(
        db,
        acme,
        {"deal_value": Decimal(60), "stage": "negotiation", "stage_since": now},
        {"currency": "USD", "stage": "proposal", "stage_since": now - timedelta(days=1)},
        {"currency": "INR", "stage": "gone", "stage_since": now - timedelta(days=2)},
        {"expected_close_date": TODAY, "stage": "prospecting", "stage_since": now},
    )

    async def found(sort: str) -> list[int]:
        return await numbers(db, acme.rep, Filter.model_validate({"sort": sort}))

    assert await found("close") == [4, 1, 2, 3]
    assert await found("value") == [4, 1, 2, 3]
    assert await found("stage") == [4, 2, 1, 3]
    assert await found("moved") == [4, 1, 2, 3]
    assert await found("number") == [4, 3, 2, 1]


async def test_the_best_match_is_first(db: Database, acme: Company) -> None:
    closed = {"status": "won", "stage": "won", "actual_close_date": TODAY}
    await lines(
        db,
        acme,
        {"customer_name": "Big Acme 7"},
        {"customer_name": "Pacmed 7"},
        {"customer_name": "ACME 7", **closed},
        {"customer_name": "Acme 7 Ltd", **closed},
        {"customer_name": "Acme 7 Inc"},
        {"customer_name": "Seven of Acme"},
        {"customer_name": "Umbrella"},
    )

    async def found(words: str) -> list[int]:
        wanted = Filter(words=words, with_closed=True, sort="best")
        return await numbers(db, acme.rep, wanted)

    assert await found("acme 7") == [3, 5, 4, 1, 2]
    assert (await found("7"))[:2] == [7, 5]


async def test_who_sees_only_their_own_counts_only_those(db: Database, acme: Company) -> None:
    await lines(db, acme, {}, {"assigned_user_id": acme.other_rep.user_id})
    modest = replace(acme.rep, permissions=frozenset({"opportunities.view:own"}))

    page = await listed(db, modest, Filter())
    async with db.transaction(modest) as tx:
        asked = await read_list(tx, "all by value")
        with pytest.raises(NotAllowed):
            await read_list(tx, "owner olga")

    assert (page.total_count, [each.value for each in page.totals]) == (1, [Decimal(100)])
    assert asked.wanted == Filter(owner_id=acme.rep.user_id, sort="value")
    assert await numbers(db, modest, Filter(owner_id=acme.other_rep.user_id)) == []


async def test_days_in_a_stage_are_counted_as_the_filter_counts_them(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    limit_ago = clock.now() - timedelta(days=14)
    hours = range(-12, 36, 4)
    await lines(db, acme, *({"stage_since": limit_ago + timedelta(hours=each)} for each in hours))

    page = await listed(db, acme.rep, Filter(), 1)
    rest = await listed(db, acme.rep, Filter(), 2)
    stale = await listed(db, acme.rep, Filter(is_stale=True))

    flagged = {row.number for row in (*page.rows, *rest.rows) if row.is_stale}
    assert flagged == {row.number for row in stale.rows}
    assert 0 < len(flagged) < 12


async def test_a_page_is_one_statement_beside_the_settings_however_many_rows_it_has(
    db: Database, acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lines(db, acme, *[{}] * 11)
    asked = counting(db, monkeypatch)
    wanted = Filter(owner_id=acme.rep.user_id, sort="value")

    for page in (1, 2):
        await listed(db, acme.rep, wanted, page)

    settings = ["configurations" in each or "exchange_rates" in each for each in asked]
    assert settings == [True, True, False] * 2


async def test_names_are_understood_among_those_of_the_company(db: Database, acme: Company) -> None:
    await lines(db, acme, {})
    async with db.transaction(acme.rep) as tx:
        via = await read_list(tx, "via globex")
        theirs = await read_list(tx, "owner olga")
        typo = await meant_list(tx, "globx")
        with pytest.raises(NotFound):
            await read_list(tx, "via initech")
        blind = replace(acme.rep, permissions=frozenset({"opportunities.view:any"}))
        with pytest.raises(NotFound):
            await read_list(tx.acting_as(blind, tx.now), "via globex")
        hidden = await meant_list(tx.acting_as(blind, tx.now), "globx")

    assert via.wanted.partner_id is not None
    assert theirs.wanted.owner_id == acme.other_rep.user_id
    assert typo is not None
    assert typo.wanted == via.wanted
    assert hidden is None


def counting(db: Database, monkeypatch: pytest.MonkeyPatch) -> Sequence[str]:
    """What is asked of the database from now on, by whichever way."""
    asked: list[str] = []
    read = driver.read

    async def noted(
        connection: AsyncConnection, statement: Executable, values: driver.Values
    ) -> driver.Rows:
        asked.append(str(statement))
        return await read(connection, statement, values)

    monkeypatch.setattr(driver, "read", noted)
    event.listen(
        db._engine.sync_engine, "before_cursor_execute", lambda *call: asked.append(call[2])
    )
    return asked
