"""Contacts that are there: read whole, changed, deleted."""

from handlers import forms
from handlers.blocks.partners import NEW_PREFIX
from handlers.blocks.partners import interactions as blocks
from handlers.blocks.partners.interaction_values import (
    ACT,
    DELETE_FORM,
    EDIT_FORM,
    ActRef,
    DeleteNote,
    Draft,
    EditRef,
    LogNote,
    TimelineRef,
)
from handlers.once import once
from handlers.partners.interactions import answered, ask_for_partner, filled
from handlers.partners.reading import STALE
from handlers.partners.timeline import contact_reader, timeline_of
from handlers.routing import Both, Done, Open, Press, Reply, Return, Routes, Say, Show, Submit, View
from services import interactions, partners
from services.db import Tx
from services.errors import InteractionChanged, NotFound
from services.interactions import EditInteraction, Interaction
from services.interactions.values import SEVERAL

GONE = "This interaction is no longer there. `/partner timeline` shows what is."


def routes() -> Routes:
    return Routes(
        presses={ACT: press_act},
        submits={EDIT_FORM: submit_edit, DELETE_FORM: submit_delete},
    )


async def press_act(request: Press) -> Reply:
    """Read it whole, the form to change it, or the question whether to delete it."""
    ref = forms.unpack(ActRef, request.value)
    if ref is None:
        return Say(text=STALE)
    back = forms.unpack(TimelineRef, request.view.metadata) if request.view else None
    channel_id = back.channel_id if back else request.place.channel_id
    try:
        async with request.db.transaction(request.actor) as tx:
            it = await interactions.interaction(tx, ref.id)
            return Open(view=await _view(tx, ref, it, back, channel_id))
    except NotFound:
        return Say(text=GONE)


async def submit_edit(request: Submit) -> Reply:
    """Save what was changed; somebody else's change meanwhile is shown first."""
    note = forms.unpack(LogNote, request.view.metadata)
    if note is None or note.edits is None:
        return Say(text=STALE)
    chosen = request.view.values.get("partner_id")
    if isinstance(chosen, str) and chosen.startswith(NEW_PREFIX):
        return await ask_for_partner(request, request.view, chosen)
    edit = forms.read(
        EditInteraction,
        request.view.values,
        interaction_id=note.edits.id,
        version=note.edits.version,
    )

    async def work(tx: Tx) -> Reply:
        done = await interactions.edit_interaction(tx, edit)
        words = blocks.changed(done, contact_reader(tx))
        return await answered(tx, request.view, note, words, done)

    try:
        return await once(request, work)
    except InteractionChanged as meanwhile:
        return await _shown_again(request, note, meanwhile)
    except NotFound:
        return Both(first=Done(), then=Say(text=GONE, channel_id=note.channel_id))


async def submit_delete(request: Submit) -> Reply:
    note = forms.unpack(DeleteNote, request.view.metadata)
    if note is None:
        return Say(text=STALE)

    async def work(tx: Tx) -> Reply:
        gone = await interactions.delete_interaction(tx, note.id)
        if note.back is not None and request.view.previous_id is not None:
            below = await timeline_of(tx, note.back)
            return Return(view_id=request.view.previous_id, view=below)
        text = blocks.deleted(gone, contact_reader(tx))
        return Both(first=Done(), then=Say(text=text, channel_id=note.channel_id))

    try:
        return await once(request, work)
    except NotFound:
        return Both(first=Done(), then=Say(text=GONE, channel_id=note.channel_id))


async def _view(
    tx: Tx, ref: ActRef, it: Interaction, back: TimelineRef | None, channel_id: str | None
) -> View:
    reader = contact_reader(tx)
    if ref.do == "whole":
        return blocks.whole(it, reader)
    tx.actor.require("interactions.edit", it.author_id)
    if ref.do == "delete":
        return blocks.delete_form(
            it, DeleteNote(id=it.id, channel_id=channel_id, back=back), reader
        )
    return await _edit_form(tx, it, LogNote(channel_id=channel_id, back=back))


async def _edit_form(tx: Tx, it: Interaction, note: LogNote, notice: str = "") -> View:
    at = it.at.astimezone(tx.actor.time_zone)
    reader = contact_reader(tx)
    draft = Draft(
        day=at.date(),
        at=at.time(),
        partner=await partners.partner(tx, it.partner_id),
        type=it.type,
        contacts=it.contact_name.split(SEVERAL) if it.contact_name else (),
        notes=it.description or "",
        notice=notice,
        steps=[blocks.step(each, reader) for each in it.next_steps],
    )
    edits = EditRef(id=it.id, version=it.version)
    return await filled(tx, note.model_copy(update={"edits": edits}), draft)


async def _shown_again(request: Submit, note: LogNote, meanwhile: InteractionChanged) -> Reply:
    """The form as it was typed, with what it reads now above it."""
    async with request.db.transaction(request.actor) as tx:
        it = await interactions.interaction(tx, meanwhile.interaction_id)
        notice = blocks.changed_meanwhile(meanwhile.by, it, contact_reader(tx))
        return Show(view=await _edit_form(tx, it, note, notice))
