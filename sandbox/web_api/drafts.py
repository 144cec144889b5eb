"""What chat.* methods share: where a message may go, and what it says."""

import re
from dataclasses import replace

from sandbox import mentions, posting
from sandbox.posting import Draft, Place
from sandbox.records import Channel
from sandbox.web_api.call import ApiCall
from sandbox.wire import JsonObject, SlackError

# https://docs.slack.dev/reference/methods/chat.postMessage, on `markdown_text`
LONGEST_MARKDOWN = 12_000
CUSTOM = ("username", "icon_emoji", "icon_url")
EMOJI = re.compile(r":[^\s:]+(::skin-tone-[2-6])?:")
BLOCK_KIT = (
    ("blocks", "invalid_blocks_format"),
    ("attachments", "invalid_attachments"),
    ("metadata", "invalid_metadata_format"),
)


def destination(call: ApiCall) -> Channel:
    """The channel, by id or #name; a user id means the app's direct messages with them."""
    name = call.args.text("channel")
    if name in call.team.channels:
        return call.visible_channel()
    person = call.team.people.get(name)
    if person is not None and not person.deleted and not person.is_bot:
        return call.team.dm(person)
    wanted = name.removeprefix("#")
    called = (room for room in call.team.channels.values() if room.kind == "channel")
    found = next((room for room in called if room.name == wanted), None)
    if found is None:
        raise SlackError("channel_not_found")
    if call.token.enterprise_id:
        raise SlackError("team_not_found")  # a name says nothing among many teams
    return found


def may_post(call: ApiCall, channel: Channel) -> None:
    """Raises SlackError where the caller may not write."""
    if channel.private and not call.is_in(channel):
        raise SlackError("channel_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    if not call.is_in(channel) and (call.token.user_id or "chat:write.public" not in call.scopes):
        raise SlackError("not_in_channel")
    peer = call.team.people.get(channel.peer)
    if peer is not None and peer.deleted:
        raise SlackError("channel_not_found")


def draft_of(call: ApiCall) -> Draft:
    """The content in the arguments. Raises SlackError for what Slack refuses."""
    fields: JsonObject = {}
    for name, otherwise in BLOCK_KIT:
        value = call.args.json(name, otherwise)
        if value is not None:
            fields[name] = value
    fields |= _markdown(call) or _text(call)
    return posting.drafted(fields)


def customised(call: ApiCall, draft: Draft) -> Draft:
    """The draft under another name or icon, as chat:write.customize allows."""
    if not any(call.args.maybe(name) for name in CUSTOM):
        return draft
    call.need("chat:write.customize")
    emoji, url = call.args.maybe("icon_emoji"), call.args.maybe("icon_url")
    if emoji and EMOJI.fullmatch(emoji) is None:
        emoji = f":{emoji.strip(':')}:"
    icons: JsonObject | None = {"emoji": emoji} if emoji else {"image_48": url} if url else None
    return replace(draft, username=call.args.maybe("username"), icons=icons)


def marked(call: ApiCall, draft: Draft) -> Draft:
    """The draft as `mrkdwn` wants it."""
    return replace(draft, plain=True) if call.args.maybe("mrkdwn") in ("false", "0") else draft


def thread_of(call: ApiCall, channel: Channel) -> str | None:
    """The first message of the thread to answer in. Raises SlackError when there is none."""
    thread_ts = call.args.maybe("thread_ts")
    if not thread_ts:
        return None
    parent = call.team.message(channel.id, thread_ts)
    if parent is None or parent.ephemeral_for is not None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def place_of(call: ApiCall, channel: Channel) -> Place:
    """Where the message goes, in the channel or in one of its threads."""
    thread_ts = thread_of(call, channel)
    broadcast = thread_ts is not None and call.args.flag("reply_broadcast")
    author = call.token.user_id or None
    return Place(channel.id, author, thread_ts, broadcast=broadcast)


def _markdown(call: ApiCall) -> JsonObject:
    words = call.args.maybe("markdown_text")
    if not words:
        return {}
    if call.args.has("text") or call.args.has("blocks"):
        raise SlackError("markdown_text_conflict")
    if len(words) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    return {"text": words, "blocks": [{"type": "markdown", "text": words}]}


def _text(call: ApiCall) -> JsonObject:
    if not call.args.has("text"):
        return {}
    words = call.args.maybe("text")
    if call.args.maybe("parse") == "full":
        words = mentions.typed(call.team, words, with_names=False)
    return {"text": words}
