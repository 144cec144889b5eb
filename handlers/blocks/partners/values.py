"""What the buttons and forms of partners carry, what they are called, and who reads them."""

from dataclasses import dataclass
from datetime import date, datetime
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
SUGGEST = "partners.suggest"
CREATE_FORM = "partner.create"
NEW_PREFIX = "new:"
"""An option's value with this in front is a partner to create, its name behind."""


class PartnerRef(Packed):
    """A button's value: which partner."""

    id: UUID


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


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it: their language, zone and day, and what they may do."""

    locale: str
    zone: ZoneInfo
    now: datetime
    may_log: bool = False
    may_share: bool = False
    may_create: bool = False

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def one_line(words: str) -> str:
    """As much of what was typed as a name takes."""
    return " ".join(words.split())[:255]


def short(words: str, most: int = 60) -> str:
    """A person's words inside a line of others."""
    return shown(words, most)
