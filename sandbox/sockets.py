"""Socket mode: the app connects here and the same payloads travel down its socket.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
from dataclasses import dataclass, field
from typing import cast

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox.delivery import OK, Reply, Request
from sandbox.identity import AppIdentity, Counter
from sandbox.wire import JsonObject, as_object, as_text, dump, parse

TYPES = {"command": "slash_commands", "interactive": "interactive", "event": "events_api"}


@dataclass
class Sockets:
    """The app's open connections. A request goes down one of them, in turn."""

    app: AppIdentity
    _tickets: set[str] = field(default_factory=set[str])
    _open: list[web.WebSocketResponse] = field(default_factory=list[web.WebSocketResponse])
    _waiting: dict[str, asyncio.Future[JsonObject]] = field(
        default_factory=dict[str, "asyncio.Future[JsonObject]"]
    )
    _names: Counter = field(default_factory=lambda: Counter("envelope-", 8))
    _turn: int = 0

    @property
    def connected(self) -> bool:
        return bool(self._open)

    def ticket(self) -> str:
        """Admits one connection."""
        ticket = self.app.secret(f"ticket {self._names.next()}")
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Holds one connection of the app until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="invalid ticket")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        self._open.append(socket)
        try:
            await socket.send_str(dump(self._hello()))
            await self._listen(socket)
        finally:
            self._open.remove(socket)
        return socket

    async def send(self, request: Request, deadline: float) -> Reply:
        """Raises TimeoutError when no acknowledgement arrives within the deadline."""
        envelope_id = self._names.next()
        answer: asyncio.Future[JsonObject] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        self._turn += 1
        socket = self._open[self._turn % len(self._open)]
        try:
            async with asyncio.timeout(deadline):
                await socket.send_str(dump(_envelope(envelope_id, request)))
                acknowledgement = await answer
        finally:
            del self._waiting[envelope_id]
        payload = acknowledgement.get("payload")
        return Reply(OK, dump(payload) if payload else "", "application/json")

    async def close(self) -> None:
        for socket in tuple(self._open):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    def _hello(self) -> JsonObject:
        info = {"host": "sandbox", "approximate_connection_time": 18060}
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": info,
            "connection_info": {"app_id": self.app.id},
        }

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._acknowledge(cast("str", message.data))

    def _acknowledge(self, text: str) -> None:
        try:
            said = as_object(parse(text))
        except ValueError:
            return
        waiting = self._waiting.get(as_text(said.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(said)


def _envelope(envelope_id: str, request: Request) -> JsonObject:
    envelope: JsonObject = {
        "envelope_id": envelope_id,
        "type": TYPES[request.style],
        "payload": request.payload,
        "accepts_response_payload": request.answerable and request.style != "event",
    }
    if request.style == "event":
        envelope |= {"retry_attempt": request.retry_num, "retry_reason": request.retry_reason or ""}
    return envelope
