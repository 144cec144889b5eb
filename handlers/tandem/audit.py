"""`/tandem audit`: who changed what, newest first, narrowed by person, kind and days."""

import asyncio
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from handlers import forms
from handlers.blocks import audit as blocks
from handlers.blocks.audit import EntryRef, ExportRef, Labels, ListNote, PageRef
from handlers.notices import File, Message, Renderer, Settled
from handlers.once import once
from handlers.routing import (
    Open,
    Options,
    Press,
    Reply,
    Request,
    Routes,
    Say,
    Show,
    Subcommand,
    Suggest,
    View,
)
from services import audit, audit_export, configuration, people
from services.audit import Cursor, Kind, Search
from services.configuration import catalogue
from services.db import Tx
from services.errors import NotFound
from services.outbox import Dead, Delivery, Dropped, Outcome
from services.own_files import NOTHING_LEFT
from services.values import UserId

STALE = "This is from an older message or list. `/tandem audit` opens it as it is."


def routes() -> Routes:
    return Routes(
        presses={
            blocks.PERSON: narrow,
            blocks.KIND: narrow,
            blocks.FIRST_DAY: narrow,
            blocks.LAST_DAY: narrow,
            blocks.CLEAR: narrow,
            blocks.OLDER: turn,
            blocks.NEWER: turn,
            blocks.SHOW_ALL: show_all,
            blocks.EXPORT: press_export,
        },
        suggests={blocks.PERSON: suggest_author},
    )


async def open_audit(request: Request) -> Reply:
    """The newest entries."""
    return Open(view=await _listing(request, ListNote()))


async def narrow(request: Press) -> Reply:
    """The list by what was chosen in one of its filters."""
    note = _note(request)
    if note is None:
        return Say(text=STALE)
    try:
        wanted = _narrowed(request, note.wanted)
    except ValueError:
        return Say(text=STALE)
    return Show(view=await _listing(request, ListNote(wanted=wanted)))


async def turn(request: Press) -> Reply:
    """The page beside the present one."""
    note, ref = _note(request), forms.unpack(PageRef, request.value)
    if note is None or ref is None:
        return Say(text=STALE)
    is_older = request.action_id == blocks.OLDER
    return Show(view=await _listing(request, note, ref, is_older=is_older))


async def show_all(request: Press) -> Reply:
    """One entry with all that changed, over the list."""
    ref = forms.unpack(EntryRef, request.value)
    if ref is None:
        return Say(text=STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            return Open(view=blocks.whole(await audit.entry(tx, ref.id), await _labels(tx)))
    except NotFound:
        return Say(text=STALE)


async def press_export(request: Press) -> Reply:
    """Send what the list is narrowed to as a file; the list says that it is on its way."""
    note, ref = _note(request), forms.unpack(ExportRef, request.value)
    if note is None or ref is None:
        return Say(text=STALE)

    async def work(tx: Tx) -> Reply:
        await audit_export.export(tx, note.wanted)
        return Show(view=await _list_of(tx, note, told=blocks.ON_ITS_WAY))

    return await once(request, work)


async def _file(tx: Tx, delivery: Delivery) -> File | None:
    found = await audit_export.exported(tx, delivery)
    # Long ones take their time, and others wait for none of it.
    return None if found is None else await asyncio.to_thread(blocks.exported_file, found)


async def _not_sent(tx: Tx, delivery: Delivery) -> Message | None:
    why = await audit_export.refused(tx, delivery)
    return None if why is None else blocks.not_sent(why)


async def _settled(tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
    if isinstance(outcome, Dead):
        await audit_export.tell_not_sent(tx, delivery, outcome.why)
    if isinstance(outcome, Dropped):
        await audit_export.tell_not_sent(tx, delivery, NOTHING_LEFT)


async def suggest_author(request: Suggest) -> Reply:
    """Everybody whose name holds what was typed."""
    async with request.db.transaction(request.actor) as tx:
        found = await audit.authors(tx, request.query)
    return Options(options=blocks.author_options(found))


def _note(request: Press) -> ListNote | None:
    return forms.unpack(ListNote, request.view.metadata) if request.view else None


def _narrowed(request: Press, wanted: Search) -> Search:
    """With one filter changed. Raises ValueError for a choice that is none."""
    value = request.value
    chosen = None if value == blocks.EVERYBODY else value
    match request.action_id:
        case blocks.PERSON:
            change: dict[str, object] = {"user_id": UUID(chosen) if chosen else None}
        case blocks.KIND:
            change = {"kind": Kind(chosen) if chosen else None}
        case blocks.FIRST_DAY:
            change = {"first_day": date.fromisoformat(value)}
        case blocks.LAST_DAY:
            change = {"last_day": date.fromisoformat(value)}
        case _:
            return Search()
    return wanted.model_copy(update=change)


async def _listing(
    request: Request, note: ListNote, ref: PageRef | None = None, *, is_older: bool = False
) -> View:
    cursor = Cursor(at=ref.at, id=ref.id) if ref else None
    before, after = (cursor, None) if is_older else (None, cursor)
    async with request.db.transaction(request.actor) as tx:
        return await _list_of(tx, note, before, after)


async def _list_of(
    tx: Tx,
    note: ListNote,
    before: Cursor | None = None,
    after: Cursor | None = None,
    told: str | None = None,
) -> View:
    page = await audit.entries(tx, note.wanted, before=before, after=after)
    at = int(tx.now.timestamp() * 1000)
    this = blocks.Shown(await _person(tx, note.wanted), at, told)
    return blocks.listing(page, note, this, await _labels(tx))


async def _person(tx: Tx, wanted: Search) -> str | None:
    """Who the list is narrowed to."""
    if wanted.user_id is None:
        return None
    try:
        return (await people.person(tx, UserId(wanted.user_id))).name
    except NotFound:
        return None


async def _labels(tx: Tx) -> Labels:
    stages = (await configuration.get(tx, catalogue.PIPELINE)).stages
    roles = (await configuration.get(tx, catalogue.ROLES)).roles
    reasons = await configuration.get(tx, catalogue.LOSS_REASONS)
    return {each.key: each.label for each in (*reasons, *roles, *stages)}


NOTICES: Mapping[str, Renderer] = {audit_export.FILE: _file, audit_export.NOT_SENT: _not_sent}
SETTLED: Mapping[str, Settled] = {audit_export.FILE: _settled}
SUBCOMMANDS = (
    Subcommand(
        name="audit",
        usage="",
        summary="Who changed what, and when",
        handler=open_audit,
        permission=audit.VIEW,
    ),
)
