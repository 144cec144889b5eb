"""Companies and their Slack workspaces: installing, the sealed token, parking."""

from services.organizations.installing import (
    BOT_TOKEN,
    WELCOME,
    Installation,
    install,
    installation,
    subdomain_of,
)
from services.organizations.workspaces import UNINSTALLED, park, uninstall, unpark

__all__ = [
    "BOT_TOKEN",
    "UNINSTALLED",
    "WELCOME",
    "Installation",
    "install",
    "installation",
    "park",
    "subdomain_of",
    "uninstall",
    "unpark",
]
