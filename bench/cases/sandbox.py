"""How quick the local Slack is when much is in it: it must never be what limits a measurement."""

import itertools
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

from bench.cases.asked import Running, asked, listing, programs
from bench.database import facts_of
from bench.figures import P50
from bench.load import Ask, Asks
from bench.messages import Order, Person
from bench.rounds import BARE, Case, Contestant, Plan
from bench.servers.sandbox import CARD, CHANNEL, CHANNELS
from bench.verdicts import Bar
from bot.embedded import EmbeddedPostgres

SANDBOX = "sandbox"


@asynccontextmanager
async def _contest(plan: Plan, server: EmbeddedPostgres) -> AsyncGenerator[Sequence[Contestant]]:
    """One post after the other, to each channel in turn."""
    del server
    nobody = Person(organization_id=uuid4(), team_id="T0BENCH", slack_user_id="U0BENCH0")
    async with programs(plan, facts_of(), BARE, SANDBOX) as running:
        full = Order(do="prepare", people=plan.people, count=plan.messages)
        await running.children[SANDBOX].obey(full)
        yield [
            asked(running, BARE, [listing(running.facts, [nobody], b"pong")]),
            asked(running, SANDBOX, [_posts(running)]),
        ]


def _posts(running: Running) -> Asks:
    """A card each, as the application posts them: JSON, with its token."""
    channels = itertools.cycle(range(CHANNELS))
    headers = {
        "Authorization": f"Bearer {running.facts.bot_token}",
        "Content-Type": "application/json; charset=utf-8",
    }

    async def asks() -> Ask:
        message = {
            "channel": f"{CHANNEL}{next(channels)}",
            "text": "#42 Acme renewal",
            "blocks": CARD,
        }
        return Ask(json.dumps(message).encode(), headers, (b'"ok"', b'"ts"'))

    return asks


SANDBOX_POST = Case(
    name="sandbox-post",
    title="`chat.postMessage` of the local Slack with 200 people and 50 000 messages",
    bars=(Bar(P50, 5.0, contestant=SANDBOX),),
    bare=P50,
    contest=_contest,
)
