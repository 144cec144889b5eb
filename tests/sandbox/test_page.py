"""The sandbox's page in a real browser, with an app of a few lines behind it."""

import shutil
from collections.abc import AsyncIterator
from typing import Literal

import pytest
from playwright.async_api import Browser, async_playwright, expect

from sandbox import Sandbox, SandboxClock
from tests.sandbox.page_visitor import DealsApp, Visitor
from tests.sandbox.slack_app import SECRET, TOKEN, SlackApp

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="needs Debian's chromium: apt-get install chromium"
    ),
]
QUIET = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture
async def slack(app: SlackApp) -> AsyncIterator[Sandbox]:
    # No deadline presses here: a browser on a busy machine is slow, and that is not the subject.
    slack = Sandbox(
        clock=SandboxClock(), signing_secret=SECRET, monotonic=lambda: 0.0, deadline=30.0
    )
    team = slack.add_team("T0ACME", "Acme", domain="acme", bot_token=TOKEN)
    ana = team.add_person("U0ANA", "Ana", real_name="Ana Sousa", tz="Europe/Lisbon", locale="en-GB")
    ben = team.add_person("U0BEN", "Ben", tz="Asia/Tokyo", locale="en-GB")
    team.add_channel("C0DEALS", "deals", members=[ana, ben])
    slack.add_team("T0BETA", "Beta", domain="beta", bot_token="xoxb-beta").add_person("U0CY", "Cy")
    await slack.start()
    commands = [
        {"command": name, "description": "Deals"} for name in ("/opp", "/weekly", "/broken")
    ]
    slack.connect_app(app.url, commands=commands)
    yield slack
    await slack.stop()


@pytest.fixture
def deals_app(app: SlackApp, slack: Sandbox) -> DealsApp:
    deals = DealsApp(slack.api_url)
    app.handler = deals.take
    return deals


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=20_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


Scheme = Literal["light", "dark"]
DESKTOP = (1280, 860)
PHONE = (390, 844)


@pytest.fixture(params=[(DESKTOP, "light")], ids=["desktop"])
def screen(request: pytest.FixtureRequest) -> tuple[tuple[int, int], Scheme]:
    return request.param


@pytest.fixture
async def visitor(
    browser: Browser,
    slack: Sandbox,
    deals_app: DealsApp,
    screen: tuple[tuple[int, int], Scheme],
) -> AsyncIterator[Visitor]:
    (width, height), scheme = screen
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme
    )
    visitor = Visitor(await context.new_page(), slack.url)
    yield visitor
    await context.close()
    assert visitor.complaints == []


on_a_phone = pytest.mark.parametrize("screen", [(PHONE, "light")], indirect=True, ids=["phone"])


async def test_a_command_fills_a_form_and_posts_what_it_saved(visitor: Visitor) -> None:
    await visitor.go()
    await visitor.open_form()

    await visitor.modal.get_by_label("Customer").fill("Acme renewal")
    await visitor.modal.get_by_label("Value").fill("48000")
    await visitor.modal.get_by_role("button", name="Save").click()

    await expect(visitor.modal).to_be_hidden()
    await expect(visitor.messages.last).to_contain_text("Acme renewal with nobody")


async def test_a_wrong_field_is_named_and_keeps_what_was_typed(visitor: Visitor) -> None:
    await visitor.go()
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
    await visitor.go()
    await visitor.open_form()
    before = len(app.requests)

    await visitor.modal.get_by_role("button", name="Save").click()

    await expect(visitor.modal.get_by_label("Customer")).to_have_attribute("aria-invalid", "true")
    assert len(app.requests) == before


async def test_a_press_changes_the_message(visitor: Visitor, deals_app: DealsApp) -> None:
    await deals_app.post("*#42 Acme*")
    await visitor.go()

    await visitor.page.get_by_role("button", name="Move to Won").click()

    await expect(visitor.messages.last).to_contain_text("Now won")
    await expect(visitor.messages).to_have_count(1)


async def test_typing_in_a_menu_asks_the_app_for_options(visitor: Visitor) -> None:
    await visitor.go()
    await visitor.open_form()

    partner = visitor.modal.get_by_label("Partner")
    await partner.press_sequentially("glob")
    await visitor.page.get_by_role("option", name="Globex").click()

    await expect(partner).to_have_value("Globex")


async def test_a_chosen_option_reaches_the_app(visitor: Visitor) -> None:
    await visitor.go()
    await visitor.open_form()
    await visitor.modal.get_by_label("Customer").fill("Acme")
    await visitor.modal.get_by_label("Value").fill("5")
    await visitor.modal.get_by_label("Partner").press_sequentially("hoo")
    await expect(visitor.page.get_by_role("option", name="Hooli")).to_be_visible()

    await visitor.page.keyboard.press("Enter")
    await visitor.modal.get_by_role("button", name="Save").click()

    await expect(visitor.messages.last).to_contain_text("Acme with hooli")


async def test_going_back_in_the_stack_finds_what_was_typed(visitor: Visitor) -> None:
    await visitor.go()
    await visitor.open_form()
    await visitor.modal.get_by_label("Customer").fill("Half typed")

    await visitor.modal.get_by_role("button", name="Ask more").click()
    await expect(visitor.modal.get_by_label("More")).to_be_visible()
    await visitor.modal.get_by_role("button", name="Back").click()

    await expect(visitor.modal.get_by_label("Customer")).to_have_value("Half typed")


async def test_escape_leaves_the_form_and_gives_the_focus_back(visitor: Visitor) -> None:
    await visitor.go()
    await visitor.open_form()

    await visitor.page.keyboard.press("Escape")

    await expect(visitor.modal).to_be_hidden()
    await expect(visitor.page.get_by_label("Message #deals")).to_be_focused()


async def test_an_ephemeral_answer_is_marked_and_can_be_dismissed(visitor: Visitor) -> None:
    await visitor.go()

    await visitor.type("/weekly ")
    await expect(visitor.messages.last).to_contain_text("Only visible to you")
    await visitor.page.get_by_role("button", name="Dismiss").click()

    await expect(visitor.messages).to_have_count(0)


async def test_a_command_that_fails_says_so_and_keeps_the_words(visitor: Visitor) -> None:
    await visitor.go()

    await visitor.type("/broken now")

    await expect(visitor.page.get_by_text("/broken failed with the error")).to_be_visible()
    await expect(visitor.page.get_by_label("Message #deals")).to_have_value("/broken now")


async def test_a_slash_offers_the_commands_the_app_has(visitor: Visitor) -> None:
    await visitor.go()

    await visitor.page.get_by_label("Message #deals").press_sequentially("/o")
    await visitor.page.keyboard.press("Tab")

    await expect(visitor.page.get_by_label("Message #deals")).to_have_value("/opp ")


async def test_words_never_become_markup(visitor: Visitor, deals_app: DealsApp) -> None:
    await deals_app.post("<img src=x onerror=alert(1)> <javascript:alert(1)|press me>")

    await visitor.go()

    await expect(visitor.messages.last).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(visitor.messages.last.locator("img, a")).to_have_count(0)


async def test_slack_markup_becomes_elements(visitor: Visitor, deals_app: DealsApp) -> None:
    said = (
        "*bold* _lean_ ~gone~ `x*y*z` a_b_c <https://a.example/p_q_r|link>\n"
        "> quoted\n```\n1 < 2\n```\nend"
    )
    await deals_app.api.chat_postMessage(channel="C0DEALS", text=said)

    await visitor.go()

    shown = visitor.messages.last.locator(".text")
    assert await shown.evaluate("(node) => node.innerHTML") == (
        "<strong>bold</strong> <em>lean</em> <s>gone</s> <code>x*y*z</code> a_b_c "
        '<a href="https://a.example/p_q_r" target="_blank" rel="noopener noreferrer">link</a>'
        '<blockquote>quoted</blockquote><pre tabindex="0">1 &lt; 2</pre>end'
    )


async def test_a_date_is_shown_in_the_readers_own_zone(
    visitor: Visitor, deals_app: DealsApp
) -> None:
    said = "due <!date^1795359600^{date_num} {time}|some day>"  # 15:00 UTC
    await deals_app.api.chat_postMessage(channel="C0DEALS", text=said)

    await visitor.go("as=U0BEN&channel=C0DEALS")

    await expect(visitor.messages.last).to_contain_text("due 2026-11-23 00:00")


async def test_a_question_before_an_act_can_be_answered_no(
    visitor: Visitor, deals_app: DealsApp, app: SlackApp
) -> None:
    await deals_app.post_asking("Drop #42?")
    await visitor.go()
    before = len(app.requests)

    await visitor.page.get_by_role("button", name="Drop").click()
    await visitor.modal.get_by_role("button", name="Keep").click()

    await expect(visitor.modal).to_be_hidden()
    assert len(app.requests) == before


async def test_the_clock_travels_to_the_next_friday_afternoon(visitor: Visitor) -> None:
    await visitor.go()

    await visitor.page.get_by_text("Travel", exact=True).click()
    await visitor.page.get_by_role("button", name="Next Friday 16:00").click()

    await expect(visitor.page.locator(".clock-time")).to_contain_text("Fri")
    await expect(visitor.page.locator(".clock-time")).to_contain_text("16:00")


async def test_home_is_published_when_it_is_opened(visitor: Visitor) -> None:
    await visitor.go()

    await visitor.page.get_by_role("button", name="Tandem").click()

    await expect(visitor.page.get_by_text("Nothing waits for you")).to_be_visible()


async def test_another_person_sees_nothing_that_was_not_for_them(visitor: Visitor) -> None:
    await visitor.go()
    await visitor.type("/weekly ")
    await expect(visitor.messages).to_have_count(1)

    await visitor.page.get_by_label("You are").select_option(label="Ben")
    await visitor.page.get_by_role("button", name="deals").click()

    await expect(visitor.page.get_by_text("This is the very beginning of #deals")).to_be_visible()


async def test_another_workspace_has_its_own_people(visitor: Visitor) -> None:
    await visitor.go()

    await visitor.page.get_by_role("combobox", name="Workspace").select_option(label="Beta")

    await expect(visitor.page.get_by_label("You are").locator("option")).to_have_text(["Cy"])


async def test_a_place_that_is_gone_leads_to_one_that_is_there(visitor: Visitor) -> None:
    await visitor.go("as=U0GONE&channel=C0GONE")

    await expect(visitor.page.get_by_label("You are")).to_have_value("U0ANA")


@on_a_phone
async def test_a_phone_shows_the_list_or_the_place(visitor: Visitor) -> None:
    await visitor.go()
    await expect(visitor.page.get_by_label("You are")).to_be_hidden()

    await visitor.page.get_by_role("button", name="Show channels").click()
    await expect(visitor.page.get_by_label("You are")).to_be_visible()
    await visitor.page.get_by_role("button", name="deals").click()

    await expect(visitor.page.get_by_label("Message #deals")).to_be_visible()


@on_a_phone
async def test_nothing_is_wider_than_a_phone(visitor: Visitor, deals_app: DealsApp) -> None:
    await deals_app.post("*#42 Acme* " + "averylongword" * 12)
    await visitor.go()

    widest = await visitor.page.evaluate(
        "Math.max(...[...document.querySelectorAll('main *')]"
        ".map((one) => one.getBoundingClientRect().right))"
    )

    assert widest <= PHONE[0]
