"""What the controls and forms of opportunities carry, what they are called, and who reads them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from handlers.forms import Packed
from services.opportunities import Filter, Opportunity
from services.values import Actor

NEXT = "opportunity.next"
MOVE = "opportunity.move"
MOVE_STAGE = "opportunity.move_stage"
OPEN = "opportunity.open"
SHARE = "opportunity.share"
MORE = "opportunity.more"
PAGE = "opportunity.page"
NEW = "opportunity.new"
PARTNER = "opportunity.partner"
OWNER = "opportunity.owner"
CREATE_FORM = "opportunity.create"
MOVE_FORM = "opportunity.move"
PARTNER_FORM = "opportunity.new_partner"
_MARK = 6
"""Of its identifier: what an option's value has room for."""


class OpportunityRef(Packed):
    """A button's value: which opportunity."""

    number: int


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
        return cls(n=it.number, to=to, at=it.stage, x=f"{it.version:x}.{_mark(it)}")

    def means(self, it: Opportunity) -> bool:
        """Whether it is the one that was shown."""
        return self.x.endswith(f".{_mark(it)}")


def _mark(it: Opportunity) -> str:
    return it.id.hex[:_MARK]


class MoreRef(Packed):
    """An overflow's option."""

    number: int
    show: Literal["details", "notes"]


class ListRef(Packed):
    """A button's value: which page of which list."""

    wanted: Filter
    page: Annotated[int, Field(ge=1)] = 1


class NewRef(Packed):
    """A button's value: begin a new opportunity."""


class CreateNote(Packed):
    """What the form of a new opportunity carries: where it was asked for, the words typed, and how
    often its partner was set from outside.
    """

    channel_id: str | None = None
    words: str = ""
    turn: int = 1


class ParentNote(Packed):
    """What the partner's form carries for the form below it."""

    view_id: str
    note: CreateNote


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

    def may_move(self, opportunity: Opportunity) -> bool:
        return self.actor is None or self.actor.may("opportunities.move", opportunity.owner_id)

    def may_share(self, opportunity: Opportunity) -> bool:
        if self.actor is None:
            return False
        return self.actor.may("opportunities.share", opportunity.owner_id)

    def may_create(self) -> bool:
        return self.actor is not None and self.actor.may("opportunities.create")
