"""Bolt with authorization from memory, answering "pong": what the floor of the list begins with."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from slack_bolt.async_app import AsyncAck

from bench.child import Serving, listening, serve
from bench.messages import Facts
from bench.servers.bolt import remembering


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """A `/opp` command that says pong."""
    app = remembering(facts)

    async def ping(ack: AsyncAck) -> None:
        await ack("pong")

    app.command("/opp")(ping)  # pyright: ignore[reportUnknownMemberType]  # Bolt's own type
    async with listening(app.web_app(path="/slack/events")) as url:
        yield Serving(url=f"{url}/slack/events")


if __name__ == "__main__":
    serve(serving)
