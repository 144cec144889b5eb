"""What answering costs in plain aiohttp and in Bolt, way by way: figures to read the ratios by."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from bench.cases.asked import asked, divided, filled_database, listing, programs
from bench.database import OTHERS_HAVE, told
from bench.figures import CPU
from bench.rounds import BARE, Case, Contestant, Plan
from bot.embedded import EmbeddedPostgres

NAMES = (BARE, "raw", "single", "cached", "stock")


@asynccontextmanager
async def _contest(plan: Plan, server: EmbeddedPostgres) -> AsyncGenerator[Sequence[Contestant]]:
    facts = told(filled_database(server, OTHERS_HAVE, 1))
    async with programs(plan, facts, *NAMES) as running:
        lines = divided(facts.people, lambda some: listing(facts, some, b"pong"))
        yield [asked(running, name, lines) for name in NAMES]


BOLT = Case(
    name="bolt",
    title='"pong" by plain aiohttp without and with a signature, and by Bolt in three ways',
    bars=(),
    bare=CPU,
    contest=_contest,
)
