"""The pipeline of a past day, and what happened to it between two: values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from services.opportunities.listing import Total
from services.opportunities.queries import Line
from services.text import OptionalName
from services.values import UserId


class Wanted(BaseModel):
    """Which rows of a past day: those open and not archived then, unless all are asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    stage: OptionalName = None
    everything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLine(Line):
    """One opportunity as it was; customer, partner and the owner's name as they are called now."""

    owner_id: UserId | None
    stage: str
    probability: int


@dataclass(frozen=True, slots=True)
class Sums:
    """How many, and how much: by currency, the largest first, and in the base currency at the rates
    of the day.
    """

    count: int
    totals: tuple[Total, ...]
    base: Decimal
    base_weighted: Decimal
    """Each line rounded to the base currency before it is added."""
    without_rate: tuple[str, ...] = ()
    """Currencies that had no rate that day: their amounts are in `totals` only."""


@dataclass(frozen=True, slots=True)
class StageSums(Sums):
    stage: str = ""
    label: str = ""
    """As the stage was called that day."""


@dataclass(frozen=True, slots=True)
class Past:
    """The pipeline at the end of a day: what was open and not archived."""

    day: date
    base_currency: str
    total: Sums
    stages: tuple[StageSums, ...]
    """In the order they had that day; only those with something in them."""
    rows: tuple[PastLine, ...]
    """A page of what was asked for, soonest to close first."""
    number: int
    pages: int
    row_count: int


class Bucket(StrEnum):
    """What a step of the waterfall tells, in their order. What comes in is above zero, what goes
    out below; values, currencies and rates may be either.
    """

    START = "start"
    CREATED = "created"
    REOPENED = "reopened"
    RESTORED = "restored"
    VALUE = "value"
    CURRENCY = "currency"
    RATES = "rates"
    WON = "won"
    LOST = "lost"
    ARCHIVED = "archived"
    END = "end"


@dataclass(frozen=True, slots=True)
class Step:
    """One bucket: how many opportunities, how much in each currency, how much in the base."""

    bucket: Bucket
    count: int = 0
    amounts: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    base: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Move:
    """One opportunity in one bucket: what it was worth at the start (or when it was created) and at
    the end, and what it adds in the base currency; None without a rate.
    """

    number: int
    customer_name: str
    partner_name: str
    owner_name: str | None
    bucket: Bucket
    value_before: Decimal
    currency_before: str
    value_after: Decimal
    currency_after: str
    base: Decimal | None


@dataclass(frozen=True, slots=True)
class Waterfall:
    """From the end of one day to the end of another: `start` and what follows add up to `end`, to
    the cent, in every currency and in the base.
    """

    start: date
    end: date
    base_currency: str
    steps: tuple[Step, ...]
    """In the order of the buckets: the first and the last always, others where there is something.
    """
    without_rate: tuple[str, ...]
    """Currencies without a rate on one of the two days: no step's `base` counts them."""
    largest: tuple[Move, ...]
    """What moved most, apart from the rates."""

    def step(self, bucket: Bucket) -> Step:
        """That step, an empty one where nothing happened."""
        return next((each for each in self.steps if each.bucket is bucket), Step(bucket))

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted({code for each in self.steps for code in each.amounts}))


@dataclass(frozen=True, slots=True)
class BucketPage:
    """A page of the opportunities in one bucket, the largest first."""

    bucket: Bucket
    rows: tuple[Move, ...]
    number: int
    pages: int
    count: int
