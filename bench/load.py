"""Slash commands as Slack sends them, signed, from so many senders at once."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode
from uuid import uuid4

from aiohttp import ClientSession, TCPConnector

from bench.messages import Facts

OK = 200


class WrongAnswerError(RuntimeError):
    """The answer is not the one whose cost was to be measured."""


class Load:
    """Senders, each with its own endless line of commands."""

    def __init__(
        self, facts: Facts, url: str, commands: Sequence[Iterator[str]], *, expected: str
    ) -> None:
        self._facts = facts
        self._url = url
        self._commands = commands
        self._expected = expected.encode()

    async def send(self, at_once: int, seconds: float) -> tuple[tuple[float, ...], float]:
        """What each request took, and all of them, in seconds. Raises WrongAnswerError."""
        async with ClientSession(connector=TCPConnector(limit=0)) as session:
            began = time.perf_counter()
            until = began + seconds
            senders = (self._sender(session, each, until) for each in self._commands[:at_once])
            done = await asyncio.gather(*senders)
            lasted = time.perf_counter() - began
        return tuple(each for latencies in done for each in latencies), lasted

    async def _sender(
        self, session: ClientSession, commands: Iterator[str], until: float
    ) -> list[float]:
        latencies: list[float] = []
        while not latencies or time.perf_counter() < until:
            body = form(self._facts, next(commands)).encode()
            headers = signed(self._facts.signing_secret, body)
            began = time.perf_counter()
            async with session.post(self._url, data=body, headers=headers) as response:
                answer = await response.read()
            latencies.append(time.perf_counter() - began)
            if response.status != OK or self._expected not in answer:
                raise WrongAnswerError(f"{self._url}: {response.status} {answer[:300]!r}")
        return latencies


def form(facts: Facts, words: str) -> str:
    """https://docs.slack.dev/interactivity/implementing-slash-commands"""
    return urlencode(
        {
            "token": "unused",
            "team_id": facts.team_id,
            "team_domain": "bench",
            "channel_id": "C0BENCH",
            "channel_name": "deals",
            "user_id": facts.slack_user_id,
            "user_name": "bea",
            "command": "/opp",
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
