"""What a person does on the sandbox's page, with an app of a few lines behind it: one sandbox and
one open page for all, a channel of its own for each test.
"""

from collections.abc import AsyncIterator
from itertools import count

import pytest
from playwright.async_api import Browser, expect

from sandbox import Channel, Sandbox
from tests.sandbox.page_visitor import (
    PHONE,
    DealsApp,
    Visitor,
    in_a_browser,
    page_of,
    patient_sandbox,
)
from tests.sandbox.slack_app import TOKEN, SlackApp

pytestmark = in_a_browser()
TYPE_ON = """(field, words) => {
    field.value = words;
    field.dispatchEvent(new Event("input"));
    return field.getAttribute("aria-expanded");
}"""


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
    team.add_person("U0ANA", "Ana", real_name="Ana Sousa", tz="Europe/Lisbon", locale="en-GB")
    team.add_person("U0BEN", "Ben", tz="Asia/Tokyo", locale="en-GB")
    slack.add_team("T0BETA", "Beta", domain="beta", bot_token="xoxb-beta").add_person("U0CY", "Cy")
    await slack.start()
    commands = [
        {"command": name, "description": "Deals"} for name in ("/opp", "/weekly", "/broken")
    ]
    slack.connect_app(app.url, commands=commands)
    yield slack
    await slack.stop()


@pytest.fixture(scope="module")
async def opened(browser: Browser, slack: Sandbox) -> AsyncIterator[Visitor]:
    async with page_of(browser, slack.url) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def numbers() -> "count[int]":
    return count()


@pytest.fixture
def deals(slack: Sandbox, numbers: "count[int]") -> Channel:
    """A channel nobody wrote in."""
    number = next(numbers)
    team = slack.teams[0]
    people = [team.people["U0ANA"], team.people["U0BEN"]]
    return team.add_channel(f"C0DEALS{number}", f"deals-{number}", members=people)


@pytest.fixture
def deals_app(app: SlackApp, slack: Sandbox, deals: Channel) -> DealsApp:
    deals_app = DealsApp(slack.api_url, deals.id)
    app.handler = deals_app.take
    return deals_app


@pytest.fixture
async def visitor(
    opened: Visitor, slack: Sandbox, deals: Channel, deals_app: DealsApp
) -> AsyncIterator[Visitor]:
    """Ana in that channel."""
    await opened.go(f"team=T0ACME&as=U0ANA&channel={deals.id}", shows=deals.name)
    yield opened
    ana = slack.person(slack.teams[0], slack.teams[0].people["U0ANA"])
    if ana.view is not None:
        await ana.close(everything=True)


async def test_a_command_fills_a_form_and_posts_what_it_saved(visitor: Visitor) -> None:
    await visitor.open_form()

    await visitor.modal.get_by_label("Customer").fill("Acme renewal")
    await visitor.modal.get_by_label("Value").fill("48000")
    await visitor.modal.get_by_role("button", name="Save").click()

    await expect(visitor.modal).to_be_hidden()
    await expect(visitor.messages.last).to_contain_text("Acme renewal with nobody")


async def test_a_wrong_field_is_named_and_keeps_what_was_typed(visitor: Visitor) -> None:
    await visitor.open_form()

    await visitor.modal.get_by_label("Customer").fill("Acme")
    await visitor.modal.get_by_label("Value").fill("-5")
    await visitor.modal.get_by_role("button", name="Save").click()

    value = visitor.modal.get_by_label("Value")
    await expect(visitor.modal).to_contain_text("The value must be above zero.")
    await expect(value).to_have_attribute("aria-invalid", "true")
    await expect(value).to_be_focused()
    await expect(visitor.modal.get_by_label("Customer")).to_have_value("Acme")


async def test_a_required_field_left_empty_is_named_before_the_app_is_asked(
    visitor: Visitor, app: SlackApp
) -> None:
    await visitor.open_form()
    before = len(app.requests)

    await visitor.modal.get_by_role("button", name="Save").click()

    await expect(visitor.modal.get_by_label("Customer")).to_have_attribute("aria-invalid", "true")
    assert len(app.requests) == before


async def test_a_press_changes_the_message(visitor: Visitor, deals_app: DealsApp) -> None:
    await deals_app.post("*#42 Acme*")

    await visitor.page.get_by_role("button", name="Move to Won").click()

    await expect(visitor.messages.last).to_contain_text("Now won")
    await expect(visitor.messages).to_have_count(1)


async def test_typing_in_a_menu_asks_the_app_for_options(visitor: Visitor) -> None:
    await visitor.open_form()

    partner = visitor.modal.get_by_label("Partner")
    await partner.press_sequentially("glob")
    await visitor.page.get_by_role("option", name="Globex").click()

    await expect(partner).to_have_value("Globex")


async def test_a_press_on_a_menu_with_a_choice_begins_a_new_search(visitor: Visitor) -> None:
    await visitor.open_form()
    partner = visitor.modal.get_by_label("Partner")
    await partner.press_sequentially("glob")
    await visitor.page.get_by_role("option", name="Globex").click()
    await visitor.modal.get_by_label("Customer").click()

    await partner.click()
    await visitor.page.keyboard.type("hoo")
    await visitor.page.get_by_role("option", name="Hooli").click()

    await expect(partner).to_have_value("Hooli")


async def test_a_chosen_option_is_of_what_is_typed_and_reaches_the_app(visitor: Visitor) -> None:
    await visitor.open_form()
    await visitor.modal.get_by_label("Customer").fill("Acme")
    await visitor.modal.get_by_label("Value").fill("5")
    partner = visitor.modal.get_by_label("Partner")
    await partner.press_sequentially("h")
    await expect(visitor.page.get_by_role("option", name="Initech")).to_be_visible()
    assert await partner.evaluate(TYPE_ON, "hoo") == "false"
    await expect(visitor.page.get_by_role("option", name="Hooli")).to_be_visible()

    await visitor.page.keyboard.press("Enter")
    await visitor.modal.get_by_role("button", name="Save").click()

    await expect(visitor.messages.last).to_contain_text("Acme with hooli")


async def test_going_back_in_the_stack_finds_what_was_typed(visitor: Visitor) -> None:
    await visitor.open_form()
    await visitor.modal.get_by_label("Customer").fill("Half typed")

    await visitor.modal.get_by_role("button", name="Ask more").click()
    await expect(visitor.modal.get_by_label("More")).to_be_visible()
    await visitor.modal.get_by_role("button", name="Back").click()

    await expect(visitor.modal.get_by_label("Customer")).to_have_value("Half typed")


async def test_escape_leaves_the_form_and_gives_the_focus_back(visitor: Visitor) -> None:
    await visitor.open_form()

    await visitor.page.keyboard.press("Escape")

    await expect(visitor.modal).to_be_hidden()
    await expect(visitor.field).to_be_focused()


async def test_an_ephemeral_answer_is_marked_and_can_be_dismissed(visitor: Visitor) -> None:
    await visitor.type("/weekly ")
    await expect(visitor.messages.last).to_contain_text("Only visible to you")
    await visitor.page.get_by_role("button", name="Dismiss").click()

    await expect(visitor.messages).to_have_count(0)


async def test_a_command_that_fails_says_so_and_keeps_the_words(visitor: Visitor) -> None:
    await visitor.type("/broken now")

    await expect(visitor.page.get_by_text("/broken failed with the error")).to_be_visible()
    await expect(visitor.field).to_have_value("/broken now")


async def test_a_slash_offers_the_commands_the_app_has(visitor: Visitor) -> None:
    await visitor.field.press_sequentially("/o")
    await visitor.page.keyboard.press("Tab")

    await expect(visitor.field).to_have_value("/opp ")


async def test_words_never_become_markup(visitor: Visitor, deals_app: DealsApp) -> None:
    await deals_app.post("<img src=x onerror=alert(1)> <javascript:alert(1)|press me>")

    await expect(visitor.messages.last).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(visitor.messages.last.locator("img, a")).to_have_count(0)


async def test_slack_markup_becomes_elements(visitor: Visitor, deals_app: DealsApp) -> None:
    said = (
        "*bold* _lean_ ~gone~ `x*y*z` a_b_c <https://a.example/p_q_r|link>\n"
        "> quoted\n```\n1 < 2\n```\nend"
    )
    await deals_app.api.chat_postMessage(channel=deals_app.channel, text=said)

    shown = visitor.messages.last.locator(".text")
    await expect(shown).to_contain_text("end")
    assert await shown.evaluate("(node) => node.innerHTML") == (
        "<strong>bold</strong> <em>lean</em> <s>gone</s> <code>x*y*z</code> a_b_c "
        '<a href="https://a.example/p_q_r" target="_blank" rel="noopener noreferrer">link</a>'
        '<blockquote>quoted</blockquote><pre tabindex="0">1 &lt; 2</pre>end'
    )


async def test_a_date_is_shown_in_the_readers_own_zone(
    visitor: Visitor, deals_app: DealsApp
) -> None:
    said = "due <!date^1795359600^{date_num} {time}|some day>"  # 15:00 UTC
    await deals_app.api.chat_postMessage(channel=deals_app.channel, text=said)

    await visitor.go(f"as=U0BEN&channel={deals_app.channel}")

    await expect(visitor.messages.last).to_contain_text("due 2026-11-23 00:00")


async def test_a_question_before_an_act_can_be_answered_no(
    visitor: Visitor, deals_app: DealsApp, app: SlackApp
) -> None:
    await deals_app.post_asking("Drop #42?")
    before = len(app.requests)

    await visitor.page.get_by_role("button", name="Drop").click()
    await visitor.modal.get_by_role("button", name="Keep").click()

    await expect(visitor.modal).to_be_hidden()
    pressed = [each for each in app.requests[before:] if each.payload["type"] == "block_actions"]
    assert pressed == []


async def test_the_clock_travels_to_the_next_friday_afternoon(visitor: Visitor) -> None:
    await visitor.page.get_by_text("Travel", exact=True).click()
    await visitor.page.get_by_role("button", name="Next Friday 16:00").click()

    await expect(visitor.page.locator(".clock-time")).to_contain_text("Fri")
    await expect(visitor.page.locator(".clock-time")).to_contain_text("16:00")


async def test_home_is_published_when_it_is_opened(visitor: Visitor) -> None:
    await visitor.page.get_by_role("button", name="Tandem", exact=True).click()

    await expect(visitor.page.get_by_text("Nothing waits for you")).to_be_visible()


async def test_another_person_sees_nothing_that_was_not_for_them(visitor: Visitor) -> None:
    await visitor.type("/weekly ")
    await expect(visitor.messages).to_have_count(1)

    await visitor.page.get_by_label("You are").select_option(label="Ben")

    await expect(visitor.page.get_by_text("This is the very beginning of #deals")).to_be_visible()


async def test_another_workspace_has_its_own_people(visitor: Visitor) -> None:
    await visitor.page.get_by_role("combobox", name="Workspace").select_option(label="Beta")

    await expect(visitor.page.get_by_label("You are").locator("option")).to_have_text(["Cy"])


async def test_a_place_that_is_gone_leads_to_one_that_is_there(
    visitor: Visitor, deals: Channel
) -> None:
    await visitor.page.goto(f"{visitor.url}/#as=U0GONE&channel=C0GONE")

    await expect(visitor.page.get_by_role("heading", level=1)).not_to_contain_text(deals.name)
    await expect(visitor.page.get_by_label("You are")).to_have_value("U0ANA")


async def test_a_phone_shows_the_list_or_the_place(visitor: Visitor, deals: Channel) -> None:
    await visitor.resize(PHONE)
    await expect(visitor.page.get_by_label("You are")).to_be_hidden()

    await visitor.page.get_by_role("button", name="Show channels").click()
    await expect(visitor.page.get_by_label("You are")).to_be_visible()
    await visitor.page.get_by_role("button", name=deals.name, exact=True).click()

    await expect(visitor.field).to_be_visible()


async def test_nothing_is_wider_than_a_phone(visitor: Visitor, deals_app: DealsApp) -> None:
    await visitor.resize(PHONE)
    await deals_app.post("*#42 Acme* " + "averylongword" * 12)
    await expect(visitor.messages.last).to_contain_text("#42 Acme")

    widest = await visitor.page.evaluate(
        "Math.max(...[...document.querySelectorAll('main *')]"
        ".map((one) => one.getBoundingClientRect().right))"
    )

    assert widest <= PHONE[0]
