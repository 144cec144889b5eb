"""A Slack app of a few lines: it notes what arrives from the sandbox and answers as told."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

SECRET = "signing-secret"
TOKEN = "xoxb-acme"
# Slack's JSON, and the SDK's client whose answers are such JSON: tests look inside freely.
Payload = dict[str, Any]
Api = Any


class FixedClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> None:
        self._now += step


@dataclass
class Arrived:
    """One request as the app received it."""

    headers: dict[str, str]
    body: bytes
    payload: Payload


Handler = Callable[[Payload], Awaitable[web.Response]]


async def nothing(payload: Payload) -> web.Response:
    return web.Response()


@dataclass
class SlackApp:
    """Listens on a free port; `handler` makes the answer to each request."""

    requests: list[Arrived] = field(default_factory=list)
    handler: Handler = nothing
    url: str = ""
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_post("/slack/events", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def answers(self, body: object = None, status: int = 200) -> None:
        """Answers everything from now on with this JSON (nothing: an empty body)."""

        async def handler(payload: Payload) -> web.Response:
            if body is None:
                return web.Response(status=status)
            return web.json_response(body, status=status)

        self.handler = handler

    def answers_text(self, text: str) -> None:
        async def handler(payload: Payload) -> web.Response:
            return web.Response(text=text)

        self.handler = handler

    def hangs(self) -> None:
        async def handler(payload: Payload) -> web.Response:
            await asyncio.Event().wait()
            return web.Response()

        self.handler = handler

    @property
    def heard(self) -> list[Payload]:
        """The requests but for echoes of the app's own messages, which come any time."""
        return [request.payload for request in self.requests if not _is_echo(request.payload)]

    @property
    def last(self) -> Payload:
        return self.heard[-1]

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        arrived = Arrived(dict(request.headers), body, _payload(request.content_type, body))
        self.requests.append(arrived)
        return await self.handler(arrived.payload)


def _is_echo(payload: Payload) -> bool:
    return "bot_id" in payload.get("event", {})


def _payload(content_type: str, body: bytes) -> Payload:
    if content_type == "application/json":
        return json.loads(body)
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return json.loads(fields["payload"]) if "payload" in fields else dict(fields)


def modal(*blocks: Payload, **more: object) -> Payload:
    """A modal with these blocks, or with one text input."""
    return {
        "type": "modal",
        "callback_id": "deal",
        "title": {"type": "plain_text", "text": "Deal"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": list(blocks) or [text_input("customer")],
        **more,
    }


def text_input(name: str, **more: object) -> Payload:
    element = {"type": "plain_text_input", "action_id": name, **more}
    return input_block(name, element)


def input_block(name: str, element: Payload, **more: object) -> Payload:
    label = {"type": "plain_text", "text": name.title()}
    return {"type": "input", "block_id": name, "label": label, "element": element, **more}


def option(value: str) -> Payload:
    return {"text": {"type": "plain_text", "text": value.title()}, "value": value}


def select(name: str, *values: str, **more: object) -> Payload:
    element = {"type": "static_select", "action_id": name, **more}
    return input_block(name, element | {"options": [option(value) for value in values]})


def section(text: str, **more: object) -> Payload:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str, text: str, value: str = "1") -> Payload:
    label = {"type": "plain_text", "text": text}
    return {"type": "button", "action_id": action_id, "text": label, "value": value}


def actions(*elements: Payload, block_id: str = "row") -> Payload:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def client(base_url: str, token: str = TOKEN) -> Api:
    return AsyncWebClient(token=token, base_url=base_url, retry_handlers=[])


async def refusal(call: Awaitable[object]) -> Payload:
    """The answer of a call that Slack refuses."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response.data
