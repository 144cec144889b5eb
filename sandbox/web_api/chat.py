"""chat.*: posting, editing, deleting, unfurling, and links to messages."""

from dataclasses import replace

from sandbox import posting
from sandbox.limits import TIER_3, TIER_4
from sandbox.posting import LONGEST_EDIT, Draft, Place
from sandbox.records import Message
from sandbox.web_api import drafts
from sandbox.web_api.call import ApiCall, Method
from sandbox.wire import JsonObject, SlackError, as_list, as_object, as_text, maybe_object

# chat.postMessage and getPermalink have limits of their own: one post a second in each channel
# (https://docs.slack.dev/apis/web-api/rate-limits), and "hundreds of requests per minute".
HUNDREDS = 600
WRITE = ("chat:write",)


def post_message(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.postMessage"""
    channel = drafts.destination(call)
    drafts.may_post(call, channel)
    draft = drafts.marked(call, drafts.customised(call, drafts.draft_of(call)))
    place = drafts.place_of(call, channel)
    call.core.rates.post(call.team.id, channel.id)
    message = posting.post(call.core, call.team, place, draft)
    return {"channel": channel.id, "ts": message.ts, "message": _shown(call, message)}


def post_ephemeral(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.postEphemeral"""
    channel = drafts.destination(call)
    drafts.may_post(call, channel)
    reader = call.args.text("user")
    if reader not in call.team.people:
        raise SlackError("user_not_found")
    if reader not in channel.members:
        raise SlackError("user_not_in_channel")
    thread_ts = drafts.thread_of(call, channel)
    place = Place(channel.id, thread_ts=thread_ts, ephemeral_for=reader)
    draft = drafts.customised(call, drafts.draft_of(call))
    message = posting.post(call.core, call.team, place, draft)
    return {"message_ts": message.ts}


def me_message(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.meMessage"""
    channel = drafts.destination(call)
    drafts.may_post(call, channel)
    place = Place(channel.id, call.token.user_id or None, subtype="me_message")
    message = posting.post(call.core, call.team, place, Draft(call.args.maybe("text")))
    return {"channel": channel.id, "ts": message.ts}


def update(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.update"""
    message = _own_message(call, "cant_update_message")
    if call.team.channels[message.channel].archived:
        raise SlackError("is_inactive")
    if message.streaming:
        raise SlackError("streaming_state_conflict")
    draft = replace(drafts.draft_of(call), files=_files(call))
    if call.args.flag("reply_broadcast"):
        message = _broadcast(message, draft)
    elif draft.says_nothing and draft.files is None:
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


def unfurl(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.unfurl, by channel and ts"""
    for name in ("channel", "ts"):
        if not call.args.maybe(name):
            raise SlackError(f"missing_{name}")
    channel = call.team.channels.get(call.args.text("channel"))
    if channel is None:
        raise SlackError("cannot_find_channel")
    message = call.team.message(channel.id, call.args.text("ts"))
    if message is None:
        raise SlackError("cannot_find_message")
    given = call.args.json("unfurls", "invalid_unfurls_format")
    unfurls = maybe_object(given)
    if unfurls is None:
        raise SlackError("missing_unfurls" if given is None else "invalid_unfurls_format")
    shown = [_unfurled(message, url, as_object(card)) for url, card in unfurls.items()]
    kept = [each for each in message.attachments if as_text(each.get("from_url")) not in unfurls]
    call.team.put_message(replace(message, attachments=[*kept, *shown]))
    return {}


def _unfurled(message: Message, url: str, card: JsonObject) -> JsonObject:
    if url not in message.text.replace("&amp;", "&"):
        raise SlackError("cannot_unfurl_message")
    return {**card, "from_url": url, "app_unfurl_url": url, "is_app_unfurl": True}


def _broadcast(message: Message, draft: Draft) -> Message:
    if not message.is_reply or message.broadcast:
        raise SlackError("cant_broadcast_message")
    if not draft.says_nothing:
        raise SlackError("no_dual_broadcast_content_update")
    return replace(message, broadcast=True, subtype="thread_broadcast")


def _files(call: ApiCall) -> list[str] | None:
    if not call.args.has("file_ids"):
        return None
    written = call.args.given["file_ids"]
    is_json = isinstance(written, str) and written.startswith("[")
    listed = as_list(call.args.json("file_ids", "invalid_arguments") if is_json else written)
    ids = [str(each) for each in listed] or call.args.names("file_ids")
    for file_id in ids:
        file = call.team.files.get(file_id)
        if file is None:
            raise SlackError("file_not_found")
        if file.deleted:
            raise SlackError("file_is_deleted")
    return ids


def _own_message(call: ApiCall, otherwise: str) -> Message:
    channel = call.visible_channel()
    message = call.team.message(channel.id, call.args.text("ts"))
    if message is None or message.ephemeral_for is not None:
        raise SlackError("message_not_found")
    if message.subtype == posting.TOMBSTONE:
        raise SlackError("message_not_found")
    if message.user != call.user_id:
        raise SlackError(otherwise)
    return message


def _shown(call: ApiCall, message: Message) -> JsonObject:
    return posting.wire_message(call.core, call.team, message, metadata=True)


METHODS = {
    "chat.postMessage": Method(post_message, WRITE, HUNDREDS),
    "chat.postEphemeral": Method(post_ephemeral, WRITE, TIER_4),
    "chat.meMessage": Method(me_message, WRITE, TIER_3),
    "chat.update": Method(update, WRITE, TIER_3),
    "chat.delete": Method(delete, WRITE, TIER_3),
    "chat.getPermalink": Method(get_permalink, (), HUNDREDS),
    "chat.unfurl": Method(unfurl, ("links:write",), TIER_3),
}
