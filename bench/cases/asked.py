"""Contestants that are asked over HTTP, as Slack asks."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from bench import database
from bench.database import Filled
from bench.figures import Sample
from bench.load import Asks, Load
from bench.messages import Facts, Order
from bench.processes import Child, children
from bench.rounds import Contestant, Plan
from bot.embedded import EmbeddedPostgres


@dataclass(frozen=True, slots=True)
class Running:
    """Programs that are up, and what they were told."""

    facts: Facts
    children: Mapping[str, Child]


def asked(running: Running, name: str, lines: Sequence[Asks]) -> Contestant:
    """So many senders as there are lines, each on a connection of its own."""
    child = running.children[name]
    load = Load(child.url)

    async def attempt(seconds: float) -> Sample:
        before = await child.obey(Order())
        latencies, lasted = await load.send(lines, seconds)
        after = await child.obey(Order())
        return Sample(latencies, lasted, after.cpu_seconds - before.cpu_seconds)

    return Contestant(name, attempt)


def filled_database(server: EmbeddedPostgres, opportunities: int, companies: int) -> Filled:
    """A new database with so many companies."""
    filled = database.prepared(server, f"bench_{uuid4().hex[:8]}", opportunities)
    database.grow(filled, companies)
    return filled


@asynccontextmanager
async def programs(plan: Plan, facts: Facts, *names: str) -> AsyncGenerator[Running]:
    """The named programs beside a Slack that answers at once."""
    async with children(facts, "slack") as slack:
        told = facts.model_copy(update={"slack_url": slack["slack"].url})
        measured = plan.cores and plan.cores.measured
        async with children(told, *names, cores=measured) as started:
            yield Running(told, started)
