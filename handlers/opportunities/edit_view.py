"""The form of an edit, read inside the transaction of who shows it."""

from handlers.blocks import opportunities as blocks
from handlers.blocks.kit import Element, View
from handlers.blocks.opportunities import EditChoices, EditNote
from handlers.opportunities import shown
from services import configuration
from services.configuration.catalogue import CURRENCIES
from services.db import Tx
from services.errors import Archived
from services.opportunities import Opportunity


async def edit_view(
    tx: Tx,
    it: Opportunity,
    note: EditNote,
    *,
    partner: Element | None = None,
    notice: str | None = None,
) -> View:
    """The form of an edit, with a `partner` that was just created, and what happened meanwhile.
    Needs `opportunities.edit`; raises Archived.
    """
    tx.actor.require("opportunities.edit", it.owner_id)
    if it.is_archived:
        raise Archived(it.number)
    choices = EditChoices(
        currencies=await configuration.get(tx, CURRENCIES),
        may_reassign=tx.actor.may("opportunities.reassign", it.owner_id),
        partner=partner,
        notice=notice,
    )
    return blocks.edit_form(it, note, choices, await shown.reader(tx))
