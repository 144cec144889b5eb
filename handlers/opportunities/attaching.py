"""`/opp attach` and the card's *Links and files*: what belongs to an opportunity."""

from collections.abc import Mapping, Sequence

from handlers import forms
from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import DetachRef, RecordNote
from handlers.once import once
from handlers.opportunities import shown
from handlers.opportunities.numbers import numbered, which
from handlers.opportunities.present import noted, submitting
from handlers.routing import (
    Both,
    Command,
    Done,
    Open,
    Press,
    Reply,
    Say,
    Show,
    Submit,
    UploadedFile,
    View,
)
from services.db import Tx
from services.errors import InvalidInput, Problem
from services.opportunities import (
    NewAttachment,
    NewFile,
    NewLink,
    Opportunity,
    attach,
    detach,
    find_opportunity,
)

USAGE = "/opp attach 42 https://example.com/offer"


async def attach_command(request: Command) -> Reply:
    """`42 https://… the offer` at once; without an address the form."""
    number, words = numbered(request.words)
    if number is None:
        return which(USAGE)
    address, _, title = words.partition(" ")

    async def work(tx: Tx) -> Reply:
        if not address:
            it = await find_opportunity(tx, number)
            return Open(view=await attach_view(tx, it, request.place.channel_id))
        new = _link({"url": address.strip("<>"), "title": title})
        return Say(text=blocks.attached(await attach(tx, number, new), 1))

    return await once(request, work)


async def attach_view(tx: Tx, it: Opportunity, channel_id: str | None) -> View:
    """What belongs to it, and the form of more. Needs `opportunities.edit`."""
    tx.actor.require("opportunities.edit", it.owner_id)
    return blocks.attach_form(it, RecordNote.of(it, channel_id))


async def submit_attach(request: Submit) -> Reply:
    """Keep the link and the files that were given."""
    new = _given(request.view.values, request.view.files.get("files", ()))

    async def work(tx: Tx, it: Opportunity, note: RecordNote) -> Reply:
        for each in new:
            it = await attach(tx, note.number, each)
        words = blocks.attached(it, len(new))
        return Both(first=Done(), then=Say(text=words, channel_id=note.channel_id))

    return await submitting(request, work)


async def press_detach(request: Press) -> Reply:
    """Take one off, in the form that lists them."""
    ref = forms.unpack(DetachRef, request.value)
    note = forms.unpack(RecordNote, request.view.metadata) if request.view else None
    if ref is None or note is None:
        return Say(text=shown.STALE)

    async def work(tx: Tx) -> Reply:
        await noted(tx, note)
        it = await detach(tx, ref.number, ref.attachment)
        return Show(view=await attach_view(tx, it, note.channel_id))

    return await once(request, work)


def _given(values: Mapping[str, object], files: Sequence[UploadedFile]) -> list[NewAttachment]:
    """Raises InvalidInput at `url` where nothing is given."""
    links: list[NewAttachment] = [_link(values)] if values.get("url") else []
    if not links and not files:
        raise InvalidInput.of("url", Problem.NOTHING_TO_SAVE)
    return [*links, *(_file(each) for each in files)]


def _link(values: Mapping[str, object]) -> NewLink:
    given = {name: str(values.get(name) or "") for name in ("url", "title")}
    return forms.read(NewLink, given)


def _file(it: UploadedFile) -> NewFile:
    return forms.read(NewFile, {"file_id": it.id, "title": it.title, "url": it.permalink})
