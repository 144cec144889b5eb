"""What all of partners' listeners read: who reads, the domains there are, one partner's card."""

from uuid import UUID

from handlers.blocks import partners as blocks
from handlers.blocks.partners import Reader
from services import health, partners
from services.configuration.catalogue import Choice
from services.db import Tx
from services.errors import NotConfigured
from services.interactions import latest

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
    )


async def domains(tx: Tx) -> tuple[Choice, ...]:
    choices = await partners.domains(tx)
    if not choices:
        raise NotConfigured("partner domains")
    return choices


async def card_of(tx: Tx, partner_id: UUID) -> blocks.Shown:
    seen = await partners.overview(tx, partner_id)
    trends = await health.trend(tx, [seen.partner.id])
    recent = await latest(tx, seen.partner.id)
    return blocks.card(seen, recent, reader(tx), trends.get(seen.partner.id))
