from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.sandbox.conformance.world import World, build
from tests.sandbox.slack_app import SlackApp


@pytest.fixture(scope="module")
async def world() -> AsyncIterator[World]:
    app = SlackApp()
    await app.start()
    async with aiohttp.ClientSession() as session:
        world = await build(app, session)
        yield world
        await world.slack.stop()
    await app.stop()
