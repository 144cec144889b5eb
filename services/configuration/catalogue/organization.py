"""Settings of the organization itself: where and when it works."""

from datetime import time
from typing import Annotated, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from services.configuration.catalogue.setting import Category, FollowUp, Setting
from services.configuration.kinds import (
    DaySet,
    Label,
    Minute,
    Value,
    WeekdaySet,
    ZoneName,
    refuse_twice,
)
from services.days import Day
from services.errors import Problem
from services.holidays import is_known_country, is_known_subdivision
from services.text import refused

_REMINDERS = frozenset({FollowUp.REMINDERS})


class WorkingHours(Value):
    """When a working day begins and ends."""

    start: Minute
    end: Minute

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.end <= self.start:
            raise refused(Problem.END_BEFORE_START)
        return self


class QuietHours(Value):
    """When nobody is interrupted; may go over midnight."""

    start: Minute
    end: Minute

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.end == self.start:
            raise refused(Problem.END_BEFORE_START)
        return self


class OwnHoliday(Value):
    """A day the company does not work, beside its country's."""

    day: Day
    label: Label


def _by_day(own: tuple[OwnHoliday, ...]) -> tuple[OwnHoliday, ...]:
    refuse_twice(each.day.isoformat() for each in own)
    return tuple(sorted(own, key=lambda each: each.day))


class Holidays(Value):
    """The public holidays of a country (ISO 3166, two letters) and of a part of it, without those
    the company works on, and its own days.
    """

    country: str | None = None
    subdivision: str | None = None
    removed: DaySet = ()
    own: Annotated[tuple[OwnHoliday, ...], Field(max_length=200), AfterValidator(_by_day)] = ()

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.country is not None and not is_known_country(self.country):
            raise refused(Problem.UNKNOWN_COUNTRY)
        if self.subdivision is not None and not (
            self.country and is_known_subdivision(self.country, self.subdivision)
        ):
            raise refused(Problem.UNKNOWN_SUBDIVISION)
        return self


TIME_ZONE = Setting(
    Category.ORGANIZATION,
    "time_zone",
    TypeAdapter(ZoneName),
    "UTC",
    "The zone of dates that belong to nobody in particular",
    "string",
    follow_ups=frozenset({FollowUp.REMINDERS, FollowUp.RULES}),
)
WORKING_DAYS = Setting(
    Category.ORGANIZATION,
    "working_days",
    TypeAdapter(WeekdaySet),
    (1, 2, 3, 4, 5),
    "The days people work, Monday is 1 and Sunday is 7",
    "array",
    follow_ups=_REMINDERS,
)
WORKING_HOURS = Setting(
    Category.ORGANIZATION,
    "working_hours",
    TypeAdapter(WorkingHours),
    WorkingHours(start=time(9), end=time(17, 30)),
    "When a working day begins and ends, in each person's own zone",
    "object",
)
QUIET_HOURS = Setting(
    Category.ORGANIZATION,
    "quiet_hours",
    TypeAdapter(QuietHours | None),
    QuietHours(start=time(18), end=time(8)),
    "When nobody is interrupted, in each person's own zone; may go over midnight",
    "object",
)
HOLIDAYS = Setting(
    Category.ORGANIZATION,
    "holidays",
    TypeAdapter(Holidays),
    Holidays(),
    "The days nobody works: the public holidays of a country, and days of the company's own",
    "object",
    follow_ups=_REMINDERS,
)

SETTINGS = (TIME_ZONE, WORKING_DAYS, WORKING_HOURS, QUIET_HOURS, HOLIDAYS)
