"""An app of a few lines for the page to show, a browser, and a person in front of the page."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from axe_playwright_python.base import AXE_SCRIPT  # pyright: ignore[reportMissingTypeStubs] - it has none
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from sandbox import Sandbox, SandboxClock
from tests.sandbox.slack_app import (
    SECRET,
    Payload,
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

PARTNERS = ("globex", "initech", "hooli")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DESKTOP, PHONE, SMALL = (1280, 860), (390, 844), (320, 640)
MOVE = """(place) => new Promise((moved) => {
    if (location.hash === `#${place}`) return moved();
    addEventListener("hashchange", () => moved(), { once: true });
    location.hash = place;
})"""
SERIOUS = """async ([within, rules]) => (await axe.run(within ?? document, {
    resultTypes: ["violations"], ...(rules ? { runOnly: rules } : {}) }))
    .violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes[0].html}`)"""


def in_a_browser() -> list[pytest.MarkDecorator]:
    """The marks of a module whose tests share one open page."""
    why = "needs Debian's chromium: apt-get install chromium"
    return [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=why)]


@asynccontextmanager
async def launched() -> AsyncGenerator[Browser]:
    expect.set_options(timeout=20_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


@asynccontextmanager
async def page_of(browser: Browser, url: str) -> AsyncGenerator["Visitor"]:
    """A page of its own, nothing open yet; fails at the end if it ever complained."""
    context = await browser.new_context(reduced_motion="reduce")
    visitor = Visitor(await context.new_page(), url)
    yield visitor
    await context.close()
    assert visitor.complaints == []


async def serious_violations(
    page: Page, within: str | None = None, *, rules: list[str] | None = None
) -> list[str]:
    """What axe calls serious or worse, on the whole page or within that part of it."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    if within is not None:
        await expect(page.locator(within)).to_be_visible()
    return await page.evaluate(SERIOUS, [within, rules])


def patient_sandbox() -> Sandbox:
    """No deadline presses: a browser on a busy machine is slow, and that is not the subject."""
    return Sandbox(
        clock=SandboxClock(),
        signing_secret=SECRET,
        monotonic=lambda: 0.0,
        deadline=30.0,
        limits_rates=False,
    )


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

    def __init__(self, api_url: str, channel: str = "C0DEALS") -> None:
        self.api = client(api_url)
        self.channel = channel

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
        await self.api.chat_update(channel=self.channel, ts=ts, text="Won", blocks=won)

    async def home(self, payload: Payload) -> None:
        if inside(payload, "event", "type") == "app_home_opened":
            view = {"type": "home", "blocks": [section("Nothing waits for you")]}
            await self.api.views_publish(user_id=str(inside(payload, "event", "user")), view=view)

    async def post_asking(self, question: str) -> None:
        """A card whose button asks before it acts."""
        words = {"title": question, "text": "It stays.", "confirm": "Drop", "deny": "Keep"}
        confirm = {name: {"type": "plain_text", "text": text} for name, text in words.items()}
        blocks = [actions(button("drop", "Drop") | {"confirm": confirm})]
        await self.api.chat_postMessage(channel=self.channel, text=question, blocks=blocks)

    async def post(self, text: str) -> None:
        await self.api.chat_postMessage(channel=self.channel, text=text, blocks=card(text))


class Visitor:
    """A person in front of the page; anything the page complains of fails the test at the end."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def go(self, place: str, *, shows: str = "deals") -> None:
        """To a place of the page, on a desktop's screen, and waits until it is there and nothing
        lies over it: the place before may have had the same name.
        """
        await self.resize(DESKTOP)
        if self.page.url.startswith(self.url):
            await self.page.evaluate(MOVE, place)
        else:
            await self.page.goto(f"{self.url}/#{place}")
        await expect(self.page.locator("main[aria-busy], dialog[open]")).to_have_count(0)
        await expect(self.page.get_by_role("heading", level=1)).to_contain_text(shows)

    async def resize(self, screen: tuple[int, int]) -> None:
        await self.page.set_viewport_size({"width": screen[0], "height": screen[1]})

    @property
    def field(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_label("Message #").first

    async def type(self, words: str) -> None:
        await self.field.fill(words)
        await self.field.press("Enter")

    @property
    def modal(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("article")

    async def open_form(self) -> None:
        await self.type("/opp new")
        await expect(self.modal).to_be_visible()

    async def violations(
        self, within: str | None = None, *, rules: list[str] | None = None
    ) -> list[str]:
        return await serious_violations(self.page, within, rules=rules)

    async def violations_in_both_schemes(self, within: str) -> list[str]:
        """The same in light and in dark, where only the colours are others."""
        await self.page.emulate_media(color_scheme="dark")
        dark = await self.violations(within, rules=["color-contrast"])
        await self.page.emulate_media(color_scheme="light")
        return dark + await self.violations(within)
