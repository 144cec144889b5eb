"""Checks that need several fields of one object: each is built from field names."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from sandbox.blockkit.problems import Fields, Problem, as_list, as_object, below, objects_in
from sandbox.blockkit.rules import Check


def one_needed(*names: str) -> Check:
    """At least one of the fields is there."""

    def check(fields: Fields, at: str) -> Iterator[Problem]:
        if not any(name in fields for name in names):
            yield Problem(at, f"must provide one of: {', '.join(names)}")

    return check


def not_together(first: str, second: str) -> Check:
    """The two fields exclude each other."""

    def check(fields: Fields, at: str) -> Iterator[Problem]:
        if first in fields and second in fields:
            yield Problem(at, f"must not provide both {first} and {second}")

    return check


def unique_in(array: str, name: str) -> Check:
    """No two objects of the array carry the same value in a field, where they carry it."""

    def check(fields: Fields, at: str) -> Iterator[Problem]:
        seen: list[object] = []
        for index, item in enumerate(as_list(fields.get(array)) or []):
            value = (as_object(item) or {}).get(name)
            if value is not None and value in seen:
                place = below(below(below(at, array), index), name)
                yield Problem(place, f'`{name}` "{value}" already exists')
            seen.append(value)

    return check


def options_of(fields: Fields) -> list[Fields]:
    """Every option of a menu, whether it stands alone or in a group."""
    grouped = [
        objects_in(group.get("options")) for group in objects_in(fields.get("option_groups"))
    ]
    return [*objects_in(fields.get("options")), *(option for group in grouped for option in group)]


def unique_option_values(fields: Fields, at: str) -> Iterator[Problem]:
    values = [option.get("value") for option in options_of(fields)]
    for value in sorted({str(value) for value in values if values.count(value) > 1}):
        yield Problem(at, f"option values must be unique: {value}")


def _same(option: Fields) -> tuple[object, ...]:
    """What makes two options match; whether emoji are escaped does not."""
    text = as_object(option.get("text")) or {}
    description = as_object(option.get("description")) or {}
    return (option.get("value"), text.get("type"), text.get("text"), description.get("text"))


def initial_among_options(fields: Fields, at: str) -> Iterator[Problem]:
    """What is chosen at first exactly matches one of the options."""
    offered = [_same(option) for option in options_of(fields)]
    chosen = [(below(at, "initial_option"), as_object(fields.get("initial_option")))]
    many = objects_in(fields.get("initial_options"))
    chosen += [(below(below(at, "initial_options"), i), option) for i, option in enumerate(many)]
    for place, option in chosen:
        if option is not None and _same(option) not in offered:
            yield Problem(place, "must match one of the options")


def within_max_selected(initial: str) -> Check:
    """No more is chosen at first than may be chosen at all."""

    def check(fields: Fields, at: str) -> Iterator[Problem]:
        most = fields.get("max_selected_items")
        if isinstance(most, int) and len(as_list(fields.get(initial)) or []) > most:
            yield Problem(below(at, initial), f"no more than {most} items allowed")

    return check


def whole_in_order(low: str, high: str) -> Check:
    """The lower whole number is not above the higher one, where both are given."""

    def check(fields: Fields, at: str) -> Iterator[Problem]:
        least, most = fields.get(low), fields.get(high)
        if isinstance(least, int) and isinstance(most, int) and least > most:
            yield Problem(below(at, low), f"must be less than or equal to {high}")

    return check


def initial_within_length(fields: Fields, at: str) -> Iterator[Problem]:
    """A text that is there from the start fits the length asked of it."""
    value, most = fields.get("initial_value"), fields.get("max_length")
    if isinstance(value, str) and isinstance(most, int) and len(value) > most:
        yield Problem(below(at, "initial_value"), f"must be less than {most + 1} characters")


def numbers_in_order(fields: Fields, at: str) -> Iterator[Problem]:
    """min_value <= initial_value <= max_value; all are numbers written as strings."""
    named = ("min_value", "initial_value", "max_value")
    given = [(name, Decimal(str(fields[name]))) for name in named if name in fields]
    for (low, least), (high, most) in pairwise(given):
        if least > most:
            yield Problem(below(at, low), f"must be less than or equal to {high}")


def whole_unless_decimal(fields: Fields, at: str) -> Iterator[Problem]:
    if fields.get("is_decimal_allowed") is True:
        return
    for name in ("min_value", "initial_value", "max_value"):
        if "." in str(fields.get(name, "")):
            yield Problem(below(at, name), "decimal numbers are not allowed")
