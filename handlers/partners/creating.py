"""`/partner new`: the form, and the look-alikes that are shown before a second one is made."""

from handlers import forms
from handlers.blocks import partners as blocks
from handlers.blocks.kit import View
from handlers.blocks.partners import FormNote, NameRef
from handlers.once import once
from handlers.partners.reading import card_of, domains
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
    Subcommand,
    Submit,
)
from services import partners
from services.db import Tx
from services.errors import LikelyDuplicates
from services.partners import CreatePartner


def routes() -> Routes:
    return Routes(
        presses={blocks.NEW: press_new},
        submits={blocks.CREATE_FORM: submit_partner},
    )


async def new_partner(request: Command) -> Reply:
    """The form, with the name already typed."""
    return await _open_partner_form(request, request.words)


async def press_new(request: Press) -> Reply:
    ref = forms.unpack(NameRef, request.value)
    return await _open_partner_form(request, ref.name if ref else "")


async def submit_partner(request: Submit) -> Reply:
    """Create the partner and show its card; look-alikes are shown first, on the form."""
    new = read_partner_form(request)
    note = _note(request)

    async def work(tx: Tx) -> Reply:
        made = await partners.create_partner(tx, new)
        text, shown = await card_of(tx, made.id)
        return Both(first=Done(), then=Say(text=text, blocks=shown, channel_id=note.channel_id))

    try:
        return await once(request, work)
    except LikelyDuplicates as likely:
        return await warn_of_duplicates(request, new, likely)


async def partner_form(tx: Tx, name: str, callback_id: str, metadata: str = "") -> View:
    """The form of a new partner for another feature's modal to push: it submits to
    `callback_id`, and `form_metadata` gives `metadata` back. Needs `partners.create`.
    """
    tx.actor.require("partners.create")
    note = FormNote(more=metadata)
    return blocks.partner_form(await domains(tx), note, callback_id=callback_id, name=name)


def read_partner_form(submit: Submit) -> CreatePartner:
    """What was submitted, with the look-alikes its sender was shown. Raises InvalidInput."""
    return forms.read(CreatePartner, submit.view.values, seen=_note(submit).seen)


def form_metadata(submit: Submit) -> str:
    """What `partner_form` was given to carry."""
    return _note(submit).more


async def warn_of_duplicates(submit: Submit, new: CreatePartner, likely: LikelyDuplicates) -> Show:
    """The same form with the look-alikes it found and a way to save it anyway."""
    note = _note(submit)
    seen = tuple(dict.fromkeys((*note.seen, *likely.found)))
    async with submit.db.transaction(submit.actor) as tx:
        choices = await domains(tx)
    return Show(
        view=blocks.partner_form(
            choices,
            note.model_copy(update={"seen": seen}),
            callback_id=submit.view.callback_id,
            typed=new,
            alike=list(likely.found.values()),
        )
    )


async def _open_partner_form(request: Request, name: str) -> Reply:
    note = FormNote(channel_id=request.place.channel_id)
    async with request.db.transaction(request.actor) as tx:
        tx.actor.require("partners.create")
        choices = await domains(tx)
    return Open(view=blocks.partner_form(choices, note, name=name))


def _note(submit: Submit) -> FormNote:
    return forms.unpack(FormNote, submit.view.metadata) or FormNote()


SUBCOMMANDS = (
    Subcommand(
        name="new",
        usage="[name]",
        summary="Add a partner",
        handler=new_partner,
        permission="partners.create",
    ),
)
