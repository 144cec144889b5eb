import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from html import unescape
from pathlib import Path
from threading import Thread
from typing import TypeAlias

import aiohttp
import pytest
from aiohttp import web
from slack_bolt import App
from slack_bolt.app.app import SlackAppDevelopmentServer
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.clients import async_bolt, sync_bolt
from tests.sandbox.clients.office import Office, open_office
from tests.sandbox.slack_app import SECRET

# The SDK builds its header with a class that aiohttp is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

PATH = "/slack/events"
SCOPES = ["app_mentions:read", "chat:write", "commands"]
Way: TypeAlias = Callable[[Office, Path], AbstractAsyncContextManager[str]]


def stores(folder: Path, office: Office) -> tuple[FileInstallationStore, FileOAuthStateStore]:
    installations = FileInstallationStore(
        base_dir=str(folder / "installations"), client_id=office.slack.client_id
    )
    states = FileOAuthStateStore(
        expiration_seconds=600,
        base_dir=str(folder / "states"),
        client_id=office.slack.client_id,
    )
    return installations, states


@asynccontextmanager
async def async_app(office: Office, folder: Path) -> AsyncGenerator[str]:
    installations, states = stores(folder, office)
    settings = AsyncOAuthSettings(
        client_id=office.slack.client_id,
        client_secret=office.slack.client_secret,
        scopes=SCOPES,
        installation_store=installations,
        state_store=states,
        authorization_url=f"{office.slack.url}/oauth/v2/authorize",
    )
    client = AsyncWebClient(base_url=office.slack.api_url)
    app = AsyncApp(client=client, signing_secret=SECRET, oauth_settings=settings)
    async_bolt.listen(app)
    runner = web.AppRunner(app.web_app(path=PATH), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@asynccontextmanager
async def sync_app(office: Office, folder: Path) -> AsyncGenerator[str]:
    installations, states = stores(folder, office)
    settings = OAuthSettings(
        client_id=office.slack.client_id,
        client_secret=office.slack.client_secret,
        scopes=SCOPES,
        installation_store=installations,
        state_store=states,
        authorization_url=f"{office.slack.url}/oauth/v2/authorize",
    )
    client = WebClient(base_url=office.slack.api_url)
    app = App(client=client, signing_secret=SECRET, oauth_settings=settings)
    sync_bolt.listen(app)
    server = SlackAppDevelopmentServer(
        0, PATH, app, app.oauth_flow, http_server_logger_enabled=False
    )
    serving = Thread(target=server.start)
    serving.start()
    yield f"http://127.0.0.1:{server._server.server_address[1]}"
    await asyncio.to_thread(server._server.shutdown)
    serving.join()


async def install(office: Office, url: str) -> tuple[int, str]:
    """What a browser does: the app's page, Slack's page, back to the app."""
    async with aiohttp.ClientSession() as browser:
        async with browser.get(f"{url}/slack/install") as page:
            cookie = page.headers["Set-Cookie"].partition(";")[0]
            found = re.search(r'href="([^"]+/oauth/v2/authorize[^"]+)"', await page.text())
        assert found is not None
        consent = unescape(found[1])
        async with browser.get(consent) as page:
            assert "Ana" in await page.text()
        agreed = f"{consent}&who=T0ACME/U0ANA&answer=allow"
        async with browser.get(agreed, allow_redirects=False) as answer:
            back = answer.headers["Location"]
        async with browser.get(back, headers={"Cookie": cookie}) as page:
            return page.status, await page.text()


@pytest.mark.parametrize("way", [async_app, sync_app])
async def test_an_app_is_installed_as_bolt_does_it_and_answers(way: Way, tmp_path: Path) -> None:
    async with open_office() as office, way(office, tmp_path) as url:
        office.slack.core.redirect_urls = (f"{url}/slack/oauth_redirect",)
        office.connect(f"{url}{PATH}")
        await office.slack.uninstall(office.team)
        before = await office.me.command("/opp", "list", channel=office.deals)

        status, page = await install(office, url)
        after = await office.me.command("/opp", "list", channel=office.deals)
        await office.me.say(office.deals, f"<@{office.team.bot_user_id}> hello")

        assert (status, "Success" in page or "Thank you" in page) == (200, True)
        assert "You typed" not in before.text
        assert after.text == "You typed list"
        await office.until(lambda: "Hello <@U0ANA>" in office.texts())
