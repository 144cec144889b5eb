"""The parts of the sandbox's page around the conversation, in a real browser: one sandbox and one
open page for all of them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from sandbox import Sandbox
from tests.sandbox.page_visitor import (
    PHONE,
    SMALL,
    DealsApp,
    Visitor,
    in_a_browser,
    inside,
    page_of,
    patient_sandbox,
)
from tests.sandbox.slack_app import TOKEN, Payload, SlackApp

pytestmark = in_a_browser()
HERE = "team=T0ACME&as=U0ANA&channel=C0DEALS"


@pytest.fixture(scope="module")
async def app() -> AsyncIterator[SlackApp]:
    app = SlackApp()
    await app.start()
    yield app
    await app.stop()


@pytest.fixture(scope="module")
async def slack(app: SlackApp) -> AsyncIterator[Sandbox]:
    slack = patient_sandbox()
    team = slack.add_team("T0ACME", "Acme", domain="acme", bot_token=TOKEN)
    zones = ("Europe/Lisbon", "Asia/Tokyo", "America/New_York")
    people = [
        team.add_person(f"U0{name.upper()}", name, tz=zone, locale="en-GB")
        for name, zone in zip(("Ana", "Ben", "Cleo"), zones, strict=True)
    ]
    team.add_channel("C0DEALS", "deals", members=people)
    team.add_channel("C0LEADS", "leads", private=True, members=people[:1])
    team.add_channel("C0OLD", "old-deals", members=people)
    await slack.start()
    usage = {"description": "Deals", "usage_hint": "new | list"}
    commands = [{"command": name, **usage} for name in ("/opp", "/weekly", "/broken")]
    shortcuts = [{"name": "Log a call", "type": "global", "callback_id": "log"}]
    slack.connect_app(app.url, commands=commands, shortcuts=shortcuts)
    app.handler = DealsApp(slack.api_url).take
    yield slack
    await slack.stop()


@pytest.fixture(scope="module")
async def opened(browser: Browser, slack: Sandbox) -> AsyncIterator[Visitor]:
    async with page_of(browser, slack.url) as visitor:
        yield visitor


@pytest.fixture
async def visitor(opened: Visitor) -> Visitor:
    """The page as it is in the deals channel, nothing open."""
    await opened.go(HERE)
    await expect(opened.page.locator("#app")).not_to_have_class("with-panel")
    return opened


def events(app: SlackApp) -> list[object]:
    return [inside(request.payload, "event", "type") for request in app.requests]


async def arrives(page: Page, app: SlackApp, found: Callable[[], bool]) -> None:
    """Waits for what the app hears behind the page."""
    while not found():
        await page.wait_for_timeout(20)


async def test_the_inspector_shows_a_request_with_the_call_it_caused(visitor: Visitor) -> None:
    await visitor.page.keyboard.press("Control+i")
    await visitor.open_form()

    group = visitor.page.locator(".exchange-group", has_text="/opp new")
    await group.get_by_text("views.open").click()

    await expect(group.locator(".caused")).to_contain_text("Slack's answer")
    await expect(group.locator(".took").first).to_contain_text("ms")
    await visitor.page.keyboard.press("Escape")


async def test_failures_are_found_by_the_filter_and_explained(visitor: Visitor) -> None:
    await visitor.page.keyboard.press("Control+i")
    await visitor.type("/broken")

    await visitor.page.get_by_label("Failures only").check()
    await visitor.page.get_by_label("Filter by method").fill("/broken")
    failed = visitor.page.locator(".exchange")
    await expect(failed).to_have_count(1)
    await failed.locator("summary").first.click()

    await expect(failed).to_contain_text("dispatch_failed")
    await expect(failed).to_contain_text("another status than 200")
    await visitor.page.get_by_role("button", name="Clear", exact=True).click()
    await expect(visitor.page.get_by_text("Nothing went between")).to_be_visible()
    await visitor.page.get_by_label("Failures only").uncheck()
    await visitor.page.get_by_label("Filter by method").fill("")
    await visitor.page.get_by_text("Dismiss", exact=True).last.click()


async def test_a_message_leads_to_what_the_app_sent(visitor: Visitor, slack: Sandbox) -> None:
    await DealsApp(slack.api_url).post("A card to look at")
    card = visitor.messages.filter(has_text="A card to look at")
    await card.hover()

    await card.get_by_role("button", name="Message actions").click()
    await visitor.page.get_by_role("menuitem", name="Show what the app sent").click()

    panel = visitor.page.get_by_role("complementary", name="Inspector")
    shown = panel.locator(".exchange[open]", has_text="chat.postMessage")
    await expect(shown.last).to_contain_text("A card to look at")


async def test_a_fault_is_switched_on_and_off_and_shows_all_the_while(
    visitor: Visitor, slack: Sandbox
) -> None:
    tool = visitor.page.get_by_role("button", name="Faults", exact=False).first
    await tool.click()
    await visitor.page.get_by_label("What goes wrong").select_option("server_error")
    await visitor.page.get_by_label("Method or event").fill("views.open")

    await visitor.page.get_by_role("button", name="Switch on").click()
    await expect(tool).to_have_accessible_name("Faults, 1 switched on")
    (fault,) = slack.faults.active
    await visitor.page.get_by_role("button", name="Remove: Slack fails (500)").click()

    await expect(visitor.page.get_by_text("None: Slack and the network behave.")).to_be_visible()
    assert (fault.fault.method, slack.faults.active) == ("views.open", [])


async def test_two_people_side_by_side_see_each_other_and_keep_their_own_modals(
    visitor: Visitor,
) -> None:
    await visitor.page.get_by_role("button", name="Show somebody beside").click()
    await visitor.page.get_by_role("menuitem", name="Ben").click()
    main = visitor.page.get_by_role("main")
    beside = visitor.page.get_by_role("region", name="Ben's Slack")
    await beside.get_by_label("Message #deals").fill("Lunch, Ana?")
    await visitor.page.keyboard.press("Enter")
    await expect(main.get_by_role("article").last).to_contain_text("Lunch, Ana?")

    await main.get_by_label("Message #deals").fill("/opp new")
    await visitor.page.keyboard.press("Enter")
    await expect(main.get_by_role("dialog")).to_be_visible()
    await beside.get_by_label("Message #deals").fill("/opp new")
    await visitor.page.keyboard.press("Enter")
    await expect(beside.get_by_role("dialog")).to_be_visible()
    await beside.get_by_label("Customer").fill("Of Ben")
    await visitor.page.keyboard.press("Escape")

    await expect(beside.get_by_role("dialog")).to_be_hidden()
    await expect(main.get_by_role("dialog")).to_be_visible()
    await main.get_by_role("button", name="Cancel").click()
    await beside.get_by_role("button", name="Close this column").click()
    await expect(beside).to_have_count(0)


async def test_the_clock_travels_to_monday_morning_in_the_persons_zone(visitor: Visitor) -> None:
    await visitor.page.get_by_role("button", name="Travel", exact=True).click()
    await visitor.page.get_by_role("button", name="Next Monday 09:00").click()

    clock = visitor.page.locator(".clock-time")
    await expect(clock).to_contain_text("Mon")
    await expect(clock).to_contain_text("09:0")
    await expect(visitor.page.locator(".clock-zone")).to_have_text("Lisbon")


async def test_a_few_letters_and_enter_lead_anywhere(visitor: Visitor) -> None:
    await visitor.page.keyboard.press("Control+k")
    await visitor.page.keyboard.type("lea")
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("leads")

    await visitor.page.keyboard.press("Control+k")
    await visitor.page.keyboard.type("cleo")
    await visitor.page.keyboard.press("Enter")

    await expect(visitor.page.get_by_label("You are")).to_have_value("U0CLEO")


async def test_what_is_half_written_waits_in_its_own_conversation(visitor: Visitor) -> None:
    await visitor.page.get_by_label("Message #deals").fill("Half a thought")
    await visitor.page.get_by_role("button", name="leads").click()
    await expect(visitor.page.get_by_label("Message #leads")).to_have_value("")

    await visitor.page.get_by_role("button", name="deals", exact=True).click()

    await expect(visitor.page.get_by_label("Message #deals")).to_have_value("Half a thought")
    await visitor.page.get_by_label("Message #deals").fill("")


async def test_the_writing_field_completes_recalls_and_tells_what_a_command_takes(
    visitor: Visitor,
) -> None:
    field = visitor.page.get_by_label("Message #deals")
    await field.fill("")  # a command that failed comes back to be mended
    await field.press_sequentially("Well done :tad")
    await visitor.page.keyboard.press("Tab")
    await expect(field).to_have_value("Well done :tada: ")
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.messages.last).to_contain_text("Well done")

    await field.press("ArrowUp")
    await expect(field).to_have_value("Well done :tada:")
    await field.fill("/opp ")

    await expect(visitor.page.locator(".usage-line").first).to_contain_text("new | list")
    await field.fill("/nothing")
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.get_by_text("/nothing is not a valid command")).to_be_visible()
    await visitor.page.get_by_text("Dismiss", exact=True).last.click()
    await field.fill("")


async def test_what_is_seen_can_be_recalled_and_sent_again_before_its_sending_was_answered(
    visitor: Visitor,
) -> None:
    field = visitor.page.get_by_label("Message #deals")
    seen = asyncio.Event()

    async def answer_late(route: Route) -> None:
        response = await route.fetch()
        await seen.wait()
        await route.fulfill(response=response)

    await visitor.page.route("**/ui/say", answer_late)
    await field.fill("Seen at once")
    await field.press("Enter")
    await expect(visitor.messages.last).to_contain_text("Seen at once")
    await field.press("ArrowUp")

    await expect(field).to_have_value("Seen at once")
    await field.press("Enter")
    await expect(visitor.messages.filter(has_text="Seen at once")).to_have_count(2)

    seen.set()
    await visitor.page.unroute_all(behavior="wait")


async def test_a_file_goes_with_its_words(visitor: Visitor, tmp_path: Path) -> None:
    contract = tmp_path / "contract.csv"
    contract.write_text("a,b")
    await visitor.page.locator("main input[type=file]").first.set_input_files(contract)
    await visitor.type("The contract")

    await expect(visitor.messages.last).to_contain_text("The contract")
    await expect(visitor.messages.last).to_contain_text("contract.csv")


async def test_a_shortcut_starts_from_the_plus(visitor: Visitor, app: SlackApp) -> None:
    await visitor.page.get_by_role("button", name="Shortcuts and files").first.click()
    await visitor.page.get_by_role("menuitem", name="Log a call").click()

    await arrives(visitor.page, app, lambda: app.last.get("callback_id") == "log")


async def test_archiving_a_channel_is_told_and_ends_writing(
    visitor: Visitor, app: SlackApp
) -> None:
    await visitor.page.get_by_role("button", name="old-deals").click()
    await expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("old-deals")
    await visitor.page.get_by_role("button", name="Do something with this channel").click()
    await visitor.page.get_by_role("menuitem", name="Archive channel").click()

    await expect(visitor.page.get_by_label("Message #old-deals")).to_be_disabled()
    await arrives(visitor.page, app, lambda: "channel_archive" in events(app))


async def test_a_changed_address_is_told(visitor: Visitor, app: SlackApp) -> None:
    await visitor.page.get_by_role("button", name="Do something with Ben").click()
    await visitor.page.get_by_role("menuitem", name="Change name, e-mail, zone…").click()
    await visitor.modal.get_by_label("E-mail").fill("ben@new.example")
    await visitor.modal.get_by_role("button", name="Save").click()

    def told(payload: Payload) -> bool:
        event = inside(payload, "event")
        address = inside(event, "user", "profile", "email")
        return inside(event, "type") == "user_change" and address == "ben@new.example"

    await expect(visitor.modal).to_be_hidden()
    await arrives(visitor.page, app, lambda: any(told(each.payload) for each in app.requests))


async def test_a_token_is_revoked_and_works_again(visitor: Visitor, slack: Sandbox) -> None:
    await visitor.page.get_by_role("button", name="Tandem", exact=True).click()
    await visitor.page.get_by_role("tab", name="About").click()
    await visitor.page.get_by_role("button", name="Revoke token").click()
    await expect(visitor.page.get_by_text("was revoked")).to_be_visible()
    revoked = slack.teams[0].about.revoked

    await visitor.page.get_by_role("button", name="Let the token work again").click()

    await expect(visitor.page.get_by_text("is installed in Acme and listens")).to_be_visible()
    assert (revoked, slack.teams[0].about.revoked) == ("token_revoked", None)


async def test_colours_are_as_the_person_wants_them(visitor: Visitor) -> None:
    root = visitor.page.locator("html")
    button = visitor.page.get_by_role("button", name="Colours:")

    await button.click()
    await expect(root).to_have_attribute("data-theme", "light")
    await button.click()
    await expect(root).to_have_attribute("data-theme", "dark")
    await button.click()

    await expect(root).not_to_have_attribute("data-theme", "dark")


async def test_a_phone_has_places_people_and_panels_at_its_foot(visitor: Visitor) -> None:
    await visitor.resize(PHONE)
    foot = visitor.page.get_by_role("navigation", name="Places")
    await foot.get_by_role("button", name="People").click()
    await visitor.page.keyboard.type("ben")
    await visitor.page.keyboard.press("Enter")
    await foot.get_by_role("button", name="Inspector").click()
    panel = visitor.page.get_by_role("complementary", name="Inspector")
    await expect(panel).to_be_visible()
    await visitor.page.get_by_role("button", name="Close the inspector").click()
    await foot.get_by_role("button", name="Channels").click()

    await expect(visitor.page.get_by_label("You are")).to_have_value("U0BEN")
    await visitor.resize(SMALL)
    wide = "document.querySelector('.toolbar-top').scrollWidth"
    assert await visitor.page.evaluate(wide) <= SMALL[0]


async def test_axe_finds_nothing_serious_in_any_panel(visitor: Visitor) -> None:
    page, found = visitor.page, list[str]()
    await visitor.go(HERE.replace("DEALS", "LEADS"), shows="leads")
    await page.keyboard.press("Control+i")
    await page.get_by_role("button", name="Clear", exact=True).click()
    await visitor.type("/weekly ")
    await page.locator(".exchange > summary").last.click()
    found += await visitor.violations_in_both_schemes("#app")
    await page.keyboard.press("Control+j")
    await expect(page.get_by_label("What goes wrong")).to_be_visible()
    found += await visitor.violations_in_both_schemes(".panel-slot")
    await page.get_by_role("button", name="Close the faults").click()
    await page.get_by_role("button", name="Travel", exact=True).click()
    found += await visitor.violations_in_both_schemes(".travel-menu")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+k")
    found += await visitor.violations_in_both_schemes(".switcher")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Keyboard shortcuts").click()
    found += await visitor.violations_in_both_schemes(".help")
    await page.keyboard.press("Escape")
    await visitor.resize(PHONE)
    await page.get_by_role("button", name="Show channels").click()
    found += await visitor.violations_in_both_schemes(".bottom-bar")

    assert found == []


async def test_a_sandbox_that_stops_is_missed(visitor: Visitor) -> None:
    await visitor.page.context.set_offline(offline=True)
    await visitor.type("Is anybody there?")

    await expect(visitor.page.get_by_text("cannot be reached")).to_be_visible()
    await visitor.page.context.set_offline(offline=False)
