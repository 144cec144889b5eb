"""When two partners' names are the same, alike, or meant by what somebody typed. Pure."""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from rapidfuzz import fuzz, process

from services.text import comparable

K = TypeVar("K", bound=Hashable)

ALIKE = 88
"""Out of 100: `initech` and `intitech` are alike, `initech` and `inatel` are not."""
MEANT = 75
"""Out of 100, for a typo in a part of a name."""
_SHORTEST = 5
"""Shorter names are alike only when they are equal: `Arca` and `Orca` are two."""

_REMEMBERED = 20_000
"""Names of all companies, those asked for last."""

_UNSPOKEN = re.compile(r"[.'`/\u2019]")
_ASCII_WORDS = {
    code: None if chr(code) in ".'`/" else " " for code in range(128) if not chr(code).isalnum()
}
"""What becomes of the characters that are no letters, where all are ASCII."""
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


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name in the forms it is compared by.

    `words`: see `spoken`; `core`: see `normalised`; `letters`: see `skeleton`.
    """

    words: str
    core: str
    letters: str


@lru_cache(maxsize=_REMEMBERED)
def spelling(name: str) -> Spelling:
    """Remembered: thousands of names are compared for every letter somebody types."""
    words = _spoken(name)
    core = _LEGAL_FORM.sub("", words) or words
    return Spelling(words, core, _skeleton(core))


def normalised(name: str) -> str:
    """`Globex, Inc.` is `globex`: case, width, punctuation and legal form do not count."""
    return spelling(name).core


def spoken(name: str) -> str:
    """The words of a name, legal form included. Never empty for a name of symbols alone."""
    return spelling(name).words


def skeleton(name: str) -> str:
    """As `normalised`, but accents, spaces and look-alike letters of other scripts do not count."""
    return spelling(name).letters


def are_alike(one: str, other: str) -> bool:
    """Whether two skeletons are probably one company. Names that count (`Unit 7`) are told apart
    by their numbers.
    """
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST:
        return False
    return fuzz.ratio(one, other, score_cutoff=ALIKE) > 0 and _numbers(one) == _numbers(other)


def namesakes(name: str, names: Mapping[K, str]) -> frozenset[K]:
    """The keys of the names that are alike with this one, as `are_alike` says: thousands are
    compared in milliseconds.
    """
    wanted = skeleton(name)
    known = {key: skeleton(each) for key, each in names.items()}
    near = process.extract(wanted, known, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=len(known))
    return frozenset(key for its, _, key in near if are_alike(wanted, its))


def search(query: str, names: Mapping[K, str]) -> list[K]:
    """The keys whose name the query may mean, best first: equal, begins so, a word begins so,
    contains it, is spelled nearly so. Nothing is meant by no words.
    """
    wanted = spelling(query)
    if not wanted.words:
        return []
    found: list[tuple[int, float, str, K]] = []
    others: dict[K, str] = {}
    for key, name in names.items():
        its = spelling(name)
        rank = _rank(wanted, its)
        if rank is None:
            others[key] = its.words
        else:
            found.append((rank, 0, its.words, key))
    found.extend(_nearly(wanted.words, others))
    return [key for *_, key in sorted(found, key=lambda each: each[:3])]


def _rank(wanted: Spelling, its: Spelling) -> int | None:
    if wanted.words not in its.words and wanted.letters not in its.letters:
        return None
    if wanted.core == its.core:
        return 0
    if its.words.startswith(wanted.words):
        return 1
    return 2 if f" {wanted.words}" in its.words else 3


def _nearly(words: str, others: Mapping[K, str]) -> Iterable[tuple[int, float, str, K]]:
    if len(words) < _SHORTEST:
        return []
    near = process.extract(
        words, others, scorer=fuzz.partial_ratio, score_cutoff=MEANT, limit=len(others)
    )
    return [(4, -score, its, key) for its, score, key in near]


def _numbers(name: str) -> list[str]:
    return re.findall(r"\d+", name)


def _spoken(name: str) -> str:
    whole = comparable(name)
    if whole.isascii():
        return " ".join(whole.translate(_ASCII_WORDS).split()) or whole
    letters = (each if _is_letter(each) else " " for each in _UNSPOKEN.sub("", whole))
    return " ".join("".join(letters).split()) or whole


def _skeleton(core: str) -> str:
    if core.isascii():
        return core.replace(" ", "")
    apart = unicodedata.normalize("NFKD", core)
    bare = "".join(each for each in apart if unicodedata.category(each) != "Mn")
    return bare.translate(_LOOK_ALIKES).replace(" ", "")


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"
