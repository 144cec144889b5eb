"""What Slack sends when a person does something: the shapes of commands and interactions.

https://docs.slack.dev/reference/interaction-payloads. Builds values only; sends nothing.
"""

from dataclasses import dataclass

from sandbox import posting
from sandbox.controls import Control
from sandbox.core import Core
from sandbox.views import View, state_of
from sandbox.wire import JsonObject
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
    """The view object of payloads and answers, with the state of every input."""
    given = view.content
    return {
        "id": view.id,
        "team_id": team.id,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "state": {"values": view.state},
        "hash": view.hash,
        "title": given.get("title"),
        "clear_on_close": bool(given.get("clear_on_close")),
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


def interaction(actor: Actor, kind: str) -> JsonObject:
    """The part every interaction shares."""
    member, team = actor.member, actor.team
    user = {"id": member.id, "username": member.handle, "name": member.handle, "team_id": team.id}
    return {
        "type": kind,
        "user": user,
        "api_app_id": actor.core.app.id,
        "token": actor.core.app.verification_token,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def command(actor: Actor, channel: Channel, name: str, text: str) -> JsonObject:
    """The fields of a slash command, without response_url and trigger_id."""
    return {
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
        "is_enterprise_install": "false",
    }


def surface(actor: Actor, where: Surface) -> JsonObject:
    """Where an interaction happened: the view, or the message and its channel."""
    if isinstance(where, View):
        container = {"type": "view", "view_id": where.id}
        return {"container": container, "view": view_payload(actor.core, actor.team, where)}
    channel = actor.team.channels[where.channel]
    return {
        "container": {
            "type": "message",
            "message_ts": where.ts,
            "channel_id": channel.id,
            "is_ephemeral": where.ephemeral_for is not None,
        },
        "channel": {"id": channel.id, "name": actor.place_name(channel)},
        "message": posting.wire_message(actor.core, actor.team, where, metadata=True),
        "state": {"values": state_of(actor.core.picked_in(where, actor.member.id))},
    }


def action(control: Control, value: JsonObject | None, action_ts: str) -> JsonObject:
    """The touched element as `actions[0]` shows it."""
    repeated = {
        name: held
        for name, held in control.element.items()
        if name in REPEATED or name.startswith("initial_")
    }
    ids = {"action_id": control.action_id, "block_id": control.block_id, "action_ts": action_ts}
    return {**repeated, **ids, "type": control.type, **(value or {})}
