"""How messages come to be: checked, named, escaped, kept, edited and removed.

Serves the Web API, response_urls and command answers alike. Knows nothing of HTTP or tokens.
"""

from dataclasses import dataclass, replace
from typing import cast

from sandbox.blockkit import message_error, problems_of_message
from sandbox.controls import with_names
from sandbox.core import Core
from sandbox.file_references import BROKEN, broken_files
from sandbox.mentions import kept
from sandbox.shapes import wire_message
from sandbox.wire import JsonObject, SlackError, as_list, as_object, as_objects, as_text, dump
from sandbox.workspace import Message, Team

__all__ = [
    "LONGEST_EDIT",
    "LONGEST_POST",
    "TOMBSTONE",
    "Draft",
    "Place",
    "blocks_of",
    "drafted",
    "edit",
    "overwrite",
    "post",
    "remove",
    "wire_message",
]

# https://docs.slack.dev/reference/methods/chat.postMessage and chat.update, on `text`
LONGEST_POST = 40_000
LONGEST_EDIT = 4_000
LARGEST_METADATA = 16_000
MOST_ATTACHMENTS = 100
SLACKBOT, TOMBSTONE, GONE = "USLACKBOT", "tombstone", "This message was deleted."
UNSHOWN = "This content can't be displayed."


@dataclass(frozen=True)
class Draft:
    """The content of a message to be; None means not mentioned, which an edit keeps."""

    text: str | None = None
    blocks: list[JsonObject] | None = None
    attachments: list[JsonObject] | None = None
    metadata: JsonObject | None = None
    files: list[str] | None = None
    username: str = ""
    icons: JsonObject | None = None
    plain: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.blocks or self.attachments or self.files)

    @property
    def says_nothing(self) -> bool:
        """Nothing is mentioned that an edit could change."""
        return self.text is None and self.blocks is None and self.attachments is None


@dataclass(frozen=True)
class Place:
    """Where a message goes, and who wrote it: the app, unless a person is named."""

    channel: str
    author: str | None = None
    thread_ts: str | None = None
    ephemeral_for: str | None = None
    broadcast: bool = False
    subtype: str | None = None


def drafted(fields: JsonObject) -> Draft:
    """The draft in a payload. Raises SlackError for what Block Kit or metadata forbids."""
    if len(as_list(fields.get("attachments"))) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    problems = problems_of_message(_judged(fields))
    if problems:
        listed = [f"{p.message} [json-pointer:{p.pointer}]" for p in problems]
        raise _invalid(message_error(problems), listed)
    return Draft(
        text=cast("str | None", fields.get("text")),
        blocks=_objects_if_given(fields, "blocks"),
        attachments=_objects_if_given(fields, "attachments"),
        metadata=_metadata(fields.get("metadata")),
    )


def _judged(fields: JsonObject) -> JsonObject:
    """What Block Kit has a say in: text of any length is cut, not refused."""
    return {**fields, "text": None} if isinstance(fields.get("text"), str) else fields


def _invalid(code: str, words: list[str]) -> SlackError:
    """Explained twice, as Slack does: in `errors` and in `response_metadata`."""
    return SlackError(code, [f"[ERROR] {each}" for each in words], errors=words)


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
    """Raises SlackError no_text for a message without content, invalid_blocks for one that shows
    a file it cannot.
    """
    if draft.is_empty:
        raise SlackError("no_text")
    _see_files(team, draft)
    message = Message(
        team_id=team.id,
        channel=place.channel,
        ts=core.stamps.next(),
        user=place.author or team.bot_user_id,
        bot_id=team.bot_id if place.author is None else None,
        text=_text(draft)[:LONGEST_POST],
        blocks=with_names(draft.blocks or [], core.names),
        attachments=_named_attachments(core, draft.attachments or []),
        metadata=draft.metadata or None,
        thread_ts=place.thread_ts,
        ephemeral_for=place.ephemeral_for,
        files=draft.files or [],
        subtype="thread_broadcast" if place.broadcast else place.subtype,
        broadcast=place.broadcast,
        username=draft.username,
        icons=draft.icons,
        plain=draft.plain,
    )
    return team.put_message(message)


def edit(core: Core, team: Team, message: Message, draft: Draft) -> Message:
    """The message with what the draft mentions replaced; the rest stays, but for blocks under a
    new text: new text without blocks is what is shown.

    https://docs.slack.dev/reference/methods/chat.update#arg_blocks
    """
    _see_files(team, draft)
    edited = replace(
        message,
        text=message.text if draft.text is None else kept(draft.text),
        blocks=_new_blocks(core, message, draft),
        attachments=message.attachments
        if draft.attachments is None
        else _named_attachments(core, draft.attachments),
        metadata=message.metadata if draft.metadata is None else draft.metadata or None,
        files=message.files if draft.files is None else draft.files,
        edited=message.edited if draft.blocks else core.stamps.next(),
    )
    return team.put_message(edited)


def _new_blocks(core: Core, message: Message, draft: Draft) -> list[JsonObject]:
    if draft.blocks is not None:
        return with_names(draft.blocks, core.names)
    return message.blocks if draft.text is None else []


def _see_files(team: Team, draft: Draft) -> None:
    broken = broken_files(team, draft.blocks or [])
    broken += broken_files(team, draft.attachments or [], "/attachments")
    if broken:
        raise _invalid("invalid_blocks", [f"{BROKEN} [json-pointer:{at}]" for at in broken])


def overwrite(core: Core, team: Team, message: Message, draft: Draft) -> Message:
    """The message with all of its content replaced, as replace_original does."""
    whole = Draft(_text(draft), draft.blocks or [], draft.attachments or [], draft.metadata)
    return edit(core, team, message, whole)


def remove(team: Team, message: Message) -> None:
    """Nothing stays of it, but for a stone on the grave where others have answered."""
    if message.is_reply or not team.timeline(message.channel).replies(message.ts):
        team.put_message(replace(message, deleted=True))
        return
    stone = Message(team.id, message.channel, message.ts, SLACKBOT, GONE, subtype=TOMBSTONE)
    team.put_message(stone)


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
