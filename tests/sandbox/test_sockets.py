import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from sandbox import Channel, Person, Sandbox, Team
from tests.sandbox.slack_app import Api, Payload, SlackApp, client


class Listener:
    """An app in socket mode: notes the envelopes and acknowledges them with `payload`."""

    def __init__(self) -> None:
        self.requests: list[SocketModeRequest] = []
        self.payload: Payload | None = None
        self.silent = False

    async def hear(self, socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.requests.append(request)
        if not self.silent:
            answer = SocketModeResponse(envelope_id=request.envelope_id, payload=self.payload)
            await socket.send_socket_mode_response(answer)


@pytest.fixture
async def listener(slack: Sandbox) -> AsyncIterator[Listener]:
    listener, hello = Listener(), asyncio.Event()

    async def greet(_: object, message: Payload, __: str | None) -> None:
        if message.get("type") == "hello":
            hello.set()

    socket = SocketModeClient(slack.app_token, web_client=client(slack.api_url, slack.app_token))
    socket.message_listeners.append(greet)
    socket.socket_mode_request_listeners.append(listener.hear)
    await socket.connect()
    await hello.wait()
    yield listener
    await socket.close()


async def test_a_connected_app_gets_commands_by_socket_and_answers_there(
    me: Person, deals: Channel, listener: Listener, app: SlackApp
) -> None:
    listener.payload = {"text": "done"}

    answer = await me.command("/opp", "new", channel=deals)

    (request,) = listener.requests
    assert (request.type, request.payload["text"]) == ("slash_commands", "new")
    assert request.accepts_response_payload is True
    assert answer.text == "done"
    assert app.requests == []


async def test_an_event_comes_in_its_envelope(
    slack: Sandbox, team: Team, listener: Listener
) -> None:
    await slack.send_event(team, {"type": "team_rename"}, event_id="Ev1")

    (request,) = listener.requests
    assert (request.type, request.payload["event_id"]) == ("events_api", "Ev1")


async def test_an_envelope_nobody_acknowledges_times_out_and_events_come_again(
    impatient: Sandbox, team: Team, listener: Listener
) -> None:
    listener.silent = True

    delivery = await impatient.send_event(team, {"type": "team_rename"})

    assert delivery.error == "operation_timeout"
    assert [request.retry_attempt for request in listener.requests] == [0, 1, 2, 3]


async def test_a_ticket_admits_once(slack: Sandbox) -> None:
    api = client(slack.api_url)
    opened = await api.apps_connections_open(app_token=slack.app_token)

    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(opened["url"]) as socket:
            hello = await socket.receive_json()
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await session.ws_connect(opened["url"])

    assert hello["type"] == "hello"
    assert caught.value.status == 403


async def test_a_bot_token_opens_no_socket(slack: Sandbox, api: Api) -> None:
    with pytest.raises(SlackApiError) as caught:
        await api.apps_connections_open(app_token=api.token)

    assert caught.value.response["error"] == "not_allowed_token_type"
