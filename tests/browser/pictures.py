"""Takes the README's pictures: `make pictures`. The demo's company at one moment of one day.

Data, clock and ids are the same at every run, so a picture changes only when the page or the app
does.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.demo import furnished
from bot.embedded import temporary_postgres
from sandbox import Person, Sandbox, SandboxClock

DOCS = Path("docs")
BEGIN = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
"""A Wednesday morning in Lisbon."""
PATIENCE = 60.0
DESKTOP, PHONE = (1280, 800), (390, 844)


class StillClock(SandboxClock):
    """Stands still but for the journeys it is sent on."""

    def now(self) -> datetime:
        return BEGIN + self.ahead


@dataclass(frozen=True)
class Shot:
    """One picture: who looks where, on which screen, and what they do before it is taken."""

    name: str
    channel: str
    act: Callable[[Page], Awaitable[None]]
    size: tuple[int, int] = DESKTOP
    scheme: Literal["light", "dark"] = "light"
    who: str = "U0TIAGO"


async def look(page: Page) -> None:
    await expect(page.get_by_role("article").first).to_be_visible()


async def open_form(page: Page) -> None:
    await page.get_by_role("textbox", name="Message #").fill(
        "/opp new Acme renewal 48k via Globex closing 18 dec"
    )
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def inspect(page: Page) -> None:
    await look(page)
    await page.get_by_role("button", name="Inspector").first.click()


async def type_line(page: Page, line: str) -> None:
    """Past what completes it."""
    await page.get_by_role("textbox", name="Message #").fill(line)
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")


async def explain_health(page: Page) -> None:
    await type_line(page, "/partner health globex")
    await expect(page.get_by_role("button", name="Log Call")).to_be_in_viewport()


async def open_statement(page: Page) -> None:
    await type_line(page, "/partner statement globex")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def look_back(page: Page) -> None:
    await type_line(page, "/opp asof last month")
    chart = page.get_by_role("figure").last
    await expect(chart).to_be_visible()
    await chart.evaluate("it => it.scrollIntoView({ block: 'start' })")


async def open_settings(page: Page) -> None:
    await page.get_by_role("textbox", name="Message #").fill("/tandem settings")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()


SHOTS = (
    Shot("demo", "C0DEALS", look),
    Shot("inspector", "C0DEALS", inspect),
    Shot("dark", "C0DEALS", open_form, PHONE, "dark"),
    Shot("alerts", "C0ALERTS", look, PHONE),
    Shot("settings", "C0DEALS", open_settings, PHONE, who="U0ANA"),
    Shot("health", "C0DEALS", explain_health, PHONE),
    Shot("statement", "C0DEALS", open_statement, PHONE, "dark", who="U0INES"),
    Shot("past", "C0DEALS", look_back, PHONE),
)


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder, temporary_postgres() as server:
        clock = StillClock()
        async with (
            furnished(Path(folder), server, clock, 0) as (tandem, slack),
            listening(tandem.web, tandem.settings.port),
            async_playwright() as playwright,
        ):
            # Pictures are the same on a busy machine.
            slack.courier.deadline = slack.core.triggers.life = PATIENCE
            await live_a_day(slack)
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"))
            for shot in SHOTS:
                await take(browser, slack, shot)
            await browser.close()


@asynccontextmanager
async def listening(application: web.Application, port: int) -> AsyncGenerator[None]:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield
    await runner.cleanup()


async def live_a_day(slack: Sandbox) -> None:
    """Cards are shared, alerts arrive and one is acknowledged, a deal is moved and talked about."""
    await slack.travel(timedelta(minutes=90))
    acme = slack.teams[0]

    def at_work(user_id: str) -> Person:
        return slack.person(acme, acme.people[user_id])

    tiago, ines = at_work("U0TIAGO"), at_work("U0INES")
    deals, alerts = acme.channels["C0DEALS"], acme.channels["C0ALERTS"]
    card = tiago.sees(deals)[-1]
    move = next(each for each in tiago.touchable(card) if each.startswith("Move to"))
    await tiago.press(card, move)
    await ines.react(card, "tada")
    await ines.reply(card, "Well done. Shall I join the next call?")
    if told := ines.sees(alerts):
        await ines.press(told[-1], "Acknowledge")
    await slack.travel(timedelta(minutes=1))


async def take(browser: Browser, slack: Sandbox, shot: Shot) -> None:
    width, height = shot.size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=shot.scheme,
        device_scale_factor=2 if shot.size == PHONE else 1,
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(f"{slack.url}/#team=T0ACME&as={shot.who}&channel={shot.channel}")
    await shot.act(page)
    await page.screenshot(path=DOCS / f"{shot.name}.png")
    await context.close()
    person = slack.person(slack.teams[0], slack.teams[0].people[shot.who])
    if person.view is not None:
        await person.close(everything=True)


if __name__ == "__main__":
    asyncio.run(main())
