"""What the controls and forms of commission carry, what they are called, and who reads them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from handlers.blocks.text import shown
from handlers.forms import Packed

STATEMENT = "commission.statement"
STATEMENT_PAGE = "commission.page"
STATEMENT_VIEW = "commission.statement"
EXPLAIN_ENTRY = "commission.explain_entry"
EXPLAIN = "commission.explain"
EXPLAIN_VIEW = "commission.explain"
EXPORT = "commission.export"
ENTER = "commission.enter"
ENTRY_FORM = "commission.entry"
TERMS = "commission.terms"
TERMS_PAGE = "commission.terms_page"
TERMS_VIEW = "commission.terms"
CHANGE = "commission.change"
WITHDRAW = "commission.withdraw"
AGREE_FORM = "commission.agree"
OVERRIDE = "commission.override"
OVERRIDE_FORM = "commission.override"
REMOVE = "commission.remove_override"
REDRAW = "commission.redraw"
NAME_SHOWN = 60
_LONGEST_PERIOD = 30


class StatementRef(Packed):
    """A button's value, and what the statement's modal carries: whose, of when, which page, and
    where it was asked for.
    """

    partner_id: UUID
    period: Annotated[str, Field(max_length=_LONGEST_PERIOD)] = ""
    page: int = 1
    channel_id: str | None = None


class EntryRef(StatementRef):
    """A line of a statement."""

    entry_id: UUID


class EnterRef(StatementRef):
    """What is entered by hand, and the statement it is entered from."""

    what: Literal["adjustment", "payment"]


class ExportRef(StatementRef):
    """Which statements go out as a file. `shown_at`, in milliseconds: pressing twice what was shown
    once sends one.
    """

    of: Literal["partner", "all"]
    shown_at: int


class TermsRef(Packed):
    """A button's value, and what the view of a partner's terms carries."""

    partner_id: UUID
    page: int = 1
    channel_id: str | None = None


class ChangeRef(TermsRef):
    """The form of new terms: `version` of what was agreed when it was opened; `first`: those that
    begin that day are changed.
    """

    version: str
    first: date | None = None


class WithdrawRef(TermsRef):
    """Which terms to come are taken back."""

    version: str
    first: date


class DealRef(Packed):
    """A button's value, and what the modals about one opportunity carry."""

    number: int
    id: UUID
    channel_id: str | None = None


class OverrideRef(DealRef):
    """The form of terms for one opportunity: `version` of those it had when it was opened."""

    version: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it: their language, the company's day, and whether they may change it."""

    locale: str
    today: date
    may_manage: bool = False


def short(words: str, most: int = NAME_SHOWN) -> str:
    """A person's words inside a line of others, escaped."""
    return shown(" ".join(words.split()), most)
