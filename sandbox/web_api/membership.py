"""conversations.* about who is in a channel: join, leave, invite, kick."""

from sandbox.limits import TIER_3
from sandbox.records import Channel
from sandbox.web_api.call import INVITE, MANAGE, ApiCall, Kinds, Method
from sandbox.web_api.channel_shape import wire_channel
from sandbox.wire import JsonObject, SlackError

JOIN = Kinds(*[("channels:join",)] * 4)


def join(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.join"""
    room = call.room_for(JOIN)
    if room.archived:
        raise SlackError("is_archived")
    if call.is_in(room):
        told: JsonObject = {"warning": "already_in_channel"}
        told["response_metadata"] = {"warnings": ["already_in_channel"]}
        return {"channel": wire_channel(call, room), **told}
    if room.private:
        raise SlackError("method_not_supported_for_channel_type")
    call.team.join(room, call.user_id)
    return {"channel": wire_channel(call, room)}


def leave(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.leave"""
    room = call.room_for(MANAGE)
    if room.general:
        raise SlackError("cant_leave_general")
    if room.archived:
        raise SlackError("is_archived")
    if not call.is_in(room):
        return {"not_in_channel": True}
    call.team.leave(room, call.user_id)
    return {}


def invite(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.invite"""
    room = call.room_for(INVITE, joined=True)
    if room.archived:
        raise SlackError("is_archived")
    ids = call.args.names("users")
    if not ids:
        raise SlackError("no_user")
    refusals = {user_id: code for user_id in ids if (code := _refusal(call, room, user_id))}
    welcome = [user_id for user_id in ids if user_id not in refusals]
    if refusals and not (call.args.flag("force") and welcome):
        raise _refused(refusals)
    for user_id in welcome:
        call.team.join(room, user_id)
    return {"channel": wire_channel(call, room)}


def kick(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.kick"""
    room = call.room_for(MANAGE, joined=True)
    user_id = call.args.text("user")
    if user_id == call.user_id:
        raise SlackError("cant_kick_self")
    if user_id not in call.team.people:
        raise SlackError("user_not_found")
    if room.general:
        raise SlackError("cant_kick_from_general")
    if user_id not in room.members:
        raise SlackError("not_in_channel")
    call.team.leave(room, user_id)
    return {"errors": {}}


def _refusal(call: ApiCall, room: Channel, user_id: str) -> str | None:
    person = call.team.people.get(user_id)
    if person is None or person.deleted:
        return "user_not_found"
    if user_id == call.user_id:
        return "cant_invite_self"
    if user_id in room.members:
        return "already_in_channel"
    return "cant_invite" if person.is_stranger and not room.shared else None


def _refused(refusals: dict[str, str]) -> SlackError:
    """Each person's reason, and the first one as that of the call."""
    errors = [{"user": user_id, "ok": False, "error": code} for user_id, code in refusals.items()]
    return SlackError(next(iter(refusals.values())), errors=errors)


METHODS = {
    "conversations.join": Method(join, JOIN.public, TIER_3),
    "conversations.leave": Method(leave, MANAGE.all, TIER_3),
    "conversations.invite": Method(invite, INVITE.all, TIER_3),
    "conversations.kick": Method(kick, MANAGE.all, TIER_3),
}
