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
from sandbox.faults import Fault
from tests.sandbox.slack_app import Api, Payload, SlackApp, actions, client, modal, option

Socket = aiohttp.ClientWebSocketResponse


class Listener:
    """An app in socket mode: notes the envelopes and acknowledges them with `payload`."""

    def __init__(self) -> None:
        self.requests: list[SocketModeRequest] = []
        self.payload: Payload | None = None
        self.silent = False
        self.greeted = asyncio.Event()

    async def hear(self, socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.requests.append(request)
        if not self.silent:
            answer = SocketModeResponse(envelope_id=request.envelope_id, payload=self.payload)
            await socket.send_socket_mode_response(answer)


@pytest.fixture
async def listener(slack: Sandbox) -> AsyncIterator[Listener]:
    listener = Listener()

    async def greet(_: object, message: Payload, __: str | None) -> None:
        if message.get("type") == "hello":
            listener.greeted.set()

    socket = SocketModeClient(slack.app_token, web_client=client(slack.api_url, slack.app_token))
    socket.message_listeners.append(greet)
    socket.socket_mode_request_listeners.append(listener.hear)
    await socket.connect()
    await listener.greeted.wait()
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


async def connected(slack: Sandbox, session: aiohttp.ClientSession, more: str = "") -> Socket:
    opened = await client(slack.api_url).apps_connections_open(app_token=slack.app_token)
    return await session.ws_connect(opened["url"] + more)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_connection_is_greeted_with_its_number_and_its_life(
    slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    first = await connected(slack, session)
    await first.receive_json()

    hello = await (await connected(slack, session, "&debug_reconnects=true")).receive_json()

    assert (hello["num_connections"], hello["connection_info"]) == (2, {"app_id": "A0TANDEM"})
    assert hello["debug_info"]["approximate_connection_time"] == 360


async def test_the_eleventh_connection_is_turned_away(
    slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    admitted = [await connected(slack, session) for _ in range(10)]

    told = await (await connected(slack, session)).receive_json()

    assert not any(socket.closed for socket in admitted)
    assert (told["type"], told["reason"]) == ("disconnect", "too_many_websockets")


async def test_a_connection_that_grows_old_is_warned_and_then_refreshed(
    slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    slack.sockets.life, slack.sockets.notice = 0.02, 0.01
    socket = await connected(slack, session)
    await socket.receive_json()

    reasons = [(await socket.receive_json())["reason"] for _ in range(2)]

    assert reasons == ["warning", "refresh_requested"]
    assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_socket_mode_turned_off_says_so_and_admits_nobody(
    slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    socket = await connected(slack, session)
    await socket.receive_json()

    await asyncio.gather(slack.sockets.disable(), socket.receive_json())

    with pytest.raises(aiohttp.WSServerHandshakeError):
        await connected(slack, session)


async def test_an_app_that_never_says_goodbye_does_not_hold_up_the_end(
    slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    for _ in range(3):
        await connected(slack, session)  # reads nothing, so that it answers no closing either

    async with asyncio.timeout(3):
        await slack.sockets.close()


async def test_a_ping_of_the_app_is_answered(
    slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    socket = await connected(slack, session)
    await socket.receive_json()

    await socket.send_json({"type": "ping", "id": 7})

    assert await socket.receive_json() == {"type": "pong", "id": 7}


async def test_an_app_that_must_refresh_connects_again_and_hears_the_next_event(
    slack: Sandbox, team: Team, listener: Listener
) -> None:
    listener.greeted.clear()

    await slack.sockets.refresh()
    await listener.greeted.wait()
    await slack.send_event(team, {"type": "team_rename"}, event_id="Ev1")

    assert [request.payload["event_id"] for request in listener.requests] == ["Ev1"]


async def test_each_payload_goes_down_one_connection_only(
    slack: Sandbox, team: Team, listener: Listener, session: aiohttp.ClientSession
) -> None:
    socket = await connected(slack, session)
    await socket.receive_json()
    sending = asyncio.create_task(slack.send_event(team, {"type": "team_rename"}))
    second = asyncio.create_task(slack.send_event(team, {"type": "team_rename"}))

    envelope = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    await asyncio.gather(sending, second)

    assert len(listener.requests) == 1


async def test_a_connection_that_breaks_before_the_acknowledgement_is_a_failed_dispatch(
    slack: Sandbox, me: Person, deals: Channel, session: aiohttp.ClientSession
) -> None:
    socket = await connected(slack, session)
    await socket.receive_json()
    asking = asyncio.create_task(me.command("/opp", channel=deals))

    await socket.receive_json()
    await socket.close()

    assert (await asking).error == "dispatch_failed"


async def test_an_answer_nobody_asked_for_is_not_taken(
    slack: Sandbox, team: Team, listener: Listener
) -> None:
    listener.payload = {"text": "an event takes no answer"}

    delivery = await slack.send_event(team, {"type": "team_rename"})

    assert (delivery.error, delivery.body) == (None, "")


async def test_options_come_back_through_the_socket(
    api: Api, me: Person, deals: Channel, listener: Listener
) -> None:
    element = {"type": "external_select", "action_id": "partner"}
    await api.chat_postMessage(channel=deals.id, text="x", blocks=[actions(element)])
    listener.payload = {"options": [option("globex")]}

    (found,) = await me.suggest("partner", "glo", within=me.sees(deals)[-1])

    assert (found.value, listener.requests[-1].type) == ("globex", "interactive")


async def test_a_modal_is_answered_through_the_socket(
    api: Api, me: Person, listener: Listener
) -> None:
    await me.command("/opp")
    trigger = listener.requests[-1].payload["trigger_id"]
    await api.views_open(trigger_id=trigger, view=modal())
    me.fill({"customer": "Acme"})
    listener.payload = {"response_action": "errors", "errors": {"customer": "Known already"}}

    answer = await me.submit()

    assert answer.errors == {"customer": "Known already"}
    assert listener.requests[-1].accepts_response_payload is True


async def test_a_command_nobody_acknowledges_is_shown_as_failed_and_not_sent_again(
    impatient: Sandbox, me: Person, deals: Channel, listener: Listener
) -> None:
    listener.silent = True

    answer = await me.command("/opp", channel=deals)

    assert (answer.error, len(listener.requests)) == ("operation_timeout", 1)


async def test_what_people_do_and_what_the_app_posts_comes_by_socket_too(
    slack: Sandbox, api: Api, me: Person, deals: Channel, listener: Listener, app: SlackApp
) -> None:
    await me.say(deals, "hello")
    await api.chat_postMessage(channel=deals.id, text="hello yourself")
    await slack.events.settled()

    events = [request.payload["event"] for request in listener.requests]
    assert [event["text"] for event in events] == ["hello", "hello yourself"]
    assert app.requests == []


async def test_a_fault_of_delivery_strikes_in_the_socket_too(
    slack: Sandbox, me: Person, deals: Channel, listener: Listener
) -> None:
    slack.faults.add(Fault("duplicated", times=1))
    slack.faults.add(Fault("event_unanswered", times=1))

    await me.say(deals, "hello")

    reasons = [request.retry_reason for request in listener.requests]
    assert reasons == ["", "http_timeout", ""]
