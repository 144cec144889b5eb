"""The benchmarks: who is measured against whom, and the alternating rounds."""

import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from bench import database
from bench.database import MOVED, REWRITTEN, Filled
from bench.figures import Measure, Sample, Series, cpu, duration, latency
from bench.load import Load
from bench.messages import Order
from bench.processes import Child, children
from bot.embedded import EmbeddedPostgres

MANY = REWRITTEN
"""So many senders at once, and for each a connection of the bare writes."""
DELIVERED_AT_ONCE = 20
ONE_BY_ONE = Measure("one at a time, the median", 1, latency)
TOGETHER = Measure(f"{MANY} at once, the time for each", MANY, duration)
REQUEST_CPU = Measure("CPU of the process for each", MANY, cpu)
REQUESTS = (ONE_BY_ONE, TOGETHER, REQUEST_CPU)
DELIVERIES = (
    Measure(f"{DELIVERED_AT_ONCE} at once, the time for each", DELIVERED_AT_ONCE, duration),
    Measure("CPU of the process for each", DELIVERED_AT_ONCE, cpu),
)

NAMES = ("list", "move", "delivery")
PROGRAMS: Mapping[str, Sequence[str]] = {
    "list": ("tandem", "bolt", "stock"),
    "move": ("tandem", "writes"),
    "delivery": ("tandem", "client"),
}
MOVES = b"SELECT count(*) FROM opportunity_stage_history"
SENT = b"SELECT count(*) FROM outbox WHERE state = 'sent'"


class NotDoneError(RuntimeError):
    """What was measured did not happen."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure, and how long."""

    names: Sequence[str] = NAMES
    companies: Sequence[int] = (10, 1000)
    opportunities: int = 200
    rounds: int = 5
    seconds: float = 0.35
    deliveries: int = 40


Attempt = Callable[[int, float], Awaitable[Sample]]


@dataclass(frozen=True, slots=True)
class Contestant:
    """One who does the work. `attempt` does it so many at once for so many seconds."""

    name: str
    attempt: Attempt
    proof: bytes | None = None
    """Counts what its work has left behind, if it leaves something."""


@dataclass(frozen=True, slots=True)
class Contest:
    """Ours first, then what it is compared with."""

    name: str
    title: str
    measures: Sequence[Measure]
    contestants: Sequence[Contestant]

    @property
    def at_once(self) -> Sequence[int]:
        return sorted({measure.at_once for measure in self.measures})


@dataclass(frozen=True, slots=True)
class Result:
    """A contest, held at so many companies."""

    contest: Contest
    companies: int
    series: Sequence[Series]


@dataclass(frozen=True, slots=True)
class Arena:
    """Everything that is up."""

    plan: Plan
    filled: Filled
    children: Mapping[str, Child]

    def contests(self) -> list[Contest]:
        makers = {"list": self._list, "move": self._move, "delivery": self._delivery}
        return [makers[name]() for name in self.plan.names]

    def _list(self) -> Contest:
        lists = [itertools.repeat("list")] * MANY
        return Contest(
            "list",
            "`/opp list`, the whole request",
            REQUESTS,
            (
                self._asked("tandem", "Tandem", lists, "Customer"),
                self._asked("bolt", "Bolt, the page's SELECT and pong", lists, "pong"),
                self._asked("stock", "stock Bolt OAuth, only pong", lists, "pong"),
            ),
        )

    def _move(self) -> Contest:
        each = MOVED // MANY
        moves = [_moves(range(1 + each * at, 1 + each * (at + 1))) for at in range(MANY)]
        return Contest(
            "move",
            "`/opp move`, the whole request",
            REQUESTS,
            (
                self._asked("tandem", "Tandem", moves, "text", MOVES),
                Contestant("the same writes by bare psycopg", self._ordered("writes"), MOVES),
            ),
        )

    def _delivery(self) -> Contest:
        return Contest(
            "delivery",
            "deliveries from the outbox, a channel each",
            DELIVERIES,
            (
                Contestant("Tandem", self._delivering("tandem"), SENT),
                Contestant("a bare loop of the SDK's client", self._delivering("client")),
            ),
        )

    def _asked(
        self,
        program: str,
        name: str,
        commands: Sequence[Iterator[str]],
        expected: str,
        proof: bytes | None = None,
    ) -> Contestant:
        child = self.children[program]
        load = Load(self.filled.facts, child.url, commands, expected=expected)

        async def attempt(at_once: int, seconds: float) -> Sample:
            before = await child.obey(Order())
            latencies, lasted = await load.send(at_once, seconds)
            after = await child.obey(Order())
            return Sample(latencies, lasted, after.cpu_seconds - before.cpu_seconds)

        return Contestant(name, attempt, proof)

    def _ordered(self, program: str) -> Attempt:
        child = self.children[program]

        async def attempt(at_once: int, seconds: float) -> Sample:
            return await _obeyed(child, Order(do="work", at_once=at_once, seconds=seconds))

        return attempt

    def _delivering(self, program: str) -> Attempt:
        child, count = self.children[program], self.plan.deliveries

        async def attempt(at_once: int, seconds: float) -> Sample:
            del seconds
            cards = database.cards(self.filled, count)
            await child.obey(Order(do="prepare", cards=cards))
            return await _obeyed(child, Order(do="work", at_once=at_once, count=count))

        return attempt


@asynccontextmanager
async def arena(plan: Plan, server: EmbeddedPostgres) -> AsyncGenerator[Arena]:
    """A database for the smallest number of companies, and every program that the plan needs."""
    filled = database.prepared(server, f"bench_{uuid4().hex[:8]}", plan.opportunities)
    database.grow(filled, min(plan.companies))
    programs = dict.fromkeys(each for name in plan.names for each in PROGRAMS[name])
    async with children(filled.facts, "slack") as slack:
        facts = filled.facts.model_copy(update={"slack_url": slack["slack"].url})
        async with children(facts, *programs) as started:
            yield Arena(plan, filled, started)


async def measured(arena: Arena) -> AsyncGenerator[Result]:
    """Each contest at each number of companies, from few to many."""
    contests = arena.contests()
    for companies in sorted(arena.plan.companies):
        database.grow(arena.filled, companies)
        for contest in contests:
            series = await _rounds(arena, contest)
            yield Result(contest, companies, series)


async def _rounds(arena: Arena, contest: Contest) -> list[Series]:
    """One round to get warm, then those that count."""
    for each in contest.contestants:
        await _round(arena, contest, each)
    series = [
        Series(each.name, {at_once: [] for at_once in contest.at_once})
        for each in contest.contestants
    ]
    for _ in range(arena.plan.rounds):
        for contestant, each in zip(contest.contestants, series, strict=True):
            for at_once, sample in (await _round(arena, contest, contestant)).items():
                each.samples[at_once].append(sample)
    return series


async def _round(arena: Arena, contest: Contest, contestant: Contestant) -> dict[int, Sample]:
    return {at_once: await _proved(arena, contestant, at_once) for at_once in contest.at_once}


async def _proved(arena: Arena, contestant: Contestant, at_once: int) -> Sample:
    before = _count(arena, contestant)
    sample = await contestant.attempt(at_once, arena.plan.seconds)
    done = _count(arena, contestant) - before
    if contestant.proof is not None and done != sample.count:
        raise NotDoneError(f"{contestant.name}: {sample.count} were measured, {done} were done")
    return sample


def _count(arena: Arena, contestant: Contestant) -> int:
    return database.counted(arena.filled, contestant.proof) if contestant.proof else 0


async def _obeyed(child: Child, order: Order) -> Sample:
    before = await child.obey(Order())
    report = await child.obey(order)
    return Sample(report.latencies, report.seconds, report.cpu_seconds - before.cpu_seconds)


def _moves(numbers: Sequence[int]) -> Iterator[str]:
    """Each of them there, then each of them back, for ever."""
    return itertools.cycle(
        f"move {number} {stage}" for stage in ("proposal", "negotiation") for number in numbers
    )
