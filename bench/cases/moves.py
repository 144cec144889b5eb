"""`/opp move`, whole, against the same statements in PostgreSQL's own load generator."""

import itertools
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import database, pgbench
from bench.cases.asked import asked, filled_database, programs
from bench.database import MOVED, PEOPLE, Filled, told
from bench.figures import P50, Sample
from bench.load import Ask, Asks, slash
from bench.messages import Facts
from bench.pgbench import On, Script, Unit
from bench.rounds import BARE, Case, Contestant, Plan, proved
from bench.servers.recorded import NothingRecordedError, Recorder, Transaction, recorder
from bench.verdicts import Bar
from bot.embedded import EmbeddedPostgres

COMPANIES = 10
STAGES = ("proposal", "negotiation")
BY_PGBENCH = MOVED
"""The number of the opportunity that pgbench moves to and fro."""
BY_COMMAND = range(1, MOVED)
MOVES = b"SELECT count(*) FROM opportunity_stage_history"
ONLY_ONCE = "INSERT INTO processed_requests"


@asynccontextmanager
async def _contest(plan: Plan, server: EmbeddedPostgres) -> AsyncGenerator[Sequence[Contestant]]:
    """One request, or one run of the statements, after the other."""
    filled = filled_database(server, plan.opportunities, COMPANIES)
    async with programs(plan, told(filled), BARE, "tandem") as running:
        facts = running.facts
        with TemporaryDirectory(prefix="tandem-pgbench-") as folder:
            by_pgbench = await _by_pgbench(plan, server, facts, Path(folder))
            yield [
                asked(running, BARE, [_moves(facts, b"pong")]),
                _fresh(filled, asked(running, "tandem", [_moves(facts, b"moved")])),
                _fresh(filled, by_pgbench),
            ]


def _fresh(filled: Filled, contestant: Contestant) -> Contestant:
    """The same, beginning with short histories; what was measured must be in them afterwards."""
    counted = proved(contestant, lambda: database.counted(filled, MOVES))

    async def attempt(seconds: float) -> Sample:
        database.tidy(filled)
        return await counted.attempt(seconds)

    return Contestant(contestant.name, attempt)


def _moves(facts: Facts, expected: bytes) -> Asks:
    """Each of them there, then each of them back, for ever, by their owners."""
    turns = itertools.cycle(itertools.product(STAGES, BY_COMMAND))

    async def asks() -> Ask:
        stage, number = next(turns)
        owner = facts.people[(number - 1) % PEOPLE]
        return slash(facts, owner, f"move {number} {stage}", expected)

    return asks


async def _by_pgbench(
    plan: Plan, server: EmbeddedPostgres, facts: Facts, folder: Path
) -> Contestant:
    program = pgbench.program(server)
    async with recorder(facts) as application:
        script = await _script(application, facts, BY_PGBENCH)

    async def attempt(seconds: float) -> Sample:
        return await pgbench.run(
            program, facts.database_url, folder, script, On(seconds, plan.cores)
        )

    return Contestant("pgbench", attempt)


async def _script(application: Recorder, facts: Facts, number: int) -> Script:
    """There and back, as it is done when all that is remembered is remembered."""
    owner = facts.people[(number - 1) % PEOPLE]
    for stage in STAGES:
        await application.transactions(owner, f"move {number} {stage}")
    return pgbench.script(
        [
            _unit(await application.transactions(owner, f"move {number} {stage}"))
            for stage in STAGES
        ],
    )


def _unit(transactions: Sequence[Transaction]) -> Unit:
    statements = [each for transaction in transactions for each in transaction]
    keys = [each.values["key"] for each in statements if each.sql.startswith(ONLY_ONCE)]
    if len(keys) != 1 or not any("UPDATE opportunities" in each.sql for each in statements):
        raise NothingRecordedError("a move was not what a move is")
    return Unit(transactions, keys[0])


MOVE_COST = Case(
    name="move-cost",
    title="`/opp move` whole, the median time of one request after the other",
    bars=(Bar(P50, 5.0, "pgbench"),),
    bare=P50,
    contest=_contest,
)
