"""The partner in the line: the name after *via*, or before 経由."""

import re
from itertools import islice
from uuid import UUID

from services.quick_text import anchors, partner_names
from services.quick_text.anchors import LATIN
from services.quick_text.parts import Part
from services.quick_text.values import Asked, Doubt, Field, Span, Why

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


def mentions_partner(words: str) -> bool:
    """Whether a partner may be named at all, so that the company's partners are worth reading."""
    return bool(_ANCHOR.search(words) or _AFTER.search(words))


def exact_partner(said: str, words: str, asked: Asked) -> Part[UUID]:
    """A partner called exactly so: its name may look like a day or an amount."""
    for match in islice(_ANCHOR.finditer(words), _MOST_ANCHORS):
        tokens = list(islice(_TOKEN.finditer(said, match.end()), _MOST_TOKENS))
        found = partner_names.exactly([_bare(each[0]) for each in tokens], asked.partners)
        if found and found.partner:
            end = tokens[found.count - 1].end() - _trailing(tokens[found.count - 1][0])
            return Part((Span(match.start(), end),), found.partner)
    match = _AFTER.search(words)
    name = said[match.start("name") : match.end("name")] if match else ""
    key = partner_names.ending(name, asked.partners) if name else None
    if match is None or key is None:
        return Part()
    start = match.end("name") - len(asked.partners[key])
    return Part((Span(start, match.end()),), key)


def partner(said: str, words: str, asked: Asked) -> Part[UUID]:
    """Whom the words after *via* name, nearly; a doubt when it is nobody, or several."""
    doubt = _before_mark(said, words, asked)
    if doubt.meant:
        return doubt
    for match in islice(_ANCHOR.finditer(words), _MOST_ANCHORS):
        found = _named(said, words, match, asked)
        if found.meant:
            return found
        doubt = doubt if doubt.doubt else found
    return doubt


def _named(said: str, words: str, match: re.Match[str], asked: Asked) -> Part[UUID]:
    stop = _STOP.search(words, match.end())
    end = stop.start() if stop else len(words)
    tokens = list(_TOKEN.finditer(said, match.end(), end))
    found = partner_names.nearly([_bare(each[0]) for each in tokens], asked.partners)
    if found is None:
        return _nobody(match, tokens)
    last = tokens[found.count - 1]
    span = Span(match.start(), last.end() - _trailing(last[0]))
    if found.partner:
        return Part((span,), found.partner)
    if not match["sure"]:
        return Part()
    name = said[match.end() : span.end]
    return Part((span,), doubt=Doubt(Field.PARTNER, Why.TWO_READINGS, name, found.candidates))


def _nobody(match: re.Match[str], tokens: list[re.Match[str]]) -> Part[UUID]:
    """After *via* it is a partner all the same; after *with* it is whatever it is."""
    if not match["sure"] or not tokens:
        return Part()
    name = " ".join(each[0] for each in tokens).rstrip(_TRAIL)
    is_name = len(tokens) <= _MOST_WORDS and match.start() > 0
    spans = (Span(match.start(), tokens[-1].end()),) if is_name else ()
    return Part(spans, doubt=Doubt(Field.PARTNER, Why.UNKNOWN, name))


def _before_mark(said: str, words: str, asked: Asked) -> Part[UUID]:
    match = _AFTER.search(words)
    if match is None:
        return Part()
    name = said[match.start("name") : match.end("name")]
    found = partner_names.nearly([name], asked.partners)
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
