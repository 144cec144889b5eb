"""Which opportunities a list is of, and in which order. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.periods import (
    Period,
    fiscal_year,
    fiscal_year_of,
    month,
    quarter_around,
    week_of,
)
from services.text import OptionalName

Closed = Literal["won", "lost", "closed"]
State = Literal["open", Closed]
When = Literal[
    "this_week",
    "next_week",
    "last_week",
    "this_month",
    "next_month",
    "last_month",
    "this_quarter",
    "next_quarter",
    "last_quarter",
    "this_year",
    "next_year",
    "last_year",
    "overdue",
]
"""A period around today, fiscal where quarters and years are; *overdue* is all before today."""
Sort = Literal["close", "value", "stage", "moved", "number", "best"]
"""By close date, value in the base currency, the pipeline's order, last move, number; *best* is how
near the words come, among archived ones too, and whoever has them as its number.
"""

MOST_DAYS = 3660
_LATER = {"last": -1, "this": 0, "next": 1}


class Filter(BaseModel):
    """Which opportunities: all open ones unless narrowed; a stage brings its closed ones too.

    Archived ones are in no list but that of `is_archived`, which has them whatever their status.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    owner_id: UUID | None = None
    stage: OptionalName = None
    partner_id: UUID | None = None
    words: OptionalName = None
    """Each of them is part of the customer's or the partner's name."""
    with_closed: bool = False
    status: State | None = None
    """None: as the rest says."""
    closing_within_days: Annotated[int, Field(ge=0, le=MOST_DAYS)] | None = None
    """From today on."""
    when: When | None = None
    """When it closes: as expected while it is open, else as it was."""
    is_stale: bool = False
    """Longer in its stage than that stage allows."""
    is_archived: bool = False
    sort: Sort = "close"

    @property
    def state(self) -> State | None:
        """The status it comes to; None: whatever it is."""
        if self.is_archived or self.status:
            return self.status
        if self.is_stale or self.closing_within_days is not None or self.when:
            return "open"
        return None if self.stage or self.with_closed else "open"

    @property
    def is_about_open(self) -> bool:
        return self.state in ("open", None)


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last of them; None: without an end there."""

    first: date | None
    last: date | None


def days_of(wanted: Filter, today: date, fiscal_start: int) -> Days | None:
    """The days the filter is narrowed to; None for any. `fiscal_start` is a month."""
    if wanted.closing_within_days is not None:
        return Days(today, today + timedelta(days=wanted.closing_within_days))
    if wanted.when == "overdue":
        return Days(None, today - timedelta(days=1))
    if wanted.when is None:
        return None
    period = _period(wanted.when, today, fiscal_start)
    return Days(period.first, period.last)


def _period(when: When, today: date, fiscal_start: int) -> Period:
    place, _, unit = when.partition("_")
    later = _LATER[place]
    if unit == "week":
        return week_of(today, later)
    if unit == "month":
        return month(today.year, today.month + later)
    if unit == "quarter":
        return quarter_around(today, fiscal_start, later)
    return fiscal_year(fiscal_year_of(today, fiscal_start) + later, fiscal_start)
