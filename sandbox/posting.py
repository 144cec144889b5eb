"""How messages come to be: checked, named, escaped, kept, edited and removed.

Serves the Web API, response_urls and command answers alike. Knows nothing of HTTP or tokens.
"""

from dataclasses import dataclass, replace
from typing import cast

from sandbox.blockkit import problems_of_message
from sandbox.controls import with_names
from sandbox.core import Core
from sandbox.mentions import kept
from sandbox.wire import JsonObject, SlackError, as_object, as_objects, as_text, dump
from sandbox.workspace import Message, Team

# https://docs.slack.dev/reference/methods/chat.postMessage and chat.update, on `text`
LONGEST_POST = 40_000
LONGEST_EDIT = 4_000
LARGEST_METADATA = 16_000
UNSHOWN = "This content can't be displayed."


@dataclass(frozen=True)
class Draft:
    """The content of a message to be; None means not mentioned, which an edit keeps."""

    text: str | None = None
    blocks: list[JsonObject] | None = None
    attachments: list[JsonObject] | None = None
    metadata: JsonObject | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.blocks or self.attachments)


@dataclass(frozen=True)
class Place:
    """Where a message goes, and who wrote it: the app, unless a person is named."""

    channel: str
    author: str | None = None
    thread_ts: str | None = None
    ephemeral_for: str | None = None


def drafted(fields: JsonObject) -> Draft:
    """The draft in a payload. Raises SlackError for what Block Kit or metadata forbids."""
    problems = problems_of_message(fields)
    if problems:
        in_attachments = problems[0].pointer.startswith("/attachments")
        listed = [f"[ERROR] {p.message} [json-pointer:{p.pointer}]" for p in problems]
        raise SlackError("invalid_attachments" if in_attachments else "invalid_blocks", listed)
    return Draft(
        text=cast("str | None", fields.get("text")),
        blocks=_objects_if_given(fields, "blocks"),
        attachments=_objects_if_given(fields, "attachments"),
        metadata=_metadata(fields.get("metadata")),
    )


def _objects_if_given(fields: JsonObject, name: str) -> list[JsonObject] | None:
    return None if fields.get(name) is None else as_objects(fields[name])


def _metadata(value: object) -> JsonObject | None:
    """https://docs.slack.dev/messaging/message-metadata"""
    if value is None or value == {}:
        return None if value is None else {}
    metadata = as_object(value)
    if not as_text(metadata.get("event_type")):
        raise SlackError("invalid_metadata_format", ["[ERROR] missing required field: event_type"])
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format", ["[ERROR] event_payload must be an object"])
    if set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_schema")
    if len(dump(metadata)) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def post(core: Core, team: Team, place: Place, draft: Draft) -> Message:
    """Raises SlackError no_text for a message without content."""
    if draft.is_empty:
        raise SlackError("no_text")
    by_app = place.author is None
    message = Message(
        team_id=team.id,
        channel=place.channel,
        ts=core.stamps.next(),
        user=place.author or team.bot_user_id,
        bot_id=team.bot_id if by_app else None,
        text=_text(draft)[:LONGEST_POST],
        blocks=with_names(draft.blocks or [], core.names),
        attachments=_named_attachments(core, draft.attachments or []),
        metadata=draft.metadata or None,
        thread_ts=place.thread_ts,
        ephemeral_for=place.ephemeral_for,
    )
    return team.put_message(message)


def edit(core: Core, team: Team, message: Message, draft: Draft) -> Message:
    """The message with what the draft mentions replaced; the rest stays."""
    blocks = None if draft.blocks is None else with_names(draft.blocks, core.names)
    attachments = draft.attachments
    named = None if attachments is None else _named_attachments(core, attachments)
    edited = replace(
        message,
        text=message.text if draft.text is None else kept(draft.text),
        blocks=message.blocks if blocks is None else blocks,
        attachments=message.attachments if named is None else named,
        metadata=message.metadata if draft.metadata is None else draft.metadata or None,
        edited=core.stamps.next(),
    )
    return team.put_message(edited)


def overwrite(core: Core, team: Team, message: Message, draft: Draft) -> Message:
    """The message with all of its content replaced, as replace_original does."""
    whole = Draft(_text(draft), draft.blocks or [], draft.attachments or [], draft.metadata)
    return edit(core, team, message, whole)


def remove(team: Team, message: Message) -> None:
    team.put_message(replace(message, deleted=True))


def _text(draft: Draft) -> str:
    if draft.text:
        return kept(draft.text)
    return UNSHOWN if draft.blocks else ""


def _named_attachments(core: Core, attachments: list[JsonObject]) -> list[JsonObject]:
    named: list[JsonObject] = []
    for number, attachment in enumerate(attachments, start=1):
        blocks = with_names(as_objects(attachment.get("blocks")), core.names)
        extra: JsonObject = {"blocks": blocks} if blocks else {}
        named.append({**attachment, "id": number, **extra})
    return named


def blocks_of(message: Message) -> list[JsonObject]:
    """All blocks a person sees in a message, those of attachments last."""
    attached = [as_objects(attachment.get("blocks")) for attachment in message.attachments]
    return [*message.blocks, *(block for blocks in attached for block in blocks)]


def wire_message(core: Core, team: Team, message: Message, *, metadata: bool) -> JsonObject:
    """The message as Slack's API and payloads show it."""
    body: JsonObject = {"type": "message", "user": message.user, "ts": message.ts}
    body |= {"text": message.text, "team": team.id}
    if message.bot_id is not None:
        profile = {"id": team.bot_id, "app_id": core.app.id, "name": core.app.name}
        body |= {"bot_id": message.bot_id, "app_id": core.app.id}
        body["bot_profile"] = {**profile, "deleted": False, "team_id": team.id}
    body |= {name: held for name, held in _optional_parts(message).items() if held}
    if metadata and message.metadata:
        body["metadata"] = message.metadata
    return body


def _optional_parts(message: Message) -> JsonObject:
    edited = {"user": message.user, "ts": message.edited} if message.edited else None
    return {
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "edited": edited,
        "is_ephemeral": message.ephemeral_for is not None,
    }
