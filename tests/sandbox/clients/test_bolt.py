import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from threading import Thread

import pytest
from aiohttp import web
from slack_bolt import App
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.app.app import SlackAppDevelopmentServer
from slack_bolt.app.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sockets import Sockets
from tests.sandbox.clients import async_bolt, sync_bolt
from tests.sandbox.clients.office import Office, open_office
from tests.sandbox.slack_app import SECRET, TOKEN

PATH = "/slack/events"


def async_app(office: Office) -> AsyncApp:
    client = AsyncWebClient(token=TOKEN, base_url=office.slack.api_url)
    app = AsyncApp(client=client, signing_secret=SECRET)
    async_bolt.listen(app)
    return app


def sync_app(office: Office) -> App:
    client = WebClient(token=TOKEN, base_url=office.slack.api_url)
    app = App(client=client, signing_secret=SECRET)
    sync_bolt.listen(app)
    return app


@asynccontextmanager
async def async_http(office: Office) -> AsyncGenerator[None]:
    runner = web.AppRunner(async_app(office).web_app(path=PATH), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    office.connect(f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}")
    yield
    await runner.cleanup()


@asynccontextmanager
async def sync_http(office: Office) -> AsyncGenerator[None]:
    app = await asyncio.to_thread(sync_app, office)
    server = SlackAppDevelopmentServer(0, PATH, app, http_server_logger_enabled=False)
    serving = Thread(target=server.start)
    serving.start()
    office.connect(f"http://127.0.0.1:{server._server.server_address[1]}{PATH}")
    yield
    await asyncio.to_thread(server._server.shutdown)
    serving.join()


@asynccontextmanager
async def async_socket(office: Office) -> AsyncGenerator[None]:
    handler = AsyncSocketModeHandler(async_app(office), office.slack.app_token)
    office.connect(None)
    await handler.connect_async()
    yield
    await handler.close_async()


@asynccontextmanager
async def sync_socket(office: Office) -> AsyncGenerator[None]:
    app = await asyncio.to_thread(sync_app, office)
    handler = SocketModeHandler(app, office.slack.app_token)
    office.connect(None)
    await asyncio.to_thread(handler.connect)
    yield
    handler.client.auto_reconnect_enabled = False
    sockets = office.slack.courier.socket
    assert isinstance(sockets, Sockets)
    await sockets.close()  # for an open one the client waits three seconds
    await asyncio.to_thread(handler.close)


WAYS = {
    "AsyncApp over HTTP": async_http,
    "App over HTTP": sync_http,
    "AsyncApp in socket mode": async_socket,
    "App in socket mode": sync_socket,
}


@pytest.fixture(scope="module", params=WAYS)
async def office(request: pytest.FixtureRequest) -> AsyncGenerator[Office]:
    async with open_office() as office, WAYS[request.param](office):
        yield office


async def test_a_command_is_answered(office: Office) -> None:
    answer = await office.me.command("/opp", "list", channel=office.deals)

    assert answer.text == "You typed list"


async def test_a_modal_is_opened_refused_and_taken(office: Office) -> None:
    me = office.me
    await me.command("/opp", "new", channel=office.deals)
    me.fill({"customer": "Nobody"})
    refused = await me.submit()
    me.fill({"customer": "Globex"})
    await me.submit()

    assert refused.errors == {"customer": "Nobody buys nothing"}
    assert me.view is None
    await office.until(lambda: "Globex" in office.texts())


async def test_a_press_replaces_its_message(office: Office) -> None:
    me = office.me
    await me.command("/opp", "new", channel=office.deals)
    me.fill({"customer": "Initech"})
    await me.submit()
    await office.until(lambda: "Initech" in office.texts())
    card = next(each for each in me.sees(office.deals) if each.text == "Initech")

    await me.press(card, "approve")

    await office.until(lambda: "Approved Initech" in office.texts())
    assert "Initech" not in office.texts()


async def test_a_menu_offers_what_the_app_finds(office: Office) -> None:
    me = office.me
    await me.command("/opp", "new", channel=office.deals)

    options = await me.suggest("partner", "glo")
    await me.close()

    assert [option.value for option in options] == ["globex"]


async def test_a_shortcut_opens_a_modal(office: Office) -> None:
    other = office.other

    await other.shortcut("new_deal")

    await office.until(lambda: other.view is not None)
    await other.close()


async def test_a_shortcut_of_a_message_is_answered_to_one_person(office: Office) -> None:
    other = office.other
    message = other.write(office.deals, "Call them on Friday")

    await other.shortcut("log_message", message)

    await office.until(lambda: bool(other.ephemerals))
    assert other.ephemerals[-1].text == "Logged Call them on Friday"
    assert "Logged Call them on Friday" not in office.texts()


async def test_a_mention_is_answered_in_its_thread(office: Office) -> None:
    asked = await office.me.say(office.deals, f"<@{office.team.bot_user_id}> are you there?")

    await office.until(lambda: "Hello <@U0ANA>" in office.texts())
    answers = [each for each in office.me.sees(office.deals) if each.thread_ts == asked.ts]
    assert [each.text for each in answers if each.ts != asked.ts] == ["Hello <@U0ANA>"]


async def test_the_home_tab_is_published_when_it_is_opened(office: Office) -> None:
    await office.me.open_home()

    await office.until(lambda: office.me.home is not None)
