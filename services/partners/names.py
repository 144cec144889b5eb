"""When two partners' names are the same, alike, or meant by what somebody typed. Pure."""

import re
import unicodedata
from collections.abc import Hashable, Mapping
from typing import TypeVar

from rapidfuzz import fuzz

from services.text import comparable

K = TypeVar("K", bound=Hashable)

ALIKE = 88
"""Out of 100: `initech` and `intitech` are alike, `initech` and `inatel` are not."""
MEANT = 75
"""Out of 100, for a typo in a part of a name."""
_SHORTEST = 5
"""Shorter names are alike only when they are equal: `Arca` and `Orca` are two."""

_UNSPOKEN = re.compile(r"[.'`/\u2019]")
_LEGAL_FORM = re.compile(
    r"(?: (?:inc|incorporated|corp|corporation|co|company|ltd|limited|llc|llp|lp|plc|pvt|pte|pty"
    r"|gmbh|mbh|ag|kg|kgaa|ohg|ug|se|sa|sas|sasu|sarl|spa|srl|sl|slu|bv|nv|ab|as|asa|oy|oyj|aps"
    r"|lda|ltda|kk|sp z oo|sa de cv|sro|doo|ооо|зао))+$"  # noqa: RUF001  # Cyrillic is meant
)
_LOOK_ALIKES = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455"
    "\u03b1\u03b2\u03b5\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03b6"
    "\u0131\u0142\u00f8\u0111",
    "abekmhopctyxijsabehikmnoptyxzilod",
)
"""Small Cyrillic, Greek and barred letters, and the Latin ones they or their capitals look like."""


def normalised(name: str) -> str:
    """`Globex, Inc.` is `globex`: case, width, punctuation and legal form do not count."""
    words = spoken(name)
    return _LEGAL_FORM.sub("", words) or words


def spoken(name: str) -> str:
    """The words of a name, legal form included. Never empty for a name of symbols alone."""
    whole = comparable(name)
    letters = (each if _is_letter(each) else " " for each in _UNSPOKEN.sub("", whole))
    return " ".join("".join(letters).split()) or whole


def skeleton(name: str) -> str:
    """As `normalised`, but accents, spaces and look-alike letters of other scripts do not count."""
    apart = unicodedata.normalize("NFKD", normalised(name))
    bare = "".join(each for each in apart if unicodedata.category(each) != "Mn")
    return bare.translate(_LOOK_ALIKES).replace(" ", "")


def are_alike(one: str, other: str) -> bool:
    """Whether two skeletons are probably one company. Names that count (`Unit 7`) are told apart
    by their numbers.
    """
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST or _numbers(one) != _numbers(other):
        return False
    return fuzz.ratio(one, other) >= ALIKE


def search(query: str, names: Mapping[K, str]) -> list[K]:
    """The keys whose name the query may mean, best first: equal, begins so, a word begins so,
    contains it, is spelled nearly so. Nothing is meant by no words.
    """
    if not spoken(query):
        return []
    wanted = _Wanted(query)
    found: list[tuple[int, float, str, K]] = []
    for key, name in names.items():
        words = spoken(name)
        rank, score = wanted.rank(name, words)
        if rank < _Wanted.NOT_MEANT:
            found.append((rank, -score, words, key))
    return [key for *_, key in sorted(found, key=lambda each: each[:3])]


class _Wanted:
    """What somebody typed, compared with one name after the other."""

    NOT_MEANT = 5

    def __init__(self, query: str) -> None:
        self._words = spoken(query)
        self._normalised = normalised(query)
        self._skeleton = skeleton(query)

    def rank(self, name: str, words: str) -> tuple[int, float]:
        if self._normalised == normalised(name):
            return 0, 0
        if words.startswith(self._words):
            return 1, 0
        if f" {self._words}" in words:
            return 2, 0
        if self._words in words or self._skeleton in skeleton(name):
            return 3, 0
        return self._nearly(words)

    def _nearly(self, words: str) -> tuple[int, float]:
        if len(self._words) < _SHORTEST:
            return self.NOT_MEANT, 0
        score = fuzz.partial_ratio(self._words, words, score_cutoff=MEANT)
        return (4, score) if score else (self.NOT_MEANT, 0)


def _numbers(name: str) -> list[str]:
    return re.findall(r"\d+", name)


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"
