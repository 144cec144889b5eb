"""The writing statements of a stage move alone: bare psycopg, one transaction for each move.

They are those the application was seen to make, with nothing read, checked or rendered between
them, and no HTTP in front.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from uuid import uuid4

from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation

from bench.child import Serving, serve
from bench.messages import Facts, Order
from bench.servers.recorded import Recorder, Statement, recorder

STAGES = ("proposal", "negotiation")
DEFERS = "procrastinate_defer"

Move = Sequence[Statement]


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """One connection for each opportunity that is moved to and fro."""
    async with recorder(facts) as application:
        recorded = [await _to_and_fro(application, number) for number in facts.to_rewrite]
    moves = [itertools.cycle(each) for each in recorded]
    async with AsyncExitStack() as stack:
        connections = [
            await stack.enter_async_context(await AsyncConnection.connect(facts.database_url))
            for _ in moves
        ]

        async def work(order: Order) -> Sequence[float]:
            until = time.perf_counter() + order.seconds
            pairs = list(zip(connections, moves, strict=True))[: order.at_once]
            done = await asyncio.gather(*(_move_until(until, *pair) for pair in pairs))
            return [latency for latencies in done for latency in latencies]

        yield Serving(work=work)


async def _to_and_fro(application: Recorder, number: int) -> list[Move]:
    return [await application.writes(f"move {number} {stage}") for stage in STAGES]


async def _move_until(
    until: float, connection: AsyncConnection, moves: Iterator[Move]
) -> list[float]:
    latencies: list[float] = []
    while not latencies or time.perf_counter() < until:
        move = next(moves)
        began = time.perf_counter()
        async with connection.transaction():
            await _write(connection, move)
        latencies.append(time.perf_counter() - began)
    return latencies


async def _write(connection: AsyncConnection, move: Move) -> None:
    fresh, recorded = uuid4().hex, _request_key(move)
    for statement in move:
        sql = statement.sql.encode()
        values = {
            name: fresh if value == recorded else value for name, value in statement.values.items()
        }
        if DEFERS not in statement.sql:
            await connection.execute(sql, values)
            continue
        # The work it asks for waits already: refused, as in the application, to a savepoint.
        with suppress(UniqueViolation):
            async with connection.transaction():
                await connection.execute(sql, values)


def _request_key(move: Move) -> object:
    """What kept the recorded request from being answered twice; each repetition needs its own."""
    insert = next(each for each in move if each.sql.startswith("INSERT INTO processed_requests"))
    return insert.values["key"]


if __name__ == "__main__":
    serve(serving)
