"""Companies and their Slack workspaces: installing, the sealed token, parking."""

from services.organizations.installing import (
    BOT_TOKEN,
    WELCOME,
    Installation,
    install,
    installation,
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
    "uninstall",
    "unpark",
]
