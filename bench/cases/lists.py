"""`/opp list`, whole: against the least that Bolt and the same query can cost, and in time."""

import itertools
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

from bench.cases.asked import AT_ONCE, asked, divided, filled_database, programs
from bench.changes import Changes, changes
from bench.database import told
from bench.figures import CPU, P50
from bench.load import Ask, Asks, slash
from bench.messages import Facts, Person
from bench.rounds import BARE, Case, Contestant, Plan
from bench.verdicts import Bar
from bot.embedded import EmbeddedPostgres

COMPANIES = 10
PONG = b"pong"
WORDS = "list"


@asynccontextmanager
async def _cpu(plan: Plan, server: EmbeddedPostgres) -> AsyncGenerator[Sequence[Contestant]]:
    async with _contest(plan, server, AT_ONCE, "floor", "stock") as contestants:
        yield contestants


@asynccontextmanager
async def _latency(plan: Plan, server: EmbeddedPostgres) -> AsyncGenerator[Sequence[Contestant]]:
    async with _contest(plan, server, 1, "floor") as contestants:
        yield contestants


@asynccontextmanager
async def _contest(
    plan: Plan, server: EmbeddedPostgres, at_once: int, *baselines: str
) -> AsyncGenerator[Sequence[Contestant]]:
    """Everybody is asked by the same people, while the same records change."""
    filled = filled_database(server, plan.opportunities, COMPANIES)
    facts = told(filled)
    names = (BARE, "tandem", *baselines)
    async with programs(plan, facts, *names) as running, changes(filled) as changing:
        yield [
            asked(running, name, divided(facts.people, _seen(facts, name, changing), at_once))
            for name in names
        ]


def _seen(facts: Facts, name: str, changing: Changes) -> Callable[[Sequence[Person]], Asks]:
    """What the answers must show: the page as it is now, or pong from those who know no page."""
    pong = () if name == "tandem" else (PONG,)

    def lines(people: Sequence[Person]) -> Asks:
        turns = itertools.cycle(people)

        async def asks() -> Ask:
            person = next(turns)
            page = await changing.page(person)
            return slash(facts, person, WORDS, *(pong or page))

        return asks

    return lines


LIST_CPU = Case(
    name="list-cpu",
    title="`/opp list` whole, CPU of the process for each request, 8 at once",
    bars=(Bar(CPU, 1.8, "floor"), Bar(CPU, 0.5, "stock")),
    bare=CPU,
    contest=_cpu,
)
LIST_LATENCY = Case(
    name="list-latency",
    title="`/opp list` whole, the median time of one request after the other",
    bars=(Bar(P50, 5.0),),
    bare=P50,
    contest=_latency,
)
