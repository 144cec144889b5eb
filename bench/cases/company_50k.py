"""A company with 50 000 opportunities and 3 000 partners: what its people wait for."""

import itertools
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import urlencode

from bench.cases.asked import Running, asked, filled_database, listing, programs
from bench.company import FIRST_NUMBER, furnish
from bench.database import told
from bench.figures import P50, Measure, Sample, percentile
from bench.load import Ask, Asks, signed, slash
from bench.messages import Facts, Person
from bench.rounds import BARE, Case, Contestant, Plan
from bench.servers.tandem import hearing, settings
from bench.verdicts import Bar
from bot.app import built
from bot.embedded import EmbeddedPostgres
from handlers.blocks.opportunities import PARTNER
from services.db import Database, Tx
from services.opportunities import Filter, list_opportunities, past
from services.people import actor_for, people
from services.values import Actor, OrganizationId

TANDEM = "tandem"
USUAL_MS, SEARCH_MS, PAST_MS = 60.0, 200.0, 400.0
DEEP = 1_400
"""A page near the last of all open ones."""
DAYS, TWO_YEARS = 90, 730

COMMANDS = {
    "list": ("/opp", "list", b"My open"),
    "list all": ("/opp", "list all", b"All open"),
    "list all by value": ("/opp", "list all by value", b"by value"),
    "list all stale": ("/opp", "list all stale", b"stale"),
    "list won": ("/opp", "list all won any time", b"All opportunities won"),
    "show": ("/opp", f"show {FIRST_NUMBER + 4_711}", b"Time in each stage"),
    "partners": ("/partner", "list", b"Partners: 3"),
    "search": ("/opp", "find hooli renewal", b"Hooli renewal"),
    "search for a partner's": ("/opp", "find acme litware", b"Acme"),
}


def _p95(sample: Sample) -> float:
    return percentile(sample.latencies, 95)


P95 = Measure("p95", _p95, over=min)
"""Of the round that was disturbed least."""

Work = Callable[[Tx], Awaitable[object]]


@asynccontextmanager
async def _contest(plan: Plan, server: EmbeddedPostgres) -> AsyncGenerator[Sequence[Contestant]]:
    """Commands and the type-ahead over HTTP; what is reached by a press, whose answer Slack takes
    by another way, in this process.
    """
    filled = filled_database(server, 1, 10)
    furnish(filled)
    facts = told(filled)
    asking = facts.people[:1]
    async with (
        programs(plan, facts, BARE, TANDEM) as running,
        built(settings(running.facts)) as tandem,
        hearing(tandem),
    ):
        actor = await _actor(tandem.db, asking[0])
        yield [
            asked(running, BARE, [listing(facts, asking, b"pong")]),
            *(_typed(running, asking, name) for name in COMMANDS),
            _renamed(asked(running, TANDEM, [_suggested(facts, asking)]), "type-ahead"),
            *(_within(tandem.db, actor, name, work) for name, work in _READ.items()),
        ]


def _typed(running: Running, asking: Sequence[Person], name: str) -> Contestant:
    command, words, expected = COMMANDS[name]
    turns = itertools.cycle(asking)

    async def asks() -> Ask:
        return slash(running.facts, next(turns), words, expected, command=command)

    return _renamed(asked(running, TANDEM, [asks]), name)


def _suggested(facts: Facts, asking: Sequence[Person]) -> Asks:
    """https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload"""
    turns = itertools.cycle(itertools.product(asking, ("globex", "litware nor", "ta", "fabrikm")))

    async def asks() -> Ask:
        person, typed = next(turns)
        payload = {
            "type": "block_suggestion",
            "user": {"id": person.slack_user_id, "team_id": person.team_id},
            "team": {"id": person.team_id, "domain": "bench"},
            "api_app_id": "A0BENCH",
            "token": "unused",
            "container": {"type": "view", "view_id": "V0BENCH"},
            "action_id": PARTNER,
            "block_id": "partner_id",
            "value": typed,
        }
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return Ask(body, signed(facts.signing_secret, body), (b"options",))

    return asks


def _renamed(contestant: Contestant, name: str) -> Contestant:
    return Contestant(name, contestant.attempt)


async def _actor(db: Database, person: Person) -> Actor:
    application = Actor.application(OrganizationId(person.organization_id))
    async with db.transaction(application) as tx:
        known = {each.slack_user_id: each for each in await people(tx)}
        return await actor_for(tx, known[person.slack_user_id])


def _within(db: Database, actor: Actor, name: str, work: Work) -> Contestant:
    async def attempt(seconds: float) -> Sample:
        began, latencies = time.perf_counter(), list[float]()
        cpu = time.process_time()
        while not latencies or time.perf_counter() < began + seconds:
            start = time.perf_counter()
            async with db.transaction(actor) as tx:
                await work(tx)
            latencies.append(time.perf_counter() - start)
        lasted = time.perf_counter() - began
        return Sample(tuple(latencies), lasted, time.process_time() - cpu)

    return Contestant(name, attempt)


async def _deep(tx: Tx) -> object:
    return await list_opportunities(tx, Filter(), DEEP)


def _as_of(back: int) -> Work:
    async def work(tx: Tx) -> object:
        return await past.as_of(tx, tx.now.date() - timedelta(days=back))

    return work


def _waterfall(back: int) -> Work:
    async def work(tx: Tx) -> object:
        today = tx.now.date()
        return await past.waterfall(tx, today - timedelta(days=back), today)

    return work


_PAST: dict[str, Work] = {
    "as of": _as_of(DAYS),
    "as of two years ago": _as_of(TWO_YEARS),
    "waterfall": _waterfall(DAYS),
    "waterfall of two years": _waterfall(TWO_YEARS),
}
_READ: dict[str, Work] = {"deep page": _deep, **_PAST}
_LIMITS = {
    "search": SEARCH_MS,
    "search for a partner's": SEARCH_MS,
    **dict.fromkeys(_PAST, PAST_MS),
}

COMPANY_50K = Case(
    name="company-50k",
    title="50 000 opportunities and 3 000 partners in one company, the p95 of one request after "
    "the other",
    bars=tuple(
        Bar(P95, _LIMITS.get(name, USUAL_MS), contestant=name)
        for name in (*COMMANDS, "type-ahead", *_READ)
    ),
    bare=P50,
    contest=_contest,
)
