"""How the sandbox's page draws Block Kit and messages: a gallery of all there is, one open page."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from playwright.async_api import Browser, expect

from sandbox import Sandbox
from tests.sandbox import gallery
from tests.sandbox.blockkit_samples import BLOCKS
from tests.sandbox.page_visitor import (
    DESKTOP,
    PHONE,
    SMALL,
    Visitor,
    in_a_browser,
    inside,
    page_of,
    patient_sandbox,
)
from tests.sandbox.slack_app import TOKEN, Payload, SlackApp, client

pytestmark = in_a_browser()
Screen = tuple[int, int]
NAMED = ["button-name", "link-name", "label", "aria-input-field-name", "aria-command-name"]
# Only in modals, or only beside a file or call of the workspace.
ELSEWHERE = {"input", "alert", "file", "call"}
TOO_WIDE = """() => [...document.querySelectorAll("main *, dialog[open] *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .filter((one) => !one.closest(".table-scroll, .block-carousel, pre, .toolbar-top"))
    .map((one) => `${one.tagName}.${one.getAttribute("class")}`)"""
WATCH = """() => {
    window.touched = 0;
    const watch = new MutationObserver((all) => {
        for (const one of all) window.touched += one.addedNodes.length + one.removedNodes.length;
    });
    watch.observe(document.querySelector(".message-list"), { childList: true, subtree: true });
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
    ana = team.add_person("U0ANA", "Ana", tz="Europe/Lisbon", locale="en-GB")
    ben = team.add_person("U0BEN", "Ben", tz="America/New_York", locale="en-US")
    team.add_channel("C0DEALS", "deals", members=[ana, ben])
    team.add_channel("C0TALK", "talk", members=[ana, ben])
    await slack.start()
    slack.connect_app(app.url, commands=[{"command": "/gallery", "description": "All there is"}])
    api = client(slack.api_url)

    async def open_gallery(payload: Payload) -> web.Response:
        if "command" in payload:
            await api.views_open(trigger_id=payload["trigger_id"], view=gallery.MODAL)
        return web.Response()

    app.handler = open_gallery
    for message in gallery.MESSAGES:
        await api.chat_postMessage(channel="C0DEALS", **message)
    yield slack
    await slack.stop()


@pytest.fixture(scope="module")
async def opened(browser: Browser, slack: Sandbox) -> AsyncIterator[Visitor]:
    async with page_of(browser, slack.url) as visitor:
        yield visitor


@pytest.fixture
async def visitor(opened: Visitor, slack: Sandbox) -> AsyncIterator[Visitor]:
    """Ana in the channel with the gallery, nothing open."""
    await opened.go("as=U0ANA&channel=C0DEALS")
    yield opened
    ana = slack.person(slack.teams[0], slack.teams[0].people["U0ANA"])
    if ana.view is not None:
        await ana.close(everything=True)


@pytest.fixture
async def talk(opened: Visitor, visitor: Visitor) -> Visitor:
    """Ana in a channel that has only what a test writes."""
    await visitor.go("as=U0ANA&channel=C0TALK", shows="talk")
    return visitor


async def open_gallery_form(visitor: Visitor) -> None:
    await visitor.type("/gallery")
    await expect(visitor.modal).to_be_visible()


async def test_every_kind_of_block_is_drawn(visitor: Visitor) -> None:
    await expect(visitor.page.locator(".block-auth_provider")).to_be_attached()

    drawn = await visitor.page.evaluate(
        "[...document.querySelectorAll('.block')].flatMap((one) => [...one.classList])"
    )

    assert {f"block-{name}" for name in BLOCKS if name not in ELSEWHERE} <= set(drawn)
    await expect(visitor.page.get_by_text("The page cannot draw")).to_have_count(0)


@pytest.mark.parametrize("screen", [(1440, 900), PHONE, SMALL], ids=["wide", "phone", "small"])
async def test_nothing_is_wider_than_the_screen(visitor: Visitor, screen: Screen) -> None:
    await visitor.resize(screen)

    assert await visitor.page.evaluate(TOO_WIDE) == []
    await visitor.resize(DESKTOP)
    await open_gallery_form(visitor)
    await visitor.resize(screen)
    assert await visitor.page.evaluate(TOO_WIDE) == []


async def test_axe_finds_nothing_serious_in_the_gallery(visitor: Visitor) -> None:
    await open_gallery_form(visitor)

    found = await visitor.violations_in_both_schemes("dialog[open]")
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.modal).to_be_hidden()
    found += await visitor.violations_in_both_schemes("#app")

    assert found == []


async def test_what_a_phone_has_no_room_for_is_still_said(visitor: Visitor) -> None:
    await open_gallery_form(visitor)
    await visitor.resize(PHONE)

    found = await visitor.violations(rules=NAMED)
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.modal).to_be_hidden()
    found += await visitor.violations(rules=NAMED)

    assert found == []


async def test_a_data_table_sorts_filters_and_turns_its_pages(visitor: Visitor) -> None:
    block = visitor.page.locator(".block-data_table")
    first = block.locator("tbody tr").first

    await block.get_by_role("button", name="Value").click()
    await expect(first).to_contain_text("€5,433")
    await block.get_by_role("button", name="Value").click()
    await expect(first).to_contain_text("€47,514")
    await block.get_by_role("button", name="Next").click()
    await expect(block.get_by_role("status")).to_have_text("6\u201310 of 12")
    await block.get_by_label("Filter Open opportunities").fill("deal 11")

    await expect(block.get_by_role("status")).to_have_text("1\u20131 of 1")
    await expect(first).to_contain_text("Deal 11")


async def test_a_chart_tells_its_numbers_as_a_table(visitor: Visitor) -> None:
    chart = visitor.page.locator(".chart", has_text="Revenue as bar")

    await chart.get_by_text("Show the numbers").click()

    await expect(chart.get_by_role("row", name="Q4")).to_contain_text("60,000")


async def test_a_long_message_is_cut_until_all_of_it_is_asked_for(visitor: Visitor) -> None:
    long = visitor.messages.filter(has_text="Sentence 119").locator(".text")
    before = await long.evaluate("(node) => node.clientHeight")

    await visitor.page.get_by_role("button", name="Show more").click()

    assert await long.evaluate("(node) => node.clientHeight") > before


async def test_what_is_entered_arrives_as_slack_sends_it(visitor: Visitor, app: SlackApp) -> None:
    await open_gallery_form(visitor)
    modal = visitor.modal

    await modal.get_by_label("Customer").fill("Acme")
    await modal.get_by_label("Value").fill("5")
    await modal.get_by_role("textbox", name="Story").fill("Told by Ana")
    await modal.get_by_label("Closes").fill("24/12/2026")
    await modal.get_by_label("At (optional)", exact=True).fill("4.30 pm")
    await modal.get_by_label("Meeting (optional)", exact=True).fill("1 feb 2027")
    paper = {"name": "deal.txt", "mimeType": "text/plain", "buffer": b"signed"}
    await modal.locator("input[type=file]").set_input_files(paper)  # pyright: ignore[reportArgumentType] - a payload as documented
    await expect(modal.get_by_role("button", name="Remove deal.txt")).to_be_visible()
    await modal.get_by_role("button", name="Save").click()
    await expect(modal).to_be_hidden()

    values = inside(app.last, "view", "state", "values")
    assert inside(values, "Closes", "Closes", "selected_date") == "2026-12-24"
    assert inside(values, "At", "At", "selected_time") == "16:30"
    assert inside(values, "Meeting", "Meeting", "selected_date_time") == 1_801_472_400
    assert inside(values, "Story", "Story", "rich_text_value", "type") == "rich_text"
    assert "deal.txt" in str(inside(values, "Contract", "Contract", "files"))


async def test_a_thread_opens_beside_and_takes_a_reply(talk: Visitor, slack: Sandbox) -> None:
    api = client(slack.api_url)
    root = (await api.chat_postMessage(channel="C0TALK", text="Shall we?"))["ts"]
    await api.chat_postMessage(channel="C0TALK", text="We shall", thread_ts=root)

    await talk.page.get_by_role("button", name="1 reply").click()
    pane = talk.page.get_by_role("complementary", name="Thread")
    await expect(pane.get_by_role("article")).to_have_count(2)
    await pane.get_by_label("Reply").fill("Then let us")
    await talk.page.keyboard.press("Enter")

    await expect(pane.get_by_role("article").last).to_contain_text("Then let us")
    await expect(talk.page.get_by_role("button", name="2 replies")).to_be_visible()


async def test_a_reaction_is_added_and_taken_back_by_a_press(talk: Visitor, slack: Sandbox) -> None:
    await client(slack.api_url).chat_postMessage(channel="C0TALK", text="Won the deal")
    message = talk.messages.filter(has_text="Won the deal")

    await message.hover()
    await message.get_by_role("button", name="Add reaction").click()
    await talk.page.get_by_label("Search emoji").fill("tada")
    await talk.page.keyboard.press("Enter")
    chip = message.get_by_role("button", name="1 You reacted with :tada:")
    await expect(chip).to_have_attribute("aria-pressed", "true")
    await chip.click()

    await expect(chip).to_have_count(0)


async def test_a_new_message_touches_only_its_own_place(talk: Visitor, slack: Sandbox) -> None:
    api = client(slack.api_url)
    await api.chat_postMessage(channel="C0TALK", text="Before")
    await expect(talk.messages.last).to_contain_text("Before")
    await talk.page.evaluate(WATCH)

    await api.chat_postMessage(channel="C0TALK", text="After")
    await expect(talk.messages.last).to_contain_text("After")

    assert await talk.page.evaluate("window.touched") == 1


async def test_emoji_alone_are_drawn_large(visitor: Visitor) -> None:
    await expect(visitor.page.locator(".text.jumbo")).to_have_text("\U0001f389 \U0001f680")


async def test_what_came_meanwhile_stands_below_a_line(talk: Visitor, slack: Sandbox) -> None:
    team = slack.teams[0]
    ben, channel = slack.person(team, team.people["U0BEN"]), team.channels["C0TALK"]
    await ben.say(channel, "Seen at once")
    await expect(talk.messages.last).to_contain_text("Seen at once")
    await expect(talk.page.get_by_role("button", name="talk", exact=True)).to_be_visible()
    await talk.go("as=U0ANA&channel=C0DEALS")
    await ben.say(channel, "Said meanwhile")

    await talk.go("as=U0ANA&channel=C0TALK", shows="talk")

    line = talk.page.get_by_role("separator", name="New messages")
    below = line.locator("xpath=following-sibling::article[1]")
    await expect(below).to_contain_text("Said meanwhile")


async def test_a_thread_outlives_the_message_it_began_with(talk: Visitor, slack: Sandbox) -> None:
    api = client(slack.api_url)
    root = (await api.chat_postMessage(channel="C0TALK", text="Never mind"))["ts"]
    await api.chat_postMessage(channel="C0TALK", text="I do", thread_ts=root)

    await api.chat_delete(channel="C0TALK", ts=root)
    gone = talk.page.get_by_role("article", name="Deleted message")
    await gone.get_by_role("button", name="1 reply").click()

    pane = talk.page.get_by_role("complementary", name="Thread")
    await expect(pane.get_by_role("article").first).to_contain_text("This message was deleted.")
    await expect(pane.get_by_role("article").last).to_contain_text("I do")


async def test_a_picture_of_the_workspace_is_drawn_in_a_message_and_in_a_block(
    talk: Visitor, slack: Sandbox
) -> None:
    team = slack.teams[0]
    ana = slack.person(team, team.people["U0ANA"])
    message = await ana.upload(team.channels["C0TALK"], "funnel.png", gallery.PICTURE)
    await slack.travel(timedelta(seconds=2))  # Slack looks at a file for a moment first

    block = {"type": "image", "slack_file": {"id": message.files[0]}, "alt_text": "the funnel"}
    await client(slack.api_url).chat_postMessage(channel="C0TALK", text="Drawn", blocks=[block])

    for name in ("funnel.png", "the funnel"):
        picture = talk.page.get_by_role("img", name=name)
        await expect(picture).to_have_js_property("naturalWidth", 1)
