"""HTTP: Slack's one address, the installation pages, and two questions for the operator's probes.

Checks each request's signature on its raw bytes before anything reads them.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.oauth import InstallRoutes
from services.db import Clock

log = logging.getLogger(__name__)

MOST_BYTES = 8 * 1024 * 1024
"""Room for a megabyte of text in the longest way to write it, so that its field is told."""
_TIMESTAMP = re.compile("[0-9]{1,12}")

Check = Callable[[], Awaitable[list[str]]]


class Signatures:
    """Whether a request is from Slack: signed with our secret, in the last five minutes.

    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """

    def __init__(self, secret: str, clock: Clock) -> None:
        self._verifier = SignatureVerifier(secret, _Seconds(clock))

    def is_valid(self, body: bytes, timestamp: str, signature: str) -> bool:
        """False for anything wrong; the SDK would raise for odd characters."""
        if _TIMESTAMP.fullmatch(timestamp) is None or not signature.isascii():
            return False
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:
            return False


class _Seconds(SignatureClock):
    """Our clock, as the SDK wants it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


def web_application(
    bolt: AsyncApp,
    signatures: Signatures | None,
    is_ready: Check,
    install: InstallRoutes | None,
) -> web.Application:
    """The routes. `signatures` is None in socket mode: then Slack has no address here; `install`
    for one workspace with its own token.
    """
    application = web.Application(client_max_size=MOST_BYTES)
    application.router.add_get("/live", _live)
    application.router.add_get("/ready", _Ready(is_ready).answer)
    if signatures is not None:
        application.router.add_post("/slack/events", _Events(bolt, signatures).answer)
    if install is not None:
        install.add_to(application)
    return application


class _Events:
    """Everything Slack sends."""

    def __init__(self, bolt: AsyncApp, signatures: Signatures) -> None:
        self._bolt = bolt
        self._signatures = signatures

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if _is_ssl_check(body):
            return web.Response()
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not self._signatures.is_valid(body, timestamp, signature):
            log.warning("request.signature_refused")
            return web.Response(status=401, text="invalid signature")
        try:
            asked = await _bolt(request)
        except ValueError:
            log.warning("request.not_understood")
            return web.Response(status=400, text="not understood")
        return await to_aiohttp_response(await self._bolt.async_dispatch(asked))


class _Ready:
    """503 with the reasons while this replica should get no requests."""

    def __init__(self, check: Check) -> None:
        self._check = check

    async def answer(self, request: web.Request) -> web.StreamResponse:
        del request
        reasons = await self._check()
        answer = {"ready": not reasons, "reasons": reasons}
        return web.json_response(answer, status=503 if reasons else 200)


async def _live(request: web.Request) -> web.StreamResponse:
    del request
    return web.json_response({"live": True})


async def _bolt(request: web.Request) -> AsyncBoltRequest:
    """Bolt would obey two headers that no signature covers, and run a function by its name."""
    made = await to_bolt_request(request)
    made.lazy_only, made.lazy_function_name = False, None
    return made


def _is_ssl_check(body: bytes) -> bool:
    """Slack's own probe of the certificate, which it does not sign."""
    return body.startswith(b"ssl_check=1") and set(parse_qs(body.decode("utf-8", "replace"))) <= {
        "ssl_check",
        "token",
    }
