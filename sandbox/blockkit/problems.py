"""What is wrong with a payload and where; and the narrowing of parsed JSON the rules share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

Fields = Mapping[str, object]


@dataclass(frozen=True)
class Problem:
    """One thing Slack would refuse: a JSON pointer to the place and Slack's words for it."""

    pointer: str
    message: str


def below(at: str, key: str | int) -> str:
    """Point at a member of what `at` points to (RFC 6901)."""
    return f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}"


def as_object(value: object) -> Fields | None:
    """Give the value as a JSON object, or None when it is something else."""
    return cast("Fields", value) if isinstance(value, dict) else None


def as_list(value: object) -> Sequence[object] | None:
    """Give the value as a JSON array, or None when it is something else."""
    return cast("Sequence[object]", value) if isinstance(value, list) else None


def objects_in(value: object) -> list[Fields]:
    """Give the JSON objects of an array; anything else counts as an empty one."""
    found = (as_object(item) for item in as_list(value) or [])
    return [item for item in found if item is not None]
