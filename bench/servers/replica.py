"""One replica of the application with all it does by itself: delivers, hears, ticks and works."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bench.child import Serving, listening, serve
from bench.messages import Facts, Order
from bench.servers.tandem import post, settings
from bot.app import built


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """On the database that was filled, speaking to the given Slack."""
    async with built(settings(facts)) as tandem, listening(tandem.web) as url:

        async def prepare(order: Order) -> None:
            for card in order.cards:
                await post(tandem, card)

        running = asyncio.create_task(tandem.run())
        try:
            yield Serving(url=f"{url}/slack/events", prepare=prepare)
        finally:
            running.cancel()
            await asyncio.wait({running})


if __name__ == "__main__":
    serve(serving)
