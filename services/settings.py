"""The settings an admin edits as one form: read with their defaults, changed, reset."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import select, tuple_

from services import configuration, jobs, schedule
from services.channels import CHANNELS, choose_channels
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    CATALOGUE,
    DEALS_CHANNEL,
    PIPELINE,
    REMINDER_DAY,
    REMINDER_TIME,
    STALE_DAYS,
    STALE_MOVES_TO,
    STATUS_CHANNEL,
    TIME_ZONE,
    Channel,
    Days,
    Setting,
    Stage,
)
from services.db import Tx
from services.errors import FieldProblem, InvalidInput, Problem
from services.tables import Configuration, Organization
from services.text import refused
from services.values import WorkspaceId
from services.zones import zone_named

T = TypeVar("T")
V_co = TypeVar("V_co", covariant=True)

FieldName = Literal[
    "deals_channel",
    "alerts_channel",
    "status_channel",
    "stale_days",
    "stale_moves_to",
    "reminder_day",
    "reminder_time",
    "time_zone",
]
_SETTINGS: Mapping[str, Setting[object]] = {setting.name: setting for setting in CATALOGUE}
_BEHIND: Mapping[FieldName, str] = {
    "deals_channel": DEALS_CHANNEL.name,
    "alerts_channel": ALERTS_CHANNEL.name,
    "status_channel": STATUS_CHANNEL.name,
    "stale_days": STALE_DAYS.name,
    "stale_moves_to": STALE_MOVES_TO.name,
    "reminder_day": REMINDER_DAY.name,
    "reminder_time": REMINDER_TIME.name,
    "time_zone": TIME_ZONE.name,
}
"""The fields in the order of the form, and the names of the settings behind them."""
_OF_ALERTS = frozenset[FieldName]({"stale_days", "stale_moves_to"})
_OF_REMINDER = frozenset[FieldName]({"reminder_day", "reminder_time", "time_zone"})
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{1,30}")


def _without_unit(value: object) -> object:
    """`14 days` is how people say it."""
    return re.sub(r"(?<!\s)\s*days?$", "", value.strip()) if isinstance(value, str) else value


def _to_the_minute(value: time) -> time:
    if value.tzinfo is not None:
        raise refused(Problem.NOT_A_TIME)
    return value.replace(second=0, microsecond=0)


def _known_zone(name: str) -> str:
    if zone_named(name) is None:
        raise refused(Problem.UNKNOWN_CHOICE)
    return name


def _channel(value: str) -> str:
    if _CHANNEL_ID.fullmatch(value) is None:
        raise refused(Problem.UNKNOWN_CHOICE)
    return value


ChannelId = Annotated[str, AfterValidator(_channel)]


class SettingsForm(BaseModel):
    """What the form holds: values as they are typed or chosen, channels by their id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    deals_channel: ChannelId | None = None
    alerts_channel: ChannelId | None = None
    status_channel: ChannelId | None = None
    stale_days: Annotated[Days | None, BeforeValidator(_without_unit)] = None
    stale_moves_to: str | None = None
    """A stage's key."""
    reminder_day: Annotated[int, Field(ge=1, le=7)]
    reminder_time: Annotated[time, AfterValidator(_to_the_minute)]
    time_zone: Annotated[str, AfterValidator(_known_zone)]


class ChangeSettings(SettingsForm):
    """The submitted form; `shown` is what it held when it opened.

    Only what the person changed since is written. `reset` goes back to the default, whatever its
    field says. An empty limit means its default; an empty channel is left as it is, because Slack
    shows a private channel as empty to who is not in it.
    """

    reset: tuple[FieldName, ...] = ()
    shown: SettingsForm | None = None


@dataclass(frozen=True, slots=True)
class Held(Generic[V_co]):
    """A setting's effective value, its default, and whether the company has set its own."""

    value: V_co
    default: V_co
    is_own: bool


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """Everything the form shows."""

    deals_channel: Held[Channel | None]
    alerts_channel: Held[Channel | None]
    status_channel: Held[Channel | None]
    stale_days: Held[int | None]
    stale_moves_to: Held[str | None]
    reminder_day: Held[int]
    reminder_time: Held[time]
    time_zone: Held[str]
    stages: tuple[Stage, ...]
    """What an opportunity may be moved to."""

    def own(self) -> tuple[FieldName, ...]:
        """The fields the company has set itself."""
        return tuple(name for name in _BEHIND if self.held(name).is_own)

    def held(self, name: FieldName) -> Held[object]:
        held: Held[object] = getattr(self, name)
        return held

    def form(self, workspace_id: WorkspaceId | None) -> SettingsForm:
        """The form's contents for an admin of this workspace: its own channels only."""

        def shown(held: Held[Channel | None]) -> str | None:
            channel = held.value
            is_here = channel is not None and channel.workspace_id == str(workspace_id)
            return channel.channel_id if channel and is_here else None

        return SettingsForm(
            deals_channel=shown(self.deals_channel),
            alerts_channel=shown(self.alerts_channel),
            status_channel=shown(self.status_channel),
            stale_days=self.stale_days.value,
            stale_moves_to=self.stale_moves_to.value,
            reminder_day=self.reminder_day.value,
            reminder_time=self.reminder_time.value,
            time_zone=self.time_zone.value,
        )


@dataclass(frozen=True, slots=True)
class Changed:
    """What was written, and everything as it is now."""

    fields: tuple[FieldName, ...]
    now: CompanySettings
    kept: tuple[FieldName, ...] = ()
    """Channels that were emptied in the form and are left as they were."""


@dataclass(slots=True)
class _Plan:
    reset: list[FieldName] = field(default_factory=list[FieldName])
    put: dict[FieldName, object] = field(default_factory=dict[FieldName, object])
    choose: dict[FieldName, str] = field(default_factory=dict[FieldName, str])
    kept: list[FieldName] = field(default_factory=list[FieldName])
    conflicts: dict[str, FieldProblem] = field(default_factory=dict[str, FieldProblem])

    @property
    def fields(self) -> tuple[FieldName, ...]:
        touched = {*self.reset, *self.put, *self.choose}
        return tuple(name for name in _BEHIND if name in touched)


async def current_settings(tx: Tx) -> CompanySettings:
    """Everything the form shows. Needs `settings.change`."""
    tx.actor.require("settings.change")
    rows = await _rows(tx)
    return CompanySettings(
        deals_channel=_held(rows, DEALS_CHANNEL),
        alerts_channel=_held(rows, ALERTS_CHANNEL),
        status_channel=_held(rows, STATUS_CHANNEL),
        stale_days=_held(rows, STALE_DAYS),
        stale_moves_to=_held(rows, STALE_MOVES_TO),
        reminder_day=_held(rows, REMINDER_DAY),
        reminder_time=_held(rows, REMINDER_TIME),
        time_zone=_held(rows, TIME_ZONE),
        stages=(await configuration.get(tx, PIPELINE)).stages,
    )


async def change_settings(tx: Tx, new: ChangeSettings) -> Changed:
    """Write what the person changed, nothing else. Needs `settings.change`.

    A fresh channel gets a test post and counts once that has arrived. Raises InvalidInput, at the
    fields that somebody else changed meanwhile, and for a stage the pipeline does not have.
    """
    tx.actor.require("settings.change")
    await _take_turns(tx)
    before = await current_settings(tx)
    plan = _plan(before, new, tx.actor.workspace_id)
    if plan.conflicts:
        raise InvalidInput(plan.conflicts)
    _refuse_unknown_stage(plan, before.stages)
    for name in plan.reset:
        await configuration.reset(tx, _SETTINGS[_BEHIND[name]])
    for name, value in plan.put.items():
        await configuration.put(tx, _SETTINGS[_BEHIND[name]], value)
    if plan.choose:
        await choose_channels(tx, {_BEHIND[name]: each for name, each in plan.choose.items()})
    await _follow_up(tx, plan.fields)
    return Changed(plan.fields, await current_settings(tx), tuple(plan.kept))


def _plan(before: CompanySettings, new: ChangeSettings, here: WorkspaceId | None) -> _Plan:
    plan = _Plan()
    now = before.form(here)
    for name in _BEHIND:
        if name in new.reset:
            if before.held(name).is_own:
                plan.reset.append(name)
            continue
        _plan_field(plan, name, before, now, new)
    return plan


def _plan_field(
    plan: _Plan, name: FieldName, before: CompanySettings, now: SettingsForm, new: ChangeSettings
) -> None:
    present, wanted = _value(now, name), _value(new, name)
    shown = _value(new.shown, name) if new.shown else present
    if _BEHIND[name] in CHANNELS:
        if wanted is None and shown is not None:
            plan.kept.append(name)
        wanted = wanted or shown
        if wanted == present and _is_refused(before.held(name).value):
            plan.choose[name] = str(wanted)
    if wanted in {present, shown}:
        return
    if shown != present:
        plan.conflicts[name] = FieldProblem(Problem.CHANGED_MEANWHILE)
    elif wanted is None:
        plan.reset.append(name)
    elif _BEHIND[name] in CHANNELS:
        plan.choose[name] = str(wanted)
    else:
        plan.put[name] = wanted


def _refuse_unknown_stage(plan: _Plan, stages: Sequence[Stage]) -> None:
    key = plan.put.get("stale_moves_to")
    if key is not None and key not in {stage.key for stage in stages}:
        raise InvalidInput.of("stale_moves_to", Problem.UNKNOWN_CHOICE)


def _value(form: SettingsForm, name: FieldName) -> object:
    value: object = getattr(form, name)
    return value


def _is_refused(value: object) -> bool:
    return isinstance(value, Channel) and value.problem is not None


async def _follow_up(tx: Tx, changed: tuple[FieldName, ...]) -> None:
    if _OF_REMINDER.intersection(changed):
        await schedule.reconsider(tx, schedule.WEEKLY_REMINDER)
    if _OF_ALERTS.intersection(changed):
        await jobs.enqueue(tx, jobs.EVALUATE_ALERT_RULES)


async def _take_turns(tx: Tx) -> None:
    """Two admins who save at once: the second sees what the first has written."""
    await tx.session.execute(
        select(Organization.id)
        .where(Organization.id == tx.organization_id)
        .with_for_update(key_share=True)
    )


async def _rows(tx: Tx) -> dict[tuple[str, bool], object]:
    """What is stored, by the setting's name and whether it is the company's own."""
    pairs = [tuple(name.split(".", 1)) for name in _BEHIND.values()]
    found = await tx.session.execute(
        select(Configuration).where(tuple_(Configuration.category, Configuration.key).in_(pairs))
    )
    return {
        (f"{row.category}.{row.key}", row.organization_id is not None): row.value
        for row in found.scalars()
    }


def _held(rows: Mapping[tuple[str, bool], object], setting: Setting[T]) -> Held[T]:
    own, platform = (setting.name, True), (setting.name, False)
    default = setting.type.validate_python(rows[platform]) if platform in rows else setting.default
    value = setting.type.validate_python(rows[own]) if own in rows else default
    return Held(value, default, own in rows)
