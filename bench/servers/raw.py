"""Plain aiohttp that reads the request and says pong, without a look at its signature."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web

from bench.child import Serving, listening, serve
from bench.messages import Facts


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """One route."""
    del facts

    async def ping(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"text": "pong"})

    application = web.Application()
    application.router.add_post("/slack/events", ping)
    async with listening(application) as url:
        yield Serving(url=f"{url}/slack/events")


if __name__ == "__main__":
    serve(serving)
