"""The least that Bolt can cost with the same query: authorization from memory, then "pong".

Before it answers, it asks the database what `/opp list` asks for the rows of its page, through
SQLAlchemy Core, in a transaction that is bound to the company. It reads nothing else, checks
nothing and renders nothing.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.async_app import AsyncAck
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench.child import Serving, listening, serve
from bench.messages import Facts, Person
from bench.servers.bolt import remembering
from bench.servers.recorded import Asked, recorder

PONG = "pong"
BIND = text(
    "SELECT set_config('app.current_organization_id', :organization, true),"
    " set_config('app.now', now()::text, true)"
)

Pages = Mapping[str, tuple[Person, Sequence[Asked]]]
"""By the Slack account that asks."""


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """A `/opp` command that says pong."""
    async with recorder(facts) as application:
        pages = {
            person.slack_user_id: (person, await application.page(person, "list"))
            for person in facts.people
        }
    engine = create_async_engine(
        facts.database_url.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=10
    )
    try:
        async with listening(_application(facts, engine, pages)) as url:
            yield Serving(url=f"{url}/slack/events")
    finally:
        await engine.dispose()


def _application(facts: Facts, engine: AsyncEngine, pages: Pages) -> web.Application:
    app = remembering(facts)

    async def ping(ack: AsyncAck, command: dict[str, str]) -> None:
        await _ask(engine, *pages[command["user_id"]])
        await ack(PONG)

    app.command("/opp")(ping)  # pyright: ignore[reportUnknownMemberType]  # Bolt's own type
    return app.web_app(path="/slack/events")


async def _ask(engine: AsyncEngine, person: Person, page: Sequence[Asked]) -> None:
    async with engine.begin() as connection:
        await connection.execute(BIND, {"organization": str(person.organization_id)})
        for each in page:
            (await connection.execute(each.element, each.values)).all()


if __name__ == "__main__":
    serve(serving)
