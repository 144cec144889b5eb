"""Slash commands as Slack sends them, signed, from so many senders at once.

A sender keeps one connection and speaks the least HTTP there is, so that little of what is
measured is its own.
"""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from bench.messages import Facts, Person

OK = 200
END_OF_HEAD = b"\r\n\r\n"


class WrongAnswerError(RuntimeError):
    """The answer is not the one whose cost was to be measured."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, and what its answer must contain."""

    body: bytes
    headers: Mapping[str, str]
    expected: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request, and after how many seconds."""

    status: int
    body: bytes
    seconds: float


Asks = Callable[[], Awaitable[Ask]]
"""A sender's line: what it asks next. Not part of what is measured."""


class Load:
    """Senders, each with its own endless line of requests."""

    def __init__(self, url: str) -> None:
        self._host, self._port, self._path = _parts(url)

    async def send(self, lines: Sequence[Asks], seconds: float) -> tuple[tuple[float, ...], float]:
        """What each request took, and all of them, in seconds. Raises WrongAnswerError."""
        began = time.perf_counter()
        until = began + seconds
        done = await asyncio.gather(*(self._sender(each, until) for each in lines))
        lasted = time.perf_counter() - began
        return tuple(each for latencies in done for each in latencies), lasted

    async def at_once(self, asks: Sequence[Ask]) -> tuple[list[Answer], float]:
        """Everybody asks once, all at the same time; what each was answered, whatever it was, and
        how long it took until all had been.
        """
        began = time.perf_counter()
        answers = await asyncio.gather(*(self._once(each) for each in asks))
        return answers, time.perf_counter() - began

    async def _once(self, ask: Ask) -> Answer:
        async with _connected(self._host, self._port) as connection:
            began = time.perf_counter()
            status, body = await connection.exchange(self._request(ask))
            return Answer(status, body, time.perf_counter() - began)

    async def _sender(self, asks: Asks, until: float) -> list[float]:
        latencies: list[float] = []
        async with _connected(self._host, self._port) as connection:
            while not latencies or time.perf_counter() < until:
                ask = await asks()
                request = self._request(ask)
                began = time.perf_counter()
                status, body = await connection.exchange(request)
                latencies.append(time.perf_counter() - began)
                if status != OK or not all(each in body for each in ask.expected):
                    raise WrongAnswerError(f"{ask}: {status} {body[:600]!r}")
        return latencies

    def _request(self, ask: Ask) -> bytes:
        headers = {
            "Host": f"{self._host}:{self._port}",
            "Content-Length": str(len(ask.body)),
            **ask.headers,
        }
        lines = (f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST {self._path} HTTP/1.1\r\n{''.join(lines)}\r\n".encode() + ask.body


class Connection:
    """One kept connection to a server that tells the length of each of its answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Send a whole request; the status and the body of its answer."""
        self._writer.write(request)
        head = await self._reader.readuntil(END_OF_HEAD)
        first, *lines = head.lower().split(b"\r\n")
        length = next(int(each[15:]) for each in lines if each.startswith(b"content-length:"))
        return int(first.split(b" ")[1]), await self._reader.readexactly(length)


def slash(facts: Facts, person: Person, words: str, *expected: bytes, command: str = "/opp") -> Ask:
    """A person types the command and these words."""
    body = form(person, words, command).encode()
    return Ask(body, signed(facts.signing_secret, body), expected)


def form(person: Person, words: str, command: str = "/opp") -> str:
    """https://docs.slack.dev/interactivity/implementing-slash-commands"""
    return urlencode(
        {
            "token": "unused",
            "team_id": person.team_id,
            "team_domain": "bench",
            "channel_id": "C0BENCH",
            "channel_name": "deals",
            "user_id": person.slack_user_id,
            "user_name": "bea",
            "command": command,
            "text": words,
            "api_app_id": "A0BENCH",
            "is_enterprise_install": "false",
            "response_url": "https://hooks.slack.com/commands/1234/5678",
            "trigger_id": uuid4().hex,
        }
    )


def signed(secret: str, body: bytes) -> dict[str, str]:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    timestamp = str(int(time.time()))
    whole = b"v0:" + timestamp.encode() + b":" + body
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": "v0=" + hmac.new(secret.encode(), whole, hashlib.sha256).hexdigest(),
    }


@asynccontextmanager
async def _connected(host: str, port: int) -> AsyncGenerator[Connection]:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


def _parts(url: str) -> tuple[str, int, str]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 80, parts.path
