from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from services import configuration
from services.configuration import catalogue, rates
from services.tables import AuditEntry
from tests.journeys.conftest import World
from tests.journeys.editing import opened, refused, saved, words
from tests.journeys.test_alerts import deals


async def known(world: World) -> rates.Rates:
    async with world.db.transaction(world.acme.application) as tx:
        return await rates.current_rates(tx)


async def rate_actions(world: World) -> list[str]:
    async with world.db.transaction(world.acme.application) as tx:
        found = await tx.session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.startswith("rate."))
        )
        return sorted(found)


async def test_a_rate_is_added_corrected_looked_up_and_removed(world: World) -> None:
    ada = await opened(world)
    await ada.press_in_view("settings_section:rates")
    without = words(ada)
    await ada.press_in_view("Add rate")
    await saved(ada, currency="EUR", rate="1.08")
    first = words(ada)
    await ada.press_in_view("settings_rate:EUR", "Add rate")
    await saved(ada, rate="1.0825")
    corrected = words(ada)
    await ada.press_in_view("settings_rate:EUR", "Add rate")
    later = (world.clock.now() + timedelta(days=40)).date()
    await saved(ada, rate="1.1", valid_from=later.isoformat())
    coming = words(ada)

    await ada.press_in_view("settings_rate:EUR", "History")
    await ada.press_in_view(f"settings_rate_remove:{later}")

    assert "No rate yet" in without
    assert "Saved. 1 EUR = 1.08 USD from Wed 18 Nov." in first
    assert "1 EUR = 1.0825 USD from Wed 18 Nov (it was 1.08)" in corrected
    assert "1 EUR = 1.0825 USD from Wed 18 Nov · 1.1 from Mon 28 Dec" in coming
    assert "1.1 from" not in words(ada)
    assert "1 of 9 currencies have a rate to USD today" in ada.reads(ada.views[0])
    assert [each.rate for each in (await known(world)).all()] == [Decimal("1.0825")]
    assert await rate_actions(world) == ["rate.removed", *["rate.set"] * 3]


async def test_what_is_no_rate_is_told_at_its_field(world: World) -> None:
    ada = await opened(world, "rates")
    await ada.press_in_view("Add rate")

    zero = await refused(ada, currency="EUR", rate="0")
    precise = await refused(ada, rate="1.00000000001")
    too_far = await refused(ada, rate="1.08", valid_from="1789-07-14")

    sentence = "The rate must be a number above zero with at most ten decimals, like 1.0825."
    assert zero == precise == {"rate": f"{sentence} Nothing was saved."}
    assert list(too_far) == ["valid_from"]
    assert (await known(world)).all() == ()


async def test_amounts_that_cannot_be_added_up_are_remarked_on_in_the_menu(world: World) -> None:
    await deals(world, "Acme renewal")
    ada = await opened(world)
    before = words(ada)

    await ada.press_in_view("settings_section:rates")
    await ada.press_in_view("Add rate")
    await saved(ada, currency="EUR", rate="1.08")

    remark = "Amounts in EUR cannot be added up: there is no rate to USD yet."
    assert remark in before
    assert remark not in ada.reads(ada.views[0])


async def test_a_currency_is_found_by_its_name_and_one_in_use_stays(world: World) -> None:
    await deals(world, "Acme renewal", "Globex")
    ada = await opened(world)
    await ada.press_in_view("settings_section:currencies")

    found = await ada.suggest("currencies", "pol")
    told = await refused(ada, currencies=["USD", "GBP", found[0].value])

    assert [each.text for each in found] == ["PLN Polish Zloty"]
    assert told == {
        "currencies": "Still in use: EUR (2 opportunities). It can go once these are closed. "
        "Nothing was saved."
    }
    await saved(ada, currencies=["EUR", "USD", "PLN"], fiscal_year_start="4")
    assert "Currencies: EUR, USD, PLN." in words(ada)
    assert "Base USD, also EUR, PLN · fiscal year from April" in words(ada)
    async with world.db.transaction(world.acme.application) as tx:
        assert await configuration.get(tx, catalogue.CURRENCIES) == ("EUR", "USD", "PLN")


async def test_a_base_currency_that_is_not_sold_in_is_told_at_its_field(world: World) -> None:
    ada = await opened(world, "currencies")
    [zloty, *_] = await ada.suggest("base_currency", "PLN")

    told = await refused(ada, base_currency=zloty.value)

    assert list(told) == ["base_currency"]
    async with world.db.transaction(world.acme.application) as tx:
        changes = select(func.count()).where(AuditEntry.action.startswith("setting."))
        assert await tx.session.scalar(changes) == 0
