"""`/opp assign` and the card's *Reassign*: an opportunity goes to a colleague."""

import re
from uuid import UUID

from handlers import forms
from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import RecordNote
from handlers.once import once
from handlers.opportunities import shown
from handlers.opportunities.numbers import numbered, which
from handlers.opportunities.present import noted
from handlers.routing import Both, Command, Done, Open, Reply, Say, Show, Submit, View
from services import people
from services.db import Tx
from services.errors import Archived, EditedMeanwhile, InvalidInput, Problem
from services.opportunities import Edited, Opportunity, find_opportunity, reassign
from services.people import Person
from services.text import comparable
from services.values import UserId

USAGE = "/opp assign 42 @olga"
_MENTION = re.compile(r"<@(?P<id>[A-Z0-9]+)(?:\|[^>]*)?>")


async def assign_command(request: Command) -> Reply:
    """At once when the words name one colleague, else the form that asks who."""
    number, words = numbered(request.words)
    if number is None:
        return which(USAGE)

    async def work(tx: Tx) -> Reply:
        it = await find_opportunity(tx, number)
        found = await _meant(tx, words) if words else []
        if len(found) != 1:
            told = blocks.nobody_called(words, [each.name for each in found]) if words else None
            return Open(view=await assign_view(tx, it, request.place.channel_id, told))
        done = await reassign(tx, number, found[0].user_id, it.version)
        text, said = await _told(tx, done)
        return Say(text=text, blocks=said)

    return await once(request, work)


async def assign_view(
    tx: Tx, it: Opportunity, channel_id: str | None, told: str | None = None
) -> View:
    """The form that asks who. Needs `opportunities.reassign`; raises Archived."""
    tx.actor.require("opportunities.reassign", it.owner_id)
    if it.is_archived:
        raise Archived(it.number)
    note = RecordNote.of(it, channel_id)
    return blocks.assign_form(it, note, await shown.reader(tx), told)


async def submit_assign(request: Submit) -> Reply:
    """Give it to whom was chosen; the new owner is told, the cards follow."""
    note = forms.unpack(RecordNote, request.view.metadata)
    if note is None:
        return Say(text=shown.STALE)
    person = _chosen(request)

    async def work(tx: Tx) -> Reply:
        await noted(tx, note)
        done = await reassign(tx, note.number, person, note.version)
        text, said = await _told(tx, done)
        return Both(first=Done(), then=Say(text=text, blocks=said, channel_id=note.channel_id))

    try:
        return await once(request, work)
    except EditedMeanwhile as told:
        return await _ask_again(request, note, told)


def _chosen(request: Submit) -> UserId:
    try:
        return UserId(UUID(str(request.view.values.get("assigned_user_id"))))
    except ValueError as none:
        raise InvalidInput.of("assigned_user_id", Problem.UNKNOWN_PERSON) from none


async def _ask_again(request: Submit, note: RecordNote, told: EditedMeanwhile) -> Reply:
    async with request.db.transaction(request.actor) as tx:
        it = await noted(tx, note)
        reader = await shown.reader(tx)
        words = blocks.edited_meanwhile(told, it, frozenset(), reader)
        fresh = RecordNote.of(it, note.channel_id)
        return Show(view=blocks.assign_form(it, fresh, reader, words))


async def _told(tx: Tx, done: Edited) -> shown.Shown:
    it = done.opportunity
    words = blocks.reassigned(it) if done.changed else blocks.theirs_already(it)
    return blocks.with_notice(words, await shown.card(tx, it))


async def _meant(tx: Tx, words: str) -> list[Person]:
    """The colleagues these words name: a mention, a whole name, else a part of one."""
    mentioned = _MENTION.match(words)
    if mentioned is not None and tx.actor.workspace_id is not None:
        who = await people.find_person(tx, tx.actor.workspace_id, mentioned["id"])
        return [who] if who is not None and who.is_active else []
    wanted = comparable(words.removeprefix("@"))
    known = await people.people(tx)
    exact = [each for each in known if comparable(each.name) == wanted]
    return exact or [each for each in known if wanted and wanted in comparable(each.name)]
