"""How long posts still leave after a workspace uninstalled the app or its company was switched off.

Two replicas deliver a stream of posts to a Slack that answers as slowly as the real one. One of
them hears of the end by Slack's event, or neither by anything but the database. What is measured is
the last post that reaches Slack, counted from the moment the event was sent or the switch thrown.
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import psycopg

from bench import database
from bench.cases.asked import asked, divided, filled_database, listing, programs
from bench.database import OTHERS_HAVE, Filled, told
from bench.figures import CPU, LONGEST, Sample
from bench.load import Ask, Load, signed
from bench.messages import Card, Facts, Order
from bench.processes import Child, children
from bench.rounds import BARE, Case, Contestant, NotDoneError, Plan
from bench.verdicts import Bar
from bot.embedded import EmbeddedPostgres

UNINSTALLED = "uninstalled"
SWITCHED_OFF = "switched off"
MOST_MS = 1_000.0
POSTS = 100
"""By each replica."""
FLOWING = 20
"""So many have come, and at least as many still wait, when the end comes."""
LOOKED_FOR = 2.5
PATIENCE = 30.0

End = Callable[[Card], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Scene:
    """Two replicas, the Slack they post to, and companies that are still there to be ended."""

    filled: Filled
    slack: Child
    replicas: Sequence[Child]
    cards: Iterator[Card]


@asynccontextmanager
async def _contest(plan: Plan, server: EmbeddedPostgres) -> AsyncGenerator[Sequence[Contestant]]:
    filled = filled_database(server, OTHERS_HAVE, 2 * (plan.rounds + 1) + 1)
    facts = told(filled)
    async with (
        programs(plan, facts, BARE) as bare,
        children(facts, "slow") as slack,
        _replica(facts, slack["slow"]) as one,
        _replica(facts, slack["slow"]) as two,
    ):
        cards = iter(database.cards(filled, 2 * (plan.rounds + 1)))
        scene = _Scene(filled, slack["slow"], (one, two), cards)
        yield [
            asked(bare, BARE, divided(facts.people, lambda some: listing(facts, some, b"pong"))),
            _ending(scene, UNINSTALLED, _uninstall(filled, one)),
            _ending(scene, SWITCHED_OFF, _switch_off(filled)),
        ]


@asynccontextmanager
async def _replica(facts: Facts, slack: Child) -> AsyncGenerator[Child]:
    async with children(facts.model_copy(update={"slack_url": slack.url}), "replica") as started:
        yield started["replica"]


def _ending(scene: _Scene, name: str, end: End) -> Contestant:
    async def attempt(seconds: float) -> Sample:
        del seconds
        card = next(scene.cards)
        posts = Order(do="prepare", cards=(card,) * POSTS)
        await asyncio.gather(*(each.obey(posts) for each in scene.replicas))
        await _flowing(scene)
        began = time.perf_counter()
        await end(card)
        await asyncio.sleep(LOOKED_FOR)
        came = (await scene.slack.obey(Order(do="work"))).latencies
        late = tuple(at - began for at in came if at > began)
        return Sample(late or (0.0,), time.perf_counter() - began, 0.0)

    return Contestant(name, attempt)


async def _flowing(scene: _Scene) -> None:
    """Wait until posts come. Raises NotDoneError, also when hardly any are left."""
    until = time.perf_counter() + PATIENCE
    count = 0
    while count < FLOWING and time.perf_counter() < until:
        count += len((await scene.slack.obey(Order(do="work"))).latencies)
        await asyncio.sleep(0.02)
    if min(count, database.counted(scene.filled, WAITING)) < FLOWING:
        raise NotDoneError("no posts flow")


def _uninstall(filled: Filled, replica: Child) -> End:
    """Slack tells one of the replicas."""
    load = Load(replica.url)
    teams = {each.organization_id: each.team_id for each in database.people(filled)}

    async def end(card: Card) -> None:
        async def event() -> Ask:
            return _event(filled.facts, teams[card.organization_id])

        await load.send([event], 0.0)

    return end


def _switch_off(filled: Filled) -> End:
    """The operator does it in the database; no replica is asked for anything."""

    async def end(card: Card) -> None:
        async with await psycopg.AsyncConnection.connect(filled.owner_url) as owner:
            await owner.execute(OFF, {"id": card.organization_id})

    return end


def _event(facts: Facts, team_id: str) -> Ask:
    """https://docs.slack.dev/reference/events/app_uninstalled"""
    authorization = {"team_id": team_id, "is_bot": True, "is_enterprise_install": False}
    told = {
        "type": "event_callback",
        "team_id": team_id,
        "api_app_id": "A0BENCH",
        "event": {"type": "app_uninstalled"},
        "event_id": f"Ev{uuid4().hex}",
        "event_time": int(time.time()),
        "authorizations": [authorization],
    }
    body = json.dumps(told).encode()
    headers = {**signed(facts.signing_secret, body), "Content-Type": "application/json"}
    return Ask(body, headers, ())


WAITING = b"""
SELECT count(*) FROM outbox o JOIN workspaces w ON w.id = o.workspace_id
JOIN organizations c ON c.id = o.organization_id
WHERE o.state IN ('pending', 'sending') AND c.is_active
"""
OFF = b"UPDATE organizations SET is_active = false WHERE id = %(id)s"

REVOKE_LAG = Case(
    name="revoke-lag",
    title="the last post after an uninstall, and after a company is switched off, two replicas",
    bars=(
        Bar(LONGEST, MOST_MS, contestant=UNINSTALLED),
        Bar(LONGEST, MOST_MS, contestant=SWITCHED_OFF),
    ),
    bare=CPU,
    contest=_contest,
)
"""A post that has begun asks again whether the app is still there once half a second has passed, so
what remains is that half second and the way of the event."""
