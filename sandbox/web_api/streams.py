"""chat.startStream, appendStream and stopStream: a reply that grows while it is written.

https://docs.slack.dev/ai/developing-agents#streaming
"""

from collections.abc import Sequence
from dataclasses import replace

from sandbox import posting
from sandbox.controls import with_names
from sandbox.limits import TIER_2, TIER_4
from sandbox.posting import Draft
from sandbox.records import Message
from sandbox.web_api import chunks, drafts
from sandbox.web_api.call import ApiCall, Method
from sandbox.wire import JsonObject, SlackError

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
    draft = drafts.customised(call, Draft(" "))
    message = posting.post(call.core, call.team, drafts.place_of(call, channel), draft)
    mode = call.args.maybe("task_display_mode") or MODES[0]
    _grown(call, replace(message, text="", streaming=mode), _written(call))
    return {"channel": channel.id, "ts": message.ts}


def append(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.appendStream"""
    message, written = _streaming(call), _written(call)
    if not written:
        raise SlackError("no_text")
    _grown(call, message, written)
    return {"channel": message.channel, "ts": message.ts}


def stop(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.stopStream"""
    message = _grown(call, _streaming(call), _written(call))
    given = {name: call.args.json(name, f"invalid_{name}") for name in ("blocks", "metadata")}
    draft = posting.drafted(given)
    whole = [*message.blocks, *(draft.blocks or [])]
    final = Draft(message.text or None, whole, metadata=draft.metadata)
    done = posting.edit(call.core, call.team, replace(message, streaming=""), final)
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


def _grown(call: ApiCall, message: Message, written: Sequence[JsonObject]) -> Message:
    """Raises SlackError for blocks that are none and for words that are too many."""
    draft = posting.drafted({"blocks": chunks.grown(message.blocks, written, message.streaming)})
    shown = with_names(draft.blocks or [], call.core.names)
    return call.team.put_message(replace(message, text=chunks.words_in(shown), blocks=shown))


def _written(call: ApiCall) -> list[JsonObject]:
    """What is new, given as text or as chunks."""
    words = call.args.maybe("markdown_text")
    if len(words) > drafts.LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    told: list[JsonObject] = [{"type": "markdown_text", "text": words}] if words else []
    return told + chunks.chunks(call.args.json("chunks", "invalid_chunks"))


def _named(call: ApiCall, name: str) -> None:
    if not call.args.maybe(name):
        raise SlackError(f"missing_{name}")


WRITE = ("chat:write",)
METHODS = {
    "chat.startStream": Method(start, WRITE, TIER_2),
    "chat.appendStream": Method(append, WRITE, TIER_4),
    "chat.stopStream": Method(stop, WRITE, TIER_2),
}
