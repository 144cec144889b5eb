"""JSON as it comes off the wire, narrowed here so that nothing else meets an untyped value."""

import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

JsonObject = dict[str, object]

MOST_NESTED = 200
"""Levels; whatever walks the value later would run out of stack far beyond them."""
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class SlackError(Exception):
    """A refusal in Slack's words: the `error` code and what else the answer carries."""

    def __init__(self, code: str, messages: Iterable[str] = (), **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details: JsonObject = dict(details)
        listed = list(messages)
        if listed:
            self.details["response_metadata"] = {"messages": listed}


class RateLimited(SlackError):
    """Too many calls: come back in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


def parse(text: str | bytes) -> object:
    """The value of a JSON text. Raises ValueError when it is none (or not UTF-8), and for what
    Python alone takes for JSON: NaN, infinities, half characters, nesting without end.
    """
    words = text if isinstance(text, str) else text.decode()
    try:
        read = json.loads(words, parse_constant=_number, parse_float=_number)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    value = cast("object", read)
    if SURROGATE.search(words):
        dump(value).encode()  # UnicodeEncodeError, a ValueError, for one half of a pair
    if words.count("[") + words.count("{") > MOST_NESTED and _is_too_deep(value):
        raise ValueError("nested too deep")
    return value


def _number(word: str) -> float:
    number = float(word)
    if not math.isfinite(number):
        raise ValueError(f"{word} is no number in JSON")
    return number


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(MOST_NESTED):
        level = [child for each in level for child in _children(each)]
    return bool(level)


def _children(value: object) -> Iterable[object]:
    return [*as_object(value).values(), *as_list(value)]


def maybe_object(value: object) -> JsonObject | None:
    """`value` if it is a JSON object."""
    return cast("JsonObject", value) if isinstance(value, dict) else None


def as_object(value: object) -> JsonObject:
    """`value` if it is a JSON object, else an empty one."""
    return maybe_object(value) or {}


def as_list(value: object) -> list[object]:
    """`value` if it is a JSON array, else an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def as_objects(value: object) -> list[JsonObject]:
    """The JSON objects in an array."""
    return [found for item in as_list(value) if (found := maybe_object(item)) is not None]


def as_text(value: object) -> str:
    """`value` if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def text_of(value: object) -> str:
    """The words of a Slack text object."""
    return as_text(as_object(value).get("text"))


def dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass
class Changes:
    """Counts changes and calls whoever listens: the page reloads on it.

    `witnesses` are told of each record of a team that is saved, and how it read before where that
    is known: the events that an app is sent come from it.
    """

    version: int = 0
    listeners: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    witnesses: list[Callable[[str, object, object], None]] = field(
        default_factory=list[Callable[[str, object, object], None]]
    )

    def note(self) -> None:
        self.version += 1
        for listener in tuple(self.listeners):
            listener()

    def saved(self, team_id: str, record: object, before: object = None) -> None:
        """A record of this team was saved."""
        for witness in tuple(self.witnesses):
            witness(team_id, record, before)
        self.note()
