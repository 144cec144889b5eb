"""A bare loop over the SDK's client: the same message again and again, so many calls at once.

The message is a card as the application renders it. Nothing is claimed, recorded or paced, and
no channel is looked at before it is posted to.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bench.child import Serving, serve
from bench.messages import Card, Facts, Order
from bench.servers.tandem import post, settings
from bot.app import built
from bot.slack_client import call
from handlers.notices import Message
from services import outbox
from services.values import Actor, OrganizationId

LEASE = timedelta(seconds=30)


class NothingToSendError(RuntimeError):
    """The card that was posted is not what waits."""


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """One session for all calls, as the application has."""
    messages: list[Message] = []
    async with ClientSession() as session:
        client = AsyncWebClient(
            token=facts.bot_token, base_url=facts.slack_url, session=session, retry_handlers=[]
        )

        async def prepare(order: Order) -> None:
            if not messages:
                messages.append(await rendered(facts, order.cards[0]))

        async def work(order: Order) -> Sequence[float]:
            return await _post_all(client, messages[0], order)

        yield Serving(prepare=prepare, work=work)


async def _post_all(client: AsyncWebClient, message: Message, order: Order) -> list[float]:
    turns = iter(range(order.count))
    senders = (_post_some(client, message, turns) for _ in range(order.at_once))
    return [latency for sent in await asyncio.gather(*senders) for latency in sent]


async def _post_some(client: AsyncWebClient, message: Message, turns: Iterator[int]) -> list[float]:
    latencies: list[float] = []
    for _ in turns:
        began = time.perf_counter()
        await call(client, outbox.POST, channel="C0BENCH", text=message.text, blocks=message.blocks)
        latencies.append(time.perf_counter() - began)
    return latencies


async def rendered(facts: Facts, card: Card) -> Message:
    """Post the card, take it as a deliverer would, and let it go."""
    actor = Actor.application(OrganizationId(card.organization_id))
    async with built(settings(facts)) as tandem:
        await post(tandem, card)
        async with tandem.db.directory() as directory:
            claims = await directory.claim_deliveries(1, LEASE)
        for claim in claims:
            async with tandem.db.transaction(actor) as tx:
                delivery = await outbox.begin(tx, claim)
                message = delivery and await handlers.notices().render(tx, delivery)
                if delivery and isinstance(message, Message):
                    await outbox.finish(tx, delivery, outbox.Dropped("shown to be measured"))
                    return message
    raise NothingToSendError


if __name__ == "__main__":
    serve(serving)
