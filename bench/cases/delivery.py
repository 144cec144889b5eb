"""Deliveries from the outbox, against a bare loop of the SDK's client."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from bench import database
from bench.cases.asked import Running, asked, divided, filled_database, listing, programs
from bench.database import Filled, told
from bench.figures import CPU, Sample
from bench.messages import Order
from bench.rounds import BARE, Case, Contestant, Plan, proved
from bench.verdicts import Bar
from bot.embedded import EmbeddedPostgres

AT_ONCE = 20
COMPANIES = 50
SENT = b"SELECT count(*) FROM outbox WHERE state = 'sent'"


@asynccontextmanager
async def _contest(plan: Plan, server: EmbeddedPostgres) -> AsyncGenerator[Sequence[Contestant]]:
    """The same message to as many channels as there are deliveries."""
    filled = filled_database(server, database.OTHERS_HAVE, COMPANIES)
    async with programs(plan, told(filled), BARE, "tandem", "outbox", "client") as running:
        facts = running.facts
        yield [
            asked(running, BARE, divided(facts.people, lambda some: listing(facts, some, b"pong"))),
            proved(
                _delivering(running, filled, "tandem", plan.deliveries),
                lambda: database.counted(filled, SENT),
            ),
            _delivering(running, filled, "outbox", plan.deliveries),
            _delivering(running, filled, "client", plan.deliveries),
        ]


def _delivering(running: Running, filled: Filled, name: str, count: int) -> Contestant:
    """So many at once, however long they take."""
    child = running.children[name]

    async def attempt(seconds: float) -> Sample:
        del seconds
        cards = database.cards(filled, count)
        await child.obey(Order(do="prepare", cards=cards))
        before = await child.obey(Order())
        report = await child.obey(Order(do="work", at_once=AT_ONCE, count=count))
        used = report.cpu_seconds - before.cpu_seconds
        return Sample(report.latencies, report.seconds, used)

    return Contestant(name, attempt)


DELIVERY = Case(
    name="delivery",
    title="deliveries from the outbox, a channel each, 20 at once, CPU of the process for each",
    bars=(Bar(CPU, 15.0, "client"),),
    bare=CPU,
    contest=_contest,
)
"""The client's loop is one call with a message that is ready. A delivery is claimed, rendered from
what the database says now, kept out of shared channels, called and settled. It was measured at 9
to 15 times, 12 as a rule; the bar is the most, so that it does not grow unseen."""
