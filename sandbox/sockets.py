"""Socket mode: the app connects here and the same payloads travel down its sockets.

https://docs.slack.dev/apis/events-api/using-socket-mode. Knows nothing of what the payloads mean.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, cast

from aiohttp import ClientError, WSCloseCode, WSMsgType, web

from sandbox.clock import Clock
from sandbox.delivery import LOST, OK, Reply, Request
from sandbox.identity import AppIdentity, Counter, first_number
from sandbox.wire import JsonObject, as_object, as_text, dump, parse

TYPES = {"command": "slash_commands", "interactive": "interactive", "event": "events_api"}
ANSWERED = frozenset({"command", "block_suggestion", "view_submission"})
"""What an acknowledgement may answer; of the rest it only says that it came. Examples:
https://github.com/slackapi/bolt-python/blob/main/tests/adapter_tests/socket_mode/mock_socket_mode_server.py
"""
MOST_CONNECTIONS = 10
LIFE, DEBUG_LIFE = 18060.0, 360.0
"""Seconds a connection lasts, and with `debug_reconnects=true` in its address."""
NOTICE = 10.0
PING_EVERY = 30.0
FAREWELL = 1.0  # seconds an app has to say goodbye
HOST = "applink-sandbox"

# `too_many_websockets` is what Slack's own client in JavaScript knows beside the documented ones:
# https://github.com/slackapi/node-slack-sdk/issues/1654
Reason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]


@dataclass(eq=False)
class Connection:
    """One open socket; `leaving` once the app has been told that it will be closed."""

    socket: web.WebSocketResponse
    waiting: dict[str, "asyncio.Future[JsonObject | None]"] = field(
        default_factory=dict[str, "asyncio.Future[JsonObject | None]"]
    )
    leaving: bool = False

    async def say(self, message: JsonObject) -> None:
        with suppress(ConnectionError, ClientError):
            await self.socket.send_str(dump(message))

    async def disconnect(self, reason: Reason) -> None:
        """Tells that the connection ends; `warning` is the only reason that leaves it open yet."""
        self.leaving = True
        told: JsonObject = {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}
        await self.say(told)
        if reason != "warning":
            await self.socket.close(code=WSCloseCode.GOING_AWAY)

    async def ask(self, envelope_id: str, envelope: JsonObject) -> JsonObject | None:
        """The acknowledgement; None when the connection ends before one came."""
        answer: asyncio.Future[JsonObject | None] = asyncio.get_running_loop().create_future()
        self.waiting[envelope_id] = answer
        try:
            await self.say(envelope)
            return await answer
        finally:
            del self.waiting[envelope_id]

    def heard(self, text: str) -> JsonObject | None:
        """Takes an acknowledgement; what else was said, to be answered."""
        try:
            said = as_object(parse(text))
        except ValueError:
            return None
        waiting = self.waiting.get(as_text(said.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(said)
        return said

    def ended(self) -> None:
        for waiting in self.waiting.values():
            if not waiting.done():
                waiting.set_result(None)


@dataclass
class Sockets:
    """The app's open connections. A request goes down one of them, in turn.

    `life` and `notice` are seconds: how long a connection lasts, and how long before its end the
    app is warned.
    """

    app: AppIdentity
    clock: Clock
    life: float = LIFE
    notice: float = NOTICE
    enabled: bool = True
    _tickets: set[str] = field(default_factory=set[str])
    _open: list[Connection] = field(default_factory=list[Connection])
    _names: Counter = field(init=False)
    _turn: int = 0

    def __post_init__(self) -> None:
        self._names = Counter("envelope-", 8, first_number(self.clock.now()))

    @property
    def connected(self) -> bool:
        return bool(self._open)

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def ticket(self) -> str:
        """Admits one connection."""
        ticket = self.app.secret(f"ticket {self._names.next()}")
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Holds one connection of the app until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or not self.enabled:
            raise web.HTTPForbidden(text="invalid ticket")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(timeout=FAREWELL, heartbeat=PING_EVERY)
        connection = Connection(socket)
        await connection.socket.prepare(request)
        if self.count >= MOST_CONNECTIONS:
            await connection.disconnect("too_many_websockets")
            return connection.socket
        life = DEBUG_LIFE if request.query.get("debug_reconnects") == "true" else self.life
        await self._hold(connection, life)
        return connection.socket

    async def send(self, request: Request, deadline: float) -> Reply:
        """Raises TimeoutError when no acknowledgement arrives within the deadline."""
        envelope_id = self._names.next()
        envelope = _envelope(envelope_id, request)
        async with asyncio.timeout(deadline):
            said = await self._next().ask(envelope_id, envelope)
        if said is None:
            return LOST
        payload = said.get("payload") if envelope["accepts_response_payload"] else None
        return Reply(OK, dump(payload) if payload else "", "application/json")

    async def refresh(self) -> None:
        """Asks the app to connect anew, and closes the connections it has."""
        for connection in tuple(self._open):
            await connection.disconnect("refresh_requested")

    async def disable(self) -> None:
        """Turns socket mode off in the app's settings: no ticket admits any more."""
        self.enabled = False
        for connection in tuple(self._open):
            await connection.disconnect("link_disabled")

    async def close(self) -> None:
        ending = [each.socket.close(code=WSCloseCode.GOING_AWAY) for each in self._open]
        await asyncio.gather(*ending)

    async def _hold(self, connection: Connection, life: float) -> None:
        self._open.append(connection)
        ageing = asyncio.create_task(self._age(connection, life))
        try:
            await connection.say(self._hello(life))
            await _listen(connection)
        finally:
            ageing.cancel()
            self._open.remove(connection)
            connection.ended()

    async def _age(self, connection: Connection, life: float) -> None:
        await asyncio.sleep(max(0.0, life - self.notice))
        await connection.disconnect("warning")
        await asyncio.sleep(self.notice)
        await connection.disconnect("refresh_requested")

    def _next(self) -> Connection:
        """One that stays, if there is one."""
        staying = [connection for connection in self._open if not connection.leaving]
        choice = staying or self._open
        self._turn += 1
        return choice[self._turn % len(choice)]

    def _hello(self, life: float) -> JsonObject:
        info: JsonObject = {
            "host": HOST,
            "started": self.clock.now().strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
            "build_number": 1,
            "approximate_connection_time": int(life),
        }
        return {
            "type": "hello",
            "num_connections": self.count,
            "debug_info": info,
            "connection_info": {"app_id": self.app.id},
        }


async def _listen(connection: Connection) -> None:
    async for message in connection.socket:
        if message.type is not WSMsgType.TEXT:
            continue
        said = connection.heard(cast("str", message.data))
        if said is not None and said.get("type") == "ping":
            await connection.say({**said, "type": "pong"})


def _envelope(envelope_id: str, request: Request) -> JsonObject:
    envelope: JsonObject = {
        "envelope_id": envelope_id,
        "type": TYPES[request.style],
        "payload": request.payload,
        "accepts_response_payload": request.kind in ANSWERED,
    }
    if request.style == "event":
        envelope |= {"retry_attempt": request.retry_num, "retry_reason": request.retry_reason or ""}
    return envelope
