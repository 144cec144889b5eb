"""Which partner the words after *via* name. A clear winner or nobody: a wrong one costs more than
choosing one.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from rapidfuzz import fuzz, process

from services.partners.names import ALIKE, normalised, skeleton, spoken

_SAYS_NOTHING = re.compile(r" (?:and|und|et|och|og) |^(?:株式|合同|有限)会社 ?|株式会社$")
_MOST_WORDS = 8
_FEW = 300
"""So many names are compared one by one; of more, those that look like it first."""
_LOOKS_LIKE = 70
_SHORTEST = 5
_AHEAD = 6
"""Points out of 100 by which the nearest name must beat the second."""
_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Match:
    """The partner the first `count` words name; several `candidates` when nothing decides."""

    count: int
    partner: UUID | None
    candidates: tuple[str, ...] = ()


def exactly(words: Sequence[str], partners: Mapping[UUID, str]) -> Match | None:
    """The longest beginning of these words that is a partner's name, legal form aside."""
    few = _Few(words, partners)
    return next((found for count in few.counts if (found := few.exact(count))), None)


def nearly(
    words: Sequence[str], partners: Mapping[UUID, str], ends: Callable[[int], bool]
) -> Match | None:
    """As `exactly`; else a name that begins so, if `ends` says that so many words are all that is
    said of it; else one that is spelled nearly so.
    """
    few = _Few(words, partners)
    whole = [count for count in few.counts if ends(count)]
    looks = ((few.exact, few.counts), (few.begun, whole), (few.alike, few.counts))
    return next(
        (found for look, counts in looks for count in counts if (found := look(count))), None
    )


def ending(words: str, partners: Mapping[UUID, str]) -> UUID | None:
    """The one partner whose name these words end with, where no spaces part them."""
    found = [
        (len(name), key)
        for key, name in _promising(words, partners).items()
        if words.lower().endswith(name.lower())
    ]
    longest = [key for length, key in found if length == max(found)[0]]
    return longest[0] if len(longest) == 1 else None


class _Few:
    """The names worth comparing with these words."""

    def __init__(self, words: Sequence[str], partners: Mapping[UUID, str]) -> None:
        self._words = words[:_MOST_WORDS]
        self._partners = _promising(" ".join(self._words), partners)
        self._normalised = {key: _plain(name) for key, name in self._partners.items()}
        self.counts = range(len(self._words), 0, -1)

    def exact(self, count: int) -> Match | None:
        if not any(map(str.isalnum, self._words[count - 1])):
            return None
        wanted = _plain(self._phrase(count))
        found = [key for key, name in self._normalised.items() if name == wanted]
        return self._match(count, found)

    def begun(self, count: int) -> Match | None:
        """A name that begins with these whole words."""
        wanted = f"{spoken(self._phrase(count))} "
        if len(wanted) < _SHORTEST:
            return None
        names = self._partners.items()
        return self._match(count, [key for key, name in names if spoken(name).startswith(wanted)])

    def alike(self, count: int) -> Match | None:
        """A typo of one name, and of no other."""
        wanted = skeleton(self._phrase(count))
        if len(wanted) < _SHORTEST:
            return None
        scored = sorted(
            ((fuzz.ratio(wanted, skeleton(name)), key) for key, name in self._partners.items()),
            reverse=True,
            key=lambda each: each[0],
        )
        near = [(score, key) for score, key in scored if score >= ALIKE]
        if not near:
            return None
        best = near[0][0]
        return self._match(count, [key for score, key in near if score > best - _AHEAD])

    def _match(self, count: int, found: Sequence[UUID]) -> Match | None:
        if not found:
            return None
        if len(found) == 1:
            return Match(count, found[0])
        names = sorted(self._partners[key] for key in found)
        return Match(count, None, tuple(names[:_MOST_SHOWN]))

    def _phrase(self, count: int) -> str:
        return " ".join(self._words[:count])


def _plain(name: str) -> str:
    """As `normalised`; *and* says no more than `&`, 株式会社 no more than Ltd."""
    return _SAYS_NOTHING.sub(" ", normalised(name)).strip()


def _promising(phrase: str, partners: Mapping[UUID, str]) -> Mapping[UUID, str]:
    """Comparing twenty thousand names word by word takes too long for a form that opens at once."""
    if len(partners) <= _FEW:
        return partners
    names = {key: name.lower() for key, name in partners.items()}
    found = process.extract(
        phrase.lower(), names, scorer=fuzz.partial_ratio, score_cutoff=_LOOKS_LIKE, limit=_FEW
    )
    return {key: partners[key] for _, _, key in found}
