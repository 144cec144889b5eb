"""The sandbox on the wire: the Web API, response_urls, socket mode, consent and the page.

Reads requests into plain values and writes answers; decides nothing itself.
"""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from aiohttp import web

from sandbox import requests
from sandbox.consent import Consent
from sandbox.events import Events
from sandbox.faults import Fault
from sandbox.response_urls import ResponseUrls, refusal_status
from sandbox.sockets import Sockets
from sandbox.ui import Ui
from sandbox.web_api import Asked, FileRoutes, WebApi
from sandbox.wire import JsonObject, RateLimited, SlackError, as_text

LARGEST_BODY = 8 * 1024 * 1024
METHOD = "/api/{method:[A-Za-z0-9.]+}"
RESPONSE_URL = "response_url"


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
        app.router.add_get(METHOD, self._method, allow_head=False)
        app.router.add_post(METHOD, self._method)
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
        await self._events.close()  # of what the last calls did while everything was closing

    async def _method(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        try:
            token, given = await requests.read(request)
        except SlackError as error:
            unread = Asked(method, requests.bearer(request), {})
            return _json(self._api.refuse(unread, error).body)
        return await self._troubled(request, Asked(method, token, given))

    async def _troubled(self, request: web.Request, asked: Asked) -> web.Response:
        """The answer, unless a fault is switched on for this call; in the order of faults.py."""
        faults = self._api.services.core.faults
        team_id = self._api.team_id(asked.token) or as_text(asked.given.get("team_id"))
        await asyncio.sleep(faults.delay("slow", asked.method, team_id))
        fault = faults.ending(asked.method, team_id)
        if fault is not None:
            return self._failed(request, asked, fault)
        unanswered = faults.strikes("accepted_unanswered", asked.method, team_id) is not None
        with self._events.watching() as happened:
            warnings = requests.warnings(request)
            outcome = self._api.answer(asked, warnings, answered=not unanswered)
        self._events.later(happened)
        if unanswered:
            return _hung_up(request)
        return _json(outcome.body, outcome.status, outcome.headers)

    def _failed(self, request: web.Request, asked: Asked, fault: Fault) -> web.Response:
        """What a fault does instead of the method; on record as a refusal."""
        self._api.refuse(asked, _as_refusal(fault), _status(fault))
        return _broken(request, fault)

    async def _response_url(self, request: web.Request) -> web.Response:
        path, body = request.match_info["path"], await request.read()
        team_id, faults = path.partition("/")[0], self._api.services.core.faults
        await asyncio.sleep(faults.delay("slow", RESPONSE_URL, team_id))
        fault = faults.ending(RESPONSE_URL, team_id)
        if fault is not None:
            self._urls.broken(path, body, _as_refusal(fault).code, _status(fault))
            return _broken(request, fault)
        unanswered = faults.strikes("accepted_unanswered", RESPONSE_URL, team_id) is not None
        try:
            with self._events.watching() as happened:
                self._urls.answer(path, body, answered=not unanswered)
        except SlackError as error:
            if unanswered:
                return _hung_up(request)
            status = refusal_status(error)
            return _json({"ok": False, "error": error.code, **error.details}, status=status)
        self._events.later(happened)
        return _hung_up(request) if unanswered else web.Response(text="ok")


def _as_refusal(fault: Fault) -> SlackError:
    if fault.kind == "rate_limited":
        return RateLimited(max(1, math.ceil(fault.seconds)))
    return SlackError("token_revoked" if fault.kind == "revoked" else fault.kind)


def _status(fault: Fault) -> int | None:
    """The HTTP status the caller sees, None for none at all."""
    return {"lost_connection": None, "server_error": 500, "rate_limited": 429}.get(fault.kind, 200)


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


def _json(
    body: JsonObject, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.json_response(body, status=status, headers=headers)
