"""What Slack sends when a person does something: the shapes of commands and interactions.

https://docs.slack.dev/reference/interaction-payloads. Builds values only; sends nothing.
"""

from dataclasses import dataclass

from sandbox import posting
from sandbox.controls import Control, controls_of
from sandbox.core import Core
from sandbox.views import View, state_of
from sandbox.wire import JsonObject, as_objects
from sandbox.workspace import Channel, Member, Message, Team

Surface = Message | View
# Parts of an element that its action repeats.
REPEATED = frozenset({"text", "value", "style", "url", "placeholder", "confirm"})


@dataclass(frozen=True)
class Actor:
    """A person at work in their team."""

    core: Core
    team: Team
    member: Member

    def place_name(self, channel: Channel) -> str:
        """How commands name a conversation: private ones are not named."""
        if channel.kind == "im":
            return "directmessage"
        return "privategroup" if channel.private else channel.name


def view_payload(core: Core, team: Team, view: View) -> JsonObject:
    """The view object of payloads and answers, with the state of every input.

    A stranger's view belongs to their team and was opened by the app of this one:
    https://github.com/slack-go/slack/pull/1073
    """
    given = view.content
    return {
        "id": view.id,
        "team_id": home_of(team, view.user_id),
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "state": {"values": view.state},
        "hash": view.hash,
        "title": given.get("title"),
        "clear_on_close": view.clear_on_close,
        "notify_on_close": view.notify_on_close,
        "close": given.get("close"),
        "submit": given.get("submit"),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": core.app.id,
        "external_id": view.external_id,
        "app_installed_team_id": team.id,
        "bot_id": team.bot_id,
    }


def home_of(team: Team, user_id: str) -> str:
    """The team a person belongs to: another one's if they are here through a shared channel."""
    member = team.people.get(user_id)
    return member.home_team if member is not None and member.is_stranger else team.id


def interaction(actor: Actor, kind: str, *, in_view: bool = False) -> JsonObject:
    """The part every interaction shares.

    With an org-wide installation there is no `team`: examples in
    https://github.com/slackapi/bolt-python/blob/main/tests/slack_bolt/request/test_request.py.
    A stranger who touches a message has their own team in `user` and the app's in `team`
    (https://github.com/slackapi/java-slack-sdk/issues/1041); in a view both are their own.
    """
    member, team = actor.member, actor.team
    home = home_of(team, member.id)
    user = {"id": member.id, "username": member.handle, "name": member.handle, "team_id": home}
    return {
        "type": kind,
        "user": user,
        "api_app_id": actor.core.app.id,
        "token": actor.core.app.verification_token,
        "team": None if team.is_org_install else _team(actor, home if in_view else team.id),
        "enterprise": _enterprise(team),
        "is_enterprise_install": team.is_org_install,
    }


def _team(actor: Actor, team_id: str) -> JsonObject:
    team = actor.core.teams.get(team_id)
    if team is None:
        return {"id": team_id, "domain": team_id.lower()}
    shown: JsonObject = {"id": team.id, "domain": team.domain}
    if team.enterprise is not None:
        shown |= {"enterprise_id": team.enterprise.id, "enterprise_name": team.enterprise.name}
    return shown


def _enterprise(team: Team) -> JsonObject | None:
    org = team.enterprise
    return None if org is None else {"id": org.id, "name": org.name}


def command(actor: Actor, channel: Channel, name: str, text: str) -> JsonObject:
    """The fields of a slash command, without response_url and trigger_id:
    https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
    """
    fields: JsonObject = {
        "token": actor.core.app.verification_token,
        "team_id": actor.team.id,
        "team_domain": actor.team.domain,
        "channel_id": channel.id,
        "channel_name": actor.place_name(channel),
        "user_id": actor.member.id,
        "user_name": actor.member.handle,
        "command": name,
        "text": text,
        "api_app_id": actor.core.app.id,
        "is_enterprise_install": "true" if actor.team.is_org_install else "false",
    }
    org = actor.team.enterprise
    if org is not None:
        fields |= {"enterprise_id": org.id, "enterprise_name": org.name}
    return fields


def shortcut(actor: Actor, kind: str, callback_id: str, action_ts: str) -> JsonObject:
    """A global shortcut, or one of a message; of neither Slack says whose app it is.

    https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
    """
    shared = interaction(actor, kind)
    del shared["api_app_id"]
    return shared | {"callback_id": callback_id, "action_ts": action_ts}


def shortcut_on(actor: Actor, message: Message) -> JsonObject:
    """What a message's shortcut tells beside: the message, without what was picked in it."""
    channel = actor.team.channels[message.channel]
    return {
        "channel": {"id": channel.id, "name": actor.place_name(channel)},
        "message": posting.wire_message(actor.core, actor.team, message, metadata=True),
        "message_ts": message.ts,
    }


def surface(actor: Actor, where: Surface, control: Control | None = None) -> JsonObject:
    """Where an interaction happened: the view, or the message and its channel.

    Of an ephemeral message the payload has no content, as Slack keeps none.
    """
    if isinstance(where, View):
        container = {"type": "view", "view_id": where.id}
        return {"container": container, "view": view_payload(actor.core, actor.team, where)}
    channel = actor.team.channels[where.channel]
    shown: JsonObject = {
        "container": _container(where, control),
        "channel": {"id": channel.id, "name": actor.place_name(channel)},
        "state": {"values": state_of(actor.core.picked_in(where, actor.member.id))},
    }
    if where.ephemeral_for is None:
        shown["message"] = posting.wire_message(actor.core, actor.team, where, metadata=True)
    return shown


def _container(message: Message, control: Control | None) -> JsonObject:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    container: JsonObject = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.ephemeral_for is not None,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    attachment = None if control is None else _attachment_of(message, control)
    if attachment is not None:
        container |= {"type": "message_attachment", "attachment_id": attachment.get("id")}
        container["is_app_unfurl"] = bool(attachment.get("is_app_unfurl"))
    return container


def _attachment_of(message: Message, control: Control) -> JsonObject | None:
    return next(
        (
            attachment
            for attachment in message.attachments
            if control in controls_of(as_objects(attachment.get("blocks")))
        ),
        None,
    )


def action(control: Control, value: JsonObject | None, action_ts: str) -> JsonObject:
    """The touched element as `actions[0]` shows it."""
    repeated = {
        name: held
        for name, held in control.element.items()
        if name in REPEATED or name.startswith("initial_")
    }
    ids = {"action_id": control.action_id, "block_id": control.block_id, "action_ts": action_ts}
    return {**repeated, **ids, "type": control.type, **(value or {})}
