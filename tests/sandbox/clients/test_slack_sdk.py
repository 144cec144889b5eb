import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import FixedValueRetryIntervalCalculator
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.faults import Fault
from tests.sandbox.clients.office import Office, open_office
from tests.sandbox.slack_app import TOKEN, Payload, SlackApp, modal, section

DEALS = "C0DEALS"
SOON = FixedValueRetryIntervalCalculator(0.01)
# A client's method by name, whatever the kind of client.
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        office.slack.core.rates.enforced = False
        yield office


@pytest.fixture(params=["WebClient", "AsyncWebClient"])
def ask(request: pytest.FixtureRequest, office: Office) -> Ask:
    """Calls a method of a client as it comes out of the box, token and address aside."""
    waits = AsyncWebClient(token=TOKEN, base_url=office.slack.api_url)
    blocks = WebClient(token=TOKEN, base_url=office.slack.api_url)

    async def call(method: str, **args: Any) -> Payload:
        if request.param == "AsyncWebClient":
            return (await getattr(waits, method)(**args)).data
        return (await asyncio.to_thread(getattr(blocks, method), **args)).data

    return call


async def test_an_app_asks_who_it_is(ask: Ask) -> None:
    who = await ask("auth_test")
    team = await ask("team_info")
    bot = await ask("bots_info", bot=who["bot_id"])

    assert (who["team_id"], team["team"]["domain"]) == ("T0ACME", "acme")
    assert bot["bot"]["user_id"] == who["user_id"]


async def test_a_message_is_written_edited_linked_and_deleted(ask: Ask) -> None:
    sent = await ask("chat_postMessage", channel=DEALS, text="x", blocks=[section("x")])
    edited = await ask("chat_update", channel=DEALS, ts=sent["ts"], text="y", blocks=[])
    link = await ask("chat_getPermalink", channel=DEALS, message_ts=sent["ts"])
    gone = await ask("chat_delete", channel=DEALS, ts=sent["ts"])

    assert edited["message"]["text"] == "y"
    assert link["permalink"].endswith(f"p{sent['ts'].replace('.', '')}")
    assert gone["ts"] == sent["ts"]


async def test_a_message_is_for_one_person_or_for_later(ask: Ask, office: Office) -> None:
    soon = int(office.slack.clock.now().timestamp()) + 3600
    shown = await ask("chat_postEphemeral", channel=DEALS, user="U0ANA", text="psst")
    later = await ask("chat_scheduleMessage", channel=DEALS, post_at=soon, text="x")
    waiting = await ask("chat_scheduledMessages_list", channel=DEALS)
    await ask(
        "chat_deleteScheduledMessage",
        channel=DEALS,
        scheduled_message_id=later["scheduled_message_id"],
    )

    assert "message_ts" in shown
    assert later["scheduled_message_id"] in [each["id"] for each in waiting["scheduled_messages"]]


async def test_a_thread_gets_replies_and_reactions(ask: Ask) -> None:
    first = await ask("chat_postMessage", channel=DEALS, text="first")
    await ask("chat_postMessage", channel=DEALS, text="second", thread_ts=first["ts"])
    await ask("reactions_add", channel=DEALS, timestamp=first["ts"], name="tada")

    replies = await ask("conversations_replies", channel=DEALS, ts=first["ts"])
    reacted = await ask("reactions_get", channel=DEALS, timestamp=first["ts"])

    assert [each["text"] for each in replies["messages"]] == ["first", "second"]
    assert reacted["message"]["reactions"][0]["name"] == "tada"


async def test_channels_are_made_and_filled(ask: Ask, office: Office) -> None:
    name = f"deal-{len(office.team.channels)}"
    made = (await ask("conversations_create", name=name))["channel"]["id"]
    await ask("conversations_invite", channel=made, users="U0ANA,U0BEN")
    await ask("conversations_setTopic", channel=made, topic="Globex")
    members = await ask("conversations_members", channel=made)
    await ask("conversations_archive", channel=made)
    about = await ask("conversations_info", channel=made)

    assert {"U0ANA", "U0BEN"} <= set(members["members"])
    assert (about["channel"]["topic"]["value"], about["channel"]["is_archived"]) == ("Globex", True)


async def test_people_are_found(ask: Ask) -> None:
    found = await ask("users_lookupByEmail", email="ana@acme.example")
    about = await ask("users_info", user=found["user"]["id"])
    direct = await ask("conversations_open", users="U0ANA")

    assert about["user"]["real_name"] == "Ana Sousa"
    assert direct["channel"]["id"].startswith("D")


async def test_views_are_opened_updated_and_published(ask: Ask, office: Office) -> None:
    trigger_id = office.slack.core.triggers.issue("T0ACME", "U0ANA")
    opened = await ask("views_open", trigger_id=trigger_id, view=modal())
    view_id, mark = opened["view"]["id"], opened["view"]["hash"]
    updated = await ask("views_update", view_id=view_id, hash=mark, view=modal())
    home = {"type": "home", "blocks": [section("x")]}
    published = await ask("views_publish", user_id="U0ANA", view=home)

    assert updated["view"]["hash"] != mark
    assert published["view"]["type"] == "home"


async def test_a_file_is_uploaded_shared_and_read_again(ask: Ask, office: Office) -> None:
    uploaded = await ask(
        "files_upload_v2",
        channel=DEALS,
        content="deal,value\nGlobex,48000\n",
        filename="deals.csv",
        title="Deals",
        initial_comment="As promised",
    )
    file = (await ask("files_info", file=uploaded["file"]["id"]))["file"]

    bearer = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        aiohttp.ClientSession(headers=bearer) as session,
        session.get(file["url_private"]) as answer,
    ):
        content = await answer.text()

    assert (file["name"], file["channels"]) == ("deals.csv", [DEALS])
    assert content == "deal,value\nGlobex,48000\n"
    assert "As promised" in office.texts()


async def test_pages_are_turned_by_the_client_itself(office: Office) -> None:
    def names() -> list[str]:
        client = WebClient(token=TOKEN, base_url=office.slack.api_url)
        pages = client.users_list(limit=1)
        return [person["id"] for page in pages for person in page.get("members", [])]

    found = await asyncio.to_thread(names)

    assert sorted(found) == sorted(office.team.people)


async def test_pages_are_turned_by_the_asynchronous_client(office: Office) -> None:
    client = AsyncWebClient(token=TOKEN, base_url=office.slack.api_url)

    pages = await client.users_list(limit=1)
    found = [person["id"] async for page in pages for person in page.get("members", [])]

    assert sorted(found) == sorted(office.team.people)


@pytest.mark.parametrize(
    ("kind", "handler"),
    [
        ("rate_limited", RateLimitErrorRetryHandler(max_retry_count=1)),
        ("server_error", ServerErrorRetryHandler(interval_calculator=SOON)),
        ("lost_connection", ConnectionErrorRetryHandler(interval_calculator=SOON)),
    ],
)
async def test_a_client_tries_again_after_a_fault(office: Office, kind: Any, handler: Any) -> None:
    client = WebClient(token=TOKEN, base_url=office.slack.api_url, retry_handlers=[handler])
    fault = office.slack.faults.add(Fault(kind, "team.info", times=1, seconds=1))

    answer = await asyncio.to_thread(client.team_info)

    assert answer.get("team", {})["id"] == "T0ACME"
    struck = [each.struck for each in office.slack.faults.active if each.id == fault]
    assert struck in ([], [1])


async def test_a_refusal_reaches_the_client_with_its_explanation(ask: Ask) -> None:
    with pytest.raises(SlackApiError) as caught:
        await ask("chat_postMessage", channel=DEALS, text="x", blocks=[{"type": "parrot"}])

    answer = caught.value.response
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["unsupported type: parrot [json-pointer:/blocks/0/type]"]


async def test_a_webhook_client_answers_a_command(office: Office) -> None:
    app = SlackApp()
    await app.start()
    office.connect(app.url)
    await office.me.command("/opp", "list", channel=office.deals)
    url = app.last["response_url"]

    first = await asyncio.to_thread(WebhookClient(url).send, text="For you")
    second = await AsyncWebhookClient(url).send(text="For all", response_type="in_channel")
    wrong = await AsyncWebhookClient(url).send(blocks=[{"type": "parrot"}])
    await app.stop()

    assert (first.status_code, second.body, wrong.status_code) == (200, "ok", 400)
    assert office.me.ephemerals[-1].text == "For you"
    assert "For all" in office.texts()
