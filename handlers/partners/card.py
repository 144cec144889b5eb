"""`/partner show`: one partner's card, for the person who asks and for a conversation."""

from collections.abc import Mapping
from dataclasses import replace

from handlers import forms
from handlers.blocks import partners as blocks
from handlers.blocks.partners import PartnerRef
from handlers.blocks.partners.outside import outside_card
from handlers.blocks.sharing import not_shared
from handlers.notices import Message, Renderer, Settled
from handlers.once import once
from handlers.partners.listing import list_partners
from handlers.partners.reading import STALE, card_of, reader
from handlers.routing import Command, Press, Replace, Reply, Routes, Say, Subcommand
from services import configuration, outbox, partners
from services.configuration.catalogue import PARTNER_CARDS_OUTSIDE, TIME_ZONE
from services.db import Tx
from services.errors import Ambiguous, NotFound
from services.interactions import latest
from services.outbox import Dead, Delivery, Outcome
from services.partners import ListPartners, Partner
from services.sharing import CardNotice, RefusedNotice, tell_refused
from services.values import UTC
from services.zones import zone_named

MOST_CHOICES = 5
NOT_HERE = "I can share a card in a channel only. Use `/partner show` in the channel."


def routes() -> Routes:
    return Routes(presses={blocks.SHOW: press_show, blocks.SHARE: press_share})


async def show_partner(request: Command) -> Reply:
    """The card of the partner the words name; the list when there are none."""
    if not request.words.strip():
        return await list_partners(request)
    async with request.db.transaction(request.actor) as tx:
        text, shown = await _found(tx, request.words, request.place.channel_id)
    return Say(text=text, blocks=shown)


async def press_show(request: Press) -> Reply:
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            text, shown = await card_of(tx, ref.id, channel_id=request.place.channel_id)
    except NotFound:
        return Say(text=STALE)
    return Say(text=text, blocks=shown)


async def press_share(request: Press) -> Reply:
    """Post the card in this channel; the private one gives way to it."""
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    channel_id = request.place.channel_id
    if channel_id is None or channel_id.startswith("D"):
        return Say(text=NOT_HERE)
    place = outbox.Place(request.place.workspace_id, channel_id)

    async def work(tx: Tx) -> Reply:
        shared = await partners.share_partner(tx, ref.id, place)
        return Replace(text=blocks.sharing(shared.record, is_new=shared.is_new))

    try:
        return await once(request, work)
    except NotFound:
        return Say(text=STALE)


async def _found(tx: Tx, words: str, channel_id: str | None) -> blocks.Shown:
    try:
        found = await partners.look_up(tx, words)
    except NotFound:
        return blocks.unknown(words, reader(tx))
    except Ambiguous:
        fitting = await partners.list_partners(tx, ListPartners(words=words))
        return blocks.choose(words, fitting.rows[:MOST_CHOICES], reader(tx))
    return await card_of(tx, found.partner.id, found.merged, channel_id)


async def _render_card(tx: Tx, delivery: Delivery) -> Message | None:
    notice = CardNotice.model_validate(delivery.payload)
    zone = zone_named(await configuration.get(tx, TIME_ZONE)) or UTC
    seen = await partners.overview(tx, notice.id)
    recent = await latest(tx, seen.partner.id)
    text, shown = blocks.shared_card(seen, recent, replace(reader(tx), zone=zone))
    return Message(text, shown, is_confidential=True, outside=await _outside(tx, seen.partner))


async def _outside(tx: Tx, partner: Partner) -> Message | None:
    if await configuration.get(tx, PARTNER_CARDS_OUTSIDE) == "never":
        return None
    return Message(*outside_card(partner))


async def _render_refused(tx: Tx, delivery: Delivery) -> Message | None:
    notice = RefusedNotice.model_validate(delivery.payload)
    found = await partners.partner(tx, notice.id)
    return Message(*not_shared(found.name, notice.channel_id, notice.reason))


async def _card_settled(tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
    if isinstance(outcome, Dead):
        await tell_refused(tx, delivery, partners.NOT_SHARED, outcome.why)


SUBCOMMANDS = (
    Subcommand(
        name="show",
        usage="partner",
        summary="One partner: health, last contact, open opportunities",
        handler=show_partner,
        permission="partners.view",
    ),
)
NOTICES: Mapping[str, Renderer] = {
    partners.CARD: _render_card,
    partners.NOT_SHARED: _render_refused,
}
SETTLED: Mapping[str, Settled] = {partners.CARD: _card_settled}
