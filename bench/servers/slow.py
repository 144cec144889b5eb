"""A Slack as far away as the real one, which knows when each post came.

How long its answers take is what decides whether a post leaves after the app was taken away: the
questions before a post take from a moment to two seconds. `work` tells when posts came, in seconds
of the machine's own clock, which all processes share; each is told once.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from bench.child import Serving, listening, serve
from bench.messages import Facts, Order

BEFORE_A_POST = (0.05, 0.2, 0.45, 0.9)
POST = 0.1
COLLEAGUE = "U0BENCH"


class _Slack:
    def __init__(self) -> None:
        self._waits = itertools.cycle(BEFORE_A_POST)
        self._numbers = itertools.count(1)
        self._came: list[float] = []

    async def info(self, request: web.Request) -> web.Response:
        del request
        await asyncio.sleep(next(self._waits))
        return web.json_response({"ok": True, "channel": {"id": "C0BENCH", "is_ext_shared": False}})

    async def members(self, request: web.Request) -> web.Response:
        del request
        await asyncio.sleep(next(self._waits))
        return web.json_response({"ok": True, "members": [COLLEAGUE]})

    async def user(self, request: web.Request) -> web.Response:
        del request
        await asyncio.sleep(POST)
        return web.json_response({"ok": True, "user": {"id": COLLEAGUE}})

    async def post(self, request: web.Request) -> web.Response:
        self._came.append(time.perf_counter())
        await request.read()
        await asyncio.sleep(POST)
        told = {"ok": True, "channel": "C0BENCH", "ts": f"{next(self._numbers)}.000000"}
        return web.json_response(told)

    async def told(self, order: Order) -> Sequence[float]:
        del order
        came, self._came = self._came, []
        return came


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """The methods that a delivery of a card calls: who reads the channel, and the post."""
    del facts
    slack = _Slack()
    application = web.Application()
    application.router.add_get("/api/conversations.info", slack.info)
    application.router.add_get("/api/conversations.members", slack.members)
    application.router.add_get("/api/users.info", slack.user)
    application.router.add_post("/api/chat.postMessage", slack.post)
    async with listening(application) as url:
        yield Serving(url=f"{url}/api/", work=slack.told)


if __name__ == "__main__":
    serve(serving)
