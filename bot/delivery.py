"""Delivers the outbox to Slack: claim, render, send, record what came of it.

Any number of replicas do this side by side. A delivery is never lost: a crash or a missing answer
leaves it claimed until its lease ends, then it is looked for in Slack before it is sent again.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import ClientConnectorError, ClientError, ClientSession
from psycopg import AsyncConnection, OperationalError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from bot import uploading
from bot.audience import Audience, Audiences
from bot.installations import Installations, Installed
from bot.looking import METADATA, look
from bot.refusals import again, refusal, wait
from bot.slack_client import SlackRefusedError, call
from handlers.notices import File, Message, Notice, Notices
from services import outbox
from services.db import Database, Tx
from services.directory import Claim
from services.errors import NotFound
from services.organizations import UNREADABLE
from services.outbox import Dead, Delivery, Dropped, Later, Outcome, Parked, Sent
from services.sealing import SealBrokenError
from services.values import Actor

log = logging.getLogger(__name__)

AT_ONCE = 8
LEASE = timedelta(seconds=30)
CALL_SECONDS = 10
FILE_SECONDS = 20
"""What is sent ends before its lease does, or two deliverers could hold one message."""
POLL_SECONDS = 1.0
STILL_INSTALLED = 0.5
"""Seconds after which it is asked again whether the app is still there: nothing is posted a second
after it was taken away, however slow Slack is.
"""
NOT_INSTALLED = timedelta(minutes=1)
"""How long a message waits whose company is switched off or has lost its token."""
NOT_FOR: Mapping[Audience, str] = {
    Audience.STRANGERS: "externally_shared_channel",
    Audience.GUESTS: "guests_in_channel",
}
"""Why a message does not go to a conversation with such readers."""

GONE = frozenset({"message_not_found", "channel_not_found", "is_archived", "cant_update_message"})


@dataclass(frozen=True, slots=True)
class SlackHost:
    """How to reach Slack: one session for all calls."""

    base_url: str
    session: ClientSession

    def client(self, token: str) -> AsyncWebClient:
        """Never sends twice by itself: the SDK's default would after a dropped connection."""
        return AsyncWebClient(
            token=token,
            base_url=self.base_url,
            session=self.session,
            retry_handlers=[],
            trust_env_in_session=False,
        )


@dataclass(frozen=True, slots=True)
class _Ready:
    """What is to be told, and by which installation, looked up at `began` (monotonic seconds)."""

    message: Notice
    installed: Installed
    began: float


class Deliverer:
    """Has no state but its tasks: the outbox is the state."""

    def __init__(
        self, db: Database, installations: Installations, host: SlackHost, notices: Notices
    ) -> None:
        self._db = db
        self._installations = installations
        self._host = host
        self._notices = notices
        self._audiences = Audiences()

    async def run(self, url: str) -> None:
        """Deliver until cancelled: woken by the database, and once a second to be sure."""
        wake = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(_listen(url, wake))
            while True:
                wake.clear()
                if await self._delivered() == 0:
                    await _wait(wake)

    async def _delivered(self) -> int:
        """Survives losing the database: the outbox is there when it is back."""
        try:
            return await self.deliver_due()
        except (SQLAlchemyError, OSError) as lost:
            log.warning("delivery.interrupted", extra={"reason": type(lost).__name__})
            return 0

    async def deliver_due(self) -> int:
        """Make every delivery that is due and free now, once each; returns how many.

        Cancelled, it ends what it has begun: a call cut off would be an unknown outcome.
        """
        async with self._db.directory() as directory:
            claims = await directory.claim_deliveries(AT_ONCE, LEASE)
        begun = asyncio.gather(*(self._deliver(claim) for claim in claims))
        try:
            await asyncio.shield(begun)
        except asyncio.CancelledError:
            await begun
            raise
        return len(claims)

    async def next_at(self) -> datetime | None:
        """When the next waiting delivery becomes due."""
        async with self._db.directory() as directory:
            return await directory.next_delivery_at()

    async def _deliver(self, claim: Claim) -> None:
        application = Actor.application(claim.organization_id)
        try:
            taken = await self._taken_up(application, claim)
            if taken is None:
                return
            delivery, ready = taken
            outcome = await self._tried(delivery, ready) if isinstance(ready, _Ready) else ready
            async with self._db.transaction(application) as tx:
                if await outbox.finish(tx, delivery, outcome):
                    await self._follow_up(tx, delivery, outcome)
        except Exception:
            # The row stays claimed; after its lease somebody tries again.
            log.exception("delivery.failed", extra={"outbox_id": claim.outbox_id})
            return
        _note(delivery, outcome)

    async def _taken_up(
        self, application: Actor, claim: Claim
    ) -> tuple[Delivery, _Ready | Outcome] | None:
        """The delivery and what it takes to make it, or why it is not made. None when another
        deliverer has it.
        """
        delivery: Delivery | None = None
        try:
            async with self._db.transaction(application) as tx:
                delivery = await outbox.begin(tx, claim)
                return delivery and (delivery, await self._ready(tx, delivery))
        except Exception as fault:
            if delivery is None:
                raise
            log.exception("delivery.not_rendered", extra={"outbox_id": claim.outbox_id})
            why = f"not rendered ({type(fault).__name__})"
            return delivery, again(delivery, self._db.clock.now(), why, is_unknown=False)

    async def _ready(self, tx: Tx, delivery: Delivery) -> _Ready | Outcome:
        message = await self._notices.render(tx, delivery)
        if message is None:
            return Dropped("nothing to tell")
        if delivery.method == outbox.UPDATE and delivery.ts is None:
            return Dropped("never posted")
        began = time.monotonic()
        try:
            installed = await self._installations.within(tx, delivery.workspace_id)
        except NotFound:
            return self._not_installed()
        except SealBrokenError:
            return Parked(UNREADABLE)
        return _Ready(message, installed, began)

    def _not_installed(self) -> Later:
        return Later(self._db.clock.now() + NOT_INSTALLED, "not installed")

    async def _follow_up(self, tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
        """What fails here must not undo that the message was sent, or it would be sent again."""
        await _forget_what_is_gone(tx, delivery, outcome)
        try:
            async with tx.part():
                await self._notices.after(tx, delivery, outcome)
        except Exception:
            log.exception("delivery.not_settled", extra={"outbox_id": delivery.claim.outbox_id})

    async def _tried(self, delivery: Delivery, ready: _Ready) -> Outcome:
        now = self._db.clock.now()
        seconds = FILE_SECONDS if isinstance(ready.message, File) else CALL_SECONDS
        try:
            async with asyncio.timeout(seconds):
                return await self._call(delivery, ready, now)
        except NotFound:
            return self._not_installed()
        except SealBrokenError:
            return Parked(UNREADABLE)
        except SlackRefusedError as refused:
            return refusal(refused, delivery, now)
        except ClientConnectorError:
            return Later(now + wait(delivery.claim.attempts), "not reached")
        except (ClientError, TimeoutError, ConnectionError):
            return again(delivery, now, "no answer", is_unknown=True)

    async def _call(self, delivery: Delivery, ready: _Ready, now: datetime) -> Outcome:
        """Raises what makes it impossible: NotFound, SealBrokenError, and what the call raises."""
        message, installed = ready.message, ready.installed
        client = self._host.client(installed.installation.bot_token)
        audience = await self._audiences.of(
            client, delivery.workspace_id, delivery.lane, with_guests=_is_confidential(message)
        )
        fit = _fit_for(message, audience)
        if fit is None:
            return Dead(NOT_FOR[audience])
        looked = await look(client, installed, delivery, now)
        if isinstance(looked, Sent | Later):
            return looked
        if time.monotonic() - ready.began > STILL_INSTALLED:
            await self._installed(delivery)
        is_possibly_twice = looked == "perhaps there"
        if isinstance(fit, File):
            return await self._share(client, delivery, fit, is_possibly_twice=is_possibly_twice)
        answer = await call(client, delivery.method, **_arguments(delivery, fit))
        return Sent(str(answer.get("channel")), str(answer.get("ts")), is_possibly_twice)

    async def _share(
        self, client: AsyncWebClient, delivery: Delivery, file: File, *, is_possibly_twice: bool
    ) -> Outcome:
        """Noted before it is shared: after a lost answer Slack is asked for this very file."""
        file_id = await uploading.upload(client, self._host.session, file)
        application = Actor.application(delivery.claim.organization_id)
        async with self._db.transaction(application) as tx:
            is_ours = await outbox.note_file(tx, delivery, file_id)
        if not is_ours:
            return Later(self._db.clock.now(), "taken over")
        await self._installed(delivery)
        await uploading.share(client, file_id, file, delivery.lane)
        return Sent(delivery.lane, None, is_possibly_twice)

    async def _installed(self, delivery: Delivery) -> Installed:
        return await self._installations.of_workspace(
            delivery.claim.organization_id, delivery.workspace_id
        )


async def _forget_what_is_gone(tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
    is_gone = isinstance(outcome, Dead) and outcome.why in GONE
    never_was = isinstance(outcome, Dead | Dropped) and delivery.method == outbox.POST
    if (is_gone or never_was) and delivery.copy_id is not None:
        await outbox.mark_gone(tx, delivery.copy_id)


def _is_confidential(message: Notice) -> bool:
    return isinstance(message, File) or message.is_confidential


def _fit_for(message: Notice, audience: Audience) -> Notice | None:
    """What these readers may see of it; None for nothing."""
    if audience is Audience.COLLEAGUES:
        return message
    if isinstance(message, File):
        return None
    if audience is Audience.GUESTS and not message.is_confidential:
        return message
    return message.outside


def _arguments(delivery: Delivery, message: Message) -> dict[str, object]:
    shown: dict[str, object] = {"text": message.text, "blocks": message.blocks}
    if delivery.method == outbox.UPDATE:
        return shown | {"channel": delivery.channel_id, "ts": delivery.ts}
    metadata = {"event_type": METADATA, "event_payload": {"id": delivery.claim.outbox_id}}
    return shown | {
        "channel": delivery.lane,
        "metadata": metadata,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _note(delivery: Delivery, outcome: Outcome) -> None:
    facts: Mapping[str, object] = {
        "outbox_id": delivery.claim.outbox_id,
        "kind": delivery.kind,
        "outcome": type(outcome).__name__.lower(),
        "attempts": delivery.claim.attempts,
    }
    why = getattr(outcome, "why", None)
    level = logging.WARNING if isinstance(outcome, Dead | Parked) else logging.INFO
    log.log(level, "delivery.done", extra={**facts, **({"why": why} if why else {})})


async def _wait(wake: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await wake.wait()
    except TimeoutError:
        return


async def _listen(url: str, wake: asyncio.Event) -> None:
    """Set `wake` at each commit that wrote a message. Only a help: polling does the rest."""
    while True:
        try:
            async with await AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute("LISTEN outbox")
                wake.set()
                async for _ in connection.notifies():
                    wake.set()
        except OperationalError as lost:
            log.warning("delivery.listener_lost", extra={"reason": type(lost).__name__})
            await asyncio.sleep(POLL_SECONDS)
