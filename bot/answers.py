"""Replies carried out: Slack's answer to the request, and the calls that must follow a click."""

import asyncio
import logging
from collections.abc import Awaitable, Mapping

from aiohttp import ClientError, ClientSession
from pydantic import TypeAdapter
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.payloads import (
    ActionPayload,
    CommandPayload,
    EventPayload,
    ShortcutPayload,
    SubmitPayload,
)
from bot.payloads import View as Before
from bot.slack_client import SlackRefusedError, call
from handlers.routing import (
    Both,
    Errors,
    Home,
    Open,
    Replace,
    Reply,
    Return,
    Say,
    Show,
    View,
)

log = logging.getLogger(__name__)

Pressed = ActionPayload | ShortcutPayload
_JSON = TypeAdapter(dict[str, object])
CALL_SECONDS = 2.0
"""Slack waits three seconds for the whole answer: a call on the way to it may not use them up."""
STACK_IS_FULL = "push_limit_reached"
"""Three modals lie upon one another. https://docs.slack.dev/reference/methods/views.push"""
TOO_LATE = "That took too long for Slack to open the form. Please try again."


async def acknowledge(ack: AsyncAck, **body: object) -> None:
    """Answer the request with this, None left out.

    Written out here: Bolt's way takes four times as long for a page of a list. It sends words that
    begin with a brace as JSON.
    """
    given = {name: value for name, value in body.items() if value is not None}
    await ack(_JSON.dump_json(given).decode())


class Answers:
    """Has the one HTTP session that `response_url` answers go through."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def to_command(
        self, reply: Reply, payload: CommandPayload, ack: AsyncAck, client: AsyncWebClient
    ) -> None:
        match reply:
            case Say(text=text, blocks=blocks) | Replace(text=text, blocks=blocks):
                await acknowledge(ack, text=text, blocks=blocks, response_type="ephemeral")
            case Open(view=view):
                opened = call(client, "views.open", trigger_id=payload.trigger_id, view=view)
                await (ack() if await _succeeds(opened) else ack(text=TOO_LATE))
            case Both(first=first, then=then):
                await self.to_command(first, payload, ack, client)
                await _whisper(client, payload.user_id, then, payload.channel_id)
            case _:
                await ack()

    async def to_press(self, reply: Reply, payload: Pressed, client: AsyncWebClient) -> None:
        """Also to a shortcut, which is a press without a modal or a message of ours below it."""
        match reply:
            case Say():
                await self._say(reply, payload, client)
            case Replace(text=text, blocks=blocks):
                await self._respond(payload, text=text, blocks=blocks, replace_original=True)
            case Open(view=view):
                await self._open(view, payload, client)
            case Show(view=view, also=also) if payload.view is not None:
                changed = _change(client, payload.view, view)
                await asyncio.gather(_succeeds(changed), _update(client, also))
            case Errors(errors=errors):
                await self._say(Say(text=" ".join(errors.values())), payload, client)
            case Home(view=view):
                await _publish(client, payload.user, view)
            case Both(first=first, then=then):
                await self.to_press(first, payload, client)
                await self._say(then, payload, client)
            case _:
                pass

    async def to_submit(
        self, reply: Reply, payload: SubmitPayload, ack: AsyncAck, client: AsyncWebClient
    ) -> None:
        match reply:
            case Errors(errors=errors):
                await acknowledge(ack, response_action="errors", errors=errors)
            case Show(view=view, also=also):
                await _update(client, also)
                await acknowledge(ack, response_action="update", view=_still(view, payload.view))
            case Open(view=view):
                await acknowledge(ack, response_action="push", view=view)
            case Return(view_id=view_id, view=view, also=also):
                await _update(client, {view_id: view, **also})
                await ack()
            case Both(first=first, then=then):
                await self.to_submit(first, payload, ack, client)
                await _whisper(client, payload.user, then, then.channel_id)
            case Say():
                await ack()
                await _whisper(client, payload.user, reply, reply.channel_id)
            case Home(view=view):
                await ack()
                await _publish(client, payload.user, view)
            case _:
                await ack()

    async def to_event(self, reply: Reply, payload: EventPayload, client: AsyncWebClient) -> None:
        """An event has no answer; what it may change is the Home of who caused it."""
        if isinstance(reply, Home) and payload.user is not None:
            await _publish(client, payload.user, reply.view)

    async def _open(self, view: View, payload: Pressed, client: AsyncWebClient) -> None:
        """Where Slack stacks no more modals, in place of the one that was pressed in."""
        failure = await _failure(_open(client, payload, view))
        if failure == STACK_IS_FULL and payload.view is not None:
            failure = await _failure(_change(client, payload.view, view))
        if failure is not None:
            await self._say(Say(text=TOO_LATE), payload, client)

    async def _say(self, said: Say, payload: Pressed, client: AsyncWebClient) -> None:
        if payload.response_url is None:
            await _whisper(client, payload.user, said, said.channel_id)
            return
        await self._respond(payload, text=said.text, blocks=said.blocks, replace_original=False)

    async def _respond(self, payload: Pressed, **message: object) -> None:
        """https://docs.slack.dev/interactivity/handling-user-interaction#message_responses"""
        body = {name: value for name, value in message.items() if value is not None}
        body["response_type"] = "ephemeral"
        if payload.response_url is None:
            return
        try:
            async with (
                asyncio.timeout(CALL_SECONDS),
                self._session.post(payload.response_url, json=body) as answer,
            ):
                if not answer.ok:
                    log.warning("response.refused", extra={"status": answer.status})
        except (ClientError, TimeoutError) as failed:
            log.warning("response.failed", extra={"reason": type(failed).__name__})


async def _publish(client: AsyncWebClient, user: str, view: dict[str, object]) -> None:
    """Show the person this Home. https://docs.slack.dev/reference/methods/views.publish"""
    await _succeeds(call(client, "views.publish", user_id=user, view=view))


async def _whisper(client: AsyncWebClient, user: str, said: Say, channel_id: str | None) -> None:
    """A private word where the person is, else in their direct messages."""
    words = {"text": said.text, "blocks": said.blocks}
    if channel_id is not None:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await call(client, "chat.postEphemeral", channel=channel_id, user=user, **words)
        except SlackRefusedError as refused:
            log.info("answer.not_there", extra={"reason": refused.reason})
        except (ClientError, TimeoutError) as failed:
            log.warning("answer.failed", extra={"reason": type(failed).__name__})
            return
        else:
            return
    await _succeeds(call(client, "chat.postMessage", channel=user, **words))


async def _update(client: AsyncWebClient, views: Mapping[str, View]) -> None:
    """All at once: each has but the time of one."""
    changing = [
        _succeeds(call(client, "views.update", view_id=view_id, view=view))
        for view_id, view in views.items()
    ]
    await asyncio.gather(*changing)


def _change(client: AsyncWebClient, before: Before, view: View) -> Awaitable[object]:
    """The modal that was pressed in becomes this, unless it has changed since."""
    return call(
        client, "views.update", view_id=before.id, hash=before.hash, view=_still(view, before)
    )


def _still(view: View, before: Before) -> View:
    """With the identifier of ours that the view had before: an update would take it away."""
    return {**view, "external_id": before.external_id} if before.external_id else view


def _open(client: AsyncWebClient, payload: Pressed, view: dict[str, object]) -> Awaitable[object]:
    if payload.view is not None and not payload.view.is_home:
        return call(client, "views.push", trigger_id=payload.trigger_id, view=view)
    return call(client, "views.open", trigger_id=payload.trigger_id, view=view)


async def _succeeds(call: Awaitable[object]) -> bool:
    """What was saved stays saved when Slack does not take the answer; the log has its reason."""
    return await _failure(call) is None


async def _failure(call: Awaitable[object]) -> str | None:
    """Why Slack did not take it, in its own word or that of what was in the way."""
    try:
        async with asyncio.timeout(CALL_SECONDS):
            await call
    except SlackRefusedError as refused:
        log.warning("answer.refused", extra={"reason": refused.reason})
        return refused.reason
    except (ClientError, TimeoutError) as failed:
        log.warning("answer.failed", extra={"reason": type(failed).__name__})
        return type(failed).__name__
    return None
