"""When people work and when they are left alone, and the company's own time zone."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Protocol

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.settings.fields import DAYS, action, field, in_clock, weekdays
from handlers.blocks.settings.section import Facts, Group, Section, Values, editor
from services.configuration import Held
from services.configuration.catalogue import (
    QUIET_HOURS,
    TIME_ZONE,
    WORKING_DAYS,
    WORKING_HOURS,
    QuietHours,
    WorkingHours,
)
from services.zones import zone_named

SUGGEST_ZONE = "settings_zone"
WORK_START, WORK_END = "work_start", "work_end"
QUIET, QUIET_START, QUIET_END = "quiet", "quiet_start", "quiet_end"
_ON, _OFF = "on", "off"


def zone_options(names: Iterable[str], now: datetime) -> list[kit.Element]:
    """Zones to choose from, each with its present distance from UTC."""
    return [kit.option(f"{name} ({_offset(name, now)})", name) for name in names]


class _Span(Protocol):
    @property
    def start(self) -> time: ...
    @property
    def end(self) -> time: ...


def _zone_control(value: str, _: Facts) -> kit.Element:
    chosen = kit.option(value, value)
    return kit.type_ahead(SUGGEST_ZONE, "Type a city, like Lisbon", chosen=chosen)


def _days_control(days: tuple[int, ...], facts: Facts) -> kit.Element:
    options = {key: kit.option(words, key) for key, words in weekdays(facts)}
    chosen = [options[str(day)] for day in days]
    return kit.checkboxes(action(WORKING_DAYS), list(options.values()), chosen=chosen)


def _span(value: _Span, facts: Facts) -> str:
    return f"{in_clock(value.start, facts)} to {in_clock(value.end, facts)}"


def _picker(name: str, label: str, value: time, hint: str | None = None) -> kit.Block:
    return kit.field(name, label, kit.time_picker(name, initial=f"{value:%H:%M}"), hint=hint)


def _draw_work(held: Held[WorkingHours], facts: Facts) -> list[kit.Block]:
    default = f"In each person's own time zone. Default: {_span(held.default, facts)}."
    return [
        _picker(WORK_START, "Work begins at", held.value.start),
        _picker(WORK_END, "Work ends at", held.value.end, default),
    ]


def _read_work(values: Values, _: Facts) -> WorkingHours:
    given = {"start": values.get(WORK_START), "end": values.get(WORK_END)}
    return forms.read_value(WORKING_HOURS.type, given, _at_work)


def _at_work(path: str) -> str:
    return WORK_START if path == "start" else WORK_END


def _draw_quiet(held: Held[QuietHours | None], facts: Facts) -> list[kit.Block]:
    """Times stay in sight where there are no quiet hours, so that they can be turned on at once."""
    options = {
        _ON: kit.option("Between these times", _ON),
        _OFF: kit.option("None", _OFF),
    }
    chosen = options[_ON if held.value else _OFF]
    span = held.value or held.default or QUIET_HOURS.default
    if span is None:
        raise ValueError("quiet hours have a default")
    return [
        kit.field(
            QUIET,
            "Quiet hours",
            kit.radio(QUIET, list(options.values()), chosen=chosen),
            hint=f"Default: {_quiet(held.default, facts)}.",
        ),
        _picker(QUIET_START, "Quiet from", span.start),
        _picker(QUIET_END, "Quiet until", span.end, "May go over midnight."),
    ]


def _read_quiet(values: Values, _: Facts) -> QuietHours | None:
    if values.get(QUIET) == _OFF:
        return None
    given = {"start": values.get(QUIET_START), "end": values.get(QUIET_END)}
    return forms.read_value(QUIET_HOURS.type, given, _at_quiet)


def _at_quiet(path: str) -> str:
    return QUIET_START if path == "start" else QUIET_END


def _quiet(value: QuietHours | None, facts: Facts) -> str:
    return _span(value, facts) if value else "none"


def days_in_words(days: tuple[int, ...]) -> str:
    """`Mon to Fri`, `Mon, Wed, Thu`: a run of three days or more in short."""
    short = [DAYS[day - 1][:3] for day in days]
    is_run = len(days) > 2 and days[-1] - days[0] == len(days) - 1  # noqa: PLR2004  # two are listed
    return f"{short[0]} to {short[-1]}" if is_run else ", ".join(short)


def _offset(name: str, now: datetime) -> str:
    zone = zone_named(name)
    return f"UTC{now.astimezone(zone):%z}"[:6] + ":" + f"{now.astimezone(zone):%z}"[3:5]


def _summary(facts: Facts) -> str:
    days = days_in_words(facts.value(WORKING_DAYS))
    hours = _span(facts.value(WORKING_HOURS), facts)
    quiet = _quiet(facts.value(QUIET_HOURS), facts)
    return f"{facts.value(TIME_ZONE)} · {days}, {hours} · quiet {quiet}"


SECTION = Section(
    key="hours",
    title="Working time",
    group=Group.COMPANY,
    about=(
        "Working and quiet hours are in each person's own time zone. In quiet hours and on days "
        "off the last weekly reminder waits for the next working hour."
    ),
    summary=_summary,
    editors=(
        field(
            TIME_ZONE,
            "Time zone of the company",
            _zone_control,
            lambda value, _: value,
            hint="For dates that belong to nobody in particular.",
        ),
        field(
            WORKING_DAYS,
            "Working days",
            _days_control,
            lambda days, _: days_in_words(days),
            prepare=lambda raw: raw or [],
        ),
        editor(
            WORKING_HOURS,
            "Working hours",
            draw=_draw_work,
            read=_read_work,
            words=_span,
            at=_at_work,
        ),
        editor(
            QUIET_HOURS,
            "Quiet hours",
            draw=_draw_quiet,
            read=_read_quiet,
            words=_quiet,
            at=_at_quiet,
        ),
    ),
    other_names=("zone", "time-zone", "quiet", "quiet-hours"),
)
