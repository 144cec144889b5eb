"""What Slack does when a person types, presses, picks or submits: ask the app, show the outcome.

Used by the person driver and the page alike. Knows nothing of who drives.
"""

from dataclasses import dataclass
from functools import partial

from sandbox import mentions, payloads, submissions
from sandbox.answers import Answer, Option, SuggestionFailed
from sandbox.blockkit import problems_of_options
from sandbox.controls import Control, options_of
from sandbox.core import Core
from sandbox.delivery import Courier, Delivery, Request
from sandbox.events import Events
from sandbox.payloads import Actor, Surface
from sandbox.posting import Place
from sandbox.response_urls import ResponseUrls, answered_in_body
from sandbox.submissions import TROUBLE
from sandbox.values import complaint
from sandbox.views import View
from sandbox.wire import (
    JsonObject,
    SlackError,
    as_object,
    as_objects,
    as_text,
    maybe_object,
    parse,
    text_of,
)
from sandbox.workspace import Channel, Message


@dataclass
class Interactions:
    """Turns what people do into requests to the app."""

    core: Core
    courier: Courier
    urls: ResponseUrls
    events: Events

    async def command(self, actor: Actor, channel: Channel, name: str, text: str) -> Answer:
        """A slash command with its whole answer, the HTTP body's message included.

        Strangers have only the commands of their own team:
        https://docs.slack.dev/apis/slack-connect
        """
        registered = self.core.commands.get(name)
        if registered is None or actor.member.is_stranger:
            return Answer(error="unknown_command", message=f"{name} is not a valid command.")
        written = mentions.typed(actor.team, text, with_names=True)
        sent = written if registered.should_escape else mentions.plain(actor.team, text)
        fields = payloads.command(actor, channel, name, sent.strip())
        fields |= self._reply_ways(actor, channel)
        mark = self.core.stamps.next()
        delivery = await self.courier.send(Request("command", "command", fields))
        return self._command_answer(actor, channel, delivery, mark)

    async def touch(
        self, actor: Actor, where: Surface, control: Control, value: JsonObject | None
    ) -> Answer:
        """A press or a pick the app is told of; a workflow's button would start a workflow."""
        if control.type == "workflow_button":
            return Answer()
        payload = self._on_surface(actor, "block_actions", where, control)
        payload["actions"] = [payloads.action(control, value, self.core.stamps.next())]
        mark = self.core.stamps.next()
        delivery = await self.courier.send(Request("block_actions", "interactive", payload))
        return self._answer(actor, delivery, mark)

    async def submit(self, actor: Actor, view: View) -> Answer:
        """Submits the modal unless the client itself objects; the view shows what came of it."""
        view.errors, view.error = _complaints(view), None
        self.core.changes.note()
        if view.errors:
            return Answer(errors=dict(view.errors))
        payload = payloads.interaction(actor, "view_submission", in_view=True)
        payload["trigger_id"] = self._trigger(actor, view)
        payload["view"] = payloads.view_payload(self.core, actor.team, view)
        payload["response_urls"] = self._response_urls(actor, view, as_text(payload["trigger_id"]))
        delivery = await self.courier.send(Request("view_submission", "interactive", payload))
        return self._submitted(view, delivery)

    async def closed(self, actor: Actor, view: View, *, cleared: bool) -> None:
        """Closes the view; the app hears of it if it asked to.

        A view with `clear_on_close` takes the whole stack with it:
        https://docs.slack.dev/reference/views/modal-views
        """
        if view.closed:
            return
        whole = view.clear_on_close and not view.is_home
        stack = self.core.views.stack(view.team_id, view.user_id) if whole else [view]
        for leaving in reversed(stack):
            self.core.views.close(leaving)
            if leaving.notify_on_close:
                await self._tell_closed(actor, leaving, cleared=cleared or whole)

    async def _tell_closed(self, actor: Actor, view: View, *, cleared: bool) -> None:
        payload = payloads.interaction(actor, "view_closed", in_view=True)
        payload["view"] = payloads.view_payload(self.core, actor.team, view)
        payload["is_cleared"] = cleared
        await self.courier.send(Request("view_closed", "interactive", payload))

    async def suggest(
        self, actor: Actor, where: Surface, control: Control, query: str
    ) -> list[Option]:
        """The options the app offers. Raises SuggestionFailed when it fails or they are invalid."""
        in_view = isinstance(where, View)
        payload = payloads.interaction(actor, "block_suggestion", in_view=in_view)
        payload |= payloads.surface(actor, where, control)
        payload |= {"action_id": control.action_id, "block_id": control.block_id, "value": query}
        delivery = await self.courier.send(Request("block_suggestion", "interactive", payload))
        answer = _options_answer(delivery)
        key = (control.block_id, control.action_id)
        if isinstance(where, View):
            where.offered[key] = where.offered.get(key, []) + options_of(answer)
        else:
            place = (actor.member.id, (where.channel, where.ts), key)
            self.core.offered[place] = self.core.offered.get(place, []) + options_of(answer)
        return _listed(answer)

    async def shortcut(self, actor: Actor, callback_id: str, message: Message | None) -> Answer:
        """A global shortcut, or one from the menu of a message."""
        if actor.member.is_stranger:
            return Answer(error="unknown_shortcut", message="This shortcut isn't available.")
        mark = self.core.stamps.next()
        kind = "shortcut" if message is None else "message_action"
        payload = payloads.shortcut(actor, kind, callback_id, mark)
        if message is None:
            payload["trigger_id"] = self._trigger(actor)
        else:
            channel = actor.team.channels[message.channel]
            payload |= payloads.shortcut_on(actor, message)
            payload |= self._reply_ways(actor, channel, message)
        delivery = await self.courier.send(Request(kind, "interactive", payload))
        return self._answer(actor, delivery, mark)

    def _reply_ways(
        self, actor: Actor, channel: Channel, origin: Message | None = None
    ) -> JsonObject:
        trigger = self._trigger(actor)
        url = self.urls.issue(actor.team, actor.member.id, channel.id, origin, trigger)
        return {"trigger_id": trigger, "response_url": url}

    def _trigger(self, actor: Actor, view: View | None = None) -> str:
        view_id = None if view is None else view.id
        return self.core.triggers.issue(actor.team.id, actor.member.id, view_id)

    def _on_surface(
        self, actor: Actor, kind: str, where: Surface, control: Control | None = None
    ) -> JsonObject:
        in_view = isinstance(where, View)
        payload = payloads.interaction(actor, kind, in_view=in_view)
        payload |= payloads.surface(actor, where, control)
        if isinstance(where, View):
            payload["trigger_id"] = self._trigger(actor, where)
            return payload
        return payload | self._reply_ways(actor, actor.team.channels[where.channel], where)

    def _response_urls(self, actor: Actor, view: View, trigger: str) -> list[JsonObject]:
        """One for each conversation picked in an element with response_url_enabled."""
        issue = partial(self.urls.issue, actor.team, actor.member.id, trigger=trigger)
        return [
            {
                "block_id": control.block_id,
                "action_id": control.action_id,
                "channel_id": channel,
                "response_url": issue(channel),
            }
            for control in view.controls
            if control.element.get("response_url_enabled")
            and (channel := _picked_channel(view, control)) in actor.team.channels
        ]

    def _command_answer(
        self, actor: Actor, channel: Channel, delivery: Delivery, mark: str
    ) -> Answer:
        name = as_text(delivery.payload.get("command"))
        if delivery.error is not None:
            return _failed(delivery.status, delivery.error, name)
        place = Place(channel.id, ephemeral_for=actor.member.id)
        try:
            with self.events.watching() as happened:
                reply = answered_in_body(self.core, place, actor.team, _message_in(delivery))
        except (SlackError, ValueError):
            return _failed(delivery.status, "invalid_command_response", name)
        self.events.later(happened)
        text, blocks = ("", []) if reply is None else (reply.text, reply.blocks)
        newest = self._newest_ephemeral(actor, mark)
        return Answer(delivery.status, text=text, blocks=blocks, ephemeral=newest)

    def _answer(self, actor: Actor, delivery: Delivery, mark: str) -> Answer:
        if delivery.error is not None:
            return _failed(delivery.status, delivery.error, "This")
        return Answer(delivery.status, ephemeral=self._newest_ephemeral(actor, mark))

    def _newest_ephemeral(self, actor: Actor, mark: str) -> Message | None:
        mine = [
            message for message in actor.team.private_messages(actor.member.id) if message.ts > mark
        ]
        return max(mine, key=lambda message: message.ts, default=None)

    def _submitted(self, view: View, delivery: Delivery) -> Answer:
        error = delivery.error
        if error is None:
            error = self._applied(view, delivery.body)
        if error is not None:
            view.error = TROUBLE
        self.core.changes.note()
        if error is not None:
            return Answer(delivery.status, error, TROUBLE)
        return Answer(delivery.status, errors=dict(view.errors))

    def _applied(self, view: View, body: str) -> str | None:
        try:
            submissions.apply(self.core, view, body)
        except SlackError as error:
            return error.code
        return None


def _complaints(view: View) -> dict[str, str]:
    found = {
        control.block_id: complaint(control, view.values[control.block_id, control.action_id])
        for control in view.controls
        if control.is_input
    }
    return {block_id: words for block_id, words in found.items() if words is not None}


def _picked_channel(view: View, control: Control) -> str:
    held = view.values.get((control.block_id, control.action_id), {})
    return as_text(held.get("selected_conversation") or held.get("selected_channel"))


def _failed(status: int | None, error: str, what: str) -> Answer:
    return Answer(status, error, f'{what} failed with the error "{error}"')


def _message_in(delivery: Delivery) -> JsonObject:
    """The message in a command's HTTP answer. Raises ValueError for broken JSON."""
    if delivery.content_type != "application/json":
        return {"text": delivery.body} if delivery.body.strip() else {}
    if not delivery.body.strip():
        return {}
    answer = parse(delivery.body)
    if isinstance(answer, str):
        return {"text": answer}
    message = maybe_object(answer)
    if message is None:
        raise ValueError("the answer is not a JSON object")
    return message


def _options_answer(delivery: Delivery) -> JsonObject:
    if delivery.error is not None:
        raise SuggestionFailed(delivery.error)
    try:
        answer = as_object(parse(delivery.body))
    except ValueError as error:
        raise SuggestionFailed("the answer is not JSON") from error
    problems = problems_of_options(answer)
    if problems:
        raise SuggestionFailed("; ".join(f"{p.pointer}: {p.message}" for p in problems))
    return answer


def _listed(answer: JsonObject) -> list[Option]:
    plain = [_option(option, None) for option in as_objects(answer.get("options"))]
    grouped = [
        _option(option, text_of(group.get("label")))
        for group in as_objects(answer.get("option_groups"))
        for option in as_objects(group.get("options"))
    ]
    return plain + grouped


def _option(option: JsonObject, group: str | None) -> Option:
    return Option(text_of(option.get("text")), as_text(option.get("value")), group)
