"""The number that stands first after a command, and what is said when none does."""

import re

from handlers.blocks import opportunities as blocks
from handlers.routing import Reply, Say

_NUMBERED = re.compile(r"#?(\d{1,12})(?:\s+(.*))?", re.DOTALL | re.ASCII)


def numbered(words: str) -> tuple[int | None, str]:
    """`#42 negotiation` is 42 and the rest."""
    found = _NUMBERED.fullmatch(words.strip())
    return (int(found[1]), (found[2] or "").strip()) if found else (None, words)


def which(usage: str) -> Reply:
    """A number is needed; `usage` shows how to give it."""
    text, said = blocks.which(usage)
    return Say(text=text, blocks=said)
