"""How a request reaches the app: signed over HTTP, or through a socket, within Slack's deadline.

Knows what an answer is worth (a non-200 is never a success), not what it means.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Literal, Protocol
from urllib.parse import urlencode

import aiohttp

from sandbox.clock import Clock
from sandbox.core import trim
from sandbox.faults import Faults
from sandbox.identity import signature
from sandbox.wire import JsonObject, as_object, as_text, dump

log = logging.getLogger(__name__)

AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
FORM = "application/x-www-form-urlencoded"
OK = 200
FINE = range(200, 300)
MOST_REDIRECTS = 2

Failure = Literal["operation_timeout", "dispatch_failed"]
Style = Literal["command", "interactive", "event"]


@dataclass(frozen=True)
class Request:
    """What is to be sent: `kind` names it for people, `style` decides its form on the wire; what is
    not `by_socket` goes to the app's address even when a socket is open.
    """

    kind: str
    style: Style
    payload: JsonObject
    retry_num: int = 0
    retry_reason: str | None = None
    by_socket: bool = True

    @property
    def method(self) -> str:
        """What faults and the record call it: the event's type, or else the kind."""
        return _method(self.kind, self.payload)

    @property
    def team_id(self) -> str | None:
        return _team_id(self.payload)

    @property
    def body(self) -> bytes:
        if self.style == "event":
            return dump(self.payload).encode()
        if self.style == "interactive":
            return urlencode({"payload": dump(self.payload)}).encode()
        return urlencode(self.payload).encode()

    @property
    def content_type(self) -> str:
        return "application/json" if self.style == "event" else FORM


@dataclass(frozen=True)
class Reply:
    """What came back. `failure` is what the person is told; `reason` what an event's retry says."""

    status: int | None
    body: str = ""
    content_type: str = ""
    failure: Failure | None = None
    reason: str | None = None
    no_retry: bool = False


LOST = Reply(None, failure="dispatch_failed", reason="connection_failed")
LATE = Reply(None, failure="operation_timeout", reason="http_timeout")


@dataclass(frozen=True)
class Delivery:
    """One request that was sent to the app, and its outcome."""

    kind: str
    payload: JsonObject
    status: int | None
    body: str
    content_type: str
    seconds: float
    error: Failure | None
    reason: str | None
    retry_num: int
    no_retry: bool
    at: datetime
    via: str

    @property
    def method(self) -> str:
        """The event's type, or else the kind."""
        return _method(self.kind, self.payload)

    @property
    def team_id(self) -> str | None:
        """The team it was about; None for what concerns a whole organisation."""
        return _team_id(self.payload)

    @property
    def user_id(self) -> str | None:
        """The person it is about, where there is one."""
        event = as_object(self.payload.get("event"))
        user = self.payload.get("user") or event.get("user")
        given = as_text(as_object(user).get("id")) or as_text(user)
        return given or as_text(self.payload.get("user_id")) or None


def _method(kind: str, payload: JsonObject) -> str:
    return as_text(as_object(payload.get("event")).get("type")) or kind


def _team_id(payload: JsonObject) -> str | None:
    team = as_text(as_object(payload.get("team")).get("id")) or as_text(payload.get("team_id"))
    return team or None


class Socket(Protocol):
    """The way to the app that socket mode opens; once open, it is the only one."""

    @property
    def connected(self) -> bool: ...

    async def send(self, request: Request, deadline: float) -> Reply:
        """Raises TimeoutError past the deadline (seconds)."""
        ...


@dataclass
class HttpWire:
    """Posts to the app's request URL, signed."""

    session: aiohttp.ClientSession
    url: str
    secret: str
    clock: Clock

    async def send(self, request: Request, deadline: float) -> Reply:
        body = request.body
        headers = self.headers(body, request.content_type) | _retry_headers(request)
        async with asyncio.timeout(deadline):
            return await self.post(body, headers, is_event=request.style == "event")

    def headers(self, body: bytes, content_type: str) -> dict[str, str]:
        timestamp = str(int(self.clock.now().timestamp()))
        return {
            "Content-Type": content_type,
            "User-Agent": AGENT,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.secret, timestamp, body),
        }

    async def post(
        self, body: bytes, headers: Mapping[str, str], *, is_event: bool = False
    ) -> Reply:
        """Posts as it stands. Raises aiohttp.ClientError when nobody answers.

        Only events may be answered with any 2xx and redirected, twice at most:
        https://docs.slack.dev/apis/events-api#responding
        """
        data = BytesIO(body)  # aiohttp warns of large bytes
        sent = self.session.post(
            self.url,
            data=data,
            headers=headers,
            allow_redirects=is_event,
            max_redirects=MOST_REDIRECTS + 1,
        )
        async with sent as response:
            text = await response.text(errors="replace")
            no_retry = response.headers.get("X-Slack-No-Retry") == "1"
            good = response.status in (FINE if is_event else (OK,))
            return Reply(
                response.status,
                text,
                response.content_type,
                None if good else "dispatch_failed",
                None if good else "http_error",
                no_retry=no_retry,
            )


def _retry_headers(request: Request) -> dict[str, str]:
    if not request.retry_num:
        return {}
    reason = request.retry_reason or "http_error"
    return {"X-Slack-Retry-Num": str(request.retry_num), "X-Slack-Retry-Reason": reason}


@dataclass
class Courier:
    """Sends by whichever way is connected and keeps the book of deliveries."""

    deadline: float
    socket: Socket
    clock: Clock
    faults: Faults
    http: HttpWire | None = None
    book: list[Delivery] = field(default_factory=list[Delivery])
    witnesses: list[Callable[[Delivery], None]] = field(
        default_factory=list[Callable[[Delivery], None]]
    )

    async def send(self, request: Request) -> Delivery:
        """Never raises for what the app does: the delivery tells."""
        await asyncio.sleep(self.faults.delay("event_slow", request.method, request.team_id))
        at, started = self.clock.now(), time.monotonic()
        via = "socket" if request.by_socket and self.socket.connected else "http"
        reply = await self._with_faults(request)
        delivery = Delivery(
            request.kind,
            request.payload,
            reply.status,
            reply.body,
            reply.content_type,
            time.monotonic() - started,
            reply.failure,
            reply.reason,
            request.retry_num,
            reply.no_retry,
            at,
            via,
        )
        self._note(delivery)
        return delivery

    @property
    def connected(self) -> bool:
        """Whether the app has said where it listens."""
        return self.socket.connected or self.http is not None

    def _note(self, delivery: Delivery) -> None:
        self.book.append(delivery)
        trim(self.book)
        for witness in self.witnesses:
            witness(delivery)

    async def _with_faults(self, request: Request) -> Reply:
        method, team_id = request.method, request.team_id
        if self.faults.strikes("event_lost_connection", method, team_id):
            return LOST
        reply = await self._attempt(request)
        return LATE if self.faults.strikes("event_unanswered", method, team_id) else reply

    async def _attempt(self, request: Request) -> Reply:
        wire = self.socket if request.by_socket and self.socket.connected else self.http
        if wire is None:
            return LOST
        try:
            return await wire.send(request, self.deadline)
        except TimeoutError:
            return LATE
        except aiohttp.TooManyRedirects:
            return Reply(None, failure="dispatch_failed", reason="too_many_redirects")
        except aiohttp.ClientError as error:
            log.info("the app cannot be reached: %s", error)
            return LOST
