import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

import aiohttp
import pytest
from aiohttp import web

from tests.sandbox.clients.office import Office, open_office
from tests.sandbox.clients.words import FORM
from tests.sandbox.slack_app import SECRET, TOKEN, Payload, section

FIVE_MINUTES = 300


class PlainApp:
    """An app of aiohttp alone: it verifies, answers, opens a view and updates it."""

    def __init__(self, api_url: str, session: aiohttp.ClientSession) -> None:
        self._api_url = api_url
        self._session = session

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not genuine(request, body):
            return web.Response(status=401)
        if request.content_type == "application/json":
            return web.Response(text=json.loads(body).get("challenge", ""))
        fields = dict(parse_qsl(body.decode()))
        if "payload" in fields:
            return await self._interaction(json.loads(fields["payload"]))
        return await self._command(fields)

    async def _command(self, fields: dict[str, str]) -> web.Response:
        loading = {**FORM, "blocks": [section("Loading…")]}
        loading.pop("submit")
        opened = await self._call("views.open", trigger_id=fields["trigger_id"], view=loading)
        view = opened["view"]
        await self._call("views.update", view_id=view["id"], hash=view["hash"], view=FORM)
        return web.json_response({"response_type": "ephemeral", "text": "Opened"})

    async def _interaction(self, payload: Payload) -> web.Response:
        assert payload["type"] == "view_submission"
        customer = payload["view"]["state"]["values"]["customer"]["customer"]["value"]
        done = {**FORM, "blocks": [section(f"Saved {customer}")]}
        return web.json_response({"response_action": "update", "view": done})

    async def _call(self, method: str, **args: object) -> Payload:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        address = f"{self._api_url}{method}"
        async with self._session.post(address, json=args, headers=headers) as response:
            answer: Payload = await response.json()
        assert answer["ok"], answer
        return answer


def genuine(request: web.Request, body: bytes) -> bool:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack, step by step."""
    timestamp = request.headers["X-Slack-Request-Timestamp"]
    if abs(time.time() - int(timestamp)) > FIVE_MINUTES:
        return False
    base = f"v0:{timestamp}:".encode() + body
    mine = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    return hmac.compare_digest(mine, request.headers["X-Slack-Signature"])


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as office, aiohttp.ClientSession() as session:
        app = web.Application()
        app.router.add_post("/", PlainApp(office.slack.api_url, session).take)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        office.connect(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        yield office
        await runner.cleanup()


async def test_an_app_of_nothing_but_http_opens_and_updates_a_view(office: Office) -> None:
    me = office.me

    answer = await me.command("/opp", "new", channel=office.deals)
    me.fill({"customer": "Globex"})
    await me.submit()

    assert answer.text == "Opened"
    assert me.view is not None
    assert me.view.blocks[0]["text"] == {"type": "mrkdwn", "text": "Saved Globex"}


async def test_an_app_tells_slacks_requests_from_forged_and_old_ones(office: Office) -> None:
    body = b"command=%2Fopp&text=new"
    old = int(time.time()) - FIVE_MINUTES - 5

    forged = await office.slack.post_raw({**office.slack.sign(body)}, body + b"&text=other")
    stale = await office.slack.post_raw(office.slack.sign(body, old), body)

    assert (forged.status, stale.status) == (401, 401)
