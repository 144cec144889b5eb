"""When the weekly status is asked for, and until when it is on time."""

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.settings.fields import DAYS, choice, clock, in_clock, number, weekdays
from handlers.blocks.settings.section import Facts, Group, Section, Values, editor
from services.configuration import Held
from services.configuration.catalogue import (
    DEADLINE,
    REMINDER_DAY,
    REMINDER_TIME,
    SECOND_REMINDER,
    SPREAD_MINUTES,
    Deadline,
)

DEADLINE_DAY = "deadline_day"
DEADLINE_TIME = "deadline_time"


def _draw(held: Held[Deadline], facts: Facts) -> list[kit.Block]:
    options = [kit.option(words, key) for key, words in weekdays(facts)]
    days = kit.select(DEADLINE_DAY, "Choose a day", options, chosen=options[held.value.day - 1])
    at = kit.time_picker(DEADLINE_TIME, initial=f"{held.value.time:%H:%M}")
    day, time = DAYS[held.default.day - 1], in_clock(held.default.time, facts)
    hint = "The first such day and time after the reminder; the last reminder comes before it."
    return [
        kit.field(DEADLINE_DAY, "Day of the deadline", days, hint=f"Default: {day}."),
        kit.field(DEADLINE_TIME, "Time of the deadline", at, hint=f"{hint} Default: {time}."),
    ]


def _read(values: Values, _: Facts) -> Deadline:
    given = {"day": values.get(DEADLINE_DAY), "time": values.get(DEADLINE_TIME)}
    return forms.read_value(DEADLINE.type, given, _at)


def _at(path: str) -> str:
    return DEADLINE_TIME if path == "time" else DEADLINE_DAY


def _words(value: Deadline, facts: Facts) -> str:
    return f"{DAYS[value.day - 1]}, {in_clock(value.time, facts)}"


def _summary(facts: Facts) -> str:
    day, time = facts.value(REMINDER_DAY), facts.value(REMINDER_TIME)
    until = _words(facts.value(DEADLINE), facts)
    return f"Reminder {DAYS[day - 1]}, {in_clock(time, facts)}; deadline {until}"


SECTION = Section(
    key="weekly",
    title="Weekly status",
    group=Group.RHYTHM,
    about="When people are asked for their week. All times are in each person's own time zone.",
    summary=_summary,
    editors=(
        choice(REMINDER_DAY, "Day of the reminder", weekdays, placeholder="Choose a day"),
        clock(REMINDER_TIME, "Time of the reminder"),
        editor(DEADLINE, "Deadline", draw=_draw, read=_read, words=_words, at=_at),
        number(
            SECOND_REMINDER,
            "Second reminder, hours before the deadline",
            one="hour",
            many="hours",
            hint="For who has not filed by then. 1 to 72; empty: no second reminder.",
            empty="no second reminder",
        ),
        number(
            SPREAD_MINUTES,
            "Spread reminders over",
            one="minute",
            many="minutes",
            hint="So that not everybody is written to at once. 0 to 120 minutes.",
        ),
    ),
    other_names=("status", "reminder", "deadline"),
)
