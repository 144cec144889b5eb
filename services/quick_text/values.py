"""What quick text is read for, and what comes of it. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Span(NamedTuple):
    """From which character to before which, in the words as typed."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


class Field(StrEnum):
    """What may be read, by the name of its field in the form."""

    CUSTOMER = "customer_name"
    PARTNER = "partner_id"
    AMOUNT = "deal_value"
    CURRENCY = "currency"
    CLOSE = "expected_close_date"


class Why(StrEnum):
    """Why a field was left empty although something was said of it."""

    TWO_READINGS = "two_readings"
    SEVERAL = "several"
    MAYBE = "maybe"
    """It may be one, or just a part of a name."""
    VAGUE = "vague"
    NO_SUCH_DAY = "no_such_day"
    JUST_PASSED = "just_passed"
    IN_PAST = "in_past"
    TOO_FAR = "too_far"
    OTHER_WEEKDAY = "other_weekday"
    UNREADABLE = "unreadable"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    TOO_MANY_DECIMALS = "too_many_decimals"
    PER_MONTH = "per_month"
    NOT_OFFERED = "not_offered"
    """A currency the company does not use."""
    OTHER_DAY = "other_day"
    """A day of something else: *starting*, *after*."""
    UNKNOWN = "unknown"
    """No partner is called so."""


Reading = date | Decimal | str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A field left empty: the words it is about, and what they could mean."""

    field: Field
    why: Why
    words: str
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Who typed it, when, and for which company. `fiscal_start` is the month a fiscal year begins
    in; `territory` is where the person's zone lies (ISO 3166), if it is known.
    """

    today: date
    locale: str = "en-US"
    territory: str | None = None
    base_currency: str = "USD"
    currencies: Sequence[str] = ()
    fiscal_start: int = 1
    partners: Mapping[UUID, str] = field(default_factory=dict[UUID, str])


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with two decimals at most; without a currency the company's base counts."""

    amount: Decimal
    currency: str | None


@dataclass(frozen=True, slots=True)
class Understood:
    """What the words say. What is None was not said, or is doubtful and then among `doubts`."""

    customer: str
    money: Money | None = None
    close: date | None = None
    partner: UUID | None = None
    spans: Mapping[Field, tuple[Span, ...]] = field(default_factory=dict[Field, tuple[Span, ...]])
    """Where in the words each was found; several for a customer with something between."""
    doubts: tuple[Doubt, ...] = ()

    def doubt(self, about: Field) -> Doubt | None:
        """Why this field was left empty, if something was said of it."""
        return next((each for each in self.doubts if each.field == about), None)


@dataclass(frozen=True, slots=True)
class Found:
    """One candidate for a field: what it means, or why it means nothing certain."""

    span: Span
    meant: Money | date | None
    why: Why | None = None
    readings: tuple[Reading, ...] = ()
    certainty: int = 0
    """Of a date: how much it takes beside it to be the close date; more is more certain."""
