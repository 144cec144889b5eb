"""One office with the whole app in it, for all tests of a module."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page

from bot.app import built
from bot.embedded import EmbeddedPostgres
from sandbox import Sandbox
from tests.browser.hands import Hands, Keyboard, Mouse, Visit
from tests.conftest import create_database, drop_database, urls_of
from tests.factories import FixedClock
from tests.journeys.conftest import (
    SIGNING_SECRET,
    World,
    a_world,
    installed_offices,
    settings_for,
)
from tests.sandbox.page_visitor import in_a_browser

OFFICE = "browser_office"
SCREENS = {"desktop": (1280, 800), "phone": (390, 844)}
WHO = {
    ("desktop", "mouse"): "ron",
    ("phone", "mouse"): "olga",
    ("desktop", "keyboard"): "mia",
    ("phone", "keyboard"): "ada",
}
"""Each way of working is somebody else's, so that nobody finds another's form half filled."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            for mark in in_a_browser():
                item.add_marker(mark)


@pytest.fixture(scope="module")
def office_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    yield OFFICE
    drop_database(postgres, OFFICE)


@pytest.fixture(scope="module")
async def world(
    postgres: EmbeddedPostgres, template: str, office_database: str
) -> AsyncIterator[World]:
    """The app and its Slack. No deadline presses: a browser on a busy machine is slow."""
    clock = FixedClock()
    installed = await installed_offices(postgres, template)
    create_database(postgres, office_database, template=installed.template)
    slack = Sandbox(
        clock=clock, signing_secret=SIGNING_SECRET, deadline=30.0, monotonic=lambda: 0.0
    )
    await slack.start()
    settings = settings_for(urls_of(postgres, office_database), slack)
    async with (
        built(settings, clock) as tandem,
        a_world(slack, tandem, clock, installed) as world,
    ):
        await world.set_channels()
        yield world
    await slack.stop()


@dataclass(frozen=True)
class Screen:
    """A page of its size, and what it complained of."""

    name: str
    page: Page
    complaints: list[str]


@pytest.fixture(scope="module", params=list(SCREENS))
async def screen(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Screen]:
    width, height = SCREENS[request.param]
    context = await browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Screen(request.param, page, complaints)
    await context.close()


@pytest.fixture(params=["mouse", "keyboard"])
async def visit(
    request: pytest.FixtureRequest, screen: Screen, world: World
) -> AsyncIterator[Visit]:
    """Somebody in the deals channel, with nothing open."""
    hands: Hands = Mouse(screen.page) if request.param == "mouse" else Keyboard(screen.page)
    who = WHO[screen.name, request.param]
    visit = Visit(screen.page, hands, who, world.slack.url)
    await visit.go(world.acme.members[who].id, world.acme.deals)
    yield visit
    if world.person(who).view is not None:
        await world.person(who).close(everything=True)
    assert screen.complaints == []
