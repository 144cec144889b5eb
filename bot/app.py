"""Composition: the only place where the parts meet. It starts in reading order, ends in reverse."""

import asyncio
import logging
import zoneinfo
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot.answers import Answers
from bot.authorize import Authorize
from bot.checks import reasons_against, refuse_unsafe
from bot.delivery import CALL_SECONDS, Deliverer, SlackHost
from bot.edge import Edge
from bot.hearing import Hearing
from bot.identity import Identities
from bot.installations import Installations
from bot.oauth import Credentials, InstallFlow, InstallRoutes, Means, Rotation
from bot.own_workspace import OwnWorkspace
from bot.scheduler import tick, ticker
from bot.settings import Settings
from bot.web import Signatures, web_application
from bot.worker import run_waiting, run_worker
from services.db import Clock, Database, engine_for
from services.schedule import Periodic
from services.sealing import Sealer

log = logging.getLogger(__name__)

POOL = 20
"""Connections of a replica at most. All are kept: who has only read is answered before that read
has ended, so that a few people at once use twice as many, and to open one takes longer than a list.
"""
NOT_INSTALLED = (
    "Tandem is not installed in this workspace any more, its access has ended, or it is switched "
    "off for your company. Nothing is lost. An admin can install it again."
)
STOP_SECONDS = 15.0


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, repr=False)
class Tandem:
    """The application, built and connected but doing nothing by itself yet."""

    settings: Settings
    db: Database
    sealer: Sealer
    installations: Installations
    host: SlackHost
    bolt: AsyncApp
    deliverer: Deliverer
    hearing: Hearing
    web: web.Application
    periodics: Sequence[Periodic]
    rotation: Rotation
    own_workspace: OwnWorkspace | None

    @property
    def database_url(self) -> str:
        return self.settings.database_url.get_secret_value()

    async def tick(self) -> int:
        """What the scheduler does every few seconds."""
        await self.rotation.rotate_due()
        return await tick(self.db, self.periodics)

    async def work(self) -> None:
        """Run all jobs that wait now."""
        await run_waiting(self.database_url, self.db)

    async def run(self) -> None:
        """Tick, work, deliver and hear of changes until cancelled."""
        scheduler = ticker(self.db, self.periodics, self.rotation.rotate_due)
        scheduler.start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.hearing.run(self.database_url))
                group.create_task(self.deliverer.run(self.database_url))
                group.create_task(run_worker(self.database_url, self.db))
                if self.own_workspace is not None:
                    group.create_task(self.own_workspace.run())
        finally:
            scheduler.shutdown(wait=False)


@asynccontextmanager
async def built(settings: Settings, clock: Clock | None = None) -> AsyncGenerator[Tandem]:
    """The application on its database and Slack host. Raises UnsafeDatabaseError."""
    zoneinfo.reset_tzpath(())  # zone rules come from the tzdata package, not the host's older copy
    async with AsyncExitStack() as stack:
        engine = engine_for(
            settings.database_url.get_secret_value(), pool_size=POOL, max_overflow=0
        )
        db = Database(engine, clock or SystemClock())
        stack.push_async_callback(db.close)
        await refuse_unsafe(engine)

        session = await stack.enter_async_context(_session())
        host = SlackHost(settings.slack_api_url, session)
        sealer = Sealer([key.get_secret_value() for key in settings.encryption_keys])
        installations = Installations(db, sealer)
        flow = _install_flow(settings, Means(db, sealer, host, installations))
        bolt = _bolt(settings, installations, host, flow)
        edge = Edge(db, sealer, handlers.routes(), Identities(db), installations, Answers(session))
        edge.listen(bolt)

        async def is_ready() -> list[str]:
            return await reasons_against(engine)

        tandem = Tandem(
            settings=settings,
            db=db,
            sealer=sealer,
            installations=installations,
            host=host,
            bolt=bolt,
            deliverer=Deliverer(db, installations, host, handlers.notices()),
            hearing=Hearing(db.memory, installations),
            web=web_application(
                bolt,
                _signatures(settings, db.clock),
                is_ready,
                InstallRoutes(flow, db, settings) if flow is not None else None,
            ),
            periodics=handlers.periodics(),
            rotation=Rotation(db, sealer, host, _credentials(settings)),
            own_workspace=_own_workspace(settings, db, sealer, host),
        )
        if tandem.own_workspace is not None:
            await tandem.own_workspace.install()
        yield tandem


async def install(settings: Settings) -> str | None:
    """Install the workspace whose token is in the settings; its name, None without a token. Raises
    what Slack answers, and SwitchedOff.
    """
    async with built(settings) as tandem:
        return await tandem.own_workspace.again() if tandem.own_workspace is not None else None


async def serve(settings: Settings, stop: asyncio.Event, clock: Clock | None = None) -> None:
    """Serve until `stop` is set: HTTP or socket mode, deliveries, jobs and the scheduler."""
    async with built(settings, clock) as tandem:
        await keep_serving(tandem, stop)


async def keep_serving(tandem: Tandem, stop: asyncio.Event) -> None:
    """Listen and work until `stop` is set or a part of the work fails for good."""
    async with _listening(tandem):
        work = asyncio.create_task(tandem.run())
        waiting = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            work.cancel()
            await asyncio.wait({work}, timeout=STOP_SECONDS)
        if work.done() and not work.cancelled():
            work.result()


@asynccontextmanager
async def _listening(tandem: Tandem) -> AsyncGenerator[None]:
    """HTTP always, for the probes; in socket mode Slack comes through its own connection."""
    settings = tandem.settings
    runner = web.AppRunner(tandem.web, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        log.info("server.started", extra={"host": settings.host, "port": settings.port})
        async with _socket(tandem):
            yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _socket(tandem: Tandem) -> AsyncGenerator[None]:
    token = tandem.settings.slack_app_token
    if token is None:
        yield
        return
    handler = AsyncSocketModeHandler(
        tandem.bolt, token.get_secret_value(), web_client=tandem.host.client("")
    )
    await handler.connect_async()  # pyright: ignore[reportUnknownMemberType]  # Bolt's own type
    try:
        yield
    finally:
        await handler.close_async()  # pyright: ignore[reportUnknownMemberType]  # same


@asynccontextmanager
async def _session() -> AsyncGenerator[ClientSession]:
    """One session for every call: the SDK would open a connection for each."""
    connector = TCPConnector(limit=100, keepalive_timeout=60)
    async with ClientSession(
        connector=connector, timeout=ClientTimeout(total=CALL_SECONDS)
    ) as session:
        yield session


def _bolt(
    settings: Settings, installations: Installations, host: SlackHost, flow: InstallFlow | None
) -> AsyncApp:
    """A 200 from it means committed: the answer leaves when the handler has returned.

    The signature is checked at our own edge, with the clock that tests and the sandbox set.
    """
    client = AsyncWebClient(
        base_url=settings.slack_api_url, session=host.session, retry_handlers=[]
    )
    return AsyncApp(
        name="tandem",
        client=client,
        authorize=Authorize(installations),  # pyright: ignore[reportArgumentType]  # Bolt takes this subclass, its hint forgets
        oauth_flow=flow,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        user_facing_authorize_error_message=NOT_INSTALLED,
    )


def _credentials(settings: Settings) -> Credentials | None:
    """None for one workspace with its own token."""
    if not settings.slack_client_id or not settings.slack_client_secret:
        return None
    return Credentials(settings.slack_client_id, settings.slack_client_secret.get_secret_value())


def _install_flow(settings: Settings, means: Means) -> InstallFlow | None:
    credentials = _credentials(settings)
    return InstallFlow(settings, credentials, means) if credentials is not None else None


def _own_workspace(
    settings: Settings, db: Database, sealer: Sealer, host: SlackHost
) -> OwnWorkspace | None:
    token = settings.slack_bot_token
    return OwnWorkspace(db, sealer, host, token.get_secret_value()) if token else None


def _signatures(settings: Settings, clock: Clock) -> Signatures | None:
    if settings.is_socket_mode or settings.slack_signing_secret is None:
        return None
    return Signatures(settings.slack_signing_secret.get_secret_value(), clock)
