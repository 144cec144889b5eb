"""Slack's payloads as this app reads them: the one place where their JSON becomes typed."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from handlers.routing import FieldValue, MessageRead, MessageRef, UploadedFile, ViewState

MOST_TYPED = 255
_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*")
_CHANNEL = re.compile(r"[A-Z0-9]+")
_TS = re.compile(r"\d+\.\d+")


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def _identifier(value: object) -> object:
    """Slack sends `user` as an id or as an object with one, depending on the payload."""
    return value.get("id") if isinstance(value, dict) else value  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # raw JSON


def _typed(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")  # noqa: TRY004  # what pydantic takes as a refusal
    return value


Id = Annotated[str, BeforeValidator(_identifier)]
Typed = Annotated[str, PlainValidator(_typed)]
"""A person's words, whatever is in them: half a character pair, which JSON can carry and pydantic
refuses, is for the field's own check to tell.
"""


class Chosen(_Payload):
    value: Typed


class UploadedPayload(_Payload):
    """https://docs.slack.dev/reference/objects/file-object"""

    id: str
    name: Typed = ""
    title: Typed = ""
    permalink: str = ""

    def as_file(self) -> UploadedFile:
        return UploadedFile(self.id, self.title or self.name or self.id, self.permalink)


class Control(_Payload):
    """One element's state, or one action: the value is in a field named by the element's type."""

    type: str = ""
    action_id: str = ""
    block_id: str = ""
    value: Typed | None = None
    selected_option: Chosen | None = None
    selected_options: tuple[Chosen, ...] | None = None
    selected_date: str | None = None
    selected_time: str | None = None
    selected_user: str | None = None
    selected_users: tuple[str, ...] | None = None
    selected_channel: str | None = None
    selected_conversation: str | None = None
    selected_conversations: tuple[str, ...] | None = None
    files: tuple[UploadedPayload, ...] = ()

    @property
    def entered(self) -> FieldValue:
        """What the person entered or chose, whatever the control."""
        if self.selected_option is not None:
            return self.selected_option.value
        if self.selected_options is not None:
            return [each.value for each in self.selected_options]
        several = self.selected_users or self.selected_conversations
        if several is not None:
            return list(several)
        return next((each for each in self._singles() if each is not None), None)

    def _singles(self) -> tuple[str | None, ...]:
        return (
            self.value,
            self.selected_date,
            self.selected_time,
            self.selected_user,
            self.selected_channel,
            self.selected_conversation,
        )


class State(_Payload):
    values: dict[str, dict[str, Control]] = Field(default_factory=dict[str, dict[str, Control]])


class View(_Payload):
    id: str
    type: str = "modal"
    hash: str = ""
    root_view_id: str | None = None
    previous_view_id: str | None = None
    callback_id: str = ""
    private_metadata: str = ""
    external_id: str | None = None
    state: State = State()
    blocks: tuple[Mapping[str, object], ...] = ()

    def as_state(self) -> ViewState:
        """For a handler: each field's value by its block_id."""
        values = {
            block_id: control.entered
            for block_id, controls in self.state.values.items()
            for control in controls.values()
        }
        files = {
            block_id: tuple(each.as_file() for each in control.files)
            for block_id, controls in self.state.values.items()
            for control in controls.values()
            if control.files
        }
        return ViewState(
            id=self.id,
            hash=self.hash,
            root_id=self.root_view_id or self.id,
            callback_id=self.callback_id,
            metadata=self.private_metadata,
            values=values,
            previous_id=self.previous_view_id,
            files=files,
        )

    @property
    def is_home(self) -> bool:
        return self.type == "home"

    @property
    def fields(self) -> tuple[str, ...]:
        """Where words about the modal can be shown: its inputs, by block_id, in their order."""
        return tuple(
            str(block.get("block_id")) for block in self.blocks if block.get("type") == "input"
        )


class Container(_Payload):
    type: str = ""
    channel_id: str | None = None
    message_ts: str | None = None
    is_ephemeral: bool = False


class CommandPayload(_Payload):
    """A slash command."""

    command: str
    text: str = ""
    user_id: str
    channel_id: str | None = None
    trigger_id: str

    @property
    def words(self) -> str:
        """As typed: Slack escapes three characters on the way. A NUL, which nothing could keep, is
        left out.
        """
        plain = self.text.replace("&lt;", "<").replace("&gt;", ">")
        return plain.replace("&amp;", "&").replace("\x00", "")

    @property
    def key(self) -> str:
        return _key("command", self.trigger_id)


class ActionPayload(_Payload):
    """A press on a message or in a modal."""

    type: Literal["block_actions"]
    user: Id
    trigger_id: str
    actions: Annotated[tuple[Control, ...], Field(min_length=1)]
    container: Container = Container()
    channel: Id | None = None
    response_url: str | None = None
    view: View | None = None

    @property
    def action(self) -> Control:
        return self.actions[0]

    @property
    def value(self) -> str:
        entered = self.action.entered
        return entered if isinstance(entered, str) else ""

    @property
    def message(self) -> MessageRef | None:
        place = self.container
        if place.message_ts is None or place.channel_id is None:
            return None
        return MessageRef(place.channel_id, place.message_ts, place.is_ephemeral)

    @property
    def key(self) -> str:
        """Equal for the clicks of one person on one control of one state: its value carries the
        record's version.
        """
        place = self.view.id if self.view else self.container.message_ts or self.trigger_id
        return _key("press", self.user, place, self.action.action_id, self.value)


class SubmitPayload(_Payload):
    """A modal's submit."""

    type: Literal["view_submission"]
    user: Id
    trigger_id: str = ""
    view: View

    @property
    def key(self) -> str:
        return _key("submit", self.view.id, self.view.hash)


class SuggestPayload(_Payload):
    """A type-ahead's question."""

    type: Literal["block_suggestion"]
    user: Id
    action_id: str
    value: Typed = ""
    view: View | None = None

    @property
    def query(self) -> str:
        """No name is longer."""
        return self.value[:MOST_TYPED]


class File(_Payload):
    name: str | None = None
    title: str | None = None


class Attachment(_Payload):
    text: Typed | None = None
    fallback: Typed | None = None


class BlockText(_Payload):
    text: Typed = ""


class Block(_Payload):
    text: BlockText | None = None


class Message(_Payload):
    """A message in somebody's hand. An app's often has its words in blocks or attachments only."""

    ts: str
    thread_ts: str | None = None
    text: Typed | None = None
    user: str | None = None
    blocks: tuple[Block, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    files: tuple[File, ...] = ()

    @property
    def words(self) -> str:
        if self.text and self.text.strip():
            return self.text
        told = [block.text.text for block in self.blocks if block.text is not None]
        told += [each.text or each.fallback or "" for each in self.attachments]
        return "\n".join(each for each in told if each.strip())

    @property
    def file_names(self) -> tuple[str, ...]:
        names = (each.name or each.title for each in self.files)
        return tuple(name for name in names if name)


class Workspace(_Payload):
    id: str = ""
    domain: str = ""


class ShortcutPayload(_Payload):
    """A shortcut of Slack's menu, or of a message's.

    https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
    """

    type: Literal["shortcut", "message_action"]
    callback_id: str
    user: Id
    trigger_id: str
    team: Workspace | None = None
    channel: Id | None = None
    message: Message | None = None
    response_url: str | None = None
    view: None = None

    @property
    def read(self) -> MessageRead | None:
        if self.message is None or self.channel is None:
            return None
        return MessageRead(
            channel_id=self.channel,
            ts=self.message.ts,
            text=self.message.words,
            author=self.message.user,
            files=self.message.file_names,
            permalink=_permalink(self.team, self.channel, self.message),
        )

    @property
    def key(self) -> str:
        return _key("shortcut", self.trigger_id)


class EventPayload(_Payload):
    """An event and its envelope."""

    event_id: str
    event_time: Annotated[int, Field(ge=0, lt=2**33)] | None = None
    event: Mapping[str, object]

    @property
    def type(self) -> str:
        return str(self.event.get("type", ""))

    @property
    def user(self) -> str | None:
        """Who caused it, where that is one account."""
        user = self.event.get("user")
        return user if isinstance(user, str) else None

    @property
    def at(self) -> datetime | None:
        """When it happened, to the second: an event may come an hour late."""
        return None if self.event_time is None else datetime.fromtimestamp(self.event_time, UTC)

    @property
    def key(self) -> str:
        return _key("event", self.event_id)


def _permalink(team: Workspace | None, channel: str, message: Message) -> str | None:
    """As `chat.getPermalink` makes it; without a workspace, as with a whole enterprise's install,
    there is none. https://docs.slack.dev/reference/methods/chat.getPermalink
    """
    domain = team.domain if team else ""
    is_known = _DOMAIN.fullmatch(domain) and _CHANNEL.fullmatch(channel)
    if not is_known or not _TS.fullmatch(message.ts):
        return None
    link = f"https://{domain}.slack.com/archives/{channel}/p{message.ts.replace('.', '')}"
    thread = message.thread_ts
    if thread is None or thread == message.ts or not _TS.fullmatch(thread):
        return link
    return f"{link}?thread_ts={thread}&cid={channel}"


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()
