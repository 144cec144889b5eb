"""What is filed, what it looks like filed, and what its messages are about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal, cast
from uuid import UUID, uuid5

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from services.days import Day
from services.errors import Problem
from services.outbox import Place
from services.text import LINE, PROSE, clean_prose, refused
from services.values import UserId

STATUS = "weekly_status"
"""The kind of the post, and of the copies of it."""
REMINDER = "weekly_reminder"
REFUSED = "weekly_status_refused"
"""The kind of the word to an author whose status the channel did not take."""

MOST_LINES = 50
_BULLET = re.compile(r"^(?:[-*\u00b7\u2013\u2014\u2022\u2023\u25aa](?:\s+|$))+")


def _lines(value: object) -> tuple[str, ...]:
    """One item per line, as typed or pasted: without bullets and empty lines."""
    if isinstance(value, str):
        typed = value
    elif isinstance(value, Sequence) and all(
        isinstance(each, str) for each in cast("Sequence[object]", value)
    ):
        typed = "\n".join(cast("Sequence[str]", value))
    else:
        raise refused(Problem.NOT_UNDERSTOOD)
    bare = (_BULLET.sub("", line).strip() for line in clean_prose(typed, PROSE).split("\n"))
    return tuple(line for line in bare if line)


def _fitting(items: tuple[str, ...]) -> tuple[str, ...]:
    if len(items) > MOST_LINES:
        raise refused(Problem.TOO_MANY_LINES, most=MOST_LINES)
    for number, item in enumerate(items, start=1):
        if len(item) > LINE:
            raise refused(Problem.LINE_TOO_LONG, line=number, most=LINE)
    return items


def _sunday(day: date) -> date:
    if day.isoweekday() != 7:  # noqa: PLR2004  # ISO's Sunday
        raise refused(Problem.NOT_A_DATE)
    return day


Items = Annotated[tuple[str, ...], BeforeValidator(_lines), AfterValidator(_fitting)]
"""At most 50 items of 500 characters, 3000 together. A text is taken line by line."""

Week = Annotated[Day, AfterValidator(_sunday)]
"""A week by the Sunday that ends it."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileStatus(_Value):
    """One person's week. `seen`: the version the person had before them (0: nothing filed yet);
    None files whatever is there.
    """

    week_ending: Week
    accomplishments: Items = ()
    upcoming_tasks: Items = ()
    blockers: Items = ()
    seen: Annotated[int, Field(ge=0)] | None = None

    @property
    def items(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        return self.accomplishments, self.upcoming_tasks, self.blockers


@dataclass(frozen=True, slots=True)
class Status:
    """A filed week. `version` counts how often it was filed; the first one decides `is_late`."""

    id: UUID
    author_id: UserId
    author_name: str
    week_ending: date
    accomplishments: tuple[str, ...]
    upcoming_tasks: tuple[str, ...]
    blockers: tuple[str, ...]
    submitted_at: datetime
    is_late: bool
    version: int
    edited_at: datetime | None

    @property
    def items(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        return self.accomplishments, self.upcoming_tasks, self.blockers


@dataclass(frozen=True, slots=True)
class Filed:
    """What came of filing. `place`: where the team reads it, None while no channel is set up."""

    status: Status
    is_edit: bool
    has_changed: bool
    place: Place | None


@dataclass(frozen=True, slots=True)
class StatusForm:
    """What somebody has before them when they file a week."""

    week_ending: date
    filed: Status | None
    is_over: bool
    week_before: date | None
    """The week before, when it was theirs to file and they have not."""


class StatusNotice(_Value):
    """What a post is about, and a word about one."""

    v: Literal[1] = 1
    id: UUID


class ReminderNotice(_Value):
    """What a reminder is about."""

    v: Literal[1] = 1
    user_id: UUID
    week_ending: Week
    due_at: AwareDatetime | None = None
    """The deadline, in the last reminder before it."""

    @property
    def record_id(self) -> UUID:
        """The reminder as a record: what its copies are kept current by."""
        return uuid5(self.user_id, self.week_ending.isoformat())
