"""The least an outbox can cost that loses nothing: claim with a lease, one call, settle.

A lane for each channel is its mutex, its pace and its order; companies take turns. The message is
ready, nothing is rendered, checked or recorded beside that it was sent, and there is no row level
security. What the application's deliverer costs beyond this is what it does beyond this.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench.child import Serving, serve
from bench.messages import Facts, Order
from bench.servers.client import rendered
from bot.slack_client import call
from handlers.notices import Message
from services import outbox

LEASE_SECONDS = 30
GAP_SECONDS = 1
NOTHING = Message(text="", blocks=[])


@dataclass(slots=True)
class _Bare:
    engine: AsyncEngine
    client: AsyncWebClient
    message: Message = NOTHING

    async def put(self, count: int) -> None:
        """So many messages, each in a channel of its own."""
        async with self.engine.begin() as connection:
            await connection.execute(PUT_LANES, {"count": count})
            await connection.execute(PUT, {"count": count})

    async def deliver(self, at_once: int) -> list[float]:
        """Everything that waits; for each delivery the time of the batch it went with."""
        times: list[float] = []
        while True:
            began = time.perf_counter()
            async with self.engine.begin() as connection:
                wanted = {"count": at_once, "lease": LEASE_SECONDS}
                claims = (await connection.execute(CLAIM, wanted)).all()
            if not claims:
                return times
            await asyncio.gather(*(self._one(claim) for claim in claims))
            times += [time.perf_counter() - began] * len(claims)

    async def _one(self, claim: Row[int, str]) -> None:
        message = self.message
        answer = await call(
            self.client, outbox.POST, channel="C0BENCH", text=message.text, blocks=message.blocks
        )
        async with self.engine.begin() as connection:
            settled = {"id": claim[0], "lane": claim[1], "ts": answer["ts"], "gap": GAP_SECONDS}
            await connection.execute(SETTLE, settled)


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """Tables of its own, in the database beside the application's."""
    engine = create_async_engine(
        facts.stock_url.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=20
    )
    async with ClientSession() as session:
        client = AsyncWebClient(
            token=facts.bot_token, base_url=facts.slack_url, session=session, retry_handlers=[]
        )
        bare = _Bare(engine, client)
        async with engine.begin() as connection:
            for statement in TABLES:
                await connection.execute(text(statement))

        async def prepare(order: Order) -> None:
            if bare.message is NOTHING:
                bare.message = await rendered(facts, order.cards[0])
            await bare.put(len(order.cards))

        async def work(order: Order) -> Sequence[float]:
            return await bare.deliver(order.at_once)

        try:
            yield Serving(prepare=prepare, work=work)
        finally:
            await engine.dispose()


TABLES = (
    """
    CREATE TABLE lanes (
      name text PRIMARY KEY, company int NOT NULL, waiting int NOT NULL DEFAULT 0,
      next_at timestamptz NOT NULL DEFAULT now(), served_at timestamptz NOT NULL DEFAULT '-infinity'
    )
    """,
    "CREATE INDEX ON lanes (next_at) WHERE waiting > 0",
    """
    CREATE TABLE messages (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, lane text NOT NULL REFERENCES lanes,
      state text NOT NULL DEFAULT 'waiting', attempts int NOT NULL DEFAULT 0, ts text,
      sent_at timestamptz
    )
    """,
    "CREATE INDEX ON messages (lane, id) WHERE state IN ('waiting', 'sending')",
)

PUT_LANES = text("""
    INSERT INTO lanes (name, company)
    SELECT gen_random_uuid(), n % 50 FROM generate_series(1, :count) n
""")
PUT = text("""
    WITH new AS (
      UPDATE lanes SET waiting = 1 WHERE served_at = '-infinity' AND waiting = 0 RETURNING name
    )
    INSERT INTO messages (lane) SELECT name FROM new LIMIT :count
""")
CLAIM = text("""
    WITH due AS (
      SELECT name, served_at, row_number() OVER (PARTITION BY company ORDER BY served_at) AS turn
      FROM lanes WHERE waiting > 0 AND next_at <= now()
    ), picked AS (
      SELECT l.name FROM lanes l JOIN due USING (name)
      WHERE l.waiting > 0 AND l.next_at <= now()
      ORDER BY due.turn, due.served_at LIMIT :count FOR UPDATE OF l SKIP LOCKED
    ), leased AS (
      UPDATE lanes l SET next_at = now() + make_interval(secs => :lease), served_at = now()
      FROM picked WHERE l.name = picked.name RETURNING l.name
    ), heads AS (
      SELECT head.id FROM leased, LATERAL (
        SELECT id FROM messages m WHERE m.lane = leased.name AND m.state IN ('waiting', 'sending')
        ORDER BY id LIMIT 1
      ) head
    )
    UPDATE messages m SET state = 'sending', attempts = attempts + 1
    FROM heads WHERE m.id = heads.id RETURNING m.id, m.lane
""")
SETTLE = text("""
    WITH sent AS (
      UPDATE messages SET state = 'sent', ts = :ts, sent_at = now() WHERE id = :id RETURNING 1
    )
    UPDATE lanes SET waiting = waiting - 1, next_at = now() + make_interval(secs => :gap)
    WHERE name = :lane
""")


if __name__ == "__main__":
    serve(serving)
