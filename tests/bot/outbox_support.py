"""A deliverer whose messages say what their payload says, and a Slack that loses answers."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from aiohttp import ClientSession, web
from sqlalchemy import select

from bot.delivery import Deliverer
from handlers.notices import Message as Notice
from handlers.notices import Notices
from sandbox import Message
from services import outbox
from services.db import Tx
from services.outbox import Delivery, Outcome, Place
from services.tables import MessageCopy, Outbox, Workspace
from tests.journeys.conftest import Office, World

KIND = "note"
A_SECOND = timedelta(seconds=1)


@dataclass
class Post:
    """The outbox of a running application, with messages that are about nothing."""

    world: World
    deliverer: Deliverer
    words: dict[str, str] = field(default_factory=dict[str, str])
    """What an `about` says by now, for messages that are kept current."""
    settled: list[Outcome] = field(default_factory=list[Outcome])
    arrived: asyncio.Queue[Outcome] = field(default_factory=asyncio.Queue[Outcome])
    render_error: Exception | None = None
    settle_error: Exception | None = None

    async def write(
        self,
        words: str,
        lane: str | None = None,
        office: Office | None = None,
        about: UUID | None = None,
        not_before_in: timedelta = timedelta(),
    ) -> None:
        at = office or self.world.acme
        place = Place(at.workspace_id, lane or at.deals.id)
        payload = {"words": words, **({"id": str(about)} if about else {})}
        async with self.world.db.transaction(at.application) as tx:
            not_before = tx.now + not_before_in
            await outbox.post(tx, place, KIND, payload, copy_of=about, not_before=not_before)

    async def change(self, about: UUID, words: str) -> int:
        """What the messages about this say from now on; how many updates were written."""
        self.words[str(about)] = words
        async with self.world.db.transaction(self.world.acme.application) as tx:
            return await outbox.refresh_copies(tx, KIND, about)

    async def deliver(self, after: timedelta = timedelta()) -> int:
        self.world.clock.advance(after)
        return await self.deliverer.deliver_due()

    async def rows(self, office: Office | None = None) -> list[Outbox]:
        at = office or self.world.acme
        async with self.world.db.transaction(at.application) as tx:
            rows = select(Outbox).where(Outbox.kind == KIND).order_by(Outbox.id)
            return list(await tx.session.scalars(rows))

    async def states(self, office: Office | None = None) -> list[tuple[str, str | None]]:
        return [(row.state, row.outcome) for row in await self.rows(office)]

    async def copies(self) -> list[MessageCopy]:
        async with self.world.db.transaction(self.world.acme.application) as tx:
            copies = select(MessageCopy).where(MessageCopy.entity_type == KIND)
            return list(await tx.session.scalars(copies))

    async def workspace(self) -> Workspace:
        async with self.world.db.transaction(self.world.acme.application) as tx:
            workspace = select(Workspace).where(Workspace.id == self.world.acme.workspace_id)
            return (await tx.session.scalars(workspace)).one()

    def posted(self, office: Office | None = None) -> list[Message]:
        return self.world.slack_history((office or self.world.acme).deals)

    def texts(self, office: Office | None = None) -> list[str]:
        return [each.text for each in self.posted(office)]

    async def render(self, _: Tx, delivery: Delivery) -> Notice:
        if self.render_error is not None:
            raise self.render_error
        about = str(delivery.payload.get("id"))
        return Notice(self.words.get(about, str(delivery.payload.get("words"))), [])

    async def note(self, _: Tx, __: Delivery, outcome: Outcome) -> None:
        if self.settle_error is not None:
            raise self.settle_error
        self.settled.append(outcome)
        self.arrived.put_nowait(outcome)

    def over(self, base_url: str) -> Deliverer:
        """Another deliverer of the same outbox, whose Slack is at `base_url`."""
        tandem = self.world.tandem
        host = replace(tandem.host, base_url=base_url)
        return Deliverer(tandem.db, tandem.installations, host, self.notices)

    @property
    def notices(self) -> Notices:
        return Notices({KIND: self.render}, {KIND: self.note})


def a_post(world: World) -> Post:
    tandem = world.tandem
    post = Post(world, tandem.deliverer)
    post.deliverer = Deliverer(tandem.db, tandem.installations, tandem.host, post.notices)
    return post


Answer = Callable[[web.Request, bytes], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def a_wire(answer: Answer) -> AsyncGenerator[str]:
    """Something that listens where Slack would; its base address for a client."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return await answer(request, await request.read())

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"{site.name}/"
    await runner.cleanup()


def losing(api_url: str, method: str, times: int) -> Answer:
    """Hands everything on to Slack, and cuts the line before the first answers to `method`."""
    left = times

    async def answer(request: web.Request, body: bytes) -> web.StreamResponse:
        nonlocal left
        path = request.match_info["path"]
        headers = {
            name: request.headers[name]
            for name in ("Authorization", "Content-Type")
            if name in request.headers
        }
        async with (
            ClientSession() as session,
            session.request(
                request.method, api_url + path, params=request.query, headers=headers, data=body
            ) as answered,
        ):
            told = await answered.read()
        if path == method and left:
            left -= 1
            transport = request.transport
            assert transport is not None
            transport.abort()
        return web.Response(
            status=answered.status,
            body=told,
            content_type=answered.content_type,
            headers={k: v for k, v in answered.headers.items() if k == "Retry-After"},
        )

    return answer
