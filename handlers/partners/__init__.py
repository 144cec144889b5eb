"""`/partner`: partners, the contacts with them, their cards and lists."""

from handlers.partners import (
    card,
    changing,
    commission,
    contacts,
    creating,
    editing,
    health,
    interactions,
    listing,
    menu,
    merging,
    options,
    timeline,
)
from handlers.partners.card import NOTICES, SETTLED
from handlers.partners.creating import (
    form_metadata,
    partner_form,
    read_partner_form,
    warn_of_duplicates,
)
from handlers.partners.options import partner_options
from handlers.routing import Routes, SlashCommand, merge

__all__ = [
    "NOTICES",
    "SETTLED",
    "form_metadata",
    "partner_form",
    "partner_options",
    "read_partner_form",
    "routes",
    "warn_of_duplicates",
]

PARTS = (creating, interactions, timeline, card, health, listing, editing, merging)
INNER = (changing, contacts, menu, options)
"""Those without a command of their own."""


def routes() -> Routes:
    command = Routes(commands=(COMMAND,))
    return merge([command, *(each.routes() for each in (*PARTS, *INNER))])


COMMAND = SlashCommand(
    name="/partner",
    summary="Partners and the contact with them",
    usage_hint="new | log | show | list | health | statement | terms | timeline | edit | merge",
    subcommands=tuple(each for part in (*PARTS, commission) for each in part.SUBCOMMANDS),
)
