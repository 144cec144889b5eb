"""Settings of the weekly status: when people are reminded, until when, and what they count."""

from datetime import time
from typing import Annotated

from pydantic import AfterValidator, Field, TypeAdapter

from services.configuration.catalogue.setting import Category, FollowUp, Setting
from services.configuration.kinds import Channel, Key, Label, Minute, Value, Weekday, refuse_twice

_REMINDERS = frozenset({FollowUp.REMINDERS})
MOST_KPIS = 10


class Deadline(Value):
    """The first such day and time after the reminder, in each person's own zone."""

    day: Weekday
    time: Minute


class Kpi(Value):
    """A number people give with their status."""

    key: Key
    label: Label
    unit: Label | None = None


def _each_once(kpis: tuple[Kpi, ...]) -> tuple[Kpi, ...]:
    refuse_twice(kpi.key for kpi in kpis)
    refuse_twice(kpi.label for kpi in kpis)
    return kpis


STATUS_CHANNEL = Setting(
    Category.WEEKLY_STATUS,
    "channel",
    TypeAdapter(Channel | None),
    None,
    "Where the team's weekly statuses are posted",
    "object",
)
REMINDER_DAY = Setting(
    Category.WEEKLY_STATUS,
    "reminder_day",
    TypeAdapter(Weekday),
    5,
    "The day of the reminder, Monday is 1 and Sunday is 7",
    "number",
    follow_ups=_REMINDERS,
)
REMINDER_TIME = Setting(
    Category.WEEKLY_STATUS,
    "reminder_time",
    TypeAdapter(Minute),
    time(16, 0),
    "The time of the reminder, in each person's own zone",
    "string",
    follow_ups=_REMINDERS,
)
DEADLINE = Setting(
    Category.WEEKLY_STATUS,
    "deadline",
    TypeAdapter(Deadline),
    Deadline(day=5, time=time(18, 0)),
    "Until when a status is on time: the first such day and time after the reminder",
    "object",
    follow_ups=_REMINDERS,
)
SECOND_REMINDER = Setting(
    Category.WEEKLY_STATUS,
    "second_reminder",
    TypeAdapter(Annotated[int | None, Field(ge=1, le=72)]),
    1,
    "Hours before the deadline at which who has not filed is reminded again; unset, nobody is",
    "number",
    follow_ups=_REMINDERS,
)
SPREAD_MINUTES = Setting(
    Category.WEEKLY_STATUS,
    "spread_minutes",
    TypeAdapter(Annotated[int, Field(ge=0, le=120)]),
    10,
    "Minutes over which the reminders of a large workspace are spread",
    "number",
)
KPIS = Setting(
    Category.WEEKLY_STATUS,
    "kpi_fields",
    TypeAdapter(
        Annotated[tuple[Kpi, ...], Field(max_length=MOST_KPIS), AfterValidator(_each_once)]
    ),
    (
        Kpi(key="calls", label="Calls"),
        Kpi(key="meetings", label="Meetings"),
        Kpi(key="proposals", label="Proposals sent"),
    ),
    "The numbers people give with their status",
    "array",
)

SETTINGS = (
    STATUS_CHANNEL,
    REMINDER_DAY,
    REMINDER_TIME,
    DEADLINE,
    SECOND_REMINDER,
    SPREAD_MINUTES,
    KPIS,
)
