"""conversations.*: channels as the app may see them, and their history."""

from sandbox import posting
from sandbox.limits import TIER_3
from sandbox.web_api.call import ApiCall, Method
from sandbox.wire import JsonObject, SlackError
from sandbox.workspace import Channel, Message

USUAL_PAGE, LONGEST_PAGE = 100, 999


def info(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.info"""
    channel = call.visible_channel()
    call.need(_scope(channel, "read"))
    shown = _shown(call, channel)
    if call.args.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def open_conversation(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.open, for one person"""
    known = call.args.maybe("channel")
    channel = call.visible_channel() if known else _opened(call)
    if channel.kind != "im":
        raise SlackError("method_not_supported_for_channel_type")
    full = call.args.flag("return_im")
    return {"channel": _shown(call, channel) if full else {"id": channel.id}}


def history(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.history"""
    channel = call.visible_channel()
    call.need(_scope(channel, "history"))
    if call.team.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    found = [message for message in _newest_first(call, channel) if _wanted(call, message)]
    limit = min(call.args.number("limit", USUAL_PAGE), LONGEST_PAGE)
    if limit < 1:
        raise SlackError("invalid_limit")
    page = found[:limit]
    more = len(found) > len(page)
    cursor = f"before:{page[-1].ts}" if more else ""
    return {
        "messages": [_message(call, message) for message in page],
        "has_more": more,
        "pin_count": 0,
        "response_metadata": {"next_cursor": cursor},
    }


def _opened(call: ApiCall) -> Channel:
    users = [name for name in call.args.text("users").split(",") if name]
    if len(users) != 1:
        raise SlackError("not_supported")
    person = call.team.people.get(users[0])
    if person is None:
        raise SlackError("user_not_found")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    if person.deleted:
        raise SlackError("user_disabled")
    return call.team.dm(person)


def _newest_first(call: ApiCall, channel: Channel) -> list[Message]:
    """Top-level messages for everybody: replies are read elsewhere."""
    return [
        message
        for message in reversed(call.team.history(channel.id))
        if message.ephemeral_for is None and message.thread_ts in (None, message.ts)
    ]


def _wanted(call: ApiCall, message: Message) -> bool:
    cursor = call.args.maybe("cursor").removeprefix("before:")
    oldest, latest = call.args.maybe("oldest") or "0", call.args.maybe("latest")
    ts, ends = _seconds(message.ts), [_seconds(oldest)]
    if cursor and ts >= _seconds(cursor):
        return False
    if latest:
        ends.append(_seconds(latest))
    if call.args.flag("inclusive") and ts in ends:
        return True
    return ts > ends[0] and (not latest or ts < ends[-1])


def _seconds(ts: str) -> int:
    """A timestamp in microseconds, exactly: a float would lose the last digits."""
    seconds, _, fraction = ts.partition(".")
    if not seconds.isdecimal() or not (fraction or "0").isdecimal():
        raise SlackError("invalid_ts_oldest")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0")[:6])


def _message(call: ApiCall, message: Message) -> JsonObject:
    metadata = call.args.flag("include_all_metadata")
    return posting.wire_message(call.core, call.team, message, metadata=metadata)


def _scope(channel: Channel, verb: str) -> str:
    if channel.kind == "im":
        return f"im:{verb}"
    return f"groups:{verb}" if channel.private else f"channels:{verb}"


def _shown(call: ApiCall, channel: Channel) -> JsonObject:
    member = call.team.bot_user_id in channel.members
    common: JsonObject = {
        "id": channel.id,
        "is_im": channel.kind == "im",
        "is_mpim": False,
        "is_archived": channel.archived,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_org_shared": False,
        "context_team_id": call.team.id,
    }
    if channel.kind == "im":
        return common | {"user": channel.peer, "is_open": True}
    return common | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_private": channel.private,
        "is_general": False,
        "is_member": member,
    }


METHODS = {
    "conversations.info": Method(info, None, TIER_3),
    "conversations.open": Method(open_conversation, "im:write", TIER_3),
    "conversations.history": Method(history, None, TIER_3),
}
