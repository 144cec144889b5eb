"""Ordered lists of records with a key and a label: what adding, renaming, moving and removing make
of them. Pure; keeps no values and knows no settings.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Protocol, TypeVar

LONGEST_KEY = 40
_UNNAMED = "item"
_NOT_OF_A_KEY = re.compile(r"[^a-z0-9]+")


class Keyed(Protocol):
    """A record of a list: its key is stored elsewhere and never changes, its label may."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...


K = TypeVar("K", bound=Keyed)


def fresh_key(label: str, taken: Collection[str]) -> str:
    """A key that reads like the label and is not taken: `Chose a competitor` is
    `chose_a_competitor`, a second one `chose_a_competitor_2`. A label without Latin letters gets
    a number.
    """
    latin = unicodedata.normalize("NFKD", label.casefold()).encode("ascii", "ignore").decode()
    word = _NOT_OF_A_KEY.sub("_", latin).strip("_")
    begun = word if word[:1].isalpha() else f"{_UNNAMED}_{word}".rstrip("_")
    wanted, number = begun[:LONGEST_KEY].rstrip("_"), 1
    key = wanted
    while key in taken:
        number += 1
        tail = f"_{number}"
        key = wanted[: LONGEST_KEY - len(tail)].rstrip("_") + tail
    return key


def find(items: Sequence[K], key: str) -> K | None:
    return next((each for each in items if each.key == key), None)


def with_item(items: Sequence[K], item: K) -> tuple[K, ...]:
    """The record in the place of the one with its key, or at the end."""
    if find(items, item.key) is None:
        return (*items, item)
    return tuple(item if each.key == item.key else each for each in items)


def predecessor(items: Sequence[K], key: str) -> str | None:
    """The key of the record before it; None for the first."""
    keys = [each.key for each in items]
    at = keys.index(key) if key in keys else len(keys)
    return keys[at - 1] if at else None


def placed(items: Sequence[K], item: K, after: str | None) -> tuple[K, ...]:
    """The record behind the one with the key `after`: first without one, last when that is gone."""
    others = list(without(items, item.key))
    keys = [each.key for each in others]
    at = 0 if after is None else keys.index(after) + 1 if after in keys else len(others)
    return (*others[:at], item, *others[at:])


def without(items: Sequence[K], key: str) -> tuple[K, ...]:
    return tuple(each for each in items if each.key != key)


def moved(items: Sequence[K], key: str, steps: int) -> tuple[K, ...]:
    """The record so many places further down (up, when negative), at most to the end."""
    item = find(items, key)
    if item is None:
        return tuple(items)
    others = [each for each in items if each.key != key]
    at = items.index(item) + steps
    others.insert(min(max(at, 0), len(others)), item)
    return tuple(others)
