"""The least that can answer Slack: plain aiohttp that checks the signature and says pong.

It tells how quick the machine is now; nothing of the application, of Bolt or of a database.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bench.child import Serving, listening, serve
from bench.messages import Facts

PONG = "pong"


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """One route."""
    verifier = SignatureVerifier(facts.signing_secret)

    async def ping(request: web.Request) -> web.Response:
        body = await request.text()
        if not _is_signed(verifier, request, body):
            return web.json_response({"error": "invalid request"}, status=401)
        return web.json_response({"text": PONG})

    application = web.Application()
    application.router.add_post("/slack/events", ping)
    async with listening(application) as url:
        yield Serving(url=f"{url}/slack/events")


def _is_signed(verifier: SignatureVerifier, request: web.Request, body: str) -> bool:
    headers = request.headers
    timestamp = headers.get("X-Slack-Request-Timestamp", "0")
    return verifier.is_valid(body, timestamp, headers.get("X-Slack-Signature", ""))


if __name__ == "__main__":
    serve(serving)
