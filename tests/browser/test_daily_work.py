"""What people do every day, at the page of the local Slack with the whole app behind it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.async_api import expect

from services.partners import CreatePartner, create_partner
from tests.browser.hands import Visit
from tests.journeys.conftest import World
from tests.journeys.test_alerts import deals

STALE = timedelta(days=14)


def a_name(kind: str) -> str:
    """One that no other test has: they share the office."""
    return f"{kind} {uuid4().hex[:6]}"


async def a_partner(world: World, name: str) -> None:
    async with world.db.transaction(world.acme.application) as tx:
        await create_partner(tx, CreatePartner(name=name, domain="finops"))


async def a_card(world: World, who: str, customer: str) -> None:
    """Somebody's opportunity, in the deals channel."""
    partner = a_name("Partner")
    await a_partner(world, partner)
    person = world.person(who)
    await person.command("/opp", f"new {customer}", channel=world.acme.deals)
    (option, *_) = await person.suggest("partner_id", partner)
    person.fill({"deal_value": "48k", "expected_close_date": "2026-12-30"})
    await person.choose("partner_id", option)
    answer = await person.submit()
    assert answer.ok
    await world.deliver()


async def test_an_opportunity_is_created(visit: Visit, world: World) -> None:
    customer, partner = a_name("Renewal"), a_name("Globex")
    await a_partner(world, partner)

    await visit.send(f"/opp new {customer}")
    await expect(visit.form.get_by_label("Customer")).to_have_value(customer)
    await visit.hands.choose(visit.form.get_by_label("Partner"), partner, partner)
    await visit.hands.write(visit.form.get_by_label("Value"), "48k")
    await visit.hands.write_day(visit.form.get_by_label("Expected close"), "2026-12-30")
    await visit.is_accessible()
    await visit.hands.press(visit.button("Create", visit.form))
    await expect(visit.form).to_be_hidden()
    await world.deliver()

    await expect(visit.message(customer)).to_contain_text("48,000")


@pytest.mark.parametrize("screen", ["phone"], indirect=True)
@pytest.mark.parametrize("visit", ["mouse"], indirect=True)
async def test_a_new_partner_is_made_on_the_way_and_a_wrong_value_is_told(
    visit: Visit, world: World
) -> None:
    customer, partner = a_name("Rollout"), a_name("Umbrella")
    await visit.send(f"/opp new {customer}")
    await expect(visit.form.get_by_role("heading")).to_have_text("New opportunity")

    await visit.hands.choose(
        visit.form.get_by_label("Partner"), partner, f"Create partner “{partner}”"
    )
    await expect(visit.form.get_by_role("heading")).to_have_text("New partner")
    await visit.hands.choose(visit.form.get_by_label("Domain"), "Secu", "Security")
    await visit.hands.press(visit.button("Create", visit.form))
    await expect(visit.form.get_by_label("Partner")).to_have_value(partner)
    await visit.hands.write(visit.form.get_by_label("Value"), "-5")
    await visit.hands.write_day(visit.form.get_by_label("Expected close"), "2026-12-30")
    await visit.hands.press(visit.button("Create", visit.form))
    await expect(visit.form.get_by_text("Nothing was saved.")).to_be_visible()
    await visit.hands.write(visit.form.get_by_label("Value"), "48k")
    await visit.hands.press(visit.button("Create", visit.form))
    await expect(visit.form).to_be_hidden()
    await world.deliver()

    await expect(visit.message(customer)).to_contain_text("48,000")


async def test_an_opportunity_is_moved_by_one_click(visit: Visit, world: World) -> None:
    customer = a_name("Pilot")
    await a_card(world, visit.who, customer)
    card = visit.card(customer)

    async with visit.page.expect_response("**/ui/press"):
        await visit.hands.press(visit.button("Move to Qualified", card))
    await world.deliver()

    await expect(visit.button("Move to Proposal", card)).to_be_visible()
    assert visit.hands.acts == 1
    await visit.is_accessible()


async def test_an_interaction_is_logged_by_two_clicks(visit: Visit, world: World) -> None:
    partner = a_name("Initech")
    await a_partner(world, partner)
    await visit.send(f"/partner show {partner}")
    card = visit.message(partner)

    await visit.hands.press(visit.button("Log interaction", card))
    kind = visit.form.get_by_role("combobox", name="Type", exact=True)
    await expect(kind).to_have_value("Meeting")
    await visit.is_accessible()
    await visit.hands.press(visit.button("Log", visit.form))

    await expect(visit.message(f"Meeting with {partner}")).to_contain_text("is logged")
    assert visit.hands.acts == 2


async def test_a_week_is_filed(visit: Visit, world: World) -> None:
    done = a_name("Signed with")

    await visit.send("/weekly ")
    await visit.hands.write(visit.form.get_by_label("Accomplishments"), done)
    await visit.is_accessible()
    await visit.hands.press(visit.button("File status", visit.form))
    await expect(visit.form).to_be_hidden()
    await world.deliver()
    await visit.move_to(world.acme.status)

    await expect(visit.message(done)).to_be_visible()


@pytest.fixture(scope="module")
async def stale(world: World) -> list[str]:
    """Customers whose opportunities nobody has moved, each with an alert, one for each visit."""
    customers = [a_name("Stuck") for _ in range(4)]
    await deals(world, *customers)
    world.clock.advance(STALE)
    await world.settle()
    return customers


async def test_an_alert_is_acknowledged_by_one_click(
    visit: Visit, world: World, stale: list[str]
) -> None:
    customer = stale.pop()
    await visit.move_to(world.acme.alerts)
    alert = visit.message(customer)

    async with visit.page.expect_response("**/ui/press"):
        await visit.hands.press(visit.button("Acknowledge", alert))
    await world.deliver()

    await expect(alert).to_contain_text("Acknowledged by")
    assert visit.hands.acts == 1
    await visit.is_accessible()
