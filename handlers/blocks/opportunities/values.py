"""What the controls and forms of opportunities carry, what they are called, and who reads them."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from handlers.forms import Packed, pack
from services.opportunities import Filter, Line, Opportunity
from services.values import Actor

NEXT = "opportunity.next"
MOVE = "opportunity.move"
MOVE_STAGE = "opportunity.move_stage"
OPEN = "opportunity.open"
SHARE = "opportunity.share"
MORE = "opportunity.more"
EDIT = "opportunity.edit"
UNDO = "opportunity.undo"
REOPEN = "opportunity.reopen"
RESTORE = "opportunity.restore"
DETACH = "opportunity.detach"
PAGE = "opportunity.page"
NEW = "opportunity.new"
PARTNER = "opportunity.partner"
OWNER = "opportunity.owner"
CREATE_FORM = "opportunity.create"
MOVE_FORM = "opportunity.move"
PARTNER_FORM = "opportunity.new_partner"
EDIT_FORM = "opportunity.edit"
ASSIGN_FORM = "opportunity.assign"
ATTACH_FORM = "opportunity.attach"
ARCHIVE_FORM = "opportunity.archive"
_MARK = 6
"""Of its identifier: what an option's value has room for."""
_LONGEST_STATE = 15 + 1 + _MARK
"""Hexadecimal digits that any version fits, and the mark."""

Show = Literal["details", "notes", "assign", "attach", "log", "share", "archive"]


class Numbered(Packed):
    """Which opportunity a control is of. The number alone does not tell: another company, where
    this workspace belongs now, has the same numbers. Controls of before `x` carry the number only.
    """

    number: int
    x: Annotated[str, Field(max_length=_LONGEST_STATE)] | None = None

    def means(self, it: Line) -> bool:
        """Whether it is the one that was shown."""
        return self.x is not None and self.x.rpartition(".")[2] == _mark(it.id)


class OpportunityRef(Numbered):
    """A button's value: which opportunity."""

    @classmethod
    def of(cls, it: Line) -> Self:
        return cls.named(it.number, it.id)

    @classmethod
    def named(cls, number: int, opportunity_id: UUID) -> Self:
        """For who knows no more of it."""
        return cls(number=number, x=_mark(opportunity_id))


@lru_cache(maxsize=20_000)
def opening(number: int, opportunity_id: UUID) -> str:
    """The value of the button that opens it, which every line of a list has."""
    return pack(OpportunityRef.named(number, opportunity_id))


class StateRef(Numbered):
    """A button's value: which opportunity in which state, so that the same press made later is
    another one.
    """

    @classmethod
    def of(cls, it: Opportunity) -> Self:
        return cls(number=it.number, x=_state(it))

    @property
    def version(self) -> int:
        """The one it had when this was shown; 0 for what tells none."""
        try:
            return int((self.x or "").partition(".")[0], 16)
        except ValueError:
            return 0


class UndoRef(StateRef):
    """The button that takes a move back. `brief`: beside a card that is in sight, so that the
    answer needs none.
    """

    brief: bool = False

    @classmethod
    def after(cls, it: Opportunity, *, is_brief: bool) -> Self:
        return cls(number=it.number, x=_state(it), brief=is_brief)


class MoveRef(Packed):
    """A move in a control's value. Names are short: an option's value takes 150 characters."""

    n: int
    """The number."""
    to: str
    at: str
    """The stage it was in when this was shown."""
    x: str
    """The version it had, so that the same move made later is another press; and which it was:
    another company, where this workspace belongs now, has the same numbers.
    """

    @classmethod
    def of(cls, it: Opportunity, to: str) -> "MoveRef":
        """From where it is to that stage."""
        return cls(n=it.number, to=to, at=it.stage, x=_state(it))

    def means(self, it: Opportunity) -> bool:
        """Whether it is the one that was shown."""
        return self.x.endswith(f".{_mark(it.id)}")


def _mark(opportunity_id: UUID) -> str:
    return opportunity_id.hex[:_MARK]


def _state(it: Opportunity) -> str:
    return f"{it.version:x}.{_mark(it.id)}"


class MoreRef(Numbered):
    """An overflow's option: what is wanted of which."""

    show: Show

    @classmethod
    def of(cls, it: Opportunity, show: Show) -> Self:
        return cls(number=it.number, x=_state(it), show=show)


class DetachRef(Numbered):
    """A button's value: which of its attachments."""

    attachment: str

    @classmethod
    def of(cls, it: Line, attachment: str) -> Self:
        return cls(number=it.number, x=_mark(it.id), attachment=attachment)


class ListRef(Packed):
    """A button's value: which page of which list."""

    wanted: Filter
    page: Annotated[int, Field(ge=1)] = 1


class NewRef(Packed):
    """A button's value: begin a new opportunity, with this partner if one is named."""

    partner_id: UUID | None = None


class CreateNote(Packed):
    """What the form of a new opportunity carries: where it was asked for, the words typed, the
    link of the message it is made from, and how often its partner was set from outside.
    """

    channel_id: str | None = None
    words: str = ""
    source: str | None = None
    turn: int = 1


class EditNote(Packed):
    """What the form of an edit carries: which one, as of which version; `base`: what each field
    began with, told apart by a digest; `turns`: how often each was set from outside; `is_told`:
    the copies of the card tell it, so that no word is needed.
    """

    number: int
    id: UUID
    version: int
    base: dict[str, str]
    turns: dict[str, int] = Field(default_factory=dict[str, int])
    channel_id: str | None = None
    is_told: bool = False


class ParentNote(Packed):
    """What the partner's form carries for the form below it: that of a new opportunity, or of an
    edit.
    """

    view_id: str
    note: CreateNote | None = None
    edit: EditNote | None = None


class RecordNote(Packed):
    """What a small form about one opportunity carries: which one, in which state, and where it
    was asked for.
    """

    number: int
    id: UUID
    version: int
    channel_id: str | None = None

    @classmethod
    def of(cls, it: Opportunity, channel_id: str | None) -> Self:
        return cls(number=it.number, id=it.id, version=it.version, channel_id=channel_id)


class MoveNote(Packed):
    """What the form of a move carries. `to`: the stage, when it is not asked for; `is_told`: the
    copies of the card tell it, so that no word is needed; `id`: which one it is, for a number
    alone means another one where the workspace has moved to another company.
    """

    number: int
    id: UUID | None = None
    at: str
    to: str | None = None
    channel_id: str | None = None
    is_told: bool = False
    turn: int = 1


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it: their language and day, and what they may do; `actor` is None for everybody
    in a conversation.
    """

    locale: str
    today: date
    actor: Actor | None = None

    @property
    def is_alone(self) -> bool:
        return self.actor is not None

    def may(self, permission: str, opportunity: Opportunity) -> bool:
        """In a conversation everybody sees the same controls; pressing them is checked."""
        return self.actor is None or self.actor.may(permission, opportunity.owner_id)

    def may_move(self, opportunity: Opportunity) -> bool:
        return self.may("opportunities.move", opportunity)

    def may_create(self) -> bool:
        return self.actor is not None and self.actor.may("opportunities.create")
