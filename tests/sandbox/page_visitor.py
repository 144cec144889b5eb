"""An app of a few lines for the page to show, and a person in front of the page."""

from aiohttp import web
from axe_playwright_python.async_playwright import Axe  # pyright: ignore[reportMissingTypeStubs] - it has none
from playwright.async_api import Locator, Page, expect

from tests.sandbox.slack_app import (
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

    async def post_asking(self, question: str) -> None:
        """A card whose button asks before it acts."""
        words = {"title": question, "text": "It stays.", "confirm": "Drop", "deny": "Keep"}
        confirm = {name: {"type": "plain_text", "text": text} for name, text in words.items()}
        blocks = [actions(button("drop", "Drop") | {"confirm": confirm})]
        await self.api.chat_postMessage(channel="C0DEALS", text=question, blocks=blocks)

    async def post(self, text: str) -> None:
        await self.api.chat_postMessage(channel="C0DEALS", text=text, blocks=card(text))


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

    async def violations(self, within: str | None = None) -> list[str]:
        """What axe calls serious or worse, on the whole page or within that part of it."""
        found = (await Axe().run(self.page, context=within)).response["violations"]
        return [one["id"] for one in found if one["impact"] in ("serious", "critical")]
