"""What a contact with a partner is, what is asked of one, and which moment is meant."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from services.calendar import moment
from services.days import AS_WRITTEN, EARLIEST, AnyDay
from services.errors import InvalidInput, Problem
from services.text import OptionalLine, OptionalName, OptionalProse
from services.values import PartnerId, UserId

KIND = "interaction"
NOON = time(12)
SEVERAL = ", "
"""Between the names of those who were met."""

StepStatus = Literal["pending", "in_progress", "completed", "cancelled"]
Permalink = Annotated[
    str,
    StringConstraints(
        pattern=r"^https://[a-z0-9][a-z0-9-]*\.slack\.com/archives/[A-Z0-9]+/p\d+(\?[\w.&=]+)?$",
        max_length=300,
    ),
]


def _together(names: object) -> object:
    """Several that were chosen are kept in one line."""
    if not isinstance(names, list | tuple):
        return names
    return SEVERAL.join(str(each) for each in names)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # what came from outside


class _Told(BaseModel):
    """What somebody tells of a contact. A date alone is a day in their own zone, and so is the time
    beside it. The next step becomes a task: theirs, unless it is somebody else's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    partner_id: UUID
    interaction_type: str
    interaction_date: Annotated[AwareDatetime | date, AS_WRITTEN]
    interaction_time: time | None = None
    with_whom: Annotated[OptionalName, BeforeValidator(_together)] = None
    description: OptionalProse = None
    next_step: OptionalLine = None
    next_due: AnyDay | None = None
    next_user_id: UUID | None = None


class LogInteraction(_Told):
    """What happened. `permalink`: the message that tells of it."""

    permalink: Permalink | None = None


class EditInteraction(_Told):
    """What happened as it should read; `version` is that of what the person had before them. A next
    step is added to those there are.
    """

    interaction_id: UUID
    version: AwareDatetime


@dataclass(frozen=True, slots=True)
class NextStep:
    """A task that was promised in a contact."""

    task_id: UUID
    title: str
    status: StepStatus
    due_date: date | None
    who: str

    @property
    def is_open(self) -> bool:
        return self.status in {"pending", "in_progress"}

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_date is not None and self.due_date < today


@dataclass(frozen=True, slots=True)
class Interaction:
    """One contact. `at` is noon of its day in the zone of who logged it, when no time is known;
    `version` is another one after every change.
    """

    id: UUID
    partner_id: PartnerId
    partner_name: str
    type: str
    type_label: str
    at: datetime
    author_id: UserId
    by: str
    version: datetime
    contact_name: str | None = None
    description: str | None = None
    permalink: str | None = None
    next_steps: tuple[NextStep, ...] = ()


def today(now: datetime, zone: ZoneInfo) -> date:
    """The day it is for somebody in `zone`."""
    return now.astimezone(zone).date()


def moment_of(told: _Told, now: datetime, zone: ZoneInfo) -> datetime:
    """When it happened: of a day alone it is now when that is today, else noon.

    Raises InvalidInput at `interaction_date` for a day to come or before 1990, at
    `interaction_time` for a time of today that is still to come.
    """
    when, at = told.interaction_date, told.interaction_time
    if isinstance(when, datetime):
        _refuse_far(is_long_ago=when.date() < EARLIEST, is_to_come=when > now)
        return when
    this_day = today(now, zone)
    _refuse_far(is_long_ago=when < EARLIEST, is_to_come=when > this_day)
    if at is None:
        return now if when == this_day else moment(when, NOON, zone)
    meant = moment(when, at, zone)
    if meant > now:
        raise InvalidInput.of("interaction_time", Problem.TIME_IN_FUTURE)
    return meant


def _refuse_far(*, is_long_ago: bool, is_to_come: bool) -> None:
    if is_to_come:
        raise InvalidInput.of("interaction_date", Problem.DATE_IN_FUTURE)
    if is_long_ago:
        raise InvalidInput.of("interaction_date", Problem.DATE_TOO_FAR)
