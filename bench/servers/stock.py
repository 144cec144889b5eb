"""Bolt for many workspaces as its documentation sets it up, answering "pong" and no more.

Installations come from the SDK's SQLAlchemy store, `auth.test` from the Slack of this machine:
a real one is an Internet's round trip away.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench.child import Serving, listening, serve
from bench.messages import Facts

CLIENT_ID = "111.222"
PONG = "pong"
STATE_SECONDS = 600


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """A `/opp` command that says pong."""
    engine = create_async_engine(
        facts.stock_url.replace("postgresql://", "postgresql+psycopg://", 1)
    )
    try:
        app = _app(facts, engine, await _store(facts, engine))
        async with listening(app.web_app(path="/slack/events")) as url:
            yield Serving(url=f"{url}/slack/events")
    finally:
        await engine.dispose()


def _app(facts: Facts, engine: AsyncEngine, store: AsyncSQLAlchemyInstallationStore) -> AsyncApp:
    app = AsyncApp(
        client=AsyncWebClient(base_url=facts.slack_url),
        signing_secret=facts.signing_secret,
        oauth_settings=AsyncOAuthSettings(
            client_id=CLIENT_ID,
            client_secret="unused",  # noqa: S106  # nobody installs here
            scopes=["commands", "chat:write"],
            installation_store=store,
            state_store=AsyncSQLAlchemyOAuthStateStore(STATE_SECONDS, engine),
        ),
    )

    async def ping(ack: AsyncAck) -> None:
        await ack(PONG)

    app.command("/opp")(ping)  # pyright: ignore[reportUnknownMemberType]  # Bolt's own type
    return app


async def _store(facts: Facts, engine: AsyncEngine) -> AsyncSQLAlchemyInstallationStore:
    """With the workspace, installed by somebody else than who asks, as is usual."""
    store = AsyncSQLAlchemyInstallationStore(CLIENT_ID, engine)
    await store.create_tables()
    await store.async_save(
        Installation(
            app_id="A0BENCH",
            team_id=facts.team_id,
            team_name="bench",
            user_id="U0INSTALLER",
            bot_token=facts.bot_token,
            bot_id=facts.bot_id,
            bot_user_id=facts.bot_user_id,
            bot_scopes="commands,chat:write",
            token_type="bot",  # noqa: S106  # a kind, not a token
        )
    )
    return store


if __name__ == "__main__":
    serve(serving)
