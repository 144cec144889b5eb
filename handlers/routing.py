"""What a handler is given and what it may answer, and the table that leads from one to the other.

Handlers are plain functions `(request) -> Reply`. They make no Slack call: what they return is
carried out once their transaction is closed.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from services.db import Database
from services.sealing import Sealer
from services.values import Actor, WorkspaceId

Blocks = list[dict[str, object]]
View = dict[str, object]
FieldValue = str | list[str] | None
_T = TypeVar("_T")


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Done(_Reply):
    """Nothing to say: in a modal it closes."""

    kind: Literal["done"] = "done"


class Say(_Reply):
    """A private answer to the person who asked, where they asked.

    After a modal nobody knows where that was: `channel_id` tells, else it goes to their direct
    messages.
    """

    kind: Literal["say"] = "say"
    text: str
    blocks: Blocks | None = None
    channel_id: str | None = None


class Replace(_Reply):
    """The private message that was pressed shows this instead."""

    kind: Literal["replace"] = "replace"
    text: str
    blocks: Blocks | None = None


class Open(_Reply):
    """A modal opens; on top of the present one when the press was in a modal."""

    kind: Literal["open"] = "open"
    view: View


class Show(_Reply):
    """The present modal shows this instead; what was typed stays where the fields stay.

    `also`: what other open modals show now, by their ids.
    """

    kind: Literal["show"] = "show"
    view: View
    also: dict[str, View] = {}


class Return(_Reply):
    """The present modal closes and the one below it shows this; `also` as in `Show`."""

    kind: Literal["return"] = "return"
    view_id: str
    view: View
    also: dict[str, View] = {}


class Errors(_Reply):
    """Words at the fields of the modal, by block_id; nothing was saved, what was typed stays."""

    kind: Literal["errors"] = "errors"
    errors: dict[str, str]


class Options(_Reply):
    """The list of a type-ahead: options, as Slack wants them."""

    kind: Literal["options"] = "options"
    options: Blocks


class Home(_Reply):
    """The person's Home shows this, after the modal that was opened from it has closed."""

    kind: Literal["home"] = "home"
    view: View


class Both(_Reply):
    """A modal that closes or changes, and a private word beside it."""

    kind: Literal["both"] = "both"
    first: "Reply"
    then: Say


Reply = Annotated[
    Done | Say | Replace | Open | Show | Return | Errors | Options | Home | Both,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request came from: the workspace, and the conversation if there is one."""

    workspace_id: WorkspaceId
    channel_id: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, from where. `key` is equal for the repeats of one click, submit or event; `sealer`
    is for who moves a token.
    """

    actor: Actor
    db: Database
    sealer: Sealer = field(repr=False)
    place: Place
    key: str


@dataclass(frozen=True, slots=True)
class Command(Request):
    """A slash command: `words` is what follows its subcommand, as typed."""

    command: str
    words: str


@dataclass(frozen=True, slots=True)
class MessageRef:
    channel_id: str
    ts: str
    is_ephemeral: bool


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file given in a modal, which stays in Slack."""

    id: str
    title: str
    permalink: str


@dataclass(frozen=True, slots=True)
class ViewState:
    """A modal as Slack sends it back; `values` and `files` by block_id."""

    id: str
    hash: str
    root_id: str
    callback_id: str
    metadata: str
    values: Mapping[str, FieldValue]
    previous_id: str | None = None
    files: Mapping[str, tuple[UploadedFile, ...]] = field(
        default_factory=dict[str, tuple[UploadedFile, ...]]
    )


@dataclass(frozen=True, slots=True)
class Press(Request):
    """A button or a select. `value` is the button's value or the chosen option's."""

    action_id: str
    block_id: str
    value: str
    message: MessageRef | None = None
    view: ViewState | None = None


@dataclass(frozen=True, slots=True)
class Submit(Request):
    """A modal's submit."""

    view: ViewState


@dataclass(frozen=True, slots=True)
class Suggest(Request):
    """A type-ahead asks for options."""

    action_id: str
    query: str
    view: ViewState | None = None


@dataclass(frozen=True, slots=True)
class MessageRead:
    """The message a shortcut was started from, as Slack sends it: `text` is mrkdwn and may be
    empty, `files` are the names of what is attached, `author` is None for an app's message.
    `permalink` is None where Slack does not say which workspace it is in.
    """

    channel_id: str
    ts: str
    text: str
    author: str | None = None
    files: tuple[str, ...] = ()
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Shortcut(Request):
    """A shortcut was chosen: of Slack's own menu, or of a message's."""

    callback_id: str
    message: MessageRead | None = None


@dataclass(frozen=True, slots=True)
class Event(Request):
    """Something happened in Slack. The actor is the application."""

    type: str
    facts: Mapping[str, object]
    at: datetime | None = None
    """When, as Slack tells it, to the second."""


CommandHandler = Callable[[Command], Awaitable[Reply]]
PressHandler = Callable[[Press], Awaitable[Reply]]
SubmitHandler = Callable[[Submit], Awaitable[Reply]]
SuggestHandler = Callable[[Suggest], Awaitable[Reply]]
ShortcutHandler = Callable[[Shortcut], Awaitable[Reply]]
EventHandler = Callable[[Event], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One word after a slash command. `permission`: help hides it from who lacks it."""

    name: str
    usage: str
    summary: str
    handler: CommandHandler
    permission: str | None = None


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A slash command. `default` answers when the first word is no subcommand; None says help.
    `numbered` answers where the number of a record stands first, like `/opp 42`.

    `overview` stands above the help of the command without any word; `ways` are buttons below its
    help, where a thumb is.
    """

    name: str
    summary: str
    usage_hint: str
    subcommands: tuple[Subcommand, ...]
    default: CommandHandler | None = None
    numbered: CommandHandler | None = None
    overview: Callable[[Command], Awaitable[Blocks]] | None = None
    ways: Callable[[Actor], Blocks] | None = None


@dataclass(frozen=True, slots=True)
class ShortcutItem:
    """An entry of Slack's menu of shortcuts, or with `is_on_message` of a message's."""

    callback_id: str
    name: str
    summary: str
    handler: ShortcutHandler
    is_on_message: bool = False


@dataclass(frozen=True, slots=True)
class Routes:
    """Everything one feature listens to. Action ids match up to the first `:` or `~`."""

    commands: tuple[SlashCommand, ...] = ()
    presses: Mapping[str, PressHandler] = field(default_factory=dict[str, PressHandler])
    submits: Mapping[str, SubmitHandler] = field(default_factory=dict[str, SubmitHandler])
    suggests: Mapping[str, SuggestHandler] = field(default_factory=dict[str, SuggestHandler])
    events: Mapping[str, EventHandler] = field(default_factory=dict[str, EventHandler])
    shortcuts: Mapping[str, ShortcutItem] = field(default_factory=dict[str, ShortcutItem])


def merge(parts: Iterable[Routes]) -> Routes:
    """All features in one table. Raises ValueError when two listen to the same name."""
    listed = list(parts)
    return Routes(
        commands=tuple(command for part in listed for command in part.commands),
        presses=_union(part.presses for part in listed),
        submits=_union(part.submits for part in listed),
        suggests=_union(part.suggests for part in listed),
        events=_union(part.events for part in listed),
        shortcuts=_union(part.shortcuts for part in listed),
    )


def route_of(action_id: str) -> str:
    """The name an action id is routed by: what follows `:` or `~` only makes it unique."""
    return action_id.split(":", 1)[0].split("~", 1)[0]


def _union(parts: Iterable[Mapping[str, _T]]) -> dict[str, _T]:
    union: dict[str, _T] = {}
    for part in parts:
        for name, handler in part.items():
            if name in union:
                raise ValueError(f"two features listen to {name}")
            union[name] = handler
    return union
