"""The partner in the line: the name after *via*, or before 経由."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from services.quick_text import anchors, partner_names
from services.quick_text.anchors import LATIN, ends_phrase
from services.quick_text.parts import Part
from services.quick_text.values import Asked, Doubt, Field, Span, Why
from services.text import locale_of

_MOST_WORDS = 4
"""So many words after *via* are a partner's name even when nobody is called so."""
_MOST_ANCHORS, _MOST_TOKENS = 8, 8
"""So many places and words are looked at; a sentence has fewer."""
_ANCHOR = re.compile(
    rf"(?<![{LATIN}'-])(?:(?P<sure>{anchors.PARTNER_SURE})|{anchors.PARTNER_MAYBE})"
    rf"(?![{LATIN}'-])(?: partner)?:?[ \u00a0]+",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"(?P<name>[^\s;,、|]{{1,60}}) ?(?:{anchors.PARTNER_AFTER})")
_STOP = re.compile(
    rf"[;|()、]|,|(?<![{LATIN}])(?:{anchors.CLOSES}|{anchors.PARTNER_SURE}|worth|for)(?![{LATIN}])",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\S+")
_TRAIL = ",;:.!?"
_AND = re.compile(r" ?(?:,|&|\+|/| (?:and|und|et|y|och|og|en)) +", re.IGNORECASE)
_GOES_ON = re.compile(r" [^\W\d_A-Z]")
"""A word in small letters follows."""
ORDINARY = re.compile(
    r"direct|will|march|may|april|june|august|mark|bill|grant|rich|frank|chance|hope|grace|faith|joy"
    r"|art|pat|sue|jack|drew|gene|dot|ray|max|lead|partner|email|phone|post|mail|air|sea|land|rail"
    r"|road|web|online|target|square|shell|gap|box|zoom|sage|prime|first|summit|notion"
)
"""In small letters these are words, whoever else is called so."""
_ARTICLE = re.compile(r"(?:the|an?|our|my|your|his|her|their|its) ")
"""In small letters: what follows is no name."""


def mentions_partner(words: str) -> bool:
    """Whether a partner may be named at all, so that the company's partners are worth reading."""
    return bool(_ANCHOR.search(words) or _AFTER.search(words))


@dataclass(frozen=True, slots=True)
class _Named:
    """A partner called exactly so, with the word that leads to it."""

    span: Span
    key: UUID
    is_sure: bool


def exact_partner(said: str, words: str, asked: Asked) -> Part[UUID]:
    """A partner called exactly so: its name may look like a day or an amount."""
    anchored = list(islice(_ANCHOR.finditer(words), _MOST_ANCHORS))
    named = [each for match in anchored for each in _exactly(said, words, match, asked)]
    sure = [each for each in named if each.is_sure]
    if not sure and any(match["sure"] for match in anchored):
        named = []  # whom *via* means is read first, and *with* somebody may say nothing of it
    if named:
        return _one_of(said, sure or named, asked)
    return _exactly_before(said, words, asked)


def partner(said: str, words: str, asked: Asked) -> Part[UUID]:
    """Whom the words after *via* name, nearly; a doubt when it is nobody, or several."""
    doubt = _before_mark(said, words, asked)
    if doubt.meant:
        return doubt
    anchored = list(islice(_ANCHOR.finditer(words), _MOST_ANCHORS))
    for match in sorted(anchored, key=lambda each: not each["sure"]):
        if doubt.spans and not match["sure"]:
            break
        found = _named(said, words, match, asked)
        if found.meant:
            return found
        doubt = doubt if doubt.doubt else found
    return doubt


def _exactly_before(said: str, words: str, asked: Asked) -> Part[UUID]:
    """The partner before 経由, where no space need part the name from what is before it."""
    match = _AFTER.search(words)
    if match is None:
        return Part()
    name = said[match.start("name") : match.end("name")]
    whole = partner_names.exactly([name], asked.partners)
    if whole and whole.partner:
        return Part((Span(*match.span()),), whole.partner)
    key = partner_names.ending(name, asked.partners)
    if key is None:
        return Part()
    return Part((Span(match.end("name") - len(asked.partners[key]), match.end()),), key)


def _exactly(said: str, words: str, match: re.Match[str], asked: Asked) -> list[_Named]:
    """The partner named after this word, and those joined to it: `via Globex and Initech`."""
    named: list[_Named] = []
    start, at = match.start(), match.end()
    while len(named) < _MOST_ANCHORS:
        tokens = list(islice(_TOKEN.finditer(said, at), _MOST_TOKENS))
        found = partner_names.exactly([_bare(each[0]) for each in tokens], asked.partners)
        if found is None or found.partner is None:
            break
        last = tokens[found.count - 1]
        if _is_rather_words(said, words, match, tokens[: found.count]):
            break
        named.append(
            _Named(Span(start, last.end() - _trailing(last[0])), found.partner, bool(match["sure"]))
        )
        joined = _AND.match(words, named[-1].span.end)
        if joined is None:
            break
        start, at = joined.span()
    return named


def _one_of(said: str, named: Sequence[_Named], asked: Asked) -> Part[UUID]:
    """The one partner; where several are named, nobody says which of them counts."""
    spans = tuple(each.span for each in named)
    keys = list(dict.fromkeys(each.key for each in named))
    if len(keys) == 1:
        return Part(spans[:1], keys[0])
    words = said[spans[0].start : spans[-1].end]
    names = tuple(asked.partners[each] for each in keys)
    return Part(spans, doubt=Doubt(Field.PARTNER, Why.SEVERAL, words, names))


def _named(said: str, words: str, match: re.Match[str], asked: Asked) -> Part[UUID]:
    stop = _STOP.search(words, match.end())
    end = stop.start() if stop else len(words)
    tokens = list(_TOKEN.finditer(said, match.end(), end))
    is_name = bool(match["sure"]) or said[match.end() : match.end() + 1].isupper()

    def ends(count: int) -> bool:
        return is_name and (count == len(tokens) or ends_phrase(words, tokens[count - 1].end()))

    found = partner_names.nearly([_bare(each[0]) for each in tokens], asked.partners, ends)
    if found is None:
        return _nobody(match, tokens, asked)
    last = tokens[found.count - 1]
    span = Span(match.start(), last.end() - _trailing(last[0]))
    if _is_rather_words(said, words, match, tokens[: found.count]):
        return _maybe_words(match, tokens[: found.count], found, asked)
    if found.partner:
        return Part((span,), found.partner)
    if not match["sure"]:
        return Part()
    name = said[match.end() : span.end]
    return Part((span,), doubt=Doubt(Field.PARTNER, Why.TWO_READINGS, name, found.candidates))


def _is_rather_words(
    said: str, words: str, match: re.Match[str], tokens: Sequence[re.Match[str]]
) -> bool:
    """`via direct mail`, `with will`, `with 3M tape`: a word or a thing, although a partner is
    called so.
    """
    end = tokens[-1].end()
    goes_on = _GOES_ON.match(said, end) is not None and not ends_phrase(words, end)
    is_ordinary = len(tokens) == 1 and ORDINARY.fullmatch(_bare(tokens[0][0])) is not None
    if match["sure"]:
        return is_ordinary and goes_on
    is_thing = goes_on and any(map(str.isdigit, said[tokens[0].start() : end]))
    return is_ordinary or is_thing


def _maybe_words(
    match: re.Match[str],
    tokens: Sequence[re.Match[str]],
    found: partner_names.Match,
    asked: Asked,
) -> Part[UUID]:
    """After *via* it is asked about."""
    if not match["sure"] or found.partner is None:
        return Part()
    name, readings = _bare(tokens[-1][0]), (asked.partners[found.partner],)
    return Part(doubt=Doubt(Field.PARTNER, Why.TWO_READINGS, name, readings))


def _nobody(match: re.Match[str], tokens: list[re.Match[str]], asked: Asked) -> Part[UUID]:
    """After *via* it is a partner all the same; after *with* it is whatever it is."""
    name = " ".join(each[0] for each in tokens).rstrip(_TRAIL)
    if not match["sure"] or not name or _ARTICLE.match(name):
        return Part()
    is_name = len(tokens) <= _MOST_WORDS and match.start() > 0
    if _is_street(match, name, asked):
        is_name = False
    spans = (Span(match.start(), tokens[-1].end()),) if is_name else ()
    return Part(spans, doubt=Doubt(Field.PARTNER, Why.UNKNOWN, name))


def _is_street(match: re.Match[str], name: str, asked: Asked) -> bool:
    """`via Garibaldi 5` in Italian."""
    is_italian = locale_of(asked.locale).language == "it"
    return is_italian and match["sure"].lower() == "via" and any(map(str.isdigit, name))


def _before_mark(said: str, words: str, asked: Asked) -> Part[UUID]:
    match = _AFTER.search(words)
    if match is None:
        return Part()
    name = said[match.start("name") : match.end("name")]
    found = partner_names.nearly([name], asked.partners, bool)
    if found and found.partner:
        return Part((Span(*match.span()),), found.partner)
    why = Why.TWO_READINGS if found else Why.UNKNOWN
    readings = found.candidates if found else ()
    doubt = Doubt(Field.PARTNER, why, name, readings)
    return Part((Span(*match.span()),), doubt=doubt)


def _bare(token: str) -> str:
    return token[: len(token) - _trailing(token)]


def _trailing(token: str) -> int:
    return len(token) - len(token.rstrip(_TRAIL)) if token.rstrip(_TRAIL) else 0
