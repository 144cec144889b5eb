"""`/opp edit` and the card's *Edit*: the form with everything filled in, and what it comes to."""

from collections.abc import Collection, Mapping

from handlers import forms
from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import EditNote, OpportunityRef
from handlers.blocks.partners import NEW_PREFIX
from handlers.once import once
from handlers.opportunities import shown
from handlers.opportunities.amounts import read_amount
from handlers.opportunities.edit_view import edit_view
from handlers.opportunities.numbers import numbered, which
from handlers.opportunities.partner_on_the_way import ask_for_partner
from handlers.opportunities.present import asked, looking, noted
from handlers.replies import NOTHING_SAVED
from handlers.routing import (
    Both,
    Command,
    Done,
    FieldValue,
    Open,
    Press,
    Reply,
    Say,
    Show,
    Submit,
)
from services.db import Tx
from services.errors import EditedMeanwhile, FieldProblem, InvalidInput
from services.opportunities import (
    EditOpportunity,
    Opportunity,
    edit_opportunity,
)

USAGE = "/opp edit 42"


async def edit_command(request: Command) -> Reply:
    """The form of this number, filled in."""
    number, _ = numbered(request.words)
    if number is None:
        return which(USAGE)

    async def work(tx: Tx, it: Opportunity) -> Reply:
        return await _opened(tx, it, request.place.channel_id, is_told=False)

    return await asked(request, number, work)


async def press_edit(request: Press) -> Reply:
    """The form of the card that was pressed; the copies of a public one tell what was done."""

    async def work(tx: Tx, it: Opportunity) -> Reply:
        where = request.place.channel_id
        return await _opened(tx, it, where, is_told=shown.is_public(request))

    return await looking(request, forms.unpack(OpportunityRef, request.value), work)


async def submit_edit(request: Submit) -> Reply:
    """Save what was touched. When somebody changed it meanwhile, the form says so and keeps what
    was typed; what was not touched takes over what it has become.
    """
    note = forms.unpack(EditNote, request.view.metadata)
    if note is None:
        return Say(text=shown.STALE)
    values = request.view.values
    partner = values.get("partner_id")
    if isinstance(partner, str) and partner.startswith(NEW_PREFIX):
        return await ask_for_partner(request, request.view, partner)
    names = blocks.touched(note, values)
    edit = read_edit(note, values, names, request.actor.locale)

    async def work(tx: Tx) -> Reply:
        await noted(tx, note)
        done = await edit_opportunity(tx, edit)
        if note.is_told or not done.changed:
            return Done()
        words = blocks.edited(done, await shown.reader(tx))
        text, said = blocks.with_notice(words, await shown.card(tx, done.opportunity))
        return Both(first=Done(), then=Say(text=text, blocks=said, channel_id=note.channel_id))

    try:
        return await once(request, work)
    except EditedMeanwhile as told:
        return await _ask_again(request, note, names, told)


def read_edit(
    note: EditNote, values: Mapping[str, FieldValue], names: Collection[str], locale: str
) -> EditOpportunity:
    """What was touched, as the service takes it; what was emptied is None. Raises InvalidInput
    with every refused field.
    """
    given: dict[str, object] = {name: values.get(name) or None for name in names}
    problems: dict[str, FieldProblem] = {}
    if "deal_value" in names:
        given["deal_value"], problems = read_amount(values, locale)
    try:
        edit = forms.read(
            EditOpportunity, {}, number=note.number, expected_version=note.version, **given
        )
    except InvalidInput as refused:
        raise InvalidInput(refused.problems | problems) from refused
    if problems:
        raise InvalidInput(problems)
    return edit


async def _opened(tx: Tx, it: Opportunity, channel_id: str | None, *, is_told: bool) -> Reply:
    note = blocks.begun(it, tx.actor.locale, channel_id, is_told=is_told)
    return Open(view=await edit_view(tx, it, note))


async def _ask_again(
    request: Submit, note: EditNote, names: Collection[str], told: EditedMeanwhile
) -> Reply:
    async with request.db.transaction(request.actor) as tx:
        it = await noted(tx, note)
        fresh = blocks.renewed(note, it, tx.actor.locale, names)
        words = blocks.edited_meanwhile(told, it, names, await shown.reader(tx))
        return Show(view=await edit_view(tx, it, fresh, notice=f"{words}\n{NOTHING_SAVED}"))
