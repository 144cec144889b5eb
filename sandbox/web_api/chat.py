"""chat.*: posting, editing, deleting, and links to messages."""

from sandbox import posting
from sandbox.limits import TIER_3, TIER_4
from sandbox.posting import LONGEST_EDIT, Draft, Place
from sandbox.web_api.call import ApiCall, Method
from sandbox.wire import JsonObject, SlackError
from sandbox.workspace import Channel, Message

# chat.postMessage and getPermalink have limits of their own: one post a second in each channel
# (https://docs.slack.dev/apis/web-api/rate-limits), and "hundreds of requests per minute".
HUNDREDS = 600
BLOCK_KIT = (
    ("blocks", "invalid_blocks_format"),
    ("attachments", "invalid_attachments"),
    ("metadata", "invalid_metadata_format"),
)


def post_message(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.postMessage"""
    channel = _destination(call)
    _may_post(call, channel)
    draft = _draft(call)
    thread_ts = _thread(call, channel)
    call.core.rates.post(call.team.id, channel.id)
    message = posting.post(call.core, call.team, Place(channel.id, thread_ts=thread_ts), draft)
    return {"channel": channel.id, "ts": message.ts, "message": _shown(call, message)}


def post_ephemeral(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.postEphemeral"""
    channel = _destination(call)
    _may_post(call, channel)
    reader = call.args.text("user")
    if reader not in call.team.people:
        raise SlackError("user_not_found")
    if reader not in channel.members:
        raise SlackError("user_not_in_channel")
    thread_ts = _thread(call, channel)
    place = Place(channel.id, thread_ts=thread_ts, ephemeral_for=reader)
    message = posting.post(call.core, call.team, place, _draft(call))
    return {"message_ts": message.ts}


def update(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.update"""
    message = _own_message(call, "cant_update_message")
    draft = _draft(call)
    if draft.text is None and draft.blocks is None and draft.attachments is None:
        raise SlackError("no_text")
    if len(draft.text or "") > LONGEST_EDIT:
        raise SlackError("msg_too_long")
    edited = posting.edit(call.core, call.team, message, draft)
    shown = _shown(call, edited)
    return {"channel": edited.channel, "ts": edited.ts, "text": edited.text, "message": shown}


def delete(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.delete"""
    message = _own_message(call, "cant_delete_message")
    posting.remove(call.team, message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.getPermalink"""
    channel = call.visible_channel()
    message = call.team.message(channel.id, call.args.text("message_ts"))
    if message is None or message.ephemeral_for is not None:
        raise SlackError("message_not_found")
    address = f"https://{call.team.domain}.slack.com/archives/{channel.id}"
    link = f"{address}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _destination(call: ApiCall) -> Channel:
    """The channel, by id or #name; a user id means the app's direct messages with them."""
    name = call.args.text("channel")
    person = call.team.people.get(name)
    if person is not None and not person.deleted and not person.is_bot:
        return call.team.dm(person)
    for channel in call.team.channels.values():
        if channel.kind == "channel" and channel.name == name.removeprefix("#"):
            return channel
    return call.visible_channel()


def _may_post(call: ApiCall, channel: Channel) -> None:
    member = call.team.bot_user_id in channel.members
    if channel.private and not member:
        raise SlackError("channel_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    if not member and "chat:write.public" not in call.team.bot_scopes:
        raise SlackError("not_in_channel")
    peer = call.team.people.get(channel.peer)
    if peer is not None and peer.deleted:
        raise SlackError("channel_not_found")


def _draft(call: ApiCall) -> Draft:
    fields: JsonObject = {}
    if call.args.given.get("text") is not None:
        fields["text"] = call.args.maybe("text")
    for name, otherwise in BLOCK_KIT:
        value = call.args.json(name, otherwise)
        if value is not None:
            fields[name] = value
    return posting.drafted(fields)


def _thread(call: ApiCall, channel: Channel) -> str | None:
    thread_ts = call.args.maybe("thread_ts")
    if not thread_ts:
        return None
    parent = call.team.message(channel.id, thread_ts)
    if parent is None or parent.ephemeral_for is not None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def _own_message(call: ApiCall, otherwise: str) -> Message:
    channel = call.visible_channel()
    message = call.team.message(channel.id, call.args.text("ts"))
    if message is None or message.ephemeral_for is not None:
        raise SlackError("message_not_found")
    if message.bot_id != call.team.bot_id:
        raise SlackError(otherwise)
    if channel.archived:
        raise SlackError("is_archived")
    return message


def _shown(call: ApiCall, message: Message) -> JsonObject:
    return posting.wire_message(call.core, call.team, message, metadata=True)


METHODS = {
    "chat.postMessage": Method(post_message, "chat:write", HUNDREDS),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write", TIER_4),
    "chat.update": Method(update, "chat:write", TIER_3),
    "chat.delete": Method(delete, "chat:write", TIER_3),
    "chat.getPermalink": Method(get_permalink, None, HUNDREDS),
}
