"""Slack's words for what is amiss, and samples that are just long enough or too long."""

from tests.sandbox.blockkit_samples import Json

AT_LEAST_ONE = "must provide at least 1 items"
ENUM = "must be a valid enum value"
EMPTY = "must be more than 0 characters"
BOOLEAN = "must be a boolean"
OBJECT = "must provide an object"
STRING = "must provide a string"


def long(count: int) -> str:
    """A text of so many characters."""
    return "x" * count


def less(most: int) -> str:
    """Slack's words for a text of more characters than these."""
    return f"must be less than {most + 1} characters"


def more(most: int) -> str:
    """Slack's words for an array of more items than these."""
    return f"no more than {most} items allowed"


def missing(name: str) -> str:
    return f"missing required field: {name}"


def without(sample: Json, name: str) -> Json:
    return {key: value for key, value in sample.items() if key != name}
