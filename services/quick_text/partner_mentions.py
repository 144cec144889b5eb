"""Which partner a message speaks of. One name and no other, or nobody."""

import re
from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from services.partners.names import normalised
from services.quick_text.partner_words import ORDINARY
from services.text import comparable

MOST_CHARACTERS = 3000
_SHORTEST = 3
_POSSESSIVE = re.compile(r"['\u2019]s\b")
_UNSPOKEN = str.maketrans("", "", ".'`/\u2019")


def mentioned_partner(text: str, partners: Mapping[UUID, str]) -> UUID | None:
    """The one partner whose name, legal form aside, stands in the text as whole words; None when it
    is nobody or several. A name of one word that is an ordinary one, or is written small, says
    nothing: *our target* is no company.
    """
    begun = text[:MOST_CHARACTERS]
    heard = f" {_heard(begun)} "
    called: defaultdict[str, list[UUID]] = defaultdict(list)
    for key, name in partners.items():
        called[normalised(name)].append(key)
    found: list[UUID] = []
    for name in sorted(called, key=len, reverse=True):
        whole = f" {name} "
        if whole in heard and _says_something(name, begun):
            found.extend(called[name])
            heard = heard.replace(whole, " · ")
    return found[0] if len(found) == 1 else None


def _heard(text: str) -> str:
    line = " ".join(text.split())
    letters = comparable(_POSSESSIVE.sub("", line).translate(_UNSPOKEN))
    return " ".join("".join(each if each.isalnum() else " " for each in letters).split())


def _says_something(name: str, text: str) -> bool:
    if len(name) < _SHORTEST or ORDINARY.fullmatch(name):
        return False
    is_small = name in text and name.upper() != name and name.capitalize() not in text
    return " " in name or not is_small
