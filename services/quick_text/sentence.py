"""The whole line: what each part means, and what is left for the customer. Pure.

What could be read in two ways, or may be part of a name, is left empty and told.
"""

import re
import unicodedata
from collections.abc import Sequence

from services.quick_text.closing import close_date
from services.quick_text.dates import days
from services.quick_text.days import GOOD
from services.quick_text.folding import folded
from services.quick_text.money import amounts
from services.quick_text.numbers import point_of
from services.quick_text.partner_words import exact_partner, partner
from services.quick_text.parts import Part, counts, doubted, masked, several
from services.quick_text.values import Asked, Field, Found, Money, Span, Understood, Why

MOST = 4000
"""Characters that are read; a command's text is no longer."""
_EDGES = " \u200e\u200f\u061c\u00a0\t\n\r,;|·:/&+-\u2013\u2014、。"
_EMOJI = r":[\w+'-]{1,98}:"
"""As Slack writes one in a command: 100 characters at most."""
_BEGINS, _ENDS = re.compile(_EMOJI), re.compile(f"{_EMOJI}$")
_MARKS = frozenset({"Pd", "Po", "Pc", "Pi", "Pf", "Sm", "Sk", "Cf"})
_NOTHING = re.compile(r"\(\s*\)|\[\s*\]|(?:(?<=\s)|^)[(\[](?=\s|$)|^[)\]]+(?=\s|$)")
"""Brackets that held what was taken."""
_ENDED = re.compile(r"\s*[.!?]+(?=\s)")
"""The end of a sentence whose last word was taken."""


def understand(words: str, asked: Asked) -> Understood:
    """What these words say of a new opportunity. Never raises. Its spans are places in the
    composed (NFC) form of the first 4000 characters.
    """
    said = unicodedata.normalize("NFC", words[:MOST])
    text = folded(said, point_of(asked.locale))
    exact = exact_partner(said, text, asked)
    text = masked(text, exact.spans)
    phrases = days(text, asked)
    found = [each for each in amounts(text, asked) if not _is_rather_day(each, phrases)]
    phrases = [each for each in phrases if not _is_in_amount(each, found)]
    money = _money(said, found)
    close = close_date(said, text, phrases, [*money.spans])
    text = masked(text, [*money.spans, *close.spans])
    named = exact if exact.spans else partner(said, text, asked)
    spans = {Field.PARTNER: named.spans, Field.AMOUNT: money.spans, Field.CLOSE: close.spans}
    rest = _rest(said, [span for each in spans.values() for span in each])
    return Understood(
        customer=_customer(said, rest),
        money=money.meant,
        close=close.meant,
        partner=named.meant,
        spans={name: each for name, each in {**spans, Field.CUSTOMER: rest}.items() if each},
        doubts=tuple(each.doubt for each in (named, money, close) if each.doubt),
    )


def _customer(said: str, rest: Sequence[Span]) -> str:
    """The words that are left, as typed; a bracket closes right behind what it holds."""
    kept = ""
    for start, end in rest:
        closes = said[start] in ")]" and kept.count("(") + kept.count("[") > 0
        kept += said[start:end] if closes else f" {said[start:end]}"
    return _trimmed(" ".join(_NOTHING.sub(" ", kept).split()))


def _money(said: str, found: Sequence[Found]) -> Part[Money]:
    """The one amount of the line; two that differ are two readings of it."""
    counting = [each for each in found if counts(each)]
    if not counting:
        return Part(doubt=doubted(said, Field.AMOUNT, found[0]) if found else None)
    spans = tuple(each.span for each in counting)
    is_one = len(counting) == 1 or len({each.meant for each in counting} - {None}) == 1
    if not is_one:
        return Part(spans, doubt=several(said, Field.AMOUNT, counting))
    meant = counting[0].meant
    if not isinstance(meant, Money):
        return Part(spans, doubt=doubted(said, Field.AMOUNT, counting[0]))
    return Part(spans, meant)


def _is_rather_day(amount: Found, phrases: Sequence[Found]) -> bool:
    """`30.09.2026` is no number."""
    over = [each for each in phrases if each.span.overlaps(amount.span)]
    is_unsure = amount.why in {Why.UNREADABLE, Why.MAYBE}
    return any(each.certainty >= GOOD or is_unsure for each in over)


def _is_in_amount(phrase: Found, found: Sequence[Found]) -> bool:
    return any(each.span.overlaps(phrase.span) for each in found)


def _rest(said: str, taken: Sequence[Span]) -> tuple[Span, ...]:
    """The places between what was taken, without the commas and dashes at their edges."""
    places: list[Span] = []
    at = 0
    for start, end in [*sorted(taken), Span(len(said), len(said))]:
        ended = _ENDED.match(said, at, start) if at else None
        piece = said[at:start].removeprefix(ended[0] if ended else "")
        trimmed = _trimmed(piece)
        if trimmed and not _is_punctuation(trimmed):
            first = start - len(piece) + piece.index(trimmed)
            places.append(Span(first, first + len(trimmed)))
        at = max(at, end)
    return tuple(places)


def _trimmed(piece: str) -> str:
    """Without the commas, colons and dashes at its edges, but for those of an emoji."""
    while piece[:1] and piece[0] in _EDGES and not _BEGINS.match(piece):
        piece = piece[1:]
    while piece[-1:] and piece[-1] in _EDGES and not _ENDS.search(piece[-100:]):
        piece = piece[:-1]
    return piece


def _is_punctuation(words: str) -> bool:
    """`!!!` after an amount is no customer; an emoji says something."""
    return all(unicodedata.category(each) in _MARKS or each.isspace() for each in words)
