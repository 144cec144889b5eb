"""A Slack that answers at once and remembers nothing, so that it costs next to nothing.

The local Slack of the sandbox is strict and keeps what it is told; here only the caller's cost
is of interest. Plain HTTP/1.1 with keep-alive; each answer has all that its callers read.
"""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager

from bench.child import HOST, Serving, serve
from bench.messages import Facts

END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
USER = re.compile(r"[?&]user=U(0BENCH\d+)([A-Z]+)")
"""An account's name follows its workspace's."""
CHANNEL = "C0BENCH"


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """Slack's Web API, as far as the measured programs call it."""
    numbers = itertools.count(1)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(facts, numbers), HOST, 0, backlog=1024)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield Serving(url=f"http://{HOST}:{port}/api/")


class _Connection(asyncio.Protocol):
    def __init__(self, facts: Facts, numbers: Iterator[int]) -> None:
        self._facts = facts
        self._numbers = numbers
        self._transport: asyncio.BaseTransport | None = None
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while (head := self._next_head()) is not None:
            if isinstance(self._transport, asyncio.Transport):
                self._transport.write(_response(self._answer(head)))

    def _next_head(self) -> bytes | None:
        """The head of the next whole request, which is thereby read."""
        head, found, rest = self._unread.partition(END_OF_HEAD)
        length = LENGTH.search(head)
        size = int(length[1]) if length else 0
        if not found or len(rest) < size:
            return None
        self._unread = rest[size:]
        return head

    def _answer(self, head: bytes) -> dict[str, object]:
        method = head.split(b" ", 2)[1].partition(b"?")[0].rpartition(b"/")[2]
        if method == b"chat.postMessage":
            return {"channel": CHANNEL, "ts": f"{next(self._numbers)}.000000"}
        if method == b"conversations.info":
            return {"channel": {"id": CHANNEL, "is_ext_shared": False}}
        if method == b"users.info":
            return {"user": self._user(head)}
        return {
            "url": "https://bench.slack.com/",
            "team": "bench",
            "team_id": self._facts.team_id,
            "user": "tandem",
            "user_id": self._facts.bot_user_id,
            "bot_id": self._facts.bot_id,
            "enterprise_id": None,
            "is_enterprise_install": False,
        }

    def _user(self, head: bytes) -> dict[str, object]:
        asked = USER.search(head.decode())
        team, name = asked.groups() if asked else ("", "")
        return {
            "id": f"U{team}{name}",
            "team_id": f"T{team}",
            "profile": {"first_name": name.title(), "last_name": "Bench"},
            "tz": "UTC",
            "locale": "en-US",
        }


def _response(answer: dict[str, object]) -> bytes:
    body = json.dumps({"ok": True, **answer}).encode()
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"x-oauth-scopes: commands,chat:write\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    serve(serving)
