"""Fifty people move the same ten opportunities at once, in two replicas, wave after wave.

What counts is what comes of it: in each wave one of the five at an opportunity moves it, everybody
else is told, and its history goes from stage to stage without a gap or a fork. Any other outcome
ends the run. How long the last of them waits is told beside.
"""

import json
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID, uuid4

import psycopg

from bench import database
from bench.cases.asked import Running, asked, filled_database, listing, programs
from bench.cases.replicas import TANDEM, all_at_once, used
from bench.database import OTHERS_HAVE, PEOPLE, Filled, told
from bench.figures import LONGEST, P50, Sample
from bench.load import OK, Answer, Ask, signed
from bench.messages import Facts, Person
from bench.rounds import BARE, Case, Contestant, NotDoneError, Plan
from bench.verdicts import Bar
from bot.embedded import EmbeddedPostgres

MOVERS = 50
DEALS = 10
WAVES = 4
STAGES = ("prospecting", "qualified", "proposal", "negotiation")
SLACK_WAITS_MS = 3_000
TOLD = b"Nothing was saved."
LINES_BEFORE = 2
"""Of each opportunity's history, as it is filled in."""


class _Deal(NamedTuple):
    """An opportunity as people see it before a wave."""

    number: int
    id: UUID
    stage: str


class _Try(NamedTuple):
    """Who moves what, and where to."""

    person: Person
    deal: _Deal
    to: str


@asynccontextmanager
async def _contest(plan: Plan, server: EmbeddedPostgres) -> AsyncGenerator[Sequence[Contestant]]:
    """Every round is another company's."""
    filled = filled_database(server, OTHERS_HAVE, plan.rounds + 2)
    companies = iter(database.people(filled)[PEOPLE:])
    facts = told(filled)
    async with (
        programs(plan, facts, BARE, TANDEM) as first,
        programs(plan, facts, TANDEM) as second,
    ):
        yield [
            asked(first, BARE, [listing(first.facts, facts.people, b"pong")]),
            _race(filled, (first, second), companies),
        ]


def _race(filled: Filled, replicas: Sequence[Running], companies: Iterator[Person]) -> Contestant:
    """Every second one asks the other replica."""

    async def attempt(seconds: float) -> Sample:
        del seconds  # it lasts as long as it takes
        somebody = next(companies)
        movers = _movers(filled, somebody)
        latencies: list[float] = []
        lasted = 0.0
        before = await used(replicas)
        for wave in range(WAVES):
            tries = _tries(movers, _deals(filled, somebody.organization_id), wave)
            crowds = [
                [_ask(each.facts, one) for one in tries[at::2]] for at, each in enumerate(replicas)
            ]
            answers, took = await all_at_once(replicas, crowds)
            _refuse_untold([*tries[0::2], *tries[1::2]], answers, _deals_now(filled, somebody))
            latencies += [each.seconds for each in answers]
            lasted += took
        after = await used(replicas)
        _refuse_inexact(filled, somebody.organization_id)
        return Sample(tuple(latencies), lasted, after - before)

    return Contestant(TANDEM, attempt)


def _movers(filled: Filled, somebody: Person) -> list[Person]:
    """Managers of this company, each with an account."""
    with psycopg.connect(filled.owner_url, autocommit=True) as connection:
        connection.execute(SEATS, (somebody.organization_id,))
        connection.execute(PEOPLE_ADDED, (MOVERS, somebody.organization_id))
        rows = connection.execute(
            ACCOUNTS_ADDED, (somebody.team_id, somebody.organization_id)
        ).fetchall()
    return [somebody.model_copy(update={"slack_user_id": account}) for (account,) in rows]


def _deals(filled: Filled, organization_id: UUID) -> list[_Deal]:
    with psycopg.connect(filled.owner_url) as connection:
        return [_Deal(*row) for row in connection.execute(SEEN, (organization_id, DEALS))]


def _deals_now(filled: Filled, somebody: Person) -> Mapping[int, str]:
    return {each.number: each.stage for each in _deals(filled, somebody.organization_id)}


def _tries(movers: Sequence[Person], deals: Sequence[_Deal], wave: int) -> list[_Try]:
    """Everybody moves one of them, another one in each wave, to any stage but the one it is in."""
    tries: list[_Try] = []
    for at, person in enumerate(movers):
        deal = deals[(at + wave) % DEALS]
        others = [stage for stage in STAGES if stage != deal.stage]
        tries.append(_Try(person, deal, others[at // DEALS % len(others)]))
    return tries


def _ask(facts: Facts, one: _Try) -> Ask:
    """The submit of the form of a move, opened when the opportunity was as it was seen."""
    note = {"v": 1, "number": one.deal.number, "id": str(one.deal.id), "at": one.deal.stage}
    view: dict[str, object] = {
        "id": f"V{uuid4().hex.upper()}",
        "type": "modal",
        "callback_id": "opportunity.move",
        "private_metadata": json.dumps(note | {"to": one.to}),
        "hash": uuid4().hex,
        "state": {"values": {}},
        "blocks": [],
    }
    team = {"id": one.person.team_id, "domain": "bench"}
    user = {"id": one.person.slack_user_id, "team_id": one.person.team_id}
    payload: dict[str, object] = {
        "type": "view_submission",
        "team": team,
        "user": user,
        "view": view,
        "trigger_id": uuid4().hex,
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return Ask(body, signed(facts.signing_secret, body), ())


def _refuse_untold(
    tries: Sequence[_Try], answers: Sequence[Answer], now: Mapping[int, str]
) -> None:
    """Raises NotDoneError unless exactly those whose stage it came to were answered without a word
    of what was not saved.
    """
    for one, answer in zip(tries, answers, strict=True):
        is_told = TOLD in answer.body
        if answer.status != OK or is_told is (now[one.deal.number] == one.to):
            raise NotDoneError(
                f"{TANDEM}: {one.deal} to {one.to}, now {now[one.deal.number]}: "
                f"{answer.status} {answer.body[:300]!r}"
            )


def _refuse_inexact(filled: Filled, organization_id: UUID) -> None:
    """Raises NotDoneError unless each history is one chain to where the opportunity is."""
    with psycopg.connect(filled.owner_url) as connection:
        rows = connection.execute(CHAINS, (organization_id, DEALS, LINES_BEFORE)).fetchall()
    if rows != [(WAVES, 0, True)] * DEALS:
        raise NotDoneError(f"{TANDEM}: lines, gaps and whether they end where it is: {rows}")


SEATS = b"UPDATE organizations SET max_users = NULL WHERE id = %s"
PEOPLE_ADDED = b"""
INSERT INTO users (organization_id, email, password_hash, first_name, last_name, role,
  last_login_at)
SELECT o.id, 'mover' || n || '@bench.example', '!', 'Mover', n::text, 'sales_manager', now()
FROM generate_series(1, %s) n, organizations o WHERE o.id = %s
"""
ACCOUNTS_ADDED = b"""
INSERT INTO slack_identities (organization_id, workspace_id, slack_user_id, user_id)
SELECT w.organization_id, w.id, 'U' || substr(w.team_id, 2) || 'MOVER' || chr(64 + u.n / 10)
         || chr(65 + u.n %% 10), u.id
FROM workspaces w
JOIN (SELECT id, organization_id, last_name::int + 9 AS n FROM users WHERE first_name = 'Mover') u
  ON u.organization_id = w.organization_id
WHERE w.team_id = %s AND w.organization_id = %s
RETURNING slack_user_id
"""
SEEN = b"""
SELECT number, id, stage FROM opportunities WHERE organization_id = %s AND number <= %s
ORDER BY number
"""
CHAINS = b"""
SELECT count(*), count(*) FILTER (WHERE from_stage IS DISTINCT FROM before),
       bool_or(is_last AND to_stage = stage)
FROM (
  SELECT p.number, p.stage, h.from_stage, h.to_stage,
         lag(h.to_stage) OVER one AS before,
         row_number() OVER one AS line,
         lead(h.id) OVER one IS NULL AS is_last
  FROM opportunities p JOIN opportunity_stage_history h ON h.opportunity_id = p.id
  WHERE p.organization_id = %s AND p.number <= %s
  WINDOW one AS (PARTITION BY p.id ORDER BY h.changed_at)
) line
WHERE line > %s GROUP BY number ORDER BY number
"""

MOVE_RACE = Case(
    name="move-race",
    title="50 people moving the same 10 opportunities at once in two replicas: no fork, all told",
    bars=(Bar(LONGEST, SLACK_WAITS_MS),),
    bare=P50,
    contest=_contest,
)
