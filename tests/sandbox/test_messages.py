import json
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox import Channel, Message, NotThere, Person, Sandbox, Team
from tests.sandbox.slack_app import (
    Api,
    FixedClock,
    Payload,
    SlackApp,
    actions,
    button,
    option,
    section,
)

STAGES = {
    "type": "static_select",
    "action_id": "stage",
    "placeholder": {"type": "plain_text", "text": "Stage"},
    "options": [option("won"), option("lost")],
}


@pytest.fixture
async def card(api: Api, deals: Channel, me: Person) -> Message:
    blocks = [section("Acme"), actions(button("next", "Next stage", "v1"), STAGES)]
    await api.chat_postMessage(channel="C0DEALS", text="Acme", blocks=blocks)
    return me.sees(deals)[-1]


async def test_a_press_carries_message_container_and_ways_to_answer(
    me: Person, card: Message, app: SlackApp
) -> None:
    await me.press(card, "Next stage")

    told = app.last
    (action,) = told["actions"]
    assert (action["type"], action["action_id"], action["block_id"]) == ("button", "next", "row")
    assert action["value"] == "v1"
    assert told["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": "C0DEALS",
        "is_ephemeral": False,
    }
    assert told["channel"] == {"id": "C0DEALS", "name": "deals"}
    assert told["message"]["blocks"] == card.blocks
    assert told["trigger_id"]
    assert told["response_url"].startswith("http://")
    assert told["state"]["values"] == {
        "row": {"stage": {"type": "static_select", "selected_option": None}}
    }


async def test_a_pick_carries_the_option_and_stays_in_the_state(
    me: Person, card: Message, app: SlackApp
) -> None:
    await me.press(card, "stage", "won")
    first = app.last
    await me.press(card, "next")

    assert first["actions"][0]["selected_option"] == option("won")
    values = app.last["state"]["values"]
    assert values["row"]["stage"]["selected_option"] == option("won")


async def test_what_one_person_picked_is_not_what_another_sees(
    me: Person, other: Person, card: Message, app: SlackApp
) -> None:
    await me.press(card, "stage", "won")

    await other.press(card, "next")

    assert app.last["state"]["values"]["row"]["stage"]["selected_option"] is None


async def test_an_element_that_is_not_there_cannot_be_pressed(me: Person, card: Message) -> None:
    with pytest.raises(NotThere):
        await me.press(card, "delete")


async def test_equal_buttons_are_told_apart_by_value(
    api: Api, me: Person, deals: Channel, app: SlackApp
) -> None:
    rows = [
        actions(button("open", "Open", "1"), block_id="a"),
        actions(button("open", "Open", "2"), block_id="b"),
    ]
    await api.chat_postMessage(channel="C0DEALS", text="list", blocks=rows)
    (message,) = me.sees(deals)

    await me.press(message, "open", "2")

    assert app.last["actions"][0]["block_id"] == "b"
    with pytest.raises(NotThere):
        await me.press(message, "open")


async def test_a_failing_press_shows_its_error(me: Person, card: Message, app: SlackApp) -> None:
    app.answers(status=500)

    answer = await me.press(card, "next")

    assert answer.error == "dispatch_failed"


async def test_the_body_of_a_press_answer_shows_nothing(
    me: Person, card: Message, deals: Channel, app: SlackApp
) -> None:
    app.answers({"text": "ignored"})

    await me.press(card, "next")

    assert me.sees(deals) == [card]


async def test_an_ephemeral_message_is_pressed_by_its_reader_only(
    api: Api, me: Person, other: Person, deals: Channel, app: SlackApp
) -> None:
    blocks = [actions(button("go", "Go"))]
    await api.chat_postEphemeral(channel="C0DEALS", user="U0ANA", text="x", blocks=blocks)
    (message,) = me.ephemerals

    await me.press(message, "go")

    assert app.last["container"]["is_ephemeral"] is True
    with pytest.raises(NotThere):
        await other.press(message, "go")


# What Slack's examples and the types of its SDK have, and no more.
SHORTCUT = {
    *("type", "token", "action_ts", "team", "user", "is_enterprise_install", "enterprise"),
    *("callback_id", "trigger_id"),
}


async def test_a_message_shortcut_carries_the_message(
    me: Person, card: Message, app: SlackApp
) -> None:
    await me.shortcut("log", card)

    told = app.last
    assert (told["type"], told["callback_id"]) == ("message_action", "log")
    assert (told["message_ts"], told["message"]["text"]) == (card.ts, "Acme")
    assert told["channel"] == {"id": "C0DEALS", "name": "deals"}
    assert set(told) == SHORTCUT | {"channel", "message", "message_ts", "response_url"}


async def test_a_global_shortcut_carries_a_trigger(me: Person, app: SlackApp) -> None:
    await me.shortcut("new")

    assert (app.last["type"], app.last["callback_id"]) == ("shortcut", "new")
    assert app.last["trigger_id"]
    assert set(app.last) == SHORTCUT


async def answer_to(url: str, **body: object) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.text()


async def pressed(me: Person, card: Message, app: SlackApp) -> str:
    await me.press(card, "next")
    return app.last["response_url"]


async def test_an_answer_to_a_response_url_is_ephemeral_by_default(
    me: Person, other: Person, card: Message, deals: Channel, app: SlackApp
) -> None:
    url = await pressed(me, card, app)

    answer = await AsyncWebhookClient(url).send(text="only you")

    assert (answer.status_code, answer.body) == (200, "ok")
    assert [message.text for message in me.ephemerals] == ["only you"]
    assert other.sees(deals) == [card]


async def test_an_answer_may_replace_the_original(
    me: Person, other: Person, card: Message, deals: Channel, app: SlackApp
) -> None:
    url = await pressed(me, card, app)

    await answer_to(url, text="moved", replace_original=True)

    (message,) = other.sees(deals)
    assert (message.ts, message.text, message.blocks) == (card.ts, "moved", [])


async def test_an_answer_may_delete_the_original(
    me: Person, card: Message, deals: Channel, app: SlackApp
) -> None:
    url = await pressed(me, card, app)

    await answer_to(url, delete_original=True)

    assert me.sees(deals) == []


async def test_an_answer_may_speak_to_the_channel(
    me: Person, other: Person, card: Message, deals: Channel, app: SlackApp
) -> None:
    url = await pressed(me, card, app)

    await answer_to(url, text="all", response_type="in_channel")

    assert other.sees(deals)[-1].text == "all"


async def test_a_response_url_is_used_five_times(me: Person, card: Message, app: SlackApp) -> None:
    url = await pressed(me, card, app)
    for _ in range(5):
        await answer_to(url, text="again")

    status, body = await answer_to(url, text="once more")

    assert status == 404
    assert "used_url" in body


async def test_a_response_url_lives_for_half_an_hour(
    me: Person, card: Message, app: SlackApp, clock: FixedClock
) -> None:
    url = await pressed(me, card, app)
    clock.advance(timedelta(minutes=31))

    status, body = await answer_to(url, text="late")

    assert status == 404
    assert "expired_url" in body


async def test_an_answer_to_a_channel_that_is_gone_is_refused(
    slack: Sandbox, team: Team, deals: Channel, me: Person, card: Message, app: SlackApp
) -> None:
    url = await pressed(me, card, app)
    await slack.events.delete_channel(team, deals, me.member)

    status, words = await answer_to(url, text="x", response_type="in_channel")

    assert (status, json.loads(words)["error"]) == (400, "channel_not_found")


async def test_an_answer_names_the_trigger_of_the_request_it_answers(
    slack: Sandbox, me: Person, card: Message, app: SlackApp
) -> None:
    url = await pressed(me, card, app)
    trigger = app.last["trigger_id"]

    await answer_to(url, text="x")

    assert slack.calls[-1].trigger == trigger


async def test_invalid_blocks_in_an_answer_are_refused_and_on_record(
    slack: Sandbox, me: Person, card: Message, app: SlackApp
) -> None:
    url = await pressed(me, card, app)

    status, body = await answer_to(url, text="x", blocks=[{"type": "sektion"}])

    assert status == 400
    assert "invalid_blocks" in body
    call = slack.calls[-1]
    assert (call.method, call.team_id, call.ok) == ("response_url", "T0ACME", False)


async def test_a_command_answers_through_its_response_url_too(
    me: Person, deals: Channel, app: SlackApp
) -> None:
    async def handler(payload: Payload) -> web.Response:
        await answer_to(payload["response_url"], text="through the url")
        return web.Response()

    app.handler = handler

    answer = await me.command("/opp", channel=deals)

    assert answer.ephemeral is not None
    assert answer.ephemeral.text == "through the url"


async def test_a_press_in_a_thread_or_an_attachment_says_so(
    api: Api, me: Person, deals: Channel, app: SlackApp
) -> None:
    root = (await api.chat_postMessage(channel=deals.id, text="root"))["ts"]
    attached = [{"fallback": "x", "blocks": [actions(button("go", "Go"))]}]
    await api.chat_postMessage(channel=deals.id, text="reply", thread_ts=root, attachments=attached)

    await me.press(me.sees(deals)[-1], "go")

    container = app.last["container"]
    assert (container["type"], container["attachment_id"]) == ("message_attachment", 1)
    assert container["thread_ts"] == root


async def test_a_press_on_an_ephemeral_message_brings_no_content(
    api: Api, me: Person, deals: Channel, app: SlackApp
) -> None:
    blocks = [actions(button("go", "Go"))]
    await api.chat_postEphemeral(channel=deals.id, user="U0ANA", text="psst", blocks=blocks)

    await me.press(me.sees(deals)[-1], "go")

    assert app.last["container"]["is_ephemeral"] is True
    assert "message" not in app.last
    assert app.last["response_url"]


async def test_a_workflow_button_is_not_the_apps(
    api: Api, me: Person, deals: Channel, app: SlackApp
) -> None:
    start = {"type": "workflow_button", "action_id": "flow", "text": button("x", "Run")["text"]}
    start["workflow"] = {"trigger": {"url": "https://slack.com/shortcuts/Ft1/xyz"}}
    await api.chat_postMessage(channel=deals.id, text="x", blocks=[actions(start)])

    answer = await me.press(me.sees(deals)[-1], "flow")

    assert answer.ok
    assert app.heard == []


async def test_an_answer_may_go_into_the_thread(
    me: Person, card: Message, app: SlackApp, deals: Channel
) -> None:
    url = await pressed(me, card, app)

    await answer_to(url, text="in the thread", thread_ts=card.ts, response_type="in_channel")

    assert (me.sees(deals)[-1].text, me.sees(deals)[-1].thread_ts) == ("in the thread", card.ts)
