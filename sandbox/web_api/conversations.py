"""conversations.* that look at, list and open conversations."""

from sandbox.identity import base36
from sandbox.limits import TIER_2, TIER_3, TIER_4
from sandbox.records import Channel, Member
from sandbox.web_api.call import MANAGE, READ, ApiCall, Method
from sandbox.web_api.channel_shape import wire_channel
from sandbox.web_api.pages import page_of
from sandbox.wire import JsonObject, SlackError

TYPES = {
    "public_channel": READ.public,
    "private_channel": READ.private,
    "mpim": READ.mpim,
    "im": READ.im,
}
MOST_PEOPLE = 8


def info(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.info"""
    channel = call.channel_for(READ)
    shown = wire_channel(call, channel)
    if call.args.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    if call.args.flag("include_locale"):
        shown["locale"] = "en-US"
    return {"channel": shown}


def list_all(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.list"""
    return _listed(call, [room for room in _of_types(call) if _in_sight(call, room)], members=True)


def of_user(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/users.conversations"""
    user_id = call.args.maybe("user") or call.user_id
    if user_id not in call.team.people:
        raise SlackError("user_not_found")
    theirs = [room for room in _of_types(call) if user_id in room.members]
    return _listed(call, [room for room in theirs if _in_sight(call, room)], members=False)


def members(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.members"""
    channel = call.channel_for(READ)
    found, more = page_of(call.args, channel.members, "user", lambda user_id: user_id)
    return {"members": found, "response_metadata": more}


def open_conversation(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.open"""
    known, before = call.args.maybe("channel"), len(call.team.channels)
    channel = call.visible_channel() if known else _opened(call)
    if channel.kind == "channel":
        raise SlackError("method_not_supported_for_channel_type")
    call.need(*MANAGE.of(channel))
    shown = wire_channel(call, channel) if call.args.flag("return_im") else {"id": channel.id}
    was_there = len(call.team.channels) == before
    told: JsonObject = {"no_op": True, "already_open": True} if was_there else {}
    return {"channel": shown, **told}


def close(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.close"""
    channel = call.channel_for(MANAGE)
    if channel.kind == "channel":
        raise SlackError("method_not_supported_for_channel_type")
    return {}


def _of_types(call: ApiCall) -> list[Channel]:
    asked = call.args.names("types") or ["public_channel"]
    if set(asked) - set(TYPES):
        raise SlackError("invalid_types")
    for kind in asked:
        call.need(*TYPES[kind])
    bare = call.args.flag("exclude_archived")
    rooms = call.team.channels.values()
    return [room for room in rooms if _type_of(room) in asked and not (bare and room.archived)]


def _type_of(channel: Channel) -> str:
    if channel.kind != "channel":
        return channel.kind
    return "private_channel" if channel.private else "public_channel"


def _in_sight(call: ApiCall, channel: Channel) -> bool:
    return not channel.private or call.is_in(channel)


def _listed(call: ApiCall, rooms: list[Channel], *, members: bool) -> JsonObject:
    rooms.sort(key=lambda room: room.id)
    found, more = page_of(call.args, rooms, "team", lambda room: room.id)
    counts: list[JsonObject] = [
        {"num_members": len(room.members)} if members and room.kind == "channel" else {}
        for room in found
    ]
    shown = [wire_channel(call, room) | count for room, count in zip(found, counts, strict=True)]
    return {"channels": shown, "response_metadata": more}


def _opened(call: ApiCall) -> Channel:
    ids = call.args.names("users")
    if not ids:
        raise SlackError("users_list_not_supplied")
    people = [_reachable(call, user_id) for user_id in dict.fromkeys(ids)]
    if len(people) > MOST_PEOPLE:
        raise SlackError("too_many_users")
    return _direct(call, people[0]) if len(people) == 1 else _group(call, people)


def _direct(call: ApiCall, person: Member) -> Channel:
    call.need(*MANAGE.im)
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    return call.team.dm(person)


def _group(call: ApiCall, people: list[Member]) -> Channel:
    call.need(*MANAGE.mpim)
    ids = sorted({call.user_id, *(person.id for person in people)})
    for room in call.team.channels.values():
        if room.kind == "mpim" and sorted(room.members) == ids:
            return room
    handles = "--".join(call.team.people[user_id].handle for user_id in ids)
    room = Channel(
        id=new_id(call),
        team_id=call.team.id,
        name=f"mpdm-{handles}-1",
        private=True,
        kind="mpim",
        creator=call.user_id,
        created=int(call.core.clock.now().timestamp()),
        members=ids,
    )
    call.team.save_channel(room)
    return room


def _reachable(call: ApiCall, user_id: str) -> Member:
    person = call.team.people.get(user_id)
    if person is None:
        raise SlackError("user_not_found")
    if person.deleted:
        raise SlackError("user_disabled")
    return person


def new_id(call: ApiCall) -> str:
    """An id no conversation has had."""
    moment = int(call.core.stamps.next().replace(".", ""))
    return f"C{base36(moment)}"


METHODS = {
    "conversations.info": Method(info, READ.all, TIER_3),
    "conversations.list": Method(list_all, READ.all, TIER_2, of_team=True),
    "conversations.members": Method(members, READ.all, TIER_4),
    "conversations.open": Method(open_conversation, MANAGE.all, TIER_3),
    "conversations.close": Method(close, MANAGE.all, TIER_2),
    "users.conversations": Method(of_user, READ.all, TIER_3, of_team=True),
}
