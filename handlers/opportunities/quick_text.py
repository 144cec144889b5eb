"""The form of a new opportunity, filled in with what the words typed after the command say."""

import re
from dataclasses import replace
from uuid import UUID

from handlers.blocks.kit import View
from handlers.blocks.opportunities import CreateNote, Reading, draft
from handlers.blocks.partners import partner_option
from handlers.opportunities import shown
from services import configuration, opportunities, partners
from services.configuration.catalogue import BASE_CURRENCY, CURRENCIES, FISCAL_START
from services.db import Tx
from services.partners import Partner
from services.quick_text import Asked, mentions_partner, understand
from services.text import LINE
from services.zones import territory_of

_HOLDING = "\u00a0\u202f"
_SPACES = re.compile(rf"[^\S{_HOLDING}]+")


async def filled_form(
    tx: Tx, note: CreateNote, partner: Partner | None = None, *, notes: str = ""
) -> View:
    """The form with all that is understood of the note's words; `partner` counts before theirs.

    Needs `opportunities.create`.
    """
    tx.actor.require("opportunities.create")
    direct = await _direct(tx, note.words)
    asked = await _asked(tx, note.words, direct)
    understood = understand(note.words, asked)
    chosen = partner
    if chosen is None and understood.partner is not None:
        is_direct = direct is not None and understood.partner == direct.id
        chosen = direct if is_direct else await partners.partner(tx, understood.partner)
    reading = Reading(
        locale=asked.locale,
        today=asked.today,
        base_currency=asked.base_currency,
        partner=partner_option(chosen) if chosen else None,
        partner_name=chosen.name if chosen else "",
    )
    drafted = replace(draft(understood, reading), notes=notes)
    return await shown.create_form(tx, note, drafted)


def one_line(words: str) -> str:
    """Spaces that hold the digits of an amount together stay: two numbers are not one."""
    line = _SPACES.sub(" ", words).strip()
    return "".join(each for each in line if each.isprintable() or each in _HOLDING)[:LINE]


async def _asked(tx: Tx, words: str, direct: Partner | None) -> Asked:
    offered = await configuration.get(tx, CURRENCIES)
    base = await configuration.get(tx, BASE_CURRENCY)
    usual = base if base in offered else next(iter(offered), base)
    return Asked(
        today=await opportunities.today(tx),
        locale=tx.actor.locale,
        territory=territory_of(tx.actor.time_zone),
        base_currency=usual,
        currencies=offered,
        fiscal_start=await configuration.get(tx, FISCAL_START),
        partners=await _partners(tx, words) | ({direct.id: direct.name} if direct else {}),
    )


async def _direct(tx: Tx, words: str) -> Partner | None:
    """What *via Direct* means, as the type-ahead offers it: no row has it before its first use."""
    if not mentions_partner(words) or not tx.actor.may("partners.view"):
        return None
    return await partners.offered_direct(tx)


async def _partners(tx: Tx, words: str) -> dict[UUID, str]:
    """The company's own, read only when the words may name one."""
    if not mentions_partner(words) or not tx.actor.may("partners.view"):
        return {}
    return await partners.active_names(tx)
