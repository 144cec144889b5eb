"""`/partner log`: contacts with partners."""

from handlers import forms
from handlers.blocks import partners as blocks
from handlers.blocks.kit import View
from handlers.blocks.partners import LogNote, PartnerRef
from handlers.once import once
from handlers.partners.reading import STALE, reader
from handlers.routing import (
    Both,
    Command,
    Done,
    Open,
    Press,
    Reply,
    Routes,
    Say,
    Subcommand,
    Submit,
)
from services import partners
from services.db import Tx
from services.errors import Ambiguous, NotConfigured, NotFound
from services.interactions import LogInteraction, interaction_types, log_interaction, today
from services.partners import Partner


def routes() -> Routes:
    return Routes(
        presses={blocks.LOG: press_log},
        submits={blocks.LOG_FORM: submit_interaction},
    )


async def log_contact(request: Command) -> Reply:
    """The form, with the partner chosen when the words name one."""
    async with request.db.transaction(request.actor) as tx:
        preset, hint = await _preset(tx, request.words)
        view = await _interaction_form(tx, request.place.channel_id, preset, hint)
    return Open(view=view)


async def press_log(request: Press) -> Reply:
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            preset = await partners.partner(tx, ref.id)
            view = await _interaction_form(tx, request.place.channel_id, preset)
    except NotFound:
        return Say(text=STALE)
    return Open(view=view)


async def submit_interaction(request: Submit) -> Reply:
    """Log the contact and say so; the partner's cards are told anew by the outbox."""
    new = forms.read(LogInteraction, request.view.values)
    note = forms.unpack(LogNote, request.view.metadata) or LogNote()

    async def work(tx: Tx) -> Reply:
        done = await log_interaction(tx, new)
        text = blocks.logged(done, reader(tx))
        return Both(first=Done(), then=Say(text=text, channel_id=note.channel_id))

    return await once(request, work)


async def _interaction_form(
    tx: Tx, channel_id: str | None, preset: Partner | None, hint: str = ""
) -> View:
    tx.actor.require("interactions.log")
    types = await interaction_types(tx)
    if not types:
        raise NotConfigured("interaction types")
    note = LogNote(channel_id=channel_id)
    return blocks.interaction_form(types, note, today(tx.now, tx.actor.time_zone), preset, hint)


async def _preset(tx: Tx, words: str) -> tuple[Partner | None, str]:
    """The partner the words name, or a word on why none is chosen."""
    if not words.strip():
        return None, ""
    try:
        return await partners.find_partner(tx, words), ""
    except NotFound:
        return None, blocks.unknown_hint(words)
    except Ambiguous as several:
        return None, blocks.ambiguous_hint(words, several.candidates)


SUBCOMMANDS = (
    Subcommand(
        name="log",
        usage="[partner]",
        summary="Log a meeting, a call, an e-mail or an event",
        handler=log_contact,
        permission="interactions.log",
    ),
)
