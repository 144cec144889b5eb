"""chat.startStream, appendStream and stopStream: a reply that grows while it is written.

https://docs.slack.dev/ai/developing-agents#streaming
"""

from dataclasses import replace

from sandbox import posting
from sandbox.limits import TIER_2, TIER_4
from sandbox.posting import Draft
from sandbox.records import Message
from sandbox.web_api import drafts
from sandbox.web_api.call import ApiCall, Method
from sandbox.wire import JsonObject, SlackError, as_objects, as_text

MODES = ("timeline", "plan", "dense")


def start(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.startStream"""
    channel = drafts.destination(call)
    drafts.may_post(call, channel)
    call.args.text("thread_ts")
    if channel.kind == "channel":
        _named(call, "recipient_user_id")
        _named(call, "recipient_team_id")
        if call.args.text("recipient_user_id") not in call.team.people:
            raise SlackError("user_not_found")
    if (call.args.maybe("task_display_mode") or MODES[0]) not in MODES:
        raise SlackError("invalid_arguments")
    draft = drafts.customised(call, Draft(_words(call) or " "))
    message = posting.post(call.core, call.team, drafts.place_of(call, channel), draft)
    call.team.put_message(replace(message, streaming=True))
    return {"channel": channel.id, "ts": message.ts}


def append(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.appendStream"""
    message, words = _streaming(call), _words(call)
    if not words:
        raise SlackError("no_text")
    _grown(call, message, words)
    return {"channel": message.channel, "ts": message.ts}


def stop(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.stopStream"""
    message = _grown(call, _streaming(call), _words(call))
    given = {name: call.args.json(name, f"invalid_{name}") for name in ("blocks", "metadata")}
    draft = posting.drafted(given)
    told: list[JsonObject] = [{"type": "markdown", "text": message.text}]
    final = Draft(message.text, [*told, *(draft.blocks or [])], metadata=draft.metadata)
    done = posting.edit(call.core, call.team, replace(message, streaming=False), final)
    shown = posting.wire_message(call.core, call.team, done, metadata=True)
    return {"channel": done.channel, "ts": done.ts, "message": shown}


def _streaming(call: ApiCall) -> Message:
    channel = call.visible_channel()
    message = call.team.message(channel.id, call.args.text("ts"))
    if message is None or message.ephemeral_for is not None:
        raise SlackError("message_not_found")
    if message.user != call.user_id:
        raise SlackError("message_not_owned_by_app")
    if not message.streaming:
        raise SlackError("message_not_in_streaming_state")
    return message


def _grown(call: ApiCall, message: Message, words: str) -> Message:
    if not words:
        return message
    return call.team.put_message(replace(message, text=message.text.lstrip() + words))


def _words(call: ApiCall) -> str:
    """The new text, given as such or as chunks of it. Tasks and plans are taken and not drawn."""
    chunks = as_objects(call.args.json("chunks", "invalid_chunks"))
    told = "".join(as_text(each.get("text")) for each in chunks)
    words = call.args.maybe("markdown_text") + told
    if len(words) > drafts.LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    return words


def _named(call: ApiCall, name: str) -> None:
    if not call.args.maybe(name):
        raise SlackError(f"missing_{name}")


WRITE = ("chat:write",)
METHODS = {
    "chat.startStream": Method(start, WRITE, TIER_2),
    "chat.appendStream": Method(append, WRITE, TIER_4),
    "chat.stopStream": Method(stop, WRITE, TIER_2),
}
