"""Two hundred people use the app for the first time at once, in two replicas, for five free seats.

What counts is who gets in: exactly as many as there are seats, and everybody else is told why not.
Any other outcome ends the run. How long the last of them waits is told beside.
"""

import string
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import psycopg

from bench import database
from bench.cases.asked import Running, asked, filled_database, listing, programs
from bench.cases.replicas import TANDEM, all_at_once, used
from bench.database import OTHERS_HAVE, PEOPLE, Filled, told
from bench.figures import LONGEST, P50, Sample
from bench.load import OK, Answer, Ask, slash
from bench.messages import Facts, Person
from bench.rounds import BARE, Case, Contestant, NotDoneError, Plan
from bench.verdicts import Bar
from bot.embedded import EmbeddedPostgres

SEATS = 10
FREE = 5
NEWCOMERS = 200
SLACK_WAITS_MS = 3_000
WELCOMED = b"open opportunities"
REFUSED = b"All 10 seats of your company are taken"


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
    """Half of the newcomers ask each replica."""

    async def attempt(seconds: float) -> Sample:
        del seconds  # it lasts as long as it takes
        somebody = next(companies)
        _seat(filled, somebody.organization_id)
        crowds = [_crowd(each.facts, somebody, at) for at, each in enumerate(replicas)]
        before = await used(replicas)
        answers, lasted = await all_at_once(replicas, crowds)
        after = await used(replicas)
        _refuse_inexact(filled, somebody.organization_id, answers)
        return Sample(tuple(each.seconds for each in answers), lasted, after - before)

    return Contestant(TANDEM, attempt)


def _crowd(facts: Facts, somebody: Person, replica: int) -> list[Ask]:
    """Newcomers of one company, every second one of all."""
    accounts = [
        somebody.model_copy(
            update={"slack_user_id": f"U{somebody.team_id[1:]}NEW{_letters(number)}"}
        )
        for number in range(replica, NEWCOMERS, 2)
    ]
    return [slash(facts, each, "list") for each in accounts]


def _letters(number: int) -> str:
    """The bench's Slack knows accounts by letters."""
    high, low = divmod(number, len(string.ascii_uppercase))
    return string.ascii_uppercase[high] + string.ascii_uppercase[low]


def _seat(filled: Filled, organization_id: UUID) -> None:
    """So many seats, of which all but the free ones are taken."""
    with psycopg.connect(filled.owner_url, autocommit=True) as connection:
        connection.execute(SEAT, (SEATS, organization_id))
        connection.execute(FILL, (organization_id, SEATS - FREE - 1))


def _refuse_inexact(filled: Filled, organization_id: UUID, answers: Sequence[Answer]) -> None:
    """Raises NotDoneError when anything came of it but what has to."""
    found = Counter(_kind(each) for each in answers)
    with psycopg.connect(filled.owner_url) as connection:
        row = connection.execute(COUNT, (organization_id,)).fetchone()
    if found != {"welcomed": FREE, "refused": NEWCOMERS - FREE} or row != (SEATS, SEATS):
        raise NotDoneError(f"{TANDEM}: {dict(found)}, people and active people {row}")


def _kind(answer: Answer) -> str:
    if answer.status == OK and REFUSED in answer.body:
        return "refused"
    if answer.status == OK and WELCOMED in answer.body:
        return "welcomed"
    return f"{answer.status} {answer.body[:200]!r}"


SEAT = b"UPDATE organizations SET max_users = %s WHERE id = %s"
FILL = b"""
INSERT INTO users (organization_id, email, password_hash, first_name, last_name, role)
SELECT %s, 'seat' || n || '@bench.example', '!', 'Seat', n::text, 'sales_rep'
FROM generate_series(1, %s) n
"""
COUNT = b"""
SELECT count(*), count(*) FILTER (WHERE is_active) FROM users WHERE organization_id = %s
"""

SEATS_RACE = Case(
    name="seats-race",
    title="200 first uses at once in two replicas for the last 5 of 10 seats: exactly 5 get in",
    bars=(Bar(LONGEST, SLACK_WAITS_MS),),
    bare=P50,
    contest=_contest,
)
