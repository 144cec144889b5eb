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


_MISSING = "missing required field: "
_OF_TYPE = frozenset(
    {
        *(f"must provide {kind}" for kind in ("an object", "an array", "a string")),
        *("must provide an integer", "must provide a number", "must be a boolean"),
    }
)


def explained(problem: Problem) -> dict[str, object]:
    """The problem as blocks.validate lists it, its code as in Slack's schema library.

    https://docs.slack.dev/reference/methods/blocks.validate#validation-errors
    """
    told: dict[str, object] = {"pointer": problem.pointer, "message": problem.message}
    if problem.message.startswith(_MISSING):
        field = problem.message.removeprefix(_MISSING)
        return {**told, "code": "missing_field", "field": field}
    wrong_type = problem.message in _OF_TYPE
    return {**told, "code": "invalid_type" if wrong_type else "failed_constraint"}


ONE_TABLE = "only_one_table_allowed"
_SCHEMA = "invalid additional property"


def message_error(problems: Sequence[Problem]) -> str:
    """The error word of chat.* for a message with these problems, the first one deciding.

    https://docs.slack.dev/reference/methods/chat.postMessage#errors; more tables than one are
    answered `invalid_attachments`, for they are shown below a message.
    """
    first = problems[0]
    if first.pointer.startswith("/metadata"):
        unknown = first.pointer == "/metadata" and first.message.startswith(_SCHEMA)
        return "invalid_metadata_schema" if unknown else "invalid_metadata_format"
    if first.pointer.startswith("/attachments") or first.message == ONE_TABLE:
        return "invalid_attachments"
    no_list = first.pointer == "/blocks" and first.message == "must provide an array"
    return "invalid_blocks_format" if no_list else "invalid_blocks"


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
