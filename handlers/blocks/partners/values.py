"""What the buttons and forms of partners carry, what they are called, and who reads them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from handlers.blocks.text import shown
from handlers.forms import Packed
from services.partners import ListPartners

LOG = "partner.log"
SHOW = "partner.show"
SHARE = "partner.share"
PAGE = "partner.page"
NEW = "partner.new"
EDIT = "partner.edit"
MORE = "partner.more"
LIST = "partner.list"
MERGE_THIS = "partner.merge"
SUGGEST = "partners.suggest"
CREATE_FORM = "partner.create"
EDIT_FORM = "partner.save"
MERGE_FORM = "partner.merge_into"
MERGE_ASKED = "partner.merge_confirmed"
CONTACT_FORM = "partner.contact_save"
CONTACTS = "partner.contacts"
CONTACT = "partner.contact"
ADD_CONTACT = "partner.contact_add"
NEW_PREFIX = "new:"
"""An option's value with this in front is a partner to create, its name behind."""


class PartnerRef(Packed):
    """A button's value: which partner."""

    id: UUID


class MoreRef(PartnerRef):
    """An option of the card's menu: what to do with which partner."""

    do: Literal["contacts", "timeline", "commission", "share", "merge"]


class ContactRef(PartnerRef):
    """An option of a contact's menu."""

    contact_id: str
    do: Literal["edit", "first", "remove"]


class PairRef(Packed):
    """Two partners that are to be one."""

    gone_id: UUID
    stays_id: UUID


class PageRef(Packed):
    """A button's value: which page of which list."""

    wanted: ListPartners


class NameRef(Packed):
    """A button's value: what a new partner is called."""

    name: str = ""


class FormNote(Packed):
    """What the partner form carries: look-alikes already shown, where it was asked for, and what
    its opener wants back.
    """

    seen: tuple[UUID, ...] = ()
    channel_id: str | None = None
    more: str = ""


class EditNote(Packed):
    """What the form of a partner that is there carries: the digests of its fields as they were
    shown, look-alikes already shown, and where it was asked for.
    """

    id: UUID
    opened: dict[str, str]
    seen: tuple[UUID, ...] = ()
    channel_id: str | None = None


class ContactsNote(PartnerRef):
    """What the contacts' view carries."""

    channel_id: str | None = None


class ContactNote(PartnerRef):
    """What the form of a contact carries: none is a new one, `shown` is its version."""

    contact_id: str | None = None
    shown: str = ""
    channel_id: str | None = None


class MergeNote(Packed):
    """What the forms of a merge carry."""

    gone_id: UUID
    stays_id: UUID | None = None
    channel_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it: their language, zone and day, and what they may do."""

    locale: str
    zone: ZoneInfo
    now: datetime
    may_log: bool = False
    may_share: bool = False
    may_create: bool = False
    may_change: bool = False
    may_merge: bool = False
    may_see_commission: bool = False

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def one_line(words: str) -> str:
    """As much of what was typed as a name takes."""
    return " ".join(words.split())[:255]


def short(words: str, most: int = 60) -> str:
    """A person's words inside a line of others."""
    return shown(words, most)
