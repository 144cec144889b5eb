"""Bolt at its leanest: authorization from memory, the answer when the handler has returned.

It answers "pong" after the query for one page that `/opp list` makes, through SQLAlchemy Core, in
one transaction that is bound to the company as the application's is.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.child import Serving, listening, serve
from bench.messages import Facts
from bench.servers.recorded import Statement, recorder
from services.db import engine_for

PONG = "pong"


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """A `/opp` command that says pong."""
    async with recorder(facts) as application:
        bind, page = await application.page("list")
    engine = engine_for(facts.database_url)
    try:
        async with listening(_application(facts, engine, bind, page)) as url:
            yield Serving(url=f"{url}/slack/events")
    finally:
        await engine.dispose()


def _application(
    facts: Facts, engine: AsyncEngine, bind: Statement, page: Select[tuple[object, ...]]
) -> web.Application:
    authorized = AuthorizeResult(
        enterprise_id=None,
        team_id=facts.team_id,
        bot_id=facts.bot_id,
        bot_user_id=facts.bot_user_id,
        bot_token=facts.bot_token,
    )

    async def authorize() -> AuthorizeResult:
        return authorized

    app = AsyncApp(
        signing_secret=facts.signing_secret,
        authorize=authorize,
        process_before_response=True,
    )

    async def ping(ack: AsyncAck) -> None:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(bind.sql, dict(bind.values))
            (await connection.execute(page)).all()
        await ack(PONG)

    app.command("/opp")(ping)  # pyright: ignore[reportUnknownMemberType]  # Bolt's own type
    return app.web_app(path="/slack/events")


if __name__ == "__main__":
    serve(serving)
