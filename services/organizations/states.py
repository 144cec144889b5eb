"""The states of installs under way: each may come back from Slack once, within some minutes.

Only a state's hash is kept. That it comes back in the browser it was given to is checked where the
browser's cookie is read.
"""

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum

from services.directory import Directory

STATE_LIVES = timedelta(minutes=10)
"""As long as Slack's own codes."""


class Consumed(StrEnum):
    """What became of a state that came back."""

    TAKEN = "taken"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    """Never issued, or taken before."""


async def issue_state(directory: Directory) -> str:
    """A state to send to Slack with an install."""
    state = secrets.token_urlsafe(32)
    await directory.issue_oauth_state(_hash(state), STATE_LIVES)
    return state


async def consume_state(directory: Directory, state: str) -> Consumed:
    """Take it, so that nobody can again: of any number who try, one."""
    ends_at = await directory.consume_oauth_state(_hash(state))
    if ends_at is None:
        return Consumed.UNKNOWN
    return Consumed.TAKEN if directory.now < ends_at else Consumed.EXPIRED


def _hash(state: str) -> bytes:
    """It is random and long: a plain hash tells nothing."""
    return hashlib.sha256(state.encode(errors="surrogatepass")).digest()
