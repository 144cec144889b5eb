"""The sandbox's page in a real browser, with an app of a few lines behind it."""

import shutil
from collections.abc import AsyncIterator
from typing import Literal

import pytest
from aiohttp import web
from axe_playwright_python.async_playwright import Axe  # pyright: ignore[reportMissingTypeStubs] - it has none
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from sandbox import Sandbox, SandboxClock
from tests.sandbox.slack_app import (
    SECRET,
    TOKEN,
    Payload,
    SlackApp,
    actions,
    button,
    client,
    input_block,
    modal,
    option,
    section,
    select,
    text_input,
)

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
PARTNERS = ("globex", "initech", "hooli")


def form() -> Payload:
    """A modal with one of most controls."""
    partner = {"type": "external_select", "action_id": "partner", "min_query_length": 1}
    tags = {"type": "multi_static_select", "action_id": "tags", "options": [option("new")]}
    return modal(
        text_input("customer"),
        input_block(
            "value", {"type": "number_input", "action_id": "v", "is_decimal_allowed": True}
        ),
        select("stage", "qualify", "won", initial_option=option("qualify")),
        input_block("partner", partner, optional=True),
        input_block("tags", tags, optional=True),
        input_block("close", {"type": "datepicker", "action_id": "close"}, optional=True),
        actions(button("more", "Ask more")),
    )


def card(text: str) -> list[Payload]:
    return [section(text), actions(button("move", "Move to Won"), block_id="controls")]


def inside(value: object, *path: str) -> object:
    """What stands at the end of the path, None where it breaks off."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


class DealsApp:
    """Opens the form, refuses values below one, posts a card, moves it."""

    def __init__(self, api_url: str) -> None:
        self.api = client(api_url)

    async def take(self, payload: Payload) -> web.Response:
        kind = payload.get("type", payload.get("command"))
        match kind:
            case "/opp":
                await self.api.views_open(trigger_id=str(payload["trigger_id"]), view=form())
            case "/weekly":
                return web.json_response({"text": "You have *not* filed your week yet."})
            case "/broken":
                return web.Response(status=500)
            case "block_suggestion":
                return self.suggest(str(payload["value"]))
            case "view_submission":
                return await self.save(payload)
            case "block_actions":
                await self.press(payload)
            case _:
                await self.home(payload)
        return web.Response()

    def suggest(self, query: str) -> web.Response:
        found = [option(name) for name in PARTNERS if query in name]
        return web.json_response({"options": found})

    async def save(self, payload: Payload) -> web.Response:
        values = inside(payload, "view", "state", "values")
        customer = inside(values, "customer", "customer", "value")
        if float(str(inside(values, "value", "v", "value"))) < 1:
            errors = {"value": "The value must be above zero. Nothing was saved."}
            return web.json_response({"response_action": "errors", "errors": errors})
        partner = inside(values, "partner", "partner", "selected_option", "value")
        await self.post(f"*{customer}* with {partner or 'nobody'}")
        return web.Response()

    async def press(self, payload: Payload) -> None:
        if "view" in payload:
            trigger = str(payload["trigger_id"])
            await self.api.views_push(trigger_id=trigger, view=modal(text_input("more")))
            return
        ts = str(inside(payload, "message", "ts"))
        won = [section("Now *won*")]
        await self.api.chat_update(channel="C0DEALS", ts=ts, text="Won", blocks=won)

    async def home(self, payload: Payload) -> None:
        if inside(payload, "event", "type") == "app_home_opened":
            view = {"type": "home", "blocks": [section("Nothing waits for you")]}
            await self.api.views_publish(user_id=str(inside(payload, "event", "user")), view=view)

    async def post(self, text: str) -> None:
        await self.api.chat_postMessage(channel="C0DEALS", text=text, blocks=card(text))


@pytest.fixture
async def slack(app: SlackApp) -> AsyncIterator[Sandbox]:
    # No deadline presses here: a browser on a busy machine is slow, and that is not the subject.
    slack = Sandbox(
        clock=SandboxClock(), signing_secret=SECRET, monotonic=lambda: 0.0, deadline=30.0
    )
    team = slack.add_team("T0ACME", "Acme", domain="acme", bot_token=TOKEN)
    ana = team.add_person("U0ANA", "Ana", real_name="Ana Sousa", tz="Europe/Lisbon", locale="en-GB")
    ben = team.add_person("U0BEN", "Ben", tz="Asia/Tokyo")
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


class Visitor:
    """A person in front of the page; anything the page complains of fails the test at the end."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def go(self, place: str = "as=U0ANA&channel=C0DEALS") -> None:
        await self.page.goto(f"{self.url}/#{place}")
        await expect(self.page.get_by_role("heading", level=1)).not_to_have_text("Loading…")

    async def type(self, words: str) -> None:
        await self.page.get_by_label("Message #deals").fill(words)
        await self.page.keyboard.press("Enter")

    @property
    def modal(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("article")

    async def open_form(self) -> None:
        await self.type("/opp new")
        await expect(self.modal).to_be_visible()

    async def violations(self) -> list[str]:
        """What axe calls serious or worse."""
        found = (await Axe().run(self.page)).response["violations"]
        return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


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


everywhere = pytest.mark.parametrize(
    "screen",
    [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")],
    indirect=True,
    ids=["desktop-light", "desktop-dark", "phone-light", "phone-dark"],
)
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


async def test_the_clock_travels_to_the_next_friday_afternoon(visitor: Visitor) -> None:
    await visitor.go()

    await visitor.page.get_by_text("Travel", exact=True).click()
    await visitor.page.get_by_role("button", name="Next Friday 16:00").click()

    await expect(visitor.page.locator(".clock-time")).to_contain_text("Fri")
    await expect(visitor.page.locator(".clock-time")).to_contain_text("16:00")


async def test_home_is_published_when_it_is_opened(visitor: Visitor) -> None:
    await visitor.go()

    await visitor.page.get_by_role("button", name="Home").click()

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

    await visitor.page.get_by_label("Workspace").select_option(label="Beta")

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


@everywhere
async def test_axe_finds_nothing_serious(visitor: Visitor, deals_app: DealsApp) -> None:
    await deals_app.post("*#42 Acme* <@U0ANA> `82 good` <https://acme.example|card>")
    await visitor.go()
    found = await visitor.violations()
    await visitor.open_form()
    await visitor.modal.get_by_role("button", name="Save").click()
    await expect(visitor.modal.get_by_label("Customer")).to_have_attribute("aria-invalid", "true")
    found += await visitor.violations()
    await visitor.modal.get_by_label("Stage").click()
    await expect(visitor.page.get_by_role("option", name="Won")).to_be_visible()
    found += await visitor.violations()

    assert found == []
