"""Rules of socket mode: tickets, greetings, acknowledgements, and how many connections."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from tests.sandbox.conformance.rule import DOCS, Rule
from tests.sandbox.conformance.world import Outcome, World, judged
from tests.sandbox.slack_app import Payload

SOCKETS = f"{DOCS}apis/events-api/using-socket-mode"
MOST = 10


async def _address(world: World) -> str:
    opened = await world.call("apps.connections.open", world.slack.app_token)
    return opened.body["url"]


async def _alone(world: World) -> None:
    """Returns when Slack has seen that every connection is over."""
    while world.slack.courier.socket.connected:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0)


@asynccontextmanager
async def connected(world: World, address: str) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    """A connection; when it ends, Slack knows."""
    async with world.session.ws_connect(address) as socket:
        yield socket
    await _alone(world)


async def connects_with_a_ticket(world: World) -> Outcome:
    return await _greeted(world, await _address(world))


async def connects_twice_with_one_ticket(world: World) -> Outcome:
    address = await _address(world)
    await _greeted(world, address)
    return await _greeted(world, address)


async def connects_with_a_made_up_ticket(world: World) -> Outcome:
    address = await _address(world)
    return await _greeted(world, f"{address.partition('?')[0]}?ticket=guess")


async def _greeted(world: World, address: str) -> Outcome:
    try:
        async with connected(world, address) as socket:
            hello: Payload = await socket.receive_json()
    except aiohttp.WSServerHandshakeError as refusal:
        return Outcome(str(refusal.status))
    return judged(fine=hello["type"] == "hello", otherwise=hello["type"])


async def connects_ten_times(world: World) -> Outcome:
    return await _connects(world, MOST)


async def connects_eleven_times(world: World) -> Outcome:
    return await _connects(world, MOST + 1)


async def _connects(world: World, times: int) -> Outcome:
    first: Payload = {}
    async with AsyncExitStack() as stack:
        for _ in range(times):
            address = await _address(world)
            socket = await stack.enter_async_context(world.session.ws_connect(address))
            first = await socket.receive_json()
    await _alone(world)
    return Outcome(first.get("reason"))


async def acknowledges(world: World) -> Outcome:
    return await _commands(world, acknowledged=True)


async def acknowledges_nothing(world: World) -> Outcome:
    return await _commands(world, acknowledged=False)


async def _commands(world: World, *, acknowledged: bool) -> Outcome:
    patience = world.slack.courier.deadline
    world.slack.courier.deadline = patience if acknowledged else 0.02
    async with connected(world, await _address(world)) as socket:
        await socket.receive_json()
        typed = asyncio.create_task(world.somebody().command("/opp", channel=world.deals))
        envelope: Payload = await socket.receive_json()
        if acknowledged:
            answer = {"envelope_id": envelope["envelope_id"], "payload": {"text": "here"}}
            await socket.send_json(answer)
        shown = await typed
    world.slack.courier.deadline = patience
    return Outcome(shown.error)


async def takes_an_answer_to_a_command(world: World) -> Outcome:
    return await _accepts(world, "slash_commands")


async def takes_no_answer_to_an_event(world: World) -> Outcome:
    return await _accepts(world, "events_api")


async def _accepts(world: World, kind: str) -> Outcome:
    async with connected(world, await _address(world)) as socket:
        await socket.receive_json()
        if kind == "events_api":
            act = world.slack.send_event(world.team, {"type": "team_join"})
        else:
            act = world.somebody().command("/opp", channel=world.deals)
        done = asyncio.ensure_future(act)
        envelope: Payload = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await done
    fine = envelope["type"] == kind and envelope["accepts_response_payload"]
    return judged(fine=fine, otherwise="no answer wanted")


RULES: list[Rule] = [
    Rule(
        "a ticket admits one connection",
        SOCKETS,
        connects_with_a_ticket,
        connects_twice_with_one_ticket,
        "403",
    ),
    Rule(
        "a ticket is one Slack gave",
        SOCKETS,
        connects_with_a_ticket,
        connects_with_a_made_up_ticket,
        "403",
    ),
    Rule(
        "an app has at most ten connections",
        SOCKETS,
        connects_ten_times,
        connects_eleven_times,
        "too_many_websockets",
    ),
    Rule(
        "an envelope is acknowledged within three seconds",
        SOCKETS,
        acknowledges,
        acknowledges_nothing,
        "operation_timeout",
    ),
    Rule(
        "an event takes no answer, a command does",
        SOCKETS,
        takes_an_answer_to_a_command,
        takes_no_answer_to_an_event,
        "no answer wanted",
    ),
]
