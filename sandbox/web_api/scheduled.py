"""chat.scheduleMessage and its kin: messages that the sandbox's clock posts."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from sandbox import posting
from sandbox.core import Core
from sandbox.limits import TIER_3
from sandbox.posting import Draft, Place
from sandbox.records import Scheduled
from sandbox.web_api import drafts
from sandbox.web_api.arguments import LONGEST_NUMBER
from sandbox.web_api.call import ApiCall, Method
from sandbox.web_api.pages import page_of
from sandbox.wire import JsonObject, SlackError
from sandbox.workspace import Team

# https://docs.slack.dev/messaging/sending-and-scheduling-messages
FARTHEST = timedelta(days=120)
MOST_NEAR, NEAR = 30, 5 * 60
TOO_LATE = 60


def schedule(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.scheduleMessage"""
    channel = drafts.destination(call)
    drafts.may_post(call, channel)
    post_at, draft = _post_at(call), drafts.draft_of(call)
    if draft.is_empty:
        raise SlackError("no_text")
    _not_too_many(call.team, channel.id, post_at)
    place = drafts.place_of(call, channel)
    message = _scheduled(call, place, draft, post_at)
    call.team.put_scheduled(message)
    _remember(call.core, call.team, message)
    shown: JsonObject = {"text": draft.text or "", "user": call.user_id, "team": call.team.id}
    shown |= {"type": "delayed_message", "subtype": "bot_message", "bot_id": call.team.bot_id}
    told = {"channel": channel.id, "scheduled_message_id": message.id, "post_at": post_at}
    return {**told, "message": shown | ({"blocks": draft.blocks} if draft.blocks else {})}


def delete(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.deleteScheduledMessage

    Up to a minute before it is posted.
    """
    channel = call.visible_channel()
    message = call.team.scheduled.get(call.args.text("scheduled_message_id"))
    late = call.core.clock.now().timestamp() + TOO_LATE
    if message is None or message.channel != channel.id or message.post_at < late:
        raise SlackError("invalid_scheduled_message_id")
    call.team.drop_scheduled(message)
    return {}


def list_all(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.scheduledMessages.list"""
    asked = call.args.maybe("channel")
    if asked and asked not in call.team.channels:
        raise SlackError("invalid_channel")
    oldest, latest = call.args.number("oldest", 0), call.args.number("latest", 1 << 40)
    found = [
        message
        for message in call.team.scheduled.values()
        if (not asked or message.channel == asked) and oldest <= message.post_at <= latest
    ]
    found.sort(key=lambda message: message.post_at)
    page, more = page_of(call.args, found, "scheduled", lambda message: message.id)
    shown = [
        {
            "id": message.id,
            "channel_id": message.channel,
            "post_at": message.post_at,
            "date_created": message.created,
            "text": message.text or "",
        }
        for message in page
    ]
    return {"scheduled_messages": shown, "response_metadata": more}


def resume(core: Core) -> None:
    """Puts back on the agenda what was scheduled before a restart."""
    for team in core.teams.values():
        for message in team.scheduled.values():
            _remember(core, team, message)


def _remember(core: Core, team: Team, message: Scheduled) -> None:
    act = partial(_deliver, core, team, message.id)
    core.agenda.at(datetime.fromtimestamp(message.post_at, UTC), act)


def _deliver(core: Core, team: Team, message_id: str) -> None:
    """Posts it, unless it was deleted, its channel is closed or its pictures are gone by now."""
    message = team.scheduled.get(message_id)
    if message is None:
        return
    team.drop_scheduled(message)
    channel = team.channels.get(message.channel)
    if channel is None or channel.archived or team.about.revoked is not None:
        return
    place = Place(channel.id, message.author or None, message.thread_ts)
    draft = Draft(message.text, message.blocks, message.attachments, message.metadata)
    with suppress(SlackError):
        posting.post(core, team, place, draft)


def _post_at(call: ApiCall) -> int:
    given, now = call.args.text("post_at"), call.core.clock.now()
    if not given.isdecimal() or len(given) > LONGEST_NUMBER:
        raise SlackError("invalid_time")
    post_at = int(given)
    if post_at <= now.timestamp():
        raise SlackError("time_in_past")
    if post_at > (now + FARTHEST).timestamp():
        raise SlackError("time_too_far")
    return post_at


def _not_too_many(team: Team, channel_id: str, post_at: int) -> None:
    near = [
        message
        for message in team.scheduled.values()
        if message.channel == channel_id and message.post_at // NEAR == post_at // NEAR
    ]
    if len(near) >= MOST_NEAR:
        raise SlackError("restricted_too_many")


def _scheduled(call: ApiCall, place: Place, draft: Draft, post_at: int) -> Scheduled:
    return Scheduled(
        id=f"Q{call.core.names.next()[1:]}",
        team_id=call.team.id,
        channel=place.channel,
        post_at=post_at,
        created=int(call.core.clock.now().timestamp()),
        author=place.author or "",
        text=draft.text,
        blocks=draft.blocks,
        attachments=draft.attachments,
        metadata=draft.metadata,
        thread_ts=place.thread_ts,
        broadcast=place.broadcast,
    )


WRITE = ("chat:write",)
METHODS = {
    "chat.scheduleMessage": Method(schedule, WRITE, TIER_3),
    "chat.deleteScheduledMessage": Method(delete, WRITE, TIER_3),
    "chat.scheduledMessages.list": Method(list_all, (), TIER_3),
}
