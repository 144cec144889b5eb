"""What the settings are edited with: sections, the editors in them, the facts they are drawn from.

Values in and blocks out; what a section saves with is a function of `services` it names.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.text import escape
from handlers.routing import FieldValue
from services import configuration
from services.configuration import RESET, Change, Changed, Held
from services.configuration.catalogue import Setting
from services.configuration.rates import Rates
from services.db import Tx
from services.values import WorkspaceId

if TYPE_CHECKING:
    from handlers.blocks.settings.listing import Listing

T = TypeVar("T")
Values = Mapping[str, FieldValue]
"""A submitted form: what is in each field, by its block_id."""
_FINGERPRINT = 10


_NO_RATES = Rates("USD", {})


class Group(StrEnum):
    """The headings of the menu, in their order."""

    COMPANY = "Company"
    PIPELINE = "Pipeline"
    PARTNERS = "Partners"
    MONEY = "Money and goals"
    RHYTHM = "Weekly status and alerts"


@dataclass(frozen=True, slots=True)
class Untouched:
    """What an editor reads where its field says nothing of the setting: it stays as it is."""

    told: str | None = None
    """What the person should know about that, in mrkdwn."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What sections are drawn from: the effective values with their defaults, and who reads."""

    held: Mapping[str, Held[Any]]
    now: datetime
    locale: str = "en-US"
    workspace_id: WorkspaceId | None = None
    channel_id: str | None = None
    """Where the settings were asked for."""
    workspaces: Mapping[WorkspaceId, str] = field(default_factory=dict[WorkspaceId, str])
    """The company's workspaces by name."""
    unconnected: frozenset[WorkspaceId] = frozenset()
    """Those of them that have not got the app any more."""
    people: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many people have each role, by its key."""
    rates: Rates = _NO_RATES
    partners: Mapping[UUID, str] = field(default_factory=dict[UUID, str])
    """The names of the partners that the settings name."""
    unconvertible: Sequence[str] = ()
    """Currencies of records without a rate to the base currency."""

    def of(self, setting: Setting[T]) -> Held[T]:
        return cast("Held[T]", self.held[setting.name])

    def value(self, setting: Setting[T]) -> T:
        return self.of(setting).value

    def having(self, setting: Setting[T], value: T) -> "Facts":
        """The same, were this the setting's value: for a form with what is not saved yet."""
        held = replace(self.of(setting), value=value)
        return replace(self, held={**self.held, setting.name: held})


@dataclass(frozen=True, slots=True)
class Editor:
    """How one setting is changed: its fields, how they are read back, its value in words.

    Built with `editor`, which knows the setting's type.
    """

    setting: Setting[Any]
    label: str
    draw: Callable[[Facts], list[kit.Block]]
    read: Callable[[Values, Facts], object]
    """The value as the fields say it, or Untouched. Raises InvalidInput at the fields."""
    words: Callable[[object, Facts], str]
    """A value in a few plain words, for the default beside the field."""
    told: Callable[[object, Facts], str]
    """As `words`, in mrkdwn, for what was saved."""
    at: Callable[[str], str]
    """The field that a problem at this path inside the value belongs to."""
    seen: Callable[[Any], object]
    """What of a value people change, as JSON; the rest the application keeps by itself."""
    is_own: Callable[[Facts], bool]
    """Whether there is something to reset."""
    reset: Callable[[Facts], object]
    """What brings the default back: RESET, or a value where others edit the rest of it."""

    def fingerprint(self, value: object) -> str:
        """Short, and equal where people would see the same value."""
        return fingerprint(self.seen(value))


def editor(  # noqa: PLR0913  # what an editor is made of
    setting: Setting[T],
    label: str,
    *,
    draw: Callable[[Held[T], Facts], Sequence[kit.Block]],
    read: Callable[[Values, Facts], T | Untouched],
    words: Callable[[T, Facts], str],
    told: Callable[[T, Facts], str] | None = None,
    at: Callable[[str], str],
    seen: Callable[[T], object] | None = None,
    is_own: Callable[[Held[T]], bool] = lambda held: held.is_own,
    reset: Callable[[Held[T]], object] = lambda _: RESET,
) -> Editor:
    """The editor of a setting whose fields are drawn and read by hand; see `fields` for one each.

    Read what was drawn, untouched, and the same value must come out.
    """

    def in_words(value: object, facts: Facts) -> str:
        return words(cast("T", value), facts)

    def in_mrkdwn(value: object, facts: Facts) -> str:
        return told(cast("T", value), facts) if told else escape(in_words(value, facts))

    return Editor(
        setting=setting,
        label=label,
        draw=lambda facts: list(draw(facts.of(setting), facts)),
        read=read,
        words=in_words,
        told=in_mrkdwn,
        at=at,
        seen=seen or (lambda value: setting.type.dump_python(value, mode="json")),
        is_own=lambda facts: is_own(facts.of(setting)),
        reset=lambda facts: reset(facts.of(setting)),
    )


async def _save(tx: Tx, changes: Sequence[Change]) -> Changed:
    return await configuration.change(tx, changes)


def _no_remark(_: Facts) -> str | None:
    return None


def _nothing_else(_: Facts, __: str) -> list[kit.Block]:
    return []


@dataclass(frozen=True, slots=True)
class Section:
    """One row of the menu and the modal behind it.

    A form of editors, a list of records that are edited one by one, a list of forms (`parts`), or
    (`body`) a modal of its own, whose controls a handler module of the section listens to.
    """

    key: str
    """The word after `/tandem settings`."""
    title: str
    """At most 24 characters: it is the modal's title too."""
    group: Group
    about: str
    """What it is for: one sentence at the top of its modal."""
    summary: Callable[[Facts], str]
    """The present values in one line of mrkdwn."""
    editors: tuple[Editor, ...] = ()
    listing: "Listing | None" = None
    parts: "tuple[Section, ...]" = ()
    """Forms that are opened from its modal, each by a button of `views.row`."""
    body: Callable[[Facts, str], list[kit.Block]] = _nothing_else
    """Blocks below the editors. The string differs at each drawing: a button's value has it, or
    a second press on it counts as the repeat of the first.
    """
    also_reads: tuple[Setting[Any], ...] = ()
    """Settings it shows beside those it edits."""
    remark: Callable[[Facts], str | None] = _no_remark
    """What is missing or refused, in mrkdwn."""
    permission: str = "settings.change"
    other_names: tuple[str, ...] = ()
    save: Callable[[Tx, Sequence[Change]], Awaitable[Changed]] = _save

    @property
    def settings(self) -> tuple[Setting[Any], ...]:
        """Everything it is drawn from."""
        own = (each.setting for each in self.editors)
        listed = (self.listing.setting,) if self.listing else ()
        inside = (setting for part in self.parts for setting in part.settings)
        every = (*own, *listed, *inside, *self.also_reads)
        return tuple({setting.name: setting for setting in every}.values())


class SectionNote(forms.Packed):
    """What a section's modal carries: which one it is, and what it showed."""

    section: str
    shown: Mapping[str, str] = {}
    """The fingerprint of each setting's value."""
    channel_id: str | None = None
    page: int = 1
    """Of a list."""


def fingerprint(dumped: object) -> str:
    """Short, and equal for equal JSON: what was left as it was shown has not been changed."""
    canonical = json.dumps(dumped, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode(errors="surrogatepass")).hexdigest()[:_FINGERPRINT]
