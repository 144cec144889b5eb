"""`/partner merge`: which two partners are one, what will move, and moving it."""

import re
from uuid import UUID

from handlers import forms
from handlers.blocks.partners import PartnerRef
from handlers.blocks.partners import merging as blocks
from handlers.blocks.partners.values import (
    MERGE_ASKED,
    MERGE_FORM,
    MERGE_THIS,
    MergeNote,
    PairRef,
)
from handlers.once import once
from handlers.partners.reading import STALE
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
from services.errors import CannotMerge, FieldProblem, InvalidInput, NotFound, Problem
from services.partners import MERGE, Partner, merge_partners, merge_preview

WHICH = 'Which partners? Write it like `/partner merge Globex into "Globex Inc"`.'
_INTO = re.compile(r"\s+into\s+", re.IGNORECASE)
_QUOTES = "\"'\u201c\u201d\u201e\u2018\u2019"


def routes() -> Routes:
    return Routes(
        presses={MERGE_THIS: press_pair},
        submits={MERGE_FORM: submit_choice, MERGE_ASKED: submit_merge},
    )


async def merge_command(request: Command) -> Reply:
    """What the merge of the two partners named would move; of one, the form that asks for the
    other.
    """
    if not request.words.strip():
        return Say(text=WHICH)
    async with request.db.transaction(request.actor) as tx:
        tx.actor.require(MERGE)
        one, other = await _both(tx, request.words)
        channel_id = request.place.channel_id
        if other is None:
            return Open(view=await _choice(tx, one.id, channel_id))
        return Open(view=await _question(tx, one.id, other.id, channel_id))


async def open_merge(request: Press) -> Reply:
    """From a card: into which other one?"""
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            return Open(view=await _choice(tx, ref.id, request.place.channel_id))
    except NotFound:
        return Say(text=STALE)


async def press_pair(request: Press) -> Reply:
    """From where both are known."""
    ref = forms.unpack(PairRef, request.value)
    if ref is None:
        return Say(text=STALE)
    where = request.place.channel_id
    try:
        async with request.db.transaction(request.actor) as tx:
            return Open(view=await _question(tx, ref.gone_id, ref.stays_id, where))
    except NotFound:
        return Say(text=STALE)


async def submit_choice(request: Submit) -> Reply:
    """What would move, in the same window."""
    note = forms.unpack(MergeNote, request.view.metadata)
    if note is None:
        return Say(text=STALE)
    into = _chosen(request)
    async with request.db.transaction(request.actor) as tx:
        try:
            return Show(view=await _question(tx, note.gone_id, into, note.channel_id))
        except (CannotMerge, NotFound) as refused:
            raise _at_the_field(refused) from refused


async def submit_merge(request: Submit) -> Reply:
    """Merge them, and say what was moved."""
    note = forms.unpack(MergeNote, request.view.metadata)
    if note is None or note.stays_id is None:
        return Say(text=STALE)
    gone_id, stays_id = note.gone_id, note.stays_id

    async def work(tx: Tx) -> Reply:
        merge = await merge_partners(tx, gone_id, stays_id)
        return Both(first=Done(), then=Say(text=blocks.merged(merge), channel_id=note.channel_id))

    return await once(request, work)


async def _both(tx: Tx, words: str) -> tuple[Partner, Partner | None]:
    """A name may hold the word *into* itself: the parting at which both are partners counts."""
    partings = list(_INTO.finditer(words))
    for at in partings[:-1]:
        try:
            return await _pair(tx, words[: at.start()], words[at.end() :])
        except NotFound:
            continue
    if not partings:
        return await partners.find_partner(tx, _bare(words)), None
    return await _pair(tx, words[: partings[-1].start()], words[partings[-1].end() :])


async def _pair(tx: Tx, one: str, other: str) -> tuple[Partner, Partner]:
    return (
        await partners.find_partner(tx, _bare(one)),
        await partners.find_partner(tx, _bare(other)),
    )


def _bare(words: str) -> str:
    return words.strip().strip(_QUOTES).strip()


async def _choice(tx: Tx, gone_id: UUID, channel_id: str | None) -> View:
    tx.actor.require(MERGE)
    gone = await partners.partner(tx, gone_id)
    return blocks.merge_form(gone, MergeNote(gone_id=gone.id, channel_id=channel_id))


async def _question(tx: Tx, gone_id: UUID, stays_id: UUID, channel_id: str | None) -> View:
    merge = await merge_preview(tx, gone_id, stays_id)
    note = MergeNote(gone_id=gone_id, stays_id=stays_id, channel_id=channel_id)
    return blocks.confirmation(merge, note)


def _chosen(request: Submit) -> UUID:
    value = request.view.values.get(blocks.INTO)
    try:
        return UUID(str(value))
    except ValueError as error:
        raise InvalidInput.of(blocks.INTO, Problem.UNKNOWN_PARTNER) from error


def _at_the_field(refused: CannotMerge | NotFound) -> InvalidInput:
    if isinstance(refused, NotFound):
        return InvalidInput.of(blocks.INTO, Problem.UNKNOWN_PARTNER)
    facts = {"name": refused.name, "reason": refused.reason, "into": refused.into or ""}
    return InvalidInput({blocks.INTO: FieldProblem(Problem.CANNOT_MERGE, facts)})


SUBCOMMANDS = (
    Subcommand(
        name="merge",
        usage="partner into partner",
        summary="Make one of two partners that are the same company",
        handler=merge_command,
        permission=MERGE,
    ),
)
