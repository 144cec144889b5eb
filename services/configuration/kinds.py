"""What settings are made of: words, days, times, currencies. Rules that need no rows hold here.

A refusal is one of `services.errors.Problem`, so that people read words and never a library's.
"""

import re
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from services.days import Day
from services.errors import Problem
from services.text import blank_is_none, clean, comparable, refused
from services.zones import zone_named

MOST_CHOICES = 100
"""What a list of Slack's holds."""
_LABEL = 60
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Value(BaseModel):
    """What a setting is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def refuse_twice(names: Iterable[str]) -> None:
    """Raises PydanticCustomError when a name comes twice; case and spaces do not count."""
    seen: set[str] = set()
    for name in names:
        if comparable(name) in seen:
            raise refused(Problem.NAMED_TWICE, word=name)
        seen.add(comparable(name))


def _label(words: str) -> str:
    line = clean(words, _LABEL)
    if not line:
        raise refused(Problem.REQUIRED)
    return line


def _key(key: str) -> str:
    if _KEY.fullmatch(key) is None:
        raise refused(Problem.NOT_A_KEY)
    return key


def _not_a_number(value: object) -> object:
    """Pydantic takes a number for seconds since midnight; nobody means that."""
    if isinstance(value, int | float | Decimal):
        raise refused(Problem.NOT_A_TIME)
    return value


def _to_the_minute(value: time) -> time:
    if value.tzinfo is not None:
        raise refused(Problem.NOT_A_TIME)
    return value.replace(second=0, microsecond=0)


def _zone(name: str) -> str:
    if zone_named(name) is None:
        raise refused(Problem.UNKNOWN_ZONE)
    return name


def _days_in_order(days: tuple[date, ...]) -> tuple[date, ...]:
    return tuple(sorted(set(days)))


def _weekdays_in_order(days: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(days)))


Key = Annotated[str, AfterValidator(_key)]
"""What is stored for a configured word. It never changes; the label may."""
Label = Annotated[str, AfterValidator(_label)]
"""What people read: one line, 1 to 60 characters."""
OptionalLabel = Annotated[Label | None, BeforeValidator(blank_is_none)]
"""As Label; nothing but blanks is None."""
Days = Annotated[int, Field(ge=1, le=365)]
Weekday = Annotated[int, Field(ge=1, le=7)]
"""Monday is 1 and Sunday is 7, as in ISO 8601."""
Minute = Annotated[time, BeforeValidator(_not_a_number), AfterValidator(_to_the_minute)]
"""A time on somebody's clock, to the minute."""
DaySet = Annotated[tuple[Day, ...], Field(max_length=1000), AfterValidator(_days_in_order)]
WeekdaySet = Annotated[tuple[Weekday, ...], Field(min_length=1), AfterValidator(_weekdays_in_order)]
ZoneName = Annotated[str, AfterValidator(_zone)]
Percent = Annotated[int, Field(ge=1, le=100)]


class Choice(Value):
    """A configured word: what is stored, and what people read."""

    key: Key
    label: Label


def _choices(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    refuse_twice(choice.key for choice in choices)
    refuse_twice(choice.label for choice in choices)
    return choices


Choices = Annotated[
    tuple[Choice, ...], Field(min_length=1, max_length=MOST_CHOICES), AfterValidator(_choices)
]


class Channel(Value):
    """A conversation the bot posts to. It counts once a test post has reached it."""

    workspace_id: str
    channel_id: str
    is_reached: bool = False
    problem: str | None = None
    """Slack's reason when it refused the test post, or every message since."""
    chosen_by: UUID | None = None
