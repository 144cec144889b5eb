"""The settings form, and what is said about channels and a fresh installation."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time

from babel.dates import format_time

from handlers.blocks import kit
from handlers.blocks.text import count, escape, plain, shown
from handlers.forms import Packed, pack
from handlers.routing import Blocks, View
from services.channels import ChannelProblem
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    DEALS_CHANNEL,
    STATUS_CHANNEL,
    Channel,
    Stage,
)
from services.settings import Changed, CompanySettings, FieldName, Held, SettingsForm
from services.text import locale_of
from services.values import WorkspaceId
from services.zones import zone_named

SETTINGS = "settings"
OPEN_SETTINGS = "settings_open"
SUGGEST_ZONE = "settings_zone"
RESET = "reset"
NOWHERE = "-"
"""The choice of no stage: no stage's key looks like this."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LABELS: Mapping[FieldName, str] = {
    "deals_channel": "Deals channel",
    "alerts_channel": "Alerts channel",
    "status_channel": "Weekly status channel",
    "stale_days": "Days without a move before an alert",
    "stale_moves_to": "Move a stale opportunity to",
    "reminder_day": "Day of the weekly status reminder",
    "reminder_time": "Time of the reminder",
    "time_zone": "Time zone of the company",
}
_CHANNEL_HINTS: Mapping[FieldName, str] = {
    "deals_channel": "Where I post the card of each new opportunity. Default: none.",
    "alerts_channel": "Where I post alerts. Default: none.",
    "status_channel": "Where I post the team's weekly statuses. Default: none.",
}
_POSTED: Mapping[str, str] = {
    DEALS_CHANNEL.name: "new opportunities",
    ALERTS_CHANNEL.name: "alerts",
    STATUS_CHANNEL.name: "weekly statuses",
}
_INVITE = "Type `/invite @Tandem` there, then {again}."
_REFUSALS: Mapping[str, tuple[str, str]] = {
    "not_in_channel": ("I am not in it", _INVITE),
    "channel_not_found": ("I cannot see it", _INVITE),
    "is_archived": ("it is archived", "Unarchive it, then {again}, or choose another one."),
    "externally_shared_channel": (
        "it is shared with another company",
        "Choose a channel that only your company is in.",
    ),
    "restricted_action": (
        "only some people may post there",
        "Allow Tandem to post there, then {again}, or choose another one.",
    ),
}
_OTHER = (
    "Slack did not take my message",
    "Check that the channel is still there and that I am in it, then {again}.",
)


class Metadata(Packed):
    """What the form carries: what it showed, and where it was asked for."""

    shown: SettingsForm
    channel_id: str | None = None


def modal(
    settings: CompanySettings, workspace_id: WorkspaceId | None, channel_id: str | None, locale: str
) -> View:
    """The form as it stands, each value with its default."""
    form = settings.form(workspace_id)
    blocks = [
        *_channel_blocks("deals_channel", settings.deals_channel, form.deals_channel),
        *_channel_blocks("alerts_channel", settings.alerts_channel, form.alerts_channel),
        *_channel_blocks("status_channel", settings.status_channel, form.status_channel),
        _stale_days(settings.stale_days),
        _stale_moves_to(settings.stale_moves_to, settings.stages),
        _reminder_day(settings.reminder_day),
        _reminder_time(settings.reminder_time, locale),
        _time_zone(settings.time_zone),
        *_reset(settings.own()),
    ]
    return kit.modal(
        "Settings",
        blocks,
        callback_id=SETTINGS,
        submit="Save",
        metadata=pack(Metadata(shown=form, channel_id=channel_id)),
    )


def zone_options(names: Iterable[str], now: datetime) -> Blocks:
    """Zones to choose from, each with its present distance from UTC."""
    return [kit.option(f"{name} ({_offset(name, now)})", name) for name in names]


def saved(changed: Changed, locale: str) -> str:
    """What was saved, in one short text."""
    first = "Saved." if changed.fields else "No setting was changed."
    lines = [f"{LABELS[name]}: {_now(name, changed.now, locale)}." for name in changed.fields]
    return "\n".join([first, *lines, *(_kept(name) for name in changed.kept)])


def test_message(settings: Iterable[str], chosen_by: str | None) -> tuple[str, Blocks]:
    """The post that proves a channel: says what will come here, and how to change it."""
    text = f"Tandem will post {_listed(_POSTED[name] for name in settings)} here."
    who = f"{shown(chosen_by)} chose this channel. " if chosen_by else ""
    note = f"{who}An admin can change it with `/tandem settings`."
    return text, [kit.section(text), kit.context(note)]


def problem_message(problem: ChannelProblem) -> tuple[str, Blocks]:
    """For the admin who chose a channel that refuses: why, and what to do."""
    text = _refused(problem.channel_id, problem.reason, "choose the channel again")
    posted = _listed(_POSTED[name] for name in problem.settings)
    note = f"Until then nobody sees {posted} there; nothing else is affected."
    return text, [kit.section(text), kit.context(note), kit.actions(_open_button())]


def welcome_message() -> tuple[str, Blocks]:
    """For who has just brought the company here."""
    text = "Tandem is installed, and you are its admin."
    next_step = "Choose where new opportunities, alerts and weekly statuses are posted."
    others = "Your colleagues can begin at once with `/opp new`. `/tandem help` lists everything."
    blocks = [
        kit.section(f"{text} {next_step}"),
        kit.actions(_open_button()),
        kit.context(others),
    ]
    return text, blocks


def _open_button() -> kit.Element:
    return kit.button("Open settings", OPEN_SETTINGS, "1", style="primary")


def _channel_blocks(
    name: FieldName, held: Held[Channel | None], initial: str | None
) -> list[kit.Block]:
    picker = kit.channel_picker(f"{SETTINGS}_{name}", initial=initial)
    picked = kit.field(name, LABELS[name], picker, hint=_CHANNEL_HINTS[name], is_optional=True)
    return [picked, kit.context(_state(held.value))] if held.value else [picked]


def _state(channel: Channel) -> str:
    where = f"<#{channel.channel_id}>"
    if channel.is_reached:
        return f"{where} works: it took my test post."
    if channel.problem:
        return _refused(channel.channel_id, channel.problem, "save here again")
    return f"{where} is waiting for my test post. I use it once that has arrived."


def _refused(channel_id: str, reason: str, again: str) -> str:
    why, remedy = _REFUSALS.get(reason.removesuffix("_read_only_channel"), _OTHER)
    return f"I could not post in <#{channel_id}>: {why}. {remedy.format(again=again)}"


def _stale_days(held: Held[int | None]) -> kit.Block:
    default = _limit(held.default)
    return kit.field(
        "stale_days",
        LABELS["stale_days"],
        kit.text_input(
            f"{SETTINGS}_stale_days",
            initial=str(held.value) if held.value else None,
            placeholder="14",
            most=20,
        ),
        hint=f"1 to 365, for every open stage. Empty is the default: {default}.",
        is_optional=True,
    )


def _stale_moves_to(held: Held[str | None], stages: Iterable[Stage]) -> kit.Block:
    """With a choice of none: a select cannot be emptied in Slack."""
    nowhere = kit.option("Nowhere", NOWHERE)
    options = [nowhere, *(kit.option(stage.label, stage.key) for stage in stages)]
    chosen = next((each for each in options if each["value"] == held.value), nowhere)
    return kit.field(
        "stale_moves_to",
        LABELS["stale_moves_to"],
        kit.select(f"{SETTINGS}_stale_moves_to", "Choose a stage", options, chosen=chosen),
        hint="I make the move when the alert is due. Default: nowhere.",
        is_optional=True,
    )


def _reminder_day(held: Held[int]) -> kit.Block:
    days = [kit.option(day, str(number)) for number, day in enumerate(DAYS, start=1)]
    chosen = days[held.value - 1]
    return kit.field(
        "reminder_day",
        LABELS["reminder_day"],
        kit.select(f"{SETTINGS}_reminder_day", "Choose a day", days, chosen=chosen),
        hint=f"Default: {DAYS[held.default - 1]}.",
    )


def _reminder_time(held: Held[time], locale: str) -> kit.Block:
    picker = kit.time_picker(f"{SETTINGS}_reminder_time", initial=f"{held.value:%H:%M}")
    return kit.field(
        "reminder_time",
        LABELS["reminder_time"],
        picker,
        hint=f"In each person's own time zone. Default: {_clock(held.default, locale)}.",
    )


def _time_zone(held: Held[str]) -> kit.Block:
    chosen = kit.option(held.value, held.value)
    return kit.field(
        "time_zone",
        LABELS["time_zone"],
        kit.type_ahead(SUGGEST_ZONE, "Type a city, like Lisbon", chosen=chosen),
        hint=f"For dates that belong to nobody in particular. Default: {held.default}.",
    )


def _reset(own: Iterable[FieldName]) -> list[kit.Block]:
    """Only what was set can go back; nothing to tick while all is at its default."""
    options = [kit.option(LABELS[name], name) for name in own]
    if not options:
        return []
    boxes = kit.checkboxes(f"{SETTINGS}_{RESET}", options)
    hint = "What you tick goes back, whatever is chosen above. A channel goes back to none."
    field = kit.field(RESET, "Reset to default", boxes, hint=hint, is_optional=True)
    return [kit.divider(), field]


def _now(name: FieldName, settings: CompanySettings, locale: str) -> str:
    match name:
        case "deals_channel" | "alerts_channel" | "status_channel":
            channel = settings.held(name).value
            return _chosen(channel) if isinstance(channel, Channel) else "none"
        case "stale_days":
            return _limit(settings.stale_days.value)
        case "stale_moves_to":
            return _stage(settings)
        case "reminder_day":
            return DAYS[settings.reminder_day.value - 1]
        case "reminder_time":
            return f"{_clock(settings.reminder_time.value, locale)} in each person's own time zone"
        case "time_zone":
            return settings.time_zone.value


def _kept(name: FieldName) -> str:
    return f'{LABELS[name]}: left as it is. To have none, tick it at "Reset to default".'


def _chosen(channel: Channel) -> str:
    return f"<#{channel.channel_id}>, as soon as my test post has arrived there"


def _limit(days: int | None) -> str:
    return count(days, "day", "days") if days else "each stage's own limit"


def _stage(settings: CompanySettings) -> str:
    labels = {stage.key: stage.label for stage in settings.stages}
    key = settings.stale_moves_to.value
    return escape(labels.get(key, key)) if key else "nowhere"


def _clock(value: time, locale: str) -> str:
    return plain(format_time(value, "short", locale=locale_of(locale)).replace("\u202f", " "))


def _offset(name: str, now: datetime) -> str:
    zone = zone_named(name)
    return f"UTC{now.astimezone(zone):%z}"[:6] + ":" + f"{now.astimezone(zone):%z}"[3:5]


def _listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
