"""What a request costs where a thousand workspaces are installed, against ten.

Every company has asked once, so that what is remembered of all of them is there. Then as many ask
on either side: what is compared is how many there are, not how long ago each was heard last.
"""

import itertools
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from bench import database, machine
from bench.cases.asked import AT_ONCE, Running, asked, divided, filled_database, listing, programs
from bench.cases.moves import STAGES
from bench.database import OTHERS_HAVE, PEOPLE, Filled, told
from bench.figures import CPU, WHOLE_CPU, Sample
from bench.load import Ask, Asks, slash
from bench.messages import Facts, Person
from bench.rounds import BARE, Case, Contestant, Plan
from bench.verdicts import Bar
from bot.embedded import EmbeddedPostgres

TANDEM = "tandem"


@asynccontextmanager
async def _contest(plan: Plan, server: EmbeddedPostgres) -> AsyncGenerator[Sequence[Contestant]]:
    """Two databases, and the application once on each; both are asked in turn."""
    few, many = plan.companies
    async with (
        _bare(plan, server) as bare,
        _installed(plan, server, "few", few) as small,
        _installed(plan, server, "many", many) as large,
    ):
        yield [bare, *small, *large]


@asynccontextmanager
async def _bare(plan: Plan, server: EmbeddedPostgres) -> AsyncGenerator[Contestant]:
    facts = told(filled_database(server, OTHERS_HAVE, 1))
    async with programs(plan, facts, BARE) as running:
        yield asked(running, BARE, [listing(facts, facts.people, b"pong")] * AT_ONCE)


@asynccontextmanager
async def _installed(
    plan: Plan, server: EmbeddedPostgres, name: str, companies: int
) -> AsyncGenerator[Sequence[Contestant]]:
    """The application with so many companies, each of which has asked once."""
    filled = filled_database(server, OTHERS_HAVE, companies)
    people = database.people(filled)[PEOPLE:]
    async with programs(plan, told(filled), TANDEM) as running:
        await _ask_once(running, people)
        asking = people[:: max(1, len(people) // AT_ONCE)]
        lists = divided(asking, lambda some: _list(running, some))
        moves = divided(asking, lambda some: _move(running.facts, some))
        yield [
            with_database(filled, asked(running, TANDEM, lists), f"list, {name}"),
            with_database(filled, asked(running, TANDEM, moves), f"move, {name}"),
        ]


def with_database(filled: Filled, contestant: Contestant, name: str) -> Contestant:
    """The same, and what the database's sessions have used meanwhile."""

    async def attempt(seconds: float) -> Sample:
        before = machine.used_seconds(database.sessions(filled))
        sample = await contestant.attempt(seconds)
        after = machine.used_seconds(database.sessions(filled))
        used = sum(after.values()) - sum(before[pid] for pid in before if pid in after)
        return replace(sample, database_seconds=used)

    return Contestant(name, attempt)


async def _ask_once(running: Running, people: Sequence[Person]) -> None:
    everybody = asked(running, TANDEM, divided(people, lambda some: _list(running, some)))
    so_far = 0
    while so_far < len(people):
        so_far += (await everybody.attempt(1.0)).count


def _list(running: Running, people: Sequence[Person]) -> Asks:
    return listing(running.facts, people, b"#10 ")


def _move(facts: Facts, people: Sequence[Person]) -> Asks:
    """Each of them one there, all again the next one, and so on, then back."""
    moves = itertools.product(STAGES, range(1, OTHERS_HAVE + 1), people)
    turns = itertools.cycle(moves)

    async def asks() -> Ask:
        stage, number, person = next(turns)
        return slash(facts, person, f"move {number} {stage}", b"moved")

    return asks


TENANTS_1000 = Case(
    name="tenants-1000",
    title="`/opp list` and `/opp move` whole with 1 000 workspaces installed, and with 10",
    bars=(
        Bar(WHOLE_CPU, 1.2, "list, few", "list, many"),
        Bar(WHOLE_CPU, 1.2, "move, few", "move, many"),
    ),
    bare=CPU,
    contest=_contest,
)
