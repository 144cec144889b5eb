"""Bolt for one workspace with a fixed token, answering "pong" when the handler has returned."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bench.child import Serving, listening, serve
from bench.messages import Facts


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """A `/opp` command that says pong."""
    app = AsyncApp(
        client=AsyncWebClient(token=facts.bot_token, base_url=facts.slack_url),
        signing_secret=facts.signing_secret,
        process_before_response=True,
    )

    async def ping(ack: AsyncAck) -> None:
        await ack("pong")

    app.command("/opp")(ping)  # pyright: ignore[reportUnknownMemberType]  # Bolt's own type
    async with listening(app.web_app(path="/slack/events")) as url:
        yield Serving(url=f"{url}/slack/events")


if __name__ == "__main__":
    serve(serving)
