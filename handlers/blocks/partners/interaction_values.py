"""What the buttons and forms of contacts with partners carry, and what they are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from uuid import UUID

from pydantic import Field

from handlers.blocks.partners.values import Reader
from handlers.forms import Packed
from services.configuration.catalogue import Choice
from services.interactions import Happening
from services.partners import Partner
from services.values import Actor, UserId

LOG_FORM = "interaction.log"
EDIT_FORM = "interaction.edit"
DELETE_FORM = "interaction.delete"
PARTNER_FORM = "interaction.partner_create"
PARTNER = "interaction.partner"
CONTACTS = "interaction.contacts"
PEOPLE = "interaction.people"
ACT = "interaction.act"
TIMELINE_PAGE = "timeline.page"
TIMELINE_VIEW = "timeline"

Act = Literal["edit", "delete", "whole"]


class LogRef(Packed):
    """A button's value: with which partner a contact is logged, and of which type."""

    id: UUID
    type: str | None = None


class ActRef(Packed):
    """An option's value: what to do with which contact."""

    do: Act
    id: UUID


class TimelineRef(Packed):
    """Which page of whose timeline; also what its modal carries."""

    partner_id: UUID
    only: Happening | None = None
    page: int = Field(default=1, ge=1)
    channel_id: str | None = None


class EditRef(Packed):
    """Which contact is edited, as of which version."""

    id: UUID
    version: datetime


class LogNote(Packed):
    """What the form of a contact carries: where it was asked for, the partner chosen in it, the
    message it tells of, the contact it changes, and the timeline below it. `turn` counts how often
    the partner's field was made anew.
    """

    channel_id: str | None = None
    partner_id: UUID | None = None
    turn: int = 1
    type: str | None = None
    permalink: str | None = None
    is_cut: bool = False
    edits: EditRef | None = None
    back: TimelineRef | None = None


class ParentNote(Packed):
    """What the form of a new partner carries for the form of a contact below it."""

    view_id: str
    note: LogNote


class DeleteNote(Packed):
    """What the question whether to delete a contact carries."""

    id: UUID
    channel_id: str | None = None
    back: TimelineRef | None = None


@dataclass(frozen=True, slots=True)
class ContactReader(Reader):
    """Who reads of contacts."""

    actor: Actor | None = None

    def may_edit(self, author: UserId) -> bool:
        return self.actor is not None and self.actor.may("interactions.edit", author)


@dataclass(frozen=True, slots=True)
class FormChoices:
    """What the form of a contact offers. `me` is who promises: None for who may promise nothing;
    `may_give`: somebody else may be chosen.
    """

    types: Sequence[Choice]
    me: tuple[str, UUID] | None
    may_give: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What is filled in. `notice` and the next `steps` there are stand above it, escaped."""

    day: date
    at: time | None = None
    partner: Partner | None = None
    type: str | None = None
    contacts: Sequence[str] = ()
    notes: str = ""
    notice: str = ""
    steps: Sequence[str] = ()


HAPPENINGS: Mapping[Happening | None, str] = {
    None: "Everything",
    Happening.INTERACTIONS: "Interactions",
    Happening.OPPORTUNITIES: "Opportunities",
    Happening.AGREEMENT: "Agreement and status",
}
