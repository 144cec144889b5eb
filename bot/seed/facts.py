"""What happens in a demo company, each fact with its moment and the handle of who did it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of what."""

    partners: int
    deals: int
    stale: int
    meetings: int
    tasks: int
    weeks: int


@dataclass(frozen=True, slots=True)
class Partnering:
    """A partner is added."""

    at: datetime
    by: str
    name: str
    domain: str
    website: str
    contact: str


@dataclass(frozen=True, slots=True)
class Move:
    at: datetime
    by: str
    to_stage: str
    reason: str | None
    loss: str | None


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity and its way; `customer` is who buys, `name` what is bought."""

    at: datetime
    by: str
    customer: str
    name: str
    contact: str
    partner: str
    value: Decimal
    currency: str
    stage: str
    close: date
    notes: str | None
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A contact with a partner, logged a little later."""

    at: datetime
    by: str
    partner: str
    kind: str
    happened: datetime
    with_whom: str
    notes: str


@dataclass(frozen=True, slots=True)
class Todo:
    at: datetime
    by: str
    deal: str
    title: str
    priority: str
    due: date
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Week:
    at: datetime
    by: str
    ending: date
    accomplishments: tuple[str, ...]
    upcoming: tuple[str, ...]
    blockers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal; for everybody when `whose` is None."""

    at: datetime
    by: str
    whose: str | None
    year: int
    quarter: int
    kind: str
    target: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    partners: tuple[Partnering, ...]
    deals: tuple[Deal, ...]
    meetings: tuple[Meeting, ...]
    todos: tuple[Todo, ...]
    weeks: tuple[Week, ...]
    aims: tuple[Aim, ...]
