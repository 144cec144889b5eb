from datetime import date, time
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import select

from sandbox import Person
from services import configuration
from services.commission import Percentage, Tier, Tiered
from services.configuration import catalogue
from services.configuration.catalogue import Deadline, Kpi, OwnHoliday, QuietHours, Setting
from services.tables import Partner
from tests.journeys.conftest import World
from tests.journeys.editing import opened, refused, saved, top, words

T = TypeVar("T")


async def now(world: World, setting: Setting[T]) -> T:
    async with world.db.transaction(world.acme.application) as tx:
        return await configuration.get(tx, setting)


def field(person: Person, start: str) -> str:
    """The block_id of the field that begins so: what it is about stands behind."""
    ids = [str(block.get("block_id")) for block in top(person).blocks]
    return next(each for each in ids if each.startswith(start))


def told(person: Person) -> str:
    return person.ephemerals[-1].text


async def test_tiers_are_tried_out_in_the_form_and_count_for_the_next_partner(
    world: World,
) -> None:
    ada = await opened(world, "commission")
    assert "$48,000 → $4,800" in words(ada)

    await ada.choose("commission_type", "marginal")
    ada.fill({"commission_tiers": "up to 20,000: 5%\nabove: 10%", "commission_currency": "EUR"})
    await ada.press_in_view("Work out again")
    assert "€48,000 → €3,800" in words(ada)
    assert "5% of €20,000: €1,000" in words(ada)
    await saved(ada)

    expected = Tiered(
        tiers=(Tier(up_to=Decimal(20000), rate=Decimal(5)), Tier(rate=Decimal(10))), currency="EUR"
    )
    assert await now(world, catalogue.COMMISSION) == expected
    assert "5% from zero, 10% from €20,000; each part of the value at its own rate" in told(ada)
    await ada.command("/partner", "new")
    await saved(ada, name="Initech", domain="finops")
    async with world.db.transaction(world.acme.application) as tx:
        stored = await tx.session.scalar(select(Partner.commission_structure))
    assert stored == {
        "type": "tiered",
        "mode": "marginal",
        "tiers": [{"up_to": "20000.00", "rate": "5.00"}, {"up_to": None, "rate": "10.00"}],
        "currency": "EUR",
    }


async def test_a_wrong_commission_is_told_at_its_field_and_what_was_typed_stays(
    world: World,
) -> None:
    ada = await opened(world, "commission")
    await ada.choose("commission_type", "whole")

    errors = await refused(
        ada, commission_tiers="up to 50,000: 8%\nup to 40,000: 9%\nabove: 10%", commission_cap="x"
    )

    assert errors == {
        "commission_tiers": "Line 2 must begin where the one before it ends and reach higher; "
        "the first begins at zero. Nothing was saved.",
        "commission_cap": "The value must be a number, like 48000, 48,000.50 or 48k. "
        "Nothing was saved.",
    }
    await saved(ada, commission_tiers="up to 50,000: 8%\nabove: 10%", commission_cap="10k")
    assert isinstance(await now(world, catalogue.COMMISSION), Tiered)

    await opened(world, "commission")
    await saved(ada, reset=["commission.default_structure"])
    assert await now(world, catalogue.COMMISSION) == Percentage(rate=Decimal(10))


async def test_weights_are_changed_once_they_add_up(world: World) -> None:
    ada = await opened(world, "health")

    errors = await refused(ada, health_recency="40", health_half_life="45")
    assert errors == {
        "health_promises": "The weights must add up to 100; these add up to 115, 15 too many. "
        "Nothing was saved."
    }
    errors = await refused(ada, health_frequency="0")
    assert "these add up to 95, 5 are missing" in errors["health_promises"]
    await saved(ada, health_mix="15")

    health = await now(world, catalogue.HEALTH)
    assert (health.weights.recency, health.weights.mix, health.half_life_days) == (40, 15, 45)


async def test_the_week_is_planned_and_refused_where_it_cannot_be(world: World) -> None:
    ada = await opened(world, "weekly")

    errors = await refused(ada, reminder_day="4", second_reminder="99")
    assert errors == {"second_reminder": "This must be 72 or less. Nothing was saved."}
    await saved(
        ada,
        second_reminder="3",
        reminder_time="15:30",
        deadline_day="1",
        deadline_time="10:00",
    )

    assert await now(world, catalogue.REMINDER_DAY) == 4
    assert await now(world, catalogue.SECOND_REMINDER) == 3
    assert await now(world, catalogue.DEADLINE) == Deadline(day=1, time=time(10))
    assert "Deadline: Monday, 10:00 AM." in told(ada)
    await opened(world, "weekly")
    await saved(ada, second_reminder=None)
    assert await now(world, catalogue.SECOND_REMINDER) is None


async def test_a_number_of_the_week_is_added_with_its_unit(world: World) -> None:
    ada = await opened(world, "numbers")

    await ada.press_in_view("Add number")
    await saved(ada, label="On site", unit="hours")

    assert (await now(world, catalogue.KPIS))[-1] == Kpi(
        key="on_site", label="On site", unit="hours"
    )
    assert "in hours" in words(ada)


async def test_working_time_is_set_in_one_form(world: World) -> None:
    ada = await opened(world, "hours")

    errors = await refused(ada, work_end="08:00")
    assert errors == {"work_end": "The end must be later than the start. Nothing was saved."}
    options = await ada.suggest("time_zone", "new york")
    await saved(
        ada,
        time_zone=options[0].value,
        working_days=["7", "1", "2", "3", "4"],
        work_end="18:00",
        quiet_start="20:00",
    )

    assert [option.text for option in options] == ["America/New_York (UTC-05:00)"]
    assert await now(world, catalogue.TIME_ZONE) == "America/New_York"
    assert await now(world, catalogue.WORKING_DAYS) == (1, 2, 3, 4, 7)
    assert await now(world, catalogue.QUIET_HOURS) == QuietHours(start=time(20), end=time(8))
    await opened(world, "hours")
    await saved(ada, quiet="off")
    assert await now(world, catalogue.QUIET_HOURS) is None
    assert "Quiet hours: none." in told(ada)


async def test_the_persons_own_zone_is_offered_first(world: World) -> None:
    await world.person("mia").command("/tandem", "help")
    await world.give_role("mia", "admin")
    mia = await opened(world, "hours", "mia")

    options = await mia.suggest("time_zone", "")

    assert options[0].value == "Asia/Singapore"
    assert len(options) == 100


async def test_holidays_of_a_region_without_a_day_and_with_one_of_their_own(world: World) -> None:
    ada = await opened(world, "holidays")
    [germany] = await ada.suggest("holidays_country", "germany")

    await ada.choose("holidays_country", germany.value)
    assert "Christmas Day" in words(ada)
    assert "Epiphany" not in words(ada)
    [bavaria] = await ada.suggest(field(ada, "holidays_region"), "bayern")
    await ada.choose(field(ada, "holidays_region"), bavaria.value)
    assert "Epiphany" in words(ada)
    days = field(ada, "holidays_public")
    errors = await refused(ada, holidays_new_day="2026-12-24")
    assert errors == {"holidays_new_label": "Please fill this in. Nothing was saved."}
    ada.fill({days: ["2026-12-25"]})
    await saved(ada, holidays_new_label="Eve")

    holidays = await now(world, catalogue.HOLIDAYS)
    assert (holidays.country, holidays.subdivision) == ("DE", "BY")
    assert date(2026, 12, 26) in holidays.removed
    assert date(2026, 12, 25) not in holidays.removed
    assert holidays.own == (OwnHoliday(day=date(2026, 12, 24), label="Eve"),)
    await opened(world, "holidays")
    assert "Thu 24 Dec 2026 · Eve" in words(ada)
    await saved(ada, **{field(ada, "holidays_own"): []})
    assert (await now(world, catalogue.HOLIDAYS)).own == ()


async def test_two_admins_at_one_section_the_second_is_told(world: World) -> None:
    await world.person("mia").command("/tandem", "help")
    await world.give_role("mia", "admin")
    ada, mia = await opened(world, "health"), await opened(world, "health", "mia")
    await saved(ada, health_half_life="45")

    errors = await refused(mia, health_half_life="60")

    assert "Somebody changed this while you were here" in str(errors)
    assert (await now(world, catalogue.HEALTH)).half_life_days == 45
