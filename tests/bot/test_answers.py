from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession, web
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers import Answers
from bot.payloads import SubmitPayload
from handlers.routing import Reply, Return, Say
from tests.bot.outbox_support import a_wire

SUBMIT = SubmitPayload.model_validate(
    {"type": "view_submission", "user": "U0RON", "view": {"id": "V0FORM"}}
)


@dataclass
class Slack:
    """Answers to the methods asked for, each with its refusal, if any."""

    url: str
    refusals: dict[str, str] = field(default_factory=dict[str, str])
    asked: list[str] = field(default_factory=list[str])

    async def answer(self, request: web.Request, _: bytes) -> web.StreamResponse:
        method = request.match_info["path"]
        self.asked.append(method)
        refusal = self.refusals.get(method)
        return web.json_response({"ok": refusal is None, "error": refusal})


@pytest.fixture
async def slack() -> AsyncGenerator[Slack]:
    it = Slack("")
    async with a_wire(it.answer) as url:
        it.url = url
        yield it


async def say(slack: Slack, said: Reply) -> None:
    async with ClientSession() as session:
        client = AsyncWebClient(base_url=slack.url, session=session, retry_handlers=[])
        await Answers(session).to_submit(said, SUBMIT, AsyncAck(), client)


async def test_a_word_after_a_form_is_said_where_it_was_asked_for(slack: Slack) -> None:
    await say(slack, Say(text="Saved.", channel_id="C0DEALS"))

    assert slack.asked == ["chat.postEphemeral"]


@pytest.mark.parametrize("reason", ["not_in_channel", "restricted_action", "something_new"])
async def test_where_it_cannot_be_said_it_reaches_the_person_directly(
    slack: Slack, reason: str
) -> None:
    slack.refusals["chat.postEphemeral"] = reason

    await say(slack, Say(text="Saved.", channel_id="C0DEALS"))

    assert slack.asked == ["chat.postEphemeral", "chat.postMessage"]


async def test_nobody_knows_where_it_was_asked_for_so_it_is_said_directly(slack: Slack) -> None:
    await say(slack, Say(text="Saved."))

    assert slack.asked == ["chat.postMessage"]


async def test_a_closing_form_refreshes_every_modal_below_it(slack: Slack) -> None:
    await say(slack, Return(view_id="V0LIST", view={}, also={"V0MENU": {}}))

    assert slack.asked == ["views.update"] * 2
