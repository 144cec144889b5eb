"""Contestants that are asked over HTTP, as Slack asks."""

import itertools
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from bench import database
from bench.database import Filled
from bench.figures import Sample
from bench.load import Ask, Asks, Load, slash
from bench.messages import Facts, Order, Person
from bench.processes import Child, children
from bench.rounds import Contestant, Plan
from bot.embedded import EmbeddedPostgres

AT_ONCE = 8
"""Senders, where CPU is measured."""


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


def divided(
    people: Sequence[Person], line: Callable[[Sequence[Person]], Asks], at_once: int = AT_ONCE
) -> list[Asks]:
    """Senders, and who asks through which: nobody asks twice at once."""
    return [line(people[sender::at_once]) for sender in range(min(at_once, len(people)))]


def listing(facts: Facts, people: Sequence[Person], expected: bytes) -> Asks:
    """Each in turn asks for a list."""
    turns = itertools.cycle(people)

    async def asks() -> Ask:
        return slash(facts, next(turns), "list", expected)

    return asks


@asynccontextmanager
async def programs(plan: Plan, facts: Facts, *names: str) -> AsyncGenerator[Running]:
    """The named programs beside a Slack that answers at once."""
    async with children(facts, "slack") as slack:
        told = facts.model_copy(update={"slack_url": slack["slack"].url})
        measured = plan.cores and plan.cores.measured
        async with children(told, *names, cores=measured) as started:
            yield Running(told, started)
