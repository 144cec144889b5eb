"""The application itself: its web part, and its deliverer when ordered to deliver.

Nothing ticks and no jobs run meanwhile: what is measured is the request, or the delivery.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

from pydantic import SecretStr

from bench.child import Serving, listening, serve
from bench.messages import Card, Facts, Order
from bot.app import Tandem, built
from bot.settings import Settings
from services.opportunities import CARD
from services.outbox import Place
from services.sharing import post_card
from services.values import Actor, OrganizationId, WorkspaceId


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """The application on the database that was filled, speaking to the given Slack."""
    async with (
        built(settings(facts)) as tandem,
        hearing(tandem),
        listening(tandem.web) as url,
    ):

        async def prepare(order: Order) -> None:
            for card in order.cards:
                await post(tandem, card)

        async def work(order: Order) -> Sequence[float]:
            del order
            return await _deliver(tandem)

        yield Serving(url=f"{url}/slack/events", prepare=prepare, work=work)


@asynccontextmanager
async def hearing(tandem: Tandem) -> AsyncGenerator[None]:
    """The application hears of changes, as while it serves."""
    task = asyncio.create_task(tandem.hearing.run(tandem.database_url))
    try:
        yield
    finally:
        task.cancel()


def settings(facts: Facts) -> Settings:
    """As for many workspaces: they are in the database already."""
    return Settings(
        database_url=SecretStr(facts.database_url),
        slack_signing_secret=SecretStr(facts.signing_secret),
        slack_client_id="1.1",
        slack_client_secret=SecretStr("unused"),
        slack_api_url=facts.slack_url,
        encryption_keys=(SecretStr(facts.encryption_key),),
    )


async def post(tandem: Tandem, card: Card) -> None:
    """Each to a channel of its own: a channel takes one message a second."""
    place = Place(WorkspaceId(card.workspace_id), f"C{uuid4().hex[:10].upper()}")
    actor = Actor.application(OrganizationId(card.organization_id))
    async with tandem.db.transaction(actor) as tx:
        await post_card(tx, CARD, card.opportunity_id, place)


async def _deliver(tandem: Tandem) -> list[float]:
    """Everything that waits; for each delivery the time of the batch it went with."""
    times: list[float] = []
    while True:
        began = time.perf_counter()
        count = await tandem.deliverer.deliver_due()
        if count == 0:
            return times
        times += [time.perf_counter() - began] * count


if __name__ == "__main__":
    serve(serving)
