"""A partner created on the way, from the form of an opportunity, which loses nothing by that."""

from handlers import forms
from handlers import partners as partner_handlers
from handlers.blocks import opportunities as blocks
from handlers.blocks.kit import View
from handlers.blocks.opportunities import CreateNote, EditNote, ParentNote
from handlers.blocks.partners import NEW_PREFIX, partner_option
from handlers.once import once
from handlers.opportunities import shown
from handlers.opportunities.edit_view import edit_view
from handlers.opportunities.present import noted
from handlers.opportunities.quick_text import filled_form
from handlers.routing import Done, Open, Press, Reply, Request, Return, Say, Submit, ViewState
from services.db import Tx
from services.errors import LikelyDuplicates
from services.partners import Partner, create_partner

WORDS_CARRIED = 100
"""So much of the first words fits the partner form's memory beside its look-alikes. The fields
themselves keep what is in them.
"""


async def press_partner(request: Press) -> Reply:
    """A partner was chosen: nothing to do, unless it is one to create."""
    if request.view is None or not request.value.startswith(NEW_PREFIX):
        return Done()
    return await ask_for_partner(request, request.view, request.value)


async def ask_for_partner(request: Request, view: ViewState, value: str) -> Reply:
    """The partner's form on top; it carries what the form below needs to come back."""
    name = value.removeprefix(NEW_PREFIX)
    async with request.db.transaction(request.actor) as tx:
        form = await partner_handlers.partner_form(
            tx, name, blocks.PARTNER_FORM, forms.pack(_parent(view))
        )
    return Open(view=form)


async def submit_partner(request: Submit) -> Reply:
    """Create the partner and return to the opportunity with it chosen; what was typed there
    stays. Look-alikes are shown first.
    """
    new = partner_handlers.read_partner_form(request)
    parent = forms.unpack(ParentNote, partner_handlers.form_metadata(request))
    if parent is None:
        return Say(text=shown.STALE)

    async def work(tx: Tx) -> Reply:
        made = await create_partner(tx, new)
        return Return(view_id=parent.view_id, view=await _below(tx, parent, made))

    try:
        return await once(request, work)
    except LikelyDuplicates as likely:
        return await partner_handlers.warn_of_duplicates(request, new, likely)


def _parent(view: ViewState) -> ParentNote:
    edit = forms.unpack(EditNote, view.metadata)
    if edit is not None:
        return ParentNote(view_id=view.id, edit=edit)
    note = forms.unpack(CreateNote, view.metadata) or CreateNote()
    few = note.model_copy(update={"words": note.words[:WORDS_CARRIED]})
    return ParentNote(view_id=view.id, note=few)


async def _below(tx: Tx, parent: ParentNote, made: Partner) -> View:
    """The form it was created for, with it chosen."""
    if parent.edit is None:
        note = parent.note or CreateNote()
        fresh = note.model_copy(update={"turn": note.turn + 1})
        return await filled_form(tx, fresh, made)
    it = await noted(tx, parent.edit)
    turns = parent.edit.turns
    set_again = {**turns, "partner_id": turns.get("partner_id", 1) + 1}
    note = parent.edit.model_copy(update={"turns": set_again})
    return await edit_view(tx, it, note, partner=partner_option(made))
