"""One-time link codes: a company's consent that another workspace joins it. Pure.

Known by their hash alone once they were shown. The alphabet has no look-alikes (no 0 and O, no 1
and I), so that a code can be read out.
"""

import hashlib
import secrets
from datetime import timedelta

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 letters: five bits each."""
GROUPS = 6
GROUP = 4
"""24 letters are 120 bits; the last group, which the list of open codes shows, leaves 100."""
LASTS = timedelta(hours=24)
MOST_OPEN = 10
MOST_TYPED = 200


def new_code() -> str:
    """A fresh random code: `ABCD-EFGH-…`."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def hash_of(code: str) -> bytes:
    """What is kept of a code, however it was typed: in small letters, with spaces, without
    hyphens.
    """
    plain = "".join(each for each in code[:MOST_TYPED].upper() if each.isascii() and each.isalnum())
    return hashlib.sha256(b"tandem link code|" + plain.encode()).digest()


def hint_of(code: str) -> str:
    """What tells one open code from another."""
    return code.rpartition("-")[2]


def source_of(words: str) -> bytes:
    """Who enters codes, as it is kept while wrong ones are counted."""
    return hashlib.sha256(b"tandem link source|" + words.encode()).digest()
