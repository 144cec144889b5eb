"""reactions.*: what people and the app think of messages."""

import re

from sandbox import posting, reactions
from sandbox.limits import TIER_2, TIER_3
from sandbox.records import Message
from sandbox.web_api.call import ApiCall, Method
from sandbox.web_api.pages import page_of
from sandbox.wire import JsonObject, SlackError, as_list

STAMP = re.compile(r"\d+\.\d+")


def add(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/reactions.add"""
    reactions.add(call.team, _item(call, changing=True), call.user_id, call.args.text("name"))
    return {}


def remove(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/reactions.remove"""
    reactions.remove(call.team, _item(call, changing=True), call.user_id, call.args.text("name"))
    return {}


def get(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/reactions.get"""
    return _shown(call, _item(call, changing=False))


def list_given(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/reactions.list, newest message first"""
    user_id = call.args.maybe("user") or call.user_id
    if user_id not in call.team.people:
        raise SlackError("user_not_found")
    rooms = [room for room in call.team.channels.values() if not room.private or call.is_in(room)]
    found = [
        message
        for room in rooms
        for message in call.team.timeline(room.id).all()
        if any(user_id in as_list(each["users"]) for each in message.reactions)
    ]
    found.sort(key=lambda message: message.ts, reverse=True)
    usual = call.args.number("count", 100)
    page, more = page_of(call.args, found, "item", lambda one: f"{one.channel}/{one.ts}", usual)
    return {"items": [_shown(call, message) for message in page], "response_metadata": more}


def _item(call: ApiCall, *, changing: bool) -> Message:
    if not call.args.maybe("channel") or not call.args.maybe("timestamp"):
        raise SlackError("no_item_specified")
    channel, ts = call.visible_channel(), call.args.maybe("timestamp")
    if STAMP.fullmatch(ts) is None:
        raise SlackError("bad_timestamp")
    message = call.team.message(channel.id, ts)
    if message is None or message.ephemeral_for is not None:
        raise SlackError("message_not_found")
    if changing and channel.archived:
        raise SlackError("is_archived")
    return message


def _shown(call: ApiCall, message: Message) -> JsonObject:
    shown = posting.wire_message(call.core, call.team, message, metadata=False)
    return {"type": "message", "channel": message.channel, "message": shown}


READ, WRITE = ("reactions:read",), ("reactions:write",)
METHODS = {
    "reactions.add": Method(add, WRITE, TIER_3),
    "reactions.remove": Method(remove, WRITE, TIER_2),
    "reactions.get": Method(get, READ, TIER_3),
    "reactions.list": Method(list_given, READ, TIER_2, of_team=True),
}
