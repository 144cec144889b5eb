"""A person at the page of the local Slack, in a real browser, with the whole app behind it."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from sandbox import Sandbox
from tests.factories import FixedClock
from tests.journeys.conftest import SIGNING_SECRET, World

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
PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def slack(clock: FixedClock) -> AsyncIterator[Sandbox]:
    # A browser on a busy machine is slow; deadlines are the subject of other tests.
    sandbox = Sandbox(
        clock=clock, signing_secret=SIGNING_SECRET, deadline=30.0, monotonic=lambda: 0.0
    )
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=20_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, world: World) -> AsyncIterator[Page]:
    """Ron's phone, in the deals channel."""
    await world.set_channels()
    page = await browser.new_page(viewport={"width": PHONE["width"], "height": PHONE["height"]})
    ron, deals = world.acme.members["ron"].id, world.acme.deals.id
    await page.goto(f"{world.slack.url}/#team=T0ACME&as={ron}&channel={deals}")
    yield page
    await page.close()


async def test_a_rep_creates_and_moves_an_opportunity_on_a_phone(page: Page, world: World) -> None:
    await page.get_by_label("Message #deals").fill("/opp new Acme renewal")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog")
    await expect(form.get_by_label("Customer")).to_have_value("Acme renewal")

    await form.get_by_label("Partner").fill("Globex")
    await page.get_by_role("option", name="Create partner “Globex”").click()
    await expect(form.get_by_role("heading")).to_have_text("New partner")
    await form.get_by_label("Domain").click()
    await page.get_by_role("option", name="Security").click()
    await form.get_by_role("button", name="Create").click()

    await expect(form.get_by_role("heading")).to_have_text("New opportunity")
    await expect(form.get_by_label("Partner")).to_have_value("Globex")
    await form.get_by_label("Value").fill("-5")
    await form.get_by_label("Expected close").fill("2026-12-30")
    await form.get_by_role("button", name="Create").click()
    await expect(form.get_by_text("Nothing was saved.")).to_be_visible()

    await form.get_by_label("Value").fill("48k")
    await form.get_by_role("button", name="Create").click()
    await expect(form).to_be_hidden()
    await world.deliver()

    card = page.get_by_role("article").filter(has_text="#1 Acme renewal").last
    await expect(card).to_contain_text("$48,000")
    async with page.expect_response("**/ui/press"):
        await card.get_by_role("button", name="Move to Qualified").click()
    await world.deliver()

    await expect(page.get_by_role("button", name="Move to Proposal").last).to_be_visible()
