"""The weekly status on the screen: the form, the team's post, the reminder."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import SECTION, Block, Element, View
from handlers.blocks.text import count, cut, day, escape, isolated, moment_token, shown
from handlers.routing import FieldValue
from services.outbox import Place
from services.values import WorkspaceId
from services.weekly_status import Filed, ReminderNotice, Status, StatusForm, Week

FILE = "weekly_file"
WEEK_BEFORE = "weekly_before"
SHOW_ALL = "weekly_show_all"
FORM = "weekly_form"

MOST_TYPED = 3000
ITEMS_SHOWN = 8
LENGTH_SHOWN = 200
"""What a post shows of each list and line; the rest is behind *Show all*."""

Shown = tuple[str, list[Block]]
"""A message: the words of its notification, and its blocks."""
TEAM_LOCALE = "en-US"
"""The language of what everybody reads."""
_TITLES = ("Accomplishments", "Upcoming", "Blockers")


class WeekButton(forms.Packed):
    """Opens a week's form."""

    week: Week


class StatusButton(forms.Packed):
    """Opens a whole status."""

    id: UUID


class FormNote(forms.Packed):
    """What a form is of: the week, the version it was opened on, where its command was typed."""

    week: Week
    seen: Annotated[int, Field(ge=0)]
    channel_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    title: str
    example: str
    filed: tuple[str, ...]


def modal(form: StatusForm, channel_id: str | None, locale: str) -> View:
    """The form of a week, holding what was filed before."""
    filed = form.filed
    note = FormNote(
        week=form.week_ending, seen=filed.version if filed else 0, channel_id=channel_id
    )
    fields = [_input(each, note.week, "\n".join(each.filed)) for each in _fields(filed)]
    return _form(note, [*_about(form, locale), *fields], locale)


def modal_again(
    note: FormNote, typed: Mapping[str, FieldValue], filed_at: datetime, locale: str
) -> View:
    """The form with what was typed, when the week was filed in another window meanwhile.

    `note` holds the version that submitting it again replaces.
    """
    words = (
        f"You filed this week in another window, {moment_token(filed_at)}. Nothing was saved now. "
        "Submit again to replace it with what is here, or cancel to keep it."
    )
    fields = [_input(each, note.week, str(typed.get(each.name) or "")) for each in _fields(None)]
    return _form(note, [kit.section(words), *fields], locale)


def post(status: Status, today: date) -> Shown:
    """What the team reads; long lists are cut."""
    who, week = shown(status.author_name), day(status.week_ending, TEAM_LOCALE, today)
    text = f"{who}: week ending {week}"
    title = f"*{who}* · Week ending {week}"
    lists = [kit.section(f"*{name}*\n{_brief(items)}") for name, items in _filled(status)]
    rest = [kit.actions(_show_all(status))] if _is_cut(status) else []
    return text, [kit.section(title), *lists, *rest, kit.context(_marks(status))]


def whole(status: Status, locale: str) -> View:
    """Everything somebody filed, to read."""
    blocks = [kit.section(f"*{shown(status.author_name)}*")]
    for name, items in _filled(status):
        blocks += [kit.section(part) for part in _parts(f"*{name}*", items)]
    return kit.modal(
        _title(status.week_ending, locale),
        [*blocks, kit.context(_marks(status))],
        callback_id=SHOW_ALL,
        close="Close",
    )


def reminder(first_name: str, notice: ReminderNotice, today: date, locale: str) -> Shown:
    """Kind and short, with the button that opens the week's form; the last one names the day."""
    week = notice.week_ending
    still_open = f"your status for the week ending {day(week, locale, today)} is still open"
    until = (
        f" It is due {moment_token(notice.due_at)}; this is the last reminder."
        if notice.due_at
        else ""
    )
    text = f"{shown(first_name)}, {still_open}.{until} It takes about two minutes."
    file = kit.button("File status", FILE, forms.pack(WeekButton(week=week)), style="primary")
    return text, [kit.section(text), kit.actions(file)]


def reminder_settled(status: Status, today: date, locale: str) -> Shown:
    """The same message once the week is filed."""
    text = f"Filed: your status for the week ending {day(status.week_ending, locale, today)}."
    edit = kit.button("Edit status", FILE, forms.pack(WeekButton(week=status.week_ending)))
    return text, [kit.section(text), kit.context(_counts(status)), kit.actions(edit)]


def refused(status: Status, today: date, locale: str) -> Shown:
    """To an author whose status the channel did not take."""
    text = (
        f"I could not post your status for the week ending {day(status.week_ending, locale, today)}"
        " in the status channel. It is saved. Once an admin has chosen a channel with "
        "`/tandem settings`, file it again with `/weekly` and I post it."
    )
    return text, [kit.section(text)]


def confirmation(filed: Filed, here: WorkspaceId, today: date, locale: str) -> str:
    """What came of filing, for who filed."""
    week = f"Your status for the week ending {day(filed.status.week_ending, locale, today)}"
    if not filed.has_changed:
        return f"{week} is as it was: nothing had changed.{_unposted(filed.place)}"
    if filed.is_edit:
        where = f", also in {_channel(filed.place, here)}" if filed.place else ""
        return f"{week} is updated{where}.{_unposted(filed.place)}"
    late = " and marked late" if filed.status.is_late else ""
    where = f" Your team reads it in {_channel(filed.place, here)}." if filed.place else ""
    return f"{week} is filed{late}.{where}{_unposted(filed.place)}"


def _form(note: FormNote, blocks: Sequence[Block], locale: str) -> View:
    return kit.modal(
        _title(note.week, locale),
        blocks,
        callback_id=FORM,
        submit="Update status" if note.seen else "File status",
        metadata=forms.pack(note),
    )


def _title(week: date, locale: str) -> str:
    """Without the year: 24 characters fit."""
    return f"Week ending {day(week, locale, today=week)}"


def _about(form: StatusForm, locale: str) -> Iterator[Block]:
    if form.week_before is not None:
        before = day(form.week_before, locale, today=form.week_ending)
        instead = kit.button(
            "File that week", WEEK_BEFORE, forms.pack(WeekButton(week=form.week_before))
        )
        yield kit.section(f"Your week ending {before} is not filed yet.", accessory=instead)
    if form.filed is not None:
        yield kit.context(f"{_marks(form.filed)}. Saving updates it for the team.")
    elif form.is_over:
        yield kit.context("This week is over; your status will be marked late.")


def _fields(filed: Status | None) -> tuple[_Field, ...]:
    done, next_, blocked = filed.items if filed else ((), (), ())
    return (
        _Field("accomplishments", _TITLES[0], "Signed the renewal with Acme", done),
        _Field("upcoming_tasks", _TITLES[1], "Send Globex the proposal", next_),
        _Field("blockers", _TITLES[2], "Legal has not answered since Tuesday", blocked),
    )


def _input(field: _Field, week: date, words: str) -> Block:
    """The week is in the action's name: another week's form starts with fields of its own."""
    element = kit.text_input(
        f"{field.name}:{week.isoformat()}",
        initial=words,
        placeholder=field.example,
        most=MOST_TYPED,
        is_long=True,
    )
    return kit.field(field.name, field.title, element, hint="One per line", is_optional=True)


def _filled(status: Status) -> list[tuple[str, tuple[str, ...]]]:
    return [(name, items) for name, items in zip(_TITLES, status.items, strict=True) if items]


def _brief(items: Sequence[str]) -> str:
    first = _first(items)
    left = len(items) - len(first)
    return "\n".join([*first, *([f"_and {left} more_"] if left else [])])


def _first(items: Sequence[str]) -> list[str]:
    """The first lines, as many as fit a block however they are escaped."""
    lines: list[str] = []
    room = SECTION - 100
    for item in items[:ITEMS_SHOWN]:
        line = _line(cut(item, LENGTH_SHOWN))
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    return lines


def _is_cut(status: Status) -> bool:
    return any(
        len(_first(items)) < len(items) or any(len(item) > LENGTH_SHOWN for item in items)
        for items in status.items
    )


def _parts(title: str, items: Iterable[str]) -> Iterator[str]:
    """All lines, in texts that each fit a block."""
    part = title
    for line in map(_line, items):
        if len(part) + 1 + len(line) > SECTION:
            yield part
            part = line
        else:
            part = f"{part}\n{line}"
    yield part


def _line(item: str) -> str:
    return f"• {escape(isolated(item))}"


def _show_all(status: Status) -> Element:
    whose = f"Show all of the status of {status.author_name}"
    return kit.button("Show all", SHOW_ALL, forms.pack(StatusButton(id=status.id)), label=whose)


def _marks(status: Status) -> str:
    """When it was filed, late or not, and when it was edited last."""
    filed = f"{'Filed late' if status.is_late else 'Filed'} {moment_token(status.submitted_at)}"
    return f"{filed} · edited {moment_token(status.edited_at)}" if status.edited_at else filed


def _counts(status: Status) -> str:
    done, next_, blocked = (len(items) for items in status.items)
    return " · ".join(
        (
            count(done, "accomplishment", "accomplishments"),
            f"{next_} upcoming",
            count(blocked, "blocker", "blockers"),
        )
    )


def _channel(place: Place, here: WorkspaceId) -> str:
    """A channel of another workspace has no name here."""
    return f"<#{place.lane}>" if place.workspace_id == here else "the status channel"


def _unposted(place: Place | None) -> str:
    if place is not None:
        return ""
    return (
        " It is not posted anywhere: no status channel is set up yet. An admin can choose one with "
        "`/tandem settings`."
    )
