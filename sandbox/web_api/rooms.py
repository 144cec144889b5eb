"""conversations.* that make, name, describe and archive channels."""

import re

from sandbox.limits import TIER_2, TIER_3
from sandbox.records import Channel
from sandbox.web_api.call import MANAGE, TOPIC, ApiCall, Method
from sandbox.web_api.channel_shape import wire_channel
from sandbox.web_api.conversations import new_id
from sandbox.wire import JsonObject, SlackError

LONGEST_NAME, LONGEST_WORDS = 80, 250
UNFIT = re.compile(r"[^\w-]|[A-Z]")


def create(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.create"""
    private = call.args.flag("is_private")
    call.need(*(MANAGE.private if private else MANAGE.public))
    room = Channel(
        id=new_id(call),
        team_id=call.team.id,
        name=_free_name(call),
        private=private,
        creator=call.user_id,
        created=int(call.core.clock.now().timestamp()),
        members=[call.user_id],
    )
    call.team.save_channel(room)
    return {"channel": wire_channel(call, room)}


def rename(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.rename"""
    room = call.room_for(MANAGE, joined=True)
    _alive(room)
    if call.args.maybe("name") != room.name:
        room.name = _free_name(call)
        call.team.save_channel(room)
    return {"channel": wire_channel(call, room)}


def archive(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.archive"""
    room = call.room_for(MANAGE, joined=True)
    if room.general:
        raise SlackError("cant_archive_general")
    if room.archived:
        raise SlackError("already_archived")
    call.team.archive(room)
    return {}


def unarchive(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.unarchive"""
    room = call.room_for(MANAGE)
    if not room.archived:
        raise SlackError("not_archived")
    call.team.archive(room, archived=False)
    call.team.join(room, call.user_id)
    return {}


def set_topic(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.setTopic"""
    room = _described(call)
    room.topic = _words(call, "topic")
    call.team.save_channel(room)
    return {"channel": wire_channel(call, room)}


def set_purpose(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.setPurpose"""
    room = _described(call)
    room.purpose = _words(call, "purpose")
    call.team.save_channel(room)
    return {"purpose": room.purpose}


def mark(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.mark: nobody sees a bot's cursor"""
    room = call.channel_for(MANAGE)
    if not call.is_in(room):
        raise SlackError("not_in_channel")
    if re.fullmatch(r"\d+\.\d+", call.args.text("ts")) is None:
        raise SlackError("invalid_timestamp")
    return {}


def _described(call: ApiCall) -> Channel:
    room = call.room_for(TOPIC, joined=True)
    _alive(room)
    return room


def _alive(room: Channel) -> None:
    if room.archived:
        raise SlackError("is_archived")


def _words(call: ApiCall, name: str) -> str:
    words = call.args.maybe(name)
    if len(words) > LONGEST_WORDS:
        raise SlackError("too_long")
    return words


def _free_name(call: ApiCall) -> str:
    """The name asked for. Raises SlackError for one that no channel can have, or one has."""
    name = call.args.maybe("name")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise SlackError("invalid_name_maxlength")
    if UNFIT.search(name):
        raise SlackError("invalid_name_specials")
    if not name.strip("-_"):
        raise SlackError("invalid_name_punctuation")
    rooms = call.team.channels.values()
    if any(room.kind == "channel" and room.name == name for room in rooms):
        raise SlackError("name_taken")
    return name


METHODS = {
    "conversations.create": Method(create, MANAGE.all, TIER_2, of_team=True),
    "conversations.rename": Method(rename, MANAGE.all, TIER_2),
    "conversations.archive": Method(archive, MANAGE.all, TIER_2),
    "conversations.unarchive": Method(unarchive, MANAGE.all, TIER_2),
    "conversations.setTopic": Method(set_topic, TOPIC.all, TIER_2),
    "conversations.setPurpose": Method(set_purpose, TOPIC.all, TIER_2),
    "conversations.mark": Method(mark, MANAGE.all, TIER_3),
}
