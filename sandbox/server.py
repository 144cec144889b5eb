"""The sandbox on the wire: the Web API, response_urls, socket mode, consent and the page.

Reads requests into plain values and writes answers; decides nothing itself.
"""

import asyncio
import math
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from aiohttp import web

from sandbox.consent import Consent
from sandbox.events import Events
from sandbox.faults import Fault
from sandbox.response_urls import ResponseUrls
from sandbox.sockets import Sockets
from sandbox.ui import Ui
from sandbox.web_api import FileRoutes, WebApi
from sandbox.wire import JsonObject, RateLimited, SlackError, as_text, maybe_object, parse

LARGEST_BODY = 8 * 1024 * 1024
# Arguments that are JSON within a form, https://docs.slack.dev/apis/web-api/#complex
JSON_WITHIN = ("attachments", "blocks", "metadata", "view")
RESPONSE_URL = "response_url"
REFUSED_URLS = {"invalid_url": 404, "expired_url": 404, "used_url": 404}


@dataclass(frozen=True)
class Wires:
    """The ways between Slack and an app beside the Web API."""

    urls: ResponseUrls
    sockets: Sockets
    events: Events


class Server:
    """One listening socket with all of Slack's addresses behind it."""

    def __init__(self, api: WebApi, wires: Wires, consent: Consent, ui: Ui) -> None:
        self._api = api
        self._urls = wires.urls
        self._sockets = wires.sockets
        self._events = wires.events
        self._consent = consent
        self._ui = ui
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> str:
        """Listens, and returns the address."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/api/{method:[A-Za-z0-9.]+}", self._method)
        app.router.add_post("/actions/{path:.+}", self._response_url)
        app.router.add_get("/link/", self._sockets.serve)
        app.router.add_get("/oauth/v2/authorize", self._consent.page)
        FileRoutes(self._api.services).add_routes(app)
        self._ui.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = cast("tuple[str, int]", self._runner.addresses[0])
        return f"http://{host}:{bound[1]}"

    async def stop(self) -> None:
        await self._events.close()
        await self._sockets.close()
        await self._ui.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _method(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        token = _bearer(request)
        try:
            given = await _arguments(request)
        except SlackError as error:
            return _json(self._api.refuse(method, token, error).body)
        token = token or str(given.pop("token", ""))
        return await self._troubled(request, Asked(method, token, given))

    async def _troubled(self, request: web.Request, asked: "Asked") -> web.Response:
        """The answer, unless a fault is switched on for this call; in the order of faults.py."""
        faults = self._api.services.core.faults
        team_id = self._api.team_id(asked.token) or as_text(asked.given.get("team_id"))
        await asyncio.sleep(faults.delay("slow", asked.method, team_id))
        fault = faults.ending(asked.method, team_id)
        if fault is not None:
            return self._failed(request, asked, fault)
        warnings = _warnings(request)
        with self._events.watching() as happened:
            outcome = self._api.answer(asked.method, asked.token, asked.given, warnings)
        self._events.later(happened)
        if faults.strikes("accepted_unanswered", asked.method, team_id) is not None:
            return _hung_up(request)
        status = 429 if outcome.too_early else 200
        return _json(outcome.body, status, outcome.headers)

    def _failed(self, request: web.Request, asked: "Asked", fault: Fault) -> web.Response:
        """What a fault does instead of the method; on record as a refusal."""
        self._api.refuse(asked.method, asked.token, _as_refusal(fault))
        return _broken(request, fault)

    async def _response_url(self, request: web.Request) -> web.Response:
        path, body = request.match_info["path"], await request.read()
        team_id, faults = path.partition("/")[0], self._api.services.core.faults
        await asyncio.sleep(faults.delay("slow", RESPONSE_URL, team_id))
        fault = faults.ending(RESPONSE_URL, team_id)
        if fault is not None:
            return _broken(request, fault)
        try:
            with self._events.watching() as happened:
                self._urls.answer(path, body)
        except SlackError as error:
            status = REFUSED_URLS.get(error.code, 400)
            return _json({"ok": False, "error": error.code, **error.details}, status=status)
        self._events.later(happened)
        if faults.strikes("accepted_unanswered", RESPONSE_URL, team_id) is not None:
            return _hung_up(request)
        return web.Response(text="ok")


@dataclass(frozen=True)
class Asked:
    """A call as it was read."""

    method: str
    token: str
    given: JsonObject


def _as_refusal(fault: Fault) -> SlackError:
    if fault.kind == "rate_limited":
        return RateLimited(max(1, math.ceil(fault.seconds)))
    return SlackError("token_revoked" if fault.kind == "revoked" else fault.kind)


def _broken(request: web.Request, fault: Fault) -> web.Response:
    """What the caller gets of a fault."""
    refusal = _as_refusal(fault)
    body: JsonObject = {"ok": False, "error": refusal.code}
    match fault.kind:
        case "lost_connection":
            return _hung_up(request)
        case "server_error":
            return web.Response(status=500, text="Internal Server Error")
        case "rate_limited" if isinstance(refusal, RateLimited):
            return _json(body, 429, {"Retry-After": str(refusal.retry_after)})
        case _:
            return _json(body)


def _hung_up(request: web.Request) -> web.Response:
    """Closes the connection under the caller: no answer, not even an empty one."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _bearer(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


async def _arguments(request: web.Request) -> JsonObject:
    """The arguments of a call. Raises SlackError for JSON that is none."""
    if request.content_type == "application/json":
        return _json_arguments(await request.read())
    given: JsonObject = dict(request.query)
    if request.method == "POST":
        given |= cast("Mapping[str, object]", await request.post())
    return _unpacked(given) | _basic(request)


def _warnings(request: web.Request) -> list[str]:
    """JSON should say its charset, a form not: https://docs.slack.dev/apis/web-api/#post_bodies"""
    if request.method != "POST":
        return []
    if request.content_type == "application/json":
        return [] if request.charset else ["missing_charset"]
    return ["superfluous_charset"] if request.charset and "form" in request.content_type else []


def _json_arguments(body: bytes) -> JsonObject:
    try:
        value = maybe_object(parse(body or b"{}"))
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if value is None:
        raise SlackError("json_not_object")
    given = dict(value)
    given.pop("token", None)  # a token in a JSON body is not read
    return _unpacked(given)


def _unpacked(given: JsonObject) -> JsonObject:
    """Arguments with the JSON among them read; text that is no JSON stays, to be refused."""
    unpacked = dict(given)
    for name in JSON_WITHIN:
        value = given.get(name)
        if isinstance(value, str) and value:
            try:
                unpacked[name] = parse(value)
            except ValueError:
                continue
    return unpacked


def _basic(request: web.Request) -> JsonObject:
    """Client id and secret, where they come in the header as OAuth recommends."""
    header = request.headers.get("Authorization", "")
    if not header.startswith("Basic "):
        return {}
    try:
        words = b64decode(header.removeprefix("Basic "), validate=True).decode()
    except ValueError:
        return {}
    client_id, _, client_secret = words.partition(":")
    return {"client_id": client_id, "client_secret": client_secret}


def _json(
    body: JsonObject, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.json_response(body, status=status, headers=headers)
