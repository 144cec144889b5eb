"""One field's part of the line: where it is, what it means, or why it was left empty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

from services.quick_text.values import Doubt, Field, Found, Money, Span, Why

T = TypeVar("T", Money, date, UUID)

MASK = ";"
"""In place of what is understood already: whatever is beside it ends there."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """`spans` are taken out of the customer's words, also when they were doubtful."""

    spans: tuple[Span, ...] = ()
    meant: T | None = None
    doubt: Doubt | None = None


def masked(words: str, spans: Iterable[Span]) -> str:
    """The words with a mark on every character of these places."""
    for start, end in spans:
        words = words[:start] + MASK * (end - start) + words[end:]
    return words


def counts(found: Found) -> bool:
    """Whether this is what it looks like, be it doubtful; a name that looks like it is not."""
    return found.why is not Why.MAYBE


def doubted(said: str, field: Field, found: Found) -> Doubt:
    words = said[found.span.start : found.span.end].strip()
    return Doubt(field, found.why or Why.MAYBE, words, found.readings)


def several(said: str, field: Field, found: Iterable[Found]) -> Doubt:
    """Two are said where one is asked for."""
    every = list(found)
    words = said[every[0].span.start : every[-1].span.end].strip()
    readings = tuple(each.meant for each in every if isinstance(each.meant, date))
    return Doubt(field, Why.SEVERAL, words, readings)
