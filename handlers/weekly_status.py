"""`/weekly`: the form of a week, its post for the team, the reminder on Friday."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from handlers import forms
from handlers.blocks import weekly_status as blocks
from handlers.blocks.text import cut, escape
from handlers.blocks.weekly_status import FormNote, StatusButton, WeekButton
from handlers.commands import HELP, nearest
from handlers.notices import Message, Renderer, Settled
from handlers.once import once
from handlers.routing import (
    Both,
    Command,
    Done,
    Open,
    Press,
    Reply,
    Request,
    Routes,
    Say,
    Show,
    SlashCommand,
    Subcommand,
    Submit,
    View,
)
from services import outbox, people, weekly_status
from services.calendar import WEEK
from services.db import Tx
from services.errors import FiledMeanwhile, NotFound
from services.outbox import Dead, Delivery, Outcome
from services.values import UserId, WorkspaceId
from services.weekly_status import FileStatus, ReminderNotice, StatusNotice

LAST = "last"
STALE = "This button is from an older message. `/weekly` opens your status."
GONE = "This status is no longer there. `/weekly` opens your own."
TOLD_FOR = timedelta(days=7)
"""A reminder that could not be sent until long after its week is no use to anybody."""


def routes() -> Routes:
    return Routes(
        commands=(
            SlashCommand(
                name="/weekly",
                summary="File your week: what got done, what comes next, what blocks you",
                usage_hint="[last] | help",
                subcommands=(
                    Subcommand(
                        name=LAST,
                        usage="",
                        summary="File or edit the week before",
                        handler=open_last_week,
                        permission="weekly_status.file",
                    ),
                ),
                default=open_this_week,
            ),
        ),
        presses={
            blocks.FILE: open_week,
            blocks.WEEK_BEFORE: show_week,
            blocks.SHOW_ALL: show_all,
        },
        submits={blocks.FORM: file_week},
    )


async def open_this_week(request: Command) -> Reply:
    """The form of the week of the person's own today."""
    word = request.words.strip()
    return _unknown(word) if word else await open_form(request)


async def open_last_week(request: Command) -> Reply:
    """The form of the week before, late or to edit."""
    async with request.db.transaction(request.actor) as tx:
        week = weekly_status.week_to_file(tx) - WEEK
    return await open_form(request, week)


async def open_week(request: Press) -> Reply:
    """The form of a reminder's week, whenever it is pressed."""
    pressed = forms.unpack(WeekButton, request.value)
    return await open_form(request, pressed.week) if pressed else Say(text=STALE)


async def show_week(request: Press) -> Reply:
    """Another week's form in place of the present one."""
    pressed = forms.unpack(WeekButton, request.value)
    if pressed is None or request.view is None:
        return Say(text=STALE)
    note = forms.unpack(FormNote, request.view.metadata)
    return Show(view=await _form(request, pressed.week, note.channel_id if note else None))


async def show_all(request: Press) -> Reply:
    """A whole status, which its post shows only the beginning of."""
    pressed = forms.unpack(StatusButton, request.value)
    if pressed is None:
        return Say(text=STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            status = await weekly_status.status(tx, pressed.id)
    except NotFound:
        return Say(text=GONE)
    return Open(view=blocks.whole(status, request.actor.locale))


async def file_week(request: Submit) -> Reply:
    """File the week and say where the team reads it."""
    note = forms.unpack(FormNote, request.view.metadata)
    if note is None:
        return Say(text=STALE)
    new = forms.read(FileStatus, request.view.values, week_ending=note.week, seen=note.seen)
    file = partial(_file, new=new, here=request.place.workspace_id, channel_id=note.channel_id)
    try:
        return await once(request, file)
    except FiledMeanwhile as meanwhile:
        note = note.model_copy(update={"seen": meanwhile.version})
        again = blocks.modal_again(note, request.view.values, meanwhile.at, request.actor.locale)
        return Show(view=again)


async def open_form(request: Request, week: date | None = None) -> Reply:
    """The form of a week: of the person's own today unless it is named."""
    return Open(view=await _form(request, week, request.place.channel_id))


async def _form(request: Request, week: date | None, channel_id: str | None) -> View:
    async with request.db.transaction(request.actor) as tx:
        form = await weekly_status.form_for(tx, week)
    return blocks.modal(form, channel_id, request.actor.locale)


async def _file(tx: Tx, *, new: FileStatus, here: WorkspaceId, channel_id: str | None) -> Reply:
    filed = await weekly_status.file_status(tx, new)
    words = blocks.confirmation(filed, here, _today(tx, tx.actor.time_zone), tx.actor.locale)
    return Both(first=Done(), then=Say(text=words, channel_id=channel_id))


def _unknown(words: str) -> Say:
    word = words.split(maxsplit=1)[0]
    near = nearest(word, [LAST, HELP])
    meant = f" Did you mean `/weekly {near}`?" if near else ""
    return Say(
        text=f"`/weekly` has no `{escape(cut(word, 40))}`.{meant} Alone it opens the form of this "
        "week; `/weekly help` lists everything."
    )


async def _post(tx: Tx, delivery: Delivery) -> Message | None:
    try:
        status = await weekly_status.status(tx, StatusNotice.model_validate(delivery.payload).id)
    except NotFound:
        return None
    return Message(*blocks.post(status, tx.now.date()))


async def _refused(tx: Tx, delivery: Delivery) -> Message | None:
    try:
        status = await weekly_status.status(tx, StatusNotice.model_validate(delivery.payload).id)
        author = await people.person(tx, status.author_id)
    except NotFound:
        return None
    return Message(*blocks.refused(status, _today(tx, author.time_zone), author.locale))


async def _reminder(tx: Tx, delivery: Delivery) -> Message | None:
    """First an invitation, unless it is out of date; once the week is filed, that it is."""
    notice = ReminderNotice.model_validate(delivery.payload)
    try:
        who = await people.person(tx, UserId(notice.user_id))
    except NotFound:
        return None
    today = _today(tx, who.time_zone)
    filed = await weekly_status.status_of(tx, who.user_id, notice.week_ending)
    if filed is not None:
        is_posted = delivery.method == outbox.UPDATE
        return Message(*blocks.reminder_settled(filed, today, who.locale)) if is_posted else None
    if not who.is_active or today > notice.week_ending + TOLD_FOR:
        return None
    return Message(*blocks.reminder(who.first_name, notice, today, who.locale))


async def _post_settled(tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
    if isinstance(outcome, Dead):
        await weekly_status.record_refusal(tx, delivery)


def _today(tx: Tx, zone: ZoneInfo) -> date:
    return tx.now.astimezone(zone).date()


NOTICES: Mapping[str, Renderer] = {
    weekly_status.STATUS: _post,
    weekly_status.REMINDER: _reminder,
    weekly_status.REFUSED: _refused,
}
SETTLED: Mapping[str, Settled] = {weekly_status.STATUS: _post_settled}
