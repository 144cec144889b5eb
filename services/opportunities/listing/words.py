"""What the words after `list` ask for. Pure, and it never refuses: what means nothing else is
looked for in names.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args
from uuid import UUID

from rapidfuzz.distance import OSA

from services.configuration.catalogue import Pipeline
from services.opportunities.listing.filters import MOST_DAYS, Filter, Sort
from services.opportunities.rules import NEAR
from services.quick_text.partner_names import Match, exactly, nearly
from services.text import comparable

SOON = 30
"""Days, where somebody says *closing* and not when."""
LONGEST = 60
"""Of the words looked for, so that a control has room for them."""
_MOST_TOKENS = 60
_MOST_OF_NAME = 4
_MOST_SHOWN = 3
_DAYS = {"d": 1, "w": 7, "m": 30}

Names = Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Known:
    """Who asks, and the names they may see that words can mean."""

    pipeline: Pipeline
    me: UUID | None = None
    people: Names = field(default_factory=dict[UUID, str])
    partners: Names = field(default_factory=dict[UUID, str])


@dataclass(frozen=True, slots=True)
class Unknown:
    """Somebody or a partner was named, and nobody or several are called so."""

    kind: Literal["person", "partner"]
    words: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood."""

    wanted: Filter
    rest: tuple[str, ...] = ()
    """The words that mean nothing else."""
    unknown: tuple[Unknown, ...] = ()
    instead: Filter | None = None
    """The other reading of words that are somebody's name."""


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    given: Mapping[str, object]


def _rule(pattern: str, **given: object) -> _Rule:
    return _Rule(re.compile(rf"(?:{pattern})(?: |$)"), given)


_UNIT = r"(?P<unit>d|w|m)(?:ays?|eeks?|onths?)?"
_RULES = (
    _rule(r"mine|my|me", whose="me"),
    _rule(r"all|every(?:body|one)(?:'?s)?|any(?:body|one)", whose="all"),
    _rule(r"open", status="open"),
    _rule(r"stale|stuck", is_stale=True),
    _rule(r"overdue|past due", when="overdue"),
    _rule(r"(?P<status>won|lost|closed)"),
    _rule(r"archived?|archive", is_archived=True),
    _rule(rf"clos(?:es|ing)(?: in| within)?(?: the)?(?: next)? (?P<count>\d{{1,5}}) ?{_UNIT}"),
    _rule(r"(?:clos(?:es|ing) )?(?:in )?(?P<when>(?:this|next|last) (?:week|month|quarter|year))"),
    _rule(r"clos(?:es|ing)(?: soon)?", closing_within_days=SOON),
    _rule(r"(?:at )?any ?time|ever", when=None),
    _rule(r"(?:sort(?:ed)? |order(?:ed)? )?by (?:the )?(?P<sort>[a-z]+)(?: date)?"),
    _rule(r"opportunit(?:y|ies)|opps|deals"),
)
_SORTS: Mapping[str, Sort] = {
    "close": "close",
    "closing": "close",
    "date": "close",
    "value": "value",
    "amount": "value",
    "size": "value",
    "stage": "stage",
    "moved": "moved",
    "move": "moved",
    "latest": "moved",
    "number": "number",
    "created": "number",
    "newest": "number",
}
_VOCABULARY = ("mine", "all", "open", "stale", "overdue", "won", "lost", "closed", "archived")
_PARTNER = frozenset({"partner", "via"})
_OWNER = frozenset({"owner", "of"})
_STAGE = frozenset({"stage", "in"})
_NAMED = frozenset({"customer", "named", "with"})


def read(words: str, known: Known) -> Read:
    """The list these words ask for: mine, unless they name a stage, a partner, somebody or words
    to look for.
    """
    reading = _Reading(words, known)
    reading.run()
    return reading.result()


def names_people(words: str) -> bool:
    """Whether somebody may be named by what a first reading left, or by a sign of it."""
    return bool(_OWNER & set(_folded(words))) or "@" in words


def names_partners(words: str) -> bool:
    return bool(_PARTNER & set(_folded(words)))


def corrected(words: str, known: Known) -> Read | None:
    """Another reading, one word of which was a typo; None when nothing is near."""
    first = read(words, known)
    best = max(
        (each for token in first.rest for each in _near(token, known)),
        default=None,
        key=lambda each: each[0],
    )
    if best is not None:
        _, token, meant = best
        mended = read(" ".join(meant if each == token else each for each in words.split()), known)
        return mended if mended.wanted != first.wanted else None
    return _renamed(first, known)


class _Reading:
    """One pass from the first word to the last."""

    def __init__(self, words: str, known: Known) -> None:
        self.tokens = [each for each in words.split() if _fold(each)][:_MOST_TOKENS]
        self.folded = [_fold(each) for each in self.tokens]
        self.known = known
        self.stages = {
            name: stage
            for stage in reversed(known.pipeline.stages)
            for name in (stage.key, comparable(stage.label))
        }
        self.given: dict[str, object] = {}
        self.rest: list[str] = []
        self.unknown: list[Unknown] = []

    def run(self) -> None:
        at = 0
        while at < len(self.tokens):
            at += self._named(at) or self._stage_or_rule(at) or self._other(at)

    def result(self) -> Read:
        by_words = _filter(self.given, _words(self.rest), self.known)
        rest, unknown = tuple(self.rest), tuple(self.unknown)
        somebody = self._somebody()
        if somebody is None:
            return Read(by_words, rest, unknown)
        theirs = {"owner_id": somebody, "whose": "all"}
        return Read(_filter(self.given | theirs, None, self.known), rest, unknown, by_words)

    def _named(self, at: int) -> int:
        """`via Globex`, `owner Ana`, `@ana`, `in Negotiation`: how many words that takes."""
        word = self.folded[at]
        if word.startswith("@") and len(word) > 1:
            return self._keep("person", self._person(self.tokens[at:], at), at)
        if at + 1 == len(self.tokens):
            return 0
        if word in _STAGE:
            taken = self._take_stage(at + 1)
            return taken + 1 if taken else 0
        if word in _NAMED:
            return self._take_words(at + 1) + 1
        if word in _OWNER | _PARTNER:
            return self._take_name(at)
        return 0

    def _take_name(self, at: int) -> int:
        if self.folded[at] in _OWNER:
            return self._keep("person", self._person(self.tokens[at + 1 :], at + 1), at + 1) + 1
        said, names = self.tokens[at + 1 :], self.known.partners
        found = exactly(said, names) or nearly(said, names, lambda count: self._ends(at + 1, count))
        return self._keep("partner", found, at + 1) + 1

    def _person(self, said: Sequence[str], at: int) -> Match | None:
        """Somebody by their whole name, else by how it begins: `@ana`, `ana.smith`, `Ana`."""
        spoken = [re.sub(r"[@._]+", " ", comparable(each)).strip() for each in said[:_MOST_OF_NAME]]
        names = {key: comparable(name) for key, name in self.known.people.items()}
        for count in range(len(spoken), 0, -1):
            name = " ".join(spoken[:count])
            found = [key for key, each in names.items() if each == name]
            if not found and self._ends(at, count):
                found = [key for key, each in names.items() if each.startswith(f"{name} ")]
            if len(found) == 1:
                return Match(count, found[0])
            if found:
                candidates = sorted(self.known.people[key] for key in found)
                return Match(count, None, tuple(candidates[:_MOST_SHOWN]))
        return None

    def _keep(self, kind: Literal["person", "partner"], found: Match | None, at: int) -> int:
        """Who is named from there on, in how many words."""
        if found is not None and found.partner is not None:
            self.given["owner_id" if kind == "person" else "partner_id"] = found.partner
            return found.count
        count = found.count if found else self._until_rule(at)
        words = " ".join(self.tokens[at : at + count])[:LONGEST]
        self.unknown.append(Unknown(kind, words, found.candidates if found else ()))
        return count

    def _stage_or_rule(self, at: int) -> int:
        """Whichever takes more words; of equal ones the stage, if opportunities are open in it."""
        stage, rule = self._stage_length(at), self._rule_length(at)
        if stage and (stage > rule or (stage == rule and self._is_open_stage(at, stage))):
            return self._take_stage(at)
        return self._take_rule(at) if rule else 0

    def _take_stage(self, at: int) -> int:
        count = self._stage_length(at)
        if count:
            self.given["stage"] = self.stages[" ".join(self.folded[at : at + count])].key
        return count

    def _stage_length(self, at: int) -> int:
        for count in range(min(8, len(self.folded) - at), 0, -1):
            if " ".join(self.folded[at : at + count]) in self.stages:
                return count
        return 0

    def _is_open_stage(self, at: int, count: int) -> bool:
        return self.stages[" ".join(self.folded[at : at + count])].kind == "open"

    def _rule(self, at: int) -> tuple[_Rule, re.Match[str]] | None:
        there = " ".join(self.folded[at : at + 8])
        for rule in _RULES:
            found = rule.pattern.match(there)
            if found and ("sort" not in found.groupdict() or found["sort"] in _SORTS):
                return rule, found
        return None

    def _rule_length(self, at: int) -> int:
        found = self._rule(at)
        return len(found[1][0].split()) if found else 0

    def _take_rule(self, at: int) -> int:
        found = self._rule(at)
        if found is None:
            return 0
        rule, match = found
        self.given |= {**rule.given, **_said(match.groupdict())}
        return len(match[0].split())

    def _take_words(self, at: int) -> int:
        count = self._until_rule(at)
        self.rest += self.tokens[at : at + count]
        return count

    def _other(self, at: int) -> int:
        self.rest.append(self.tokens[at].strip("\"'“”") or self.tokens[at])
        return 1

    def _until_rule(self, at: int) -> int:
        count = 1
        while not self._ends(at, count):
            count += 1
        return count

    def _ends(self, at: int, count: int) -> bool:
        """Whether what begins there ends after so many words."""
        after = at + count
        if after >= len(self.tokens):
            return True
        intro = self.folded[after] in _OWNER | _PARTNER | _STAGE
        return intro or bool(self._rule_length(after) or self._stage_length(after))

    def _somebody(self) -> UUID | None:
        """The one person the rest is the name of, whole or the first of it."""
        if not self.rest or "owner_id" in self.given:
            return None
        said = " ".join(comparable(each) for each in self.rest)
        names = {key: comparable(name) for key, name in self.known.people.items()}
        whole = [key for key, name in names.items() if name == said]
        first = [key for key, name in names.items() if name.split(" ")[0] == said]
        found = whole or first
        return found[0] if len(found) == 1 else None


def _filter(given: Mapping[str, object], words: str | None, known: Known) -> Filter:
    given = dict(given)
    whose = given.pop("whose", None)
    is_named = bool(words) or not given.keys().isdisjoint({"stage", "partner_id", "owner_id"})
    if whose == "me" or (whose is None and not is_named):
        given["owner_id"] = known.me
    stage = known.pipeline.find(str(given.get("stage")))
    if stage is not None and stage.kind != "open" and given.get("when"):
        given["status"] = stage.kind
    if given.get("status") in ("won", "lost", "closed") and stage is None:
        given.setdefault("when", "this_quarter")
    return Filter.model_validate(given | {"words": words})


def _words(rest: Sequence[str]) -> str | None:
    """What is looked for, without what nobody sees."""
    composed = unicodedata.normalize("NFC", " ".join(rest))
    return "".join(each for each in composed if each.isprintable())[:LONGEST].strip() or None


def _said(groups: Mapping[str, str | None]) -> dict[str, object]:
    """The fields a rule's words give beside those it always gives."""
    said: dict[str, object] = {}
    if status := groups.get("status"):
        said["status"] = status
    if when := groups.get("when"):
        said["when"] = when.replace(" ", "_")
    if sort := groups.get("sort"):
        said["sort"] = _SORTS[sort]
    if (count := groups.get("count")) and (unit := groups.get("unit")):
        said["closing_within_days"] = min(int(count) * _DAYS[unit], MOST_DAYS)
    return said


def _near(token: str, known: Known) -> list[tuple[float, str, str]]:
    names = [(each, each) for each in _VOCABULARY]
    for stage in known.pipeline.stages:
        names += [
            (stage.key, f"stage {stage.key}"),
            (comparable(stage.label), f"stage {stage.key}"),
        ]
    scored = (
        (OSA.normalized_similarity(_fold(token), name), token, meant) for name, meant in names
    )
    return [each for each in scored if each[0] >= NEAR]


def _renamed(first: Read, known: Known) -> Read | None:
    """The rest as the name of a partner or somebody, spelled nearly so."""
    for name, names in (("partner_id", known.partners), ("owner_id", known.people)):
        found = nearly(list(first.rest), names, _all) if first.rest else None
        if found is not None and found.partner is not None:
            given = {name: found.partner, "words": None}
            return Read(first.wanted.model_copy(update=given))
    return None


def _all(_count: int) -> bool:
    return True


def _fold(token: str) -> str:
    return "".join(comparable(token).split()).strip(",;:.!?\"'“”")


def _folded(words: str) -> Sequence[str]:
    return [_fold(each) for each in words.split()]


SORTS: tuple[Sort, ...] = get_args(Sort)
