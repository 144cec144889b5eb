"""`/tandem settings`: the menu, its sections, and the channels' test posts."""

from handlers.routing import Routes, Subcommand, merge
from handlers.tandem.settings import commission, holidays, hours, lists, menu, rates, rules, saving
from handlers.tandem.settings.channels import NOTICES, SETTLED

PARTS = (menu, saving, lists, rates, commission, holidays, hours, rules)
SUBCOMMANDS = (
    Subcommand(
        name="settings",
        usage="[section]",
        summary="Channels, stages, currencies, reminders and all else the company decides",
        handler=menu.run,
        permission="settings.change",
    ),
)

__all__ = ["NOTICES", "SETTLED", "SUBCOMMANDS", "routes"]


def routes() -> Routes:
    return merge(part.routes() for part in PARTS)
