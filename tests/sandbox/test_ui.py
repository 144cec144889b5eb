import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from sandbox import Channel, Person, Sandbox, SandboxClock, Team
from sandbox.workspace import Message
from tests.sandbox.slack_app import (
    Api,
    Payload,
    SlackApp,
    actions,
    button,
    client,
    input_block,
    modal,
    option,
    section,
    select,
)

WHO = {"team": "T0ACME", "as": "U0ANA"}
Answered = tuple[int, Payload]


class Page:
    """The browser's side of the JSON API."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def post(self, path: str, **body: object) -> Answered:
        async with self.session.post(f"{self.url}/ui/{path}", json={**WHO, **body}) as response:
            return response.status, await response.json()

    async def state(self, **query: str) -> Payload:
        async with self.session.get(f"{self.url}/ui/state", params={**WHO, **query}) as response:
            assert response.status == 200
            return await response.json()


@pytest.fixture
async def page(slack: Sandbox, me: Person, other: Person) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as session:
        yield Page(session, slack.url)


async def test_the_state_shows_who_and_where(page: Page, deals: Channel, team: Team) -> None:
    state = await page.state()

    assert (state["team"]["id"], state["me"]["id"]) == ("T0ACME", "U0ANA")
    assert {person["id"] for person in state["people"]} == {"U0ANA", "U0BEN", team.bot_user_id}
    assert [channel["name"] for channel in state["channels"]] == ["deals"]
    assert (state["channel"]["id"], state["channel"]["kind"]) == ("D0ANA", "dm")
    assert [command["command"] for command in state["app"]["commands"]] == ["/opp", "/raw"]
    assert (state["views"], state["home"]) == ([], None)


async def test_the_first_team_and_person_are_shown_unless_named(page: Page) -> None:
    async with page.session.get(f"{page.url}/ui/state") as response:
        state = await response.json()

    assert (state["team"]["id"], state["me"]["id"]) == ("T0ACME", "U0ANA")


async def test_private_channels_are_shown_to_their_members_only(
    page: Page, team: Team, me: Person, other: Person
) -> None:
    team.add_channel("C0MINE", "mine", private=True, members=[me.member])
    team.add_channel("C0YOURS", "yours", private=True, members=[other.member])

    state = await page.state()

    assert [channel["name"] for channel in state["channels"]] == ["deals", "mine"]
    async with page.session.get(
        f"{page.url}/ui/state", params={**WHO, "channel": "C0YOURS"}
    ) as response:
        assert response.status == 404


async def test_messages_are_shown_with_controls_state_and_author(
    page: Page, api: Api, deals: Channel
) -> None:
    picker = {"type": "static_select", "action_id": "stage", "options": [option("won")]}
    blocks = [section("Acme"), actions(button("go", "Go"), picker)]
    await api.chat_postMessage(channel="C0DEALS", text="Acme", blocks=blocks)

    (message,) = (await page.state(channel="C0DEALS"))["messages"]

    assert (message["author"], message["app"], message["blocks"][1]["block_id"]) == (
        "Tandem",
        True,
        "row",
    )
    assert message["state"] == {
        "row": {"stage": {"type": "static_select", "selected_option": None}}
    }


async def test_what_is_unread_is_counted_until_it_is_read(
    page: Page, api: Api, deals: Channel
) -> None:
    await api.chat_postMessage(channel="C0DEALS", text="news")
    before = await page.state()

    await page.post("read", channel="C0DEALS")
    after = await page.state()

    assert (before["channels"][0]["unread"], after["channels"][0]["unread"]) == (1, 0)


async def test_replies_are_facts_of_their_parent_and_leave_nothing_unread(
    page: Page, api: Api, deals: Channel
) -> None:
    parent = await page.post("say", channel="C0DEALS", text="lunch?")
    ts = parent[1]["ts"]
    await api.chat_postMessage(channel="C0DEALS", text="yes", thread_ts=ts)

    state = await page.state(channel="C0DEALS", thread=ts)

    shown = state["messages"][0]
    assert (shown["reply_count"], shown["reply_users"]) == (1, ["UB0ACME"])
    assert [one["text"] for one in state["thread"]["messages"]] == ["lunch?", "yes"]
    assert shown["latest_reply"] == state["thread"]["messages"][1]["ts"]
    assert state["channels"][0]["unread"] == 0


async def test_an_unread_message_that_is_deleted_is_not_unread(
    page: Page, api: Api, deals: Channel
) -> None:
    posted = await api.chat_postMessage(channel="C0DEALS", text="oops")
    before = await page.state()

    await api.chat_delete(channel="C0DEALS", ts=posted["ts"])

    assert before["channels"][0]["unread"] == 1
    assert (await page.state())["channels"][0]["unread"] == 0


async def test_a_large_channel_is_shown_in_no_time(page: Page, team: Team, deals: Channel) -> None:
    for number in range(20_000):
        ts = f"1795000000.{number:06d}"
        team.put_message(Message("T0ACME", "C0DEALS", ts, "U0BEN", f"message {number}"))
    await page.state(channel="C0DEALS")

    began = time.perf_counter()
    state = await page.state(channel="C0DEALS")

    assert time.perf_counter() - began < 0.1
    assert (len(state["messages"]), state["has_more"]) == (100, True)
    assert state["channels"][0]["unread"] >= 100


async def test_a_reaction_pressed_twice_is_gone(page: Page, api: Api, deals: Channel) -> None:
    posted = await api.chat_postMessage(channel="C0DEALS", text="won")
    seen: list[object] = []

    for _ in range(2):
        await page.post("react", channel="C0DEALS", ts=posted["ts"], name="tada")
        seen.append((await page.state(channel="C0DEALS"))["messages"][0]["reactions"])

    assert seen == [[{"name": "tada", "users": ["U0ANA"], "count": 1}], []]


async def test_a_file_is_shared_and_can_be_fetched_by_the_page(page: Page, deals: Channel) -> None:
    form = aiohttp.FormData({**WHO, "channel": "C0DEALS", "comment": "the contract"})
    form.add_field("file", b"1,2", filename="deal.csv", content_type="text/csv")

    async with page.session.post(f"{page.url}/ui/upload", data=form) as response:
        answer = await response.json()
    (message,) = (await page.state(channel="C0DEALS"))["messages"]
    async with page.session.get(page.url + message["files"][0]["page_url"]) as response:
        content = await response.read()

    assert (message["text"], message["subtype"]) == ("the contract", "file_share")
    assert answer["files"] == message["files"]
    assert (message["files"][0]["mimetype"], content) == ("text/csv", b"1,2")


async def test_the_traffic_tells_what_a_call_was_caused_by_and_what_was_wrong(
    page: Page, api: Api, app: SlackApp, deals: Channel
) -> None:
    async def handler(payload: Payload) -> web.Response:
        bad = modal() | {"blocks": [{"type": "section"}]}
        with pytest.raises(SlackApiError):
            await api.views_open(trigger_id=payload["trigger_id"], view=bad)
        return web.Response()

    app.handler = handler
    await page.post("command", channel="C0DEALS", text="/opp new")

    async with page.session.get(f"{page.url}/ui/traffic") as response:
        traffic = await response.json()
    async with page.session.get(f"{page.url}/ui/traffic?after={traffic['turn']}") as response:
        later = await response.json()

    command = next(one for one in traffic["entries"] if one["direction"] == "request")
    call = next(one for one in traffic["entries"] if one["method"] == "views.open")
    assert (command["method"], command["person"], command["status"]) == ("/opp", "U0ANA", 200)
    assert (call["cause"], call["error"]) == (command["number"], "invalid_arguments")
    assert call["problems"][0]["pointer"].startswith("/view/blocks/0")
    assert later["entries"] == []


async def test_a_fault_is_switched_on_strikes_and_is_switched_off(page: Page, api: Api) -> None:
    _, answer = await page.post("faults/add", kind="server_error", method="auth.test", times=1)
    with pytest.raises(SlackApiError):
        await api.auth_test()
    async with page.session.get(f"{page.url}/ui/faults") as response:
        (struck,) = (await response.json())["faults"]
    _, left = await page.post("faults/remove", id=answer["id"])
    gone, _ = await page.post("faults/remove", id=answer["id"])

    assert (struck["struck"], struck["spent"]) == (1, True)
    assert (left["faults"], gone) == ([], 404)


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("channel", {"channel": "C0DEALS", "act": "remove_app"}, "channel_left"),
        ("channel", {"channel": "C0DEALS", "act": "archive"}, "channel_archive"),
        ("channel", {"channel": "C0DEALS", "act": "rename", "name": "Won deals"}, "channel_rename"),
        ("channels/add", {"name": "q4"}, "channel_created"),
        ("person", {"person": "U0BEN", "changes": {"deleted": True}}, "user_change"),
        ("people/add", {"name": "Dora", "tz": "Asia/Tokyo"}, "team_join"),
        ("app", {"act": "uninstall"}, "app_uninstalled"),
    ],
)
async def test_what_is_changed_in_the_workspace_is_told(
    page: Page, app: SlackApp, path: str, body: Payload, told: str
) -> None:
    arrived = asyncio.Event()

    async def handler(payload: Payload) -> web.Response:
        if payload["event"]["type"] == told:
            arrived.set()
        return web.Response()

    app.handler = handler

    status, answer = await page.post(path, **body)
    async with asyncio.timeout(5):
        await arrived.wait()

    assert (status, answer["ok"]) == (200, True)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("channels/add", {"name": "deals"}),
        ("channels/add", {"name": "?!"}),
        ("people/add", {"name": "Dora", "tz": "Mars/Crater"}),
        ("person", {"person": "U0BEN", "changes": {"id": "U1"}}),
    ],
)
async def test_a_workspace_changes_only_as_slack_lets_it(
    page: Page, path: str, body: Payload
) -> None:
    status, answer = await page.post(path, **body)

    assert status == 400
    assert answer["error"]


async def test_a_command_is_typed_whole(page: Page, app: SlackApp, deals: Channel) -> None:
    app.answers({"text": "done"})

    status, answer = await page.post("command", channel="C0DEALS", text="/opp new Acme")

    assert (status, answer["ok"]) == (200, True)
    assert (app.last["command"], app.last["text"]) == ("/opp", "new Acme")
    (message,) = (await page.state(channel="C0DEALS"))["messages"]
    assert (message["text"], message["ephemeral"]) == ("done", True)


async def test_a_failed_command_is_told_in_slacks_words(page: Page, app: SlackApp) -> None:
    app.answers(status=500)

    _, answer = await page.post("command", channel="C0DEALS", text="/opp")

    assert (answer["ok"], answer["error"]) == (False, "dispatch_failed")
    assert answer["message"] == '/opp failed with the error "dispatch_failed"'


async def test_a_failed_press_is_shown_beside_the_message_until_the_next(
    page: Page, api: Api, deals: Channel, app: SlackApp
) -> None:
    posted = await api.chat_postMessage(
        channel="C0DEALS", text="x", blocks=[actions(button("go", "Go"))]
    )
    where = {"message_ts": posted["ts"], "channel": "C0DEALS"}
    app.answers(status=500)

    await page.post("press", container=where, block_id="row", action_id="go")
    failed = (await page.state(channel="C0DEALS"))["messages"][0]["pressed_error"]
    app.answers()
    await page.post("press", container=where, block_id="row", action_id="go")
    fine = (await page.state(channel="C0DEALS"))["messages"][0]["pressed_error"]

    assert (failed, fine) == ("dispatch_failed", None)


async def test_a_modal_is_filled_suggested_and_submitted(
    page: Page, api: Api, app: SlackApp, me: Person
) -> None:
    partner = input_block("partner", {"type": "external_select", "action_id": "partner"})
    await page.post("command", channel="C0DEALS", text="/opp")
    blocks = (partner, select("stage", "won", "lost"))
    await api.views_open(trigger_id=app.last["trigger_id"], view=modal(*blocks))
    (view,) = (await page.state())["views"]
    field = {"block_id": "partner", "action_id": "partner"}
    app.answers({"options": [option("globex")]})

    _, found = await page.post("suggest", container={"view_id": view["id"]}, query="glo", **field)
    await page.post("fill", view_id=view["id"], value="globex", **field)
    app.answers({"response_action": "errors", "errors": {"stage": "Not yet"}})
    _, answer = await page.post("submit", view_id=view["id"], values={"stage": {"stage": "won"}})
    (shown,) = (await page.state())["views"]

    assert found["options"] == [{"text": "Globex", "value": "globex", "group": None}]
    assert (answer["ok"], answer["errors"], shown["errors"]) == (
        False,
        {"stage": "Not yet"},
        {"stage": "Not yet"},
    )
    selected = app.last["view"]["state"]["values"]["partner"]["partner"]["selected_option"]
    assert selected["value"] == "globex"
    await page.post("close", view_id=view["id"])
    assert me.views == []


async def test_options_the_app_fails_to_give_are_told(page: Page, api: Api, app: SlackApp) -> None:
    partner = input_block("partner", {"type": "external_select", "action_id": "partner"})
    await page.post("command", channel="C0DEALS", text="/opp")
    await api.views_open(trigger_id=app.last["trigger_id"], view=modal(partner))
    (view,) = (await page.state())["views"]
    app.answers(status=500)

    _, found = await page.post(
        "suggest",
        container={"view_id": view["id"]},
        query="glo",
        block_id="partner",
        action_id="partner",
    )

    assert found == {"options": [], "error": "dispatch_failed"}


async def test_saying_does_not_wait_for_the_app(page: Page, app: SlackApp, deals: Channel) -> None:
    app.hangs()

    status, answer = await page.post("say", channel="C0DEALS", text="hello")

    assert (status, answer["ok"]) == (200, True)
    (message,) = (await page.state(channel="C0DEALS"))["messages"]
    assert (message["text"], message["author"]) == ("hello", "Ana")


async def test_opening_home_tells_the_app(page: Page, app: SlackApp) -> None:
    arrived = asyncio.Event()

    async def handler(payload: Payload) -> web.Response:
        arrived.set()
        return web.Response()

    app.handler = handler

    await page.post("home")
    await arrived.wait()

    assert app.last["event"]["type"] == "app_home_opened"


async def test_own_ephemeral_messages_can_be_dismissed(
    page: Page, api: Api, deals: Channel
) -> None:
    posted = await api.chat_postEphemeral(channel="C0DEALS", user="U0ANA", text="psst")

    await page.post("dismiss", channel="C0DEALS", ts=posted["message_ts"])

    assert (await page.state(channel="C0DEALS"))["messages"] == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("command", {"channel": "C0NOWHERE", "text": "/opp"}, 404),
        ("command", {"text": "/opp"}, 400),
        ("submit", {"view_id": "V0"}, 404),
        ("press", {"container": {}, "block_id": "b", "action_id": "a"}, 404),
        ("clock", {"advance_seconds": 5}, 400),
        ("home", {"as": "U0NOBODY"}, 404),
        ("home", {"surprise": 1}, 400),
    ],
)
async def test_nonsense_is_refused_with_a_sentence(
    page: Page, path: str, body: Payload, status: int
) -> None:
    refused, answer = await page.post(path, **body)

    assert refused == status
    assert answer["error"]


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
async def test_another_site_in_the_browser_cannot_act(page: Page, headers: dict[str, str]) -> None:
    body = {**WHO, "channel": "C0DEALS", "text": "hello"}

    async with page.session.post(f"{page.url}/ui/say", json=body, headers=headers) as response:
        assert response.status == 403


async def test_a_form_post_is_refused(page: Page) -> None:
    async with page.session.post(f"{page.url}/ui/say", data=WHO) as response:
        assert response.status == 415


async def test_changes_are_told_as_they_happen(page: Page, api: Api, deals: Channel) -> None:
    async with page.session.get(f"{page.url}/ui/events") as stream:
        first = await stream.content.readuntil(b"\n\n")
        await api.chat_postMessage(channel="C0DEALS", text="news")
        second = await stream.content.readuntil(b"\n\n")

    assert first.startswith(b"event: changed\ndata: ")
    assert second != first


async def test_a_journey_tells_how_far_it_is_and_stops_where_one_likes(app: SlackApp) -> None:
    slack = Sandbox(clock=SandboxClock())
    team = slack.add_team("T0ACME", "Acme", domain="acme", bot_token="xoxb")
    ana = team.add_person("U0ANA", "Ana")
    team.add_channel("C0DEALS", "deals", members=[ana])
    await slack.start()
    async with aiohttp.ClientSession() as session:
        page = Page(session, slack.url)
        begun = datetime.fromisoformat((await page.state())["clock"]["now"])
        seen: list[Payload] = []

        async def at_stop() -> None:
            await client(slack.api_url, "xoxb").chat_postMessage(channel="C0DEALS", text="due")
            seen.append((await page.state())["clock"]["journey"])
            await page.post("clock/stop")

        slack.accompany(at_stop)
        _, answer = await page.post("clock", advance_seconds=864_000)
    await slack.stop()

    assert [each["messages"] for each in seen] == [1]
    assert datetime.fromisoformat(seen[0]["to"]) - begun >= timedelta(days=10)
    assert answer["journey"] is None
    assert datetime.fromisoformat(answer["now"]) - begun < timedelta(days=1)


async def test_the_clock_travels_forward_from_the_page(app: SlackApp) -> None:
    slack = Sandbox(clock=SandboxClock())
    slack.add_team("T0ACME", "Acme", domain="acme", bot_token="xoxb").add_person("U0ANA", "Ana")
    await slack.start()
    async with aiohttp.ClientSession() as session:
        page = Page(session, slack.url)
        before = datetime.fromisoformat((await page.state())["clock"]["now"])

        _, answer = await page.post("clock", advance_seconds=86400)
        backwards, _ = await page.post("clock", travel_to="2001-01-01T00:00:00Z")
        beyond, _ = await page.post("clock", travel_to="9999-12-31T23:59:59Z")
        endless, _ = await page.post("clock", advance_seconds=1e300)
        state = await page.state()
    await slack.stop()

    assert datetime.fromisoformat(answer["now"]) - before >= timedelta(days=1)
    assert (backwards, beyond, endless) == (400, 400, 400)
    assert state["clock"]["ahead_seconds"] == 86400
