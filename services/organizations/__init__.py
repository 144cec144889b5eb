"""Companies and their Slack workspaces: installing, the sealed token, parking."""

from services.organizations.installing import (
    BOT_TOKEN,
    REFRESH_TOKEN,
    Tokens,
    install,
    installation,
    is_active,
    place,
    subdomain_of,
)
from services.organizations.rotation import Renewable, not_renewed, renew, renewable, reseal
from services.organizations.states import STATE_LIVES, Consumed, consume_state, issue_state
from services.organizations.workspaces import (
    TOKEN_EXPIRED,
    UNINSTALLED,
    UNREADABLE,
    forget_tokens,
    note_left_teams,
    park,
    uninstall,
    unpark,
)

__all__ = [
    "BOT_TOKEN",
    "REFRESH_TOKEN",
    "STATE_LIVES",
    "TOKEN_EXPIRED",
    "UNINSTALLED",
    "UNREADABLE",
    "Consumed",
    "Renewable",
    "Tokens",
    "consume_state",
    "forget_tokens",
    "install",
    "installation",
    "is_active",
    "issue_state",
    "not_renewed",
    "note_left_teams",
    "park",
    "place",
    "renew",
    "renewable",
    "reseal",
    "subdomain_of",
    "uninstall",
    "unpark",
]
