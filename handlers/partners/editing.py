"""`/partner edit` and the card's *Edit*: the form filled in, and what others changed meanwhile."""

from handlers import forms
from handlers.blocks import partners as blocks
from handlers.blocks.partners import EditNote, PartnerRef, Unsaved
from handlers.once import once
from handlers.partners.reading import STALE, card_of, domains
from handlers.replies import NOTHING_SAVED, edited_meanwhile
from handlers.routing import (
    Both,
    Command,
    Done,
    Open,
    Press,
    Reply,
    Routes,
    Say,
    Show,
    Subcommand,
    Submit,
    View,
)
from services import partners
from services.db import Tx
from services.errors import (
    LikelyDuplicates,
    NotFound,
    PartnerEditedMeanwhile,
    StandsForNone,
)
from services.partners import MERGE, EditPartner, Partner, edit_partner, opened, reconciled

EDITS = "partners.edit"
WHICH = "Which partner? Write it like `/partner edit Globex`."


def routes() -> Routes:
    return Routes(presses={blocks.EDIT: press_edit}, submits={blocks.EDIT_FORM: submit_edit})


async def edit_command(request: Command) -> Reply:
    """The form of the partner the words name."""
    if not request.words.strip():
        return Say(text=WHICH)
    async with request.db.transaction(request.actor) as tx:
        found = await partners.find_partner(tx, request.words)
        return Open(view=await _form(tx, found, request.place.channel_id))


async def press_edit(request: Press) -> Reply:
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            found = await partners.partner(tx, ref.id)
            return Open(view=await _form(tx, found, request.place.channel_id))
    except NotFound:
        return Say(text=STALE)


async def submit_edit(request: Submit) -> Reply:
    """Save what was changed. Look-alikes and what others changed are shown first, on the form,
    with everything typed.
    """
    note = forms.unpack(EditNote, request.view.metadata)
    if note is None:
        return Say(text=STALE)
    edit = forms.read(
        EditPartner, request.view.values, partner_id=note.id, opened=note.opened, seen=note.seen
    )

    async def work(tx: Tx) -> Reply:
        done = await edit_partner(tx, edit)
        text, shown = await card_of(tx, done.partner.id)
        if not done.fields:
            return Done()
        return Both(first=Done(), then=Say(text=text, blocks=shown, channel_id=note.channel_id))

    try:
        return await once(request, work)
    except LikelyDuplicates as likely:
        seen = tuple(dict.fromkeys((*note.seen, *likely.found)))
        again = note.model_copy(update={"seen": seen})
        may_merge = request.actor.may(MERGE)
        unsaved = Unsaved(edit, alike=likely.found, may_merge=may_merge)
        return await _shown_again(request, again, unsaved)
    except PartnerEditedMeanwhile as meanwhile:
        warning = (
            f"{edited_meanwhile(meanwhile)} {NOTHING_SAVED} Below is what you typed; "
            "press *Save anyway* to have it so."
        )
        async with request.db.transaction(request.actor) as tx:
            now = await partners.partner(tx, note.id)
        again = reconciled(edit, now, meanwhile.fields)
        kept = note.model_copy(update={"opened": again.opened})
        return await _shown_again(request, kept, Unsaved(again, warning))


async def _form(tx: Tx, found: Partner, channel_id: str | None) -> View:
    tx.actor.require(EDITS)
    if found.is_direct:
        raise StandsForNone(found.name)
    note = EditNote(id=found.id, opened=dict(opened(found)), channel_id=channel_id)
    return blocks.edit_form(found, await domains(tx), note)


async def _shown_again(request: Submit, note: EditNote, unsaved: Unsaved) -> Reply:
    """What was typed, with what is to be known."""
    async with request.db.transaction(request.actor) as tx:
        now = await partners.partner(tx, note.id)
        choices = await domains(tx)
    return Show(view=blocks.edit_form(now, choices, note, unsaved))


SUBCOMMANDS = (
    Subcommand(
        name="edit",
        usage="partner",
        summary="Change a partner: name, domain, website, status, agreement, contacts",
        handler=edit_command,
        permission=EDITS,
    ),
)
