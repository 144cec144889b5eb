"""What all of partners' listeners read: who reads, the domains there are, one partner's card."""

from uuid import UUID

from handlers import forms
from handlers.blocks import kit
from handlers.blocks import partners as blocks
from handlers.blocks.commission import sentence
from handlers.blocks.kit import Element
from handlers.blocks.opportunities import PAGE as OPPORTUNITIES_PAGE
from handlers.blocks.opportunities import ListRef
from handlers.blocks.partners import Beside, Reader
from services import health, partners, sharing
from services.commission.agreements import agreement
from services.configuration.catalogue import Choice
from services.db import Tx
from services.errors import NotConfigured
from services.interactions import latest
from services.opportunities import Filter
from services.outbox import Place
from services.partners import Partner

STALE = "This button is from an older message. `/partner list` shows the partners as they are now."


def reader(tx: Tx) -> Reader:
    actor = tx.actor
    return Reader(
        locale=actor.locale,
        zone=actor.time_zone,
        now=tx.now,
        may_log=actor.may("interactions.log"),
        may_share=actor.may(partners.SHARE),
        may_create=actor.may("partners.create"),
        may_change=actor.may("partners.edit"),
        may_merge=actor.may(partners.MERGE),
        may_see_commission=actor.may("commission.view"),
    )


async def domains(tx: Tx) -> tuple[Choice, ...]:
    choices = await partners.domains(tx)
    if not choices:
        raise NotConfigured("partner domains")
    return choices


async def card_of(
    tx: Tx, partner_id: UUID, called: str | None = None, channel_id: str | None = None
) -> blocks.Shown:
    """The card for who asks. `called`: what they asked for, where that is merged into this one;
    `channel_id`: where they asked.
    """
    seen = await partners.overview(tx, partner_id)
    it = seen.partner
    trends = await health.trend(tx, [it.id])
    beside = Beside(
        trend=trends.get(it.id),
        terms=await _terms(tx, it),
        all_deals=_all_deals(it),
        note=blocks.merged_note(called, it) if called else None,
        is_gone=await _is_gone(tx, it, channel_id),
    )
    return blocks.card(seen, await latest(tx, it.id), reader(tx), beside)


async def _is_gone(tx: Tx, it: Partner, channel_id: str | None) -> bool:
    """Whether the card that was shared there is not there any more."""
    if channel_id is None or tx.actor.workspace_id is None:
        return False
    return await sharing.is_gone(tx, partners.CARD, it.id, Place(tx.actor.workspace_id, channel_id))


async def _terms(tx: Tx, it: Partner) -> str | None:
    """How its commission is agreed, for who may see that."""
    if it.is_direct or not tx.actor.may("commission.view"):
        return None
    present = (await agreement(tx, it.id)).present
    return sentence(present, tx.actor.locale) if present else None


def _all_deals(it: Partner) -> Element:
    value = forms.pack(ListRef(wanted=Filter(partner_id=it.id)))
    return kit.button("Show all", f"{OPPORTUNITIES_PAGE}:partner", value)
