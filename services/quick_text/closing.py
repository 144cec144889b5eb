"""Which of the days in the line is the close date: the one after *closing*, else the only one that
stands where a name does not go on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.quick_text import anchors
from services.quick_text.anchors import LATIN, ends_phrase
from services.quick_text.day_words import SMALL_NUMBERS, UNITS, alternatives
from services.quick_text.days import FULL, GOOD, WEAK
from services.quick_text.parts import MASK, Part, doubted, masked, several
from services.quick_text.values import Doubt, Field, Found, Span, Why

_OFFSET = (
    rf"(?:[0-9]+|{alternatives(SMALL_NUMBERS)}) ?(?:{'|'.join(UNITS.values())}) (?:{anchors.APART})"
)
_LEAD = re.compile(
    rf"(?<![{LATIN}.'-])(?:(?P<never>{anchors.NEVER})|(?P<close>{anchors.CLOSES})"
    rf"|(?P<not>{anchors.NOT_CLOSING}|{_OFFSET})|(?P<street>{anchors.STREETS})"
    rf"|(?P<on>{anchors.ON})|(?P<of>of|du|des|de|del|la|das|dos)) ?[:=]?[ \u00a0(]*$",
    re.IGNORECASE,
)
_TAIL = re.compile(rf" ?(?:で)?(?:{anchors.DATED_AFTER})")
_BETWEEN = re.compile(
    r" ?(?:[-/,?]|(?<= )(?:or|to|and|oder|bis|und|ou|et|o|y|e|a|of|until|till)(?= ))? ?",
    re.IGNORECASE,
)
_WINDOW = 40
"""Characters before a day in which the words that lead to it are looked for."""
_MOST_LEADS = 4
_UNREAD = re.compile(
    rf"(?<![{LATIN}])(?:closing(?: date)?|closes|close date|expected close|schließt|abschluss"
    rf"|clôture|cierre|cierra|fechamento|chiusura)(?![{LATIN}]):? (?P<words>[^;,|]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A day with the words that lead to it."""

    found: Found
    span: Span
    is_closing: bool = False
    is_other: bool = False
    is_led: bool = False
    is_of: bool = False
    is_street: bool = False


def close_date(said: str, words: str, found: Sequence[Found], taken: Sequence[Span]) -> Part[date]:
    """The close date in `said`, whose folded form is `words`; `taken` are places of other parts."""
    marked = masked(words, taken)
    phrases = _until([_led(each, marked) for each in found], marked)
    counting = [each for each in phrases if _counts(each, marked)]
    closing = [each for each in counting if each.is_closing] or counting
    if not closing:
        return Part(doubt=_maybe(said, phrases, marked) or _unread(said, marked))
    first, joined = closing[0].found, _joined(closing, phrases, marked)
    said_of_it = [each for each in counting if each in closing or each.found.meant == first.meant]
    spans = _spans([*said_of_it, *joined], marked)
    days = {each.found.meant for each in closing}
    if len(days) > 1 or joined:
        every = sorted({each.found for each in [*closing, *joined]}, key=lambda each: each.span)
        return Part(spans, doubt=several(said, Field.CLOSE, every))
    if first.meant is None:
        return Part(spans, doubt=doubted(said, Field.CLOSE, first))
    return Part(spans, first.meant if isinstance(first.meant, date) else None)


def _spans(phrases: Sequence[_Phrase], words: str) -> tuple[Span, ...]:
    """Days beside each other are taken out with the word between them."""
    spans: list[Span] = []
    for each in sorted(phrase.span for phrase in phrases):
        last = spans[-1] if spans else None
        if last and (each.start < last.end or _BETWEEN.fullmatch(words[last.end : each.start])):
            spans[-1] = Span(last.start, max(last.end, each.end))
        else:
            spans.append(each)
    return tuple(spans)


def _led(found: Found, words: str) -> _Phrase:
    """The phrase with all words that lead to it: `closing on the`."""
    phrase = _Phrase(found, found.span)
    for _ in range(_MOST_LEADS):
        start = max(0, phrase.span.start - _WINDOW)
        lead = _LEAD.search(words[start : phrase.span.start])
        if lead is None or phrase.is_other or phrase.is_street:
            break
        if phrase.is_closing and not (lead["never"] or lead["close"] or lead["on"]):
            break
        phrase = replace(
            phrase,
            span=Span(start + lead.start(), found.span.end),
            is_closing=phrase.is_closing or bool(lead["close"]),
            is_other=bool(lead["not"] or lead["never"]),
            is_led=phrase.is_led or bool(lead["on"]),
            is_of=phrase.is_of or bool(lead["of"]),
            is_street=bool(lead["street"]),
        )
    tail = _TAIL.match(words, found.span.end)
    if tail:
        end = Span(phrase.span.start, tail.end())
        phrase = replace(phrase, span=end, is_closing=True)
    return phrase


def _until(phrases: Sequence[_Phrase], words: str) -> list[_Phrase]:
    """The end of a stretch is no close date either: `term 1 Oct - 30 Sep`."""
    told: list[_Phrase] = []
    for each in phrases:
        before = told[-1] if told else None
        gap = words[before.found.span.end : each.found.span.start] if before else ""
        is_end = before is not None and before.is_other and _BETWEEN.fullmatch(gap) is not None
        told.append(replace(each, is_other=each.is_other or is_end))
    return told


def _counts(phrase: _Phrase, words: str) -> bool:
    """Whether it is said of the close date, and is no part of a name: `Made in March` alone is."""
    certainty, start = phrase.found.certainty, phrase.span.start
    if phrase.is_other or phrase.is_street:
        return False
    if phrase.is_closing or certainty >= FULL:
        return True
    before = words[:start].rstrip(" ,(-|·:")
    is_beside = before.endswith(MASK)
    if not before or not ends_phrase(words, phrase.found.span.end):
        return is_beside and certainty >= GOOD
    if phrase.is_of and not phrase.is_led:
        return False
    if certainty >= GOOD:
        return True
    is_alone = MASK not in words
    return certainty >= WEAK and (is_beside or (phrase.is_led and not is_alone))


def _joined(closing: Sequence[_Phrase], phrases: Sequence[_Phrase], words: str) -> list[_Phrase]:
    """Other days right beside one that counts: `30 sep or 15 oct`."""
    found: list[_Phrase] = []
    for each in closing:
        for other in phrases:
            first, second = sorted((each, other), key=lambda one: one.found.span)
            if first is second or other in closing or other.is_other:
                continue
            between = words[first.found.span.end : second.found.span.start]
            if _BETWEEN.fullmatch(between) and each.found.meant != other.found.meant:
                found.append(other)
    return found


def _maybe(said: str, phrases: Sequence[_Phrase], words: str) -> Doubt | None:
    """A day that may be a part of a name, or of something else, is asked about."""
    for each in phrases:
        if each.found.why is Why.IN_PAST and not each.is_other:
            continue
        is_last = ends_phrase(words, each.found.span.end) and each.span.start > 0
        if each.found.certainty >= GOOD or (is_last and each.found.certainty >= WEAK):
            why = Why.OTHER_DAY if each.is_other else Why.MAYBE
            meant = (each.found.meant,) if isinstance(each.found.meant, date) else ()
            span = each.span if each.is_other else each.found.span
            return Doubt(Field.CLOSE, why, said[span.start : span.end].strip(), meant)
    return None


def _unread(said: str, words: str) -> Doubt | None:
    """*closing* is there, and nothing after it that could be read."""
    match = _UNREAD.search(words)
    if match is None:
        return None
    few = " ".join(said[match.start("words") : match.end("words")].split()[:4])
    return Doubt(Field.CLOSE, Why.UNREADABLE, few)
