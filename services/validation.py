"""Why pydantic refused a value, as problems of the business. No text of the library goes on."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from services.errors import FieldProblem, Problem

_PROBLEMS: Mapping[str, Problem] = {
    "missing": Problem.REQUIRED,
    "none_required": Problem.REQUIRED,
    "string_too_short": Problem.REQUIRED,
    "string_too_long": Problem.TOO_LONG,
    "string_type": Problem.NOT_TEXT,
    "string_unicode": Problem.CONTROL_CHARACTERS,
    "date_from_datetime_parsing": Problem.NOT_A_DATE,
    "date_parsing": Problem.NOT_A_DATE,
    "date_type": Problem.NOT_A_DATE,
    "date_from_datetime_inexact": Problem.NOT_A_DATE,
    "int_parsing": Problem.NOT_A_NUMBER,
    "int_parsing_size": Problem.NOT_A_NUMBER,
    "int_from_float": Problem.NOT_A_NUMBER,
    "int_type": Problem.NOT_A_NUMBER,
    "decimal_parsing": Problem.NOT_AN_AMOUNT,
    "decimal_type": Problem.NOT_AN_AMOUNT,
    "finite_number": Problem.NOT_AN_AMOUNT,
    "decimal_max_places": Problem.TOO_MANY_DECIMALS,
    "greater_than": Problem.OUT_OF_RANGE,
    "greater_than_equal": Problem.OUT_OF_RANGE,
    "less_than": Problem.OUT_OF_RANGE,
    "less_than_equal": Problem.OUT_OF_RANGE,
    "too_short": Problem.TOO_FEW,
    "too_long": Problem.TOO_MANY,
    "enum": Problem.UNKNOWN_CHOICE,
    "literal_error": Problem.UNKNOWN_CHOICE,
    "union_tag_invalid": Problem.UNKNOWN_CHOICE,
    "union_tag_not_found": Problem.REQUIRED,
    "uuid_parsing": Problem.UNKNOWN_CHOICE,
    "uuid_type": Problem.UNKNOWN_CHOICE,
    "time_parsing": Problem.NOT_A_TIME,
    "time_type": Problem.NOT_A_TIME,
    "bool_parsing": Problem.NOT_YES_OR_NO,
    "bool_type": Problem.NOT_YES_OR_NO,
    "extra_forbidden": Problem.UNKNOWN_PART,
}
_CHOICES = "choices"
_FACTS: Mapping[str, str] = {
    "gt": "more_than",
    "lt": "less_than",
    "min_length": "least",
    "expected": _CHOICES,
    "expected_tags": _CHOICES,
}
"""pydantic's names for limits and choices that a sentence needs under another."""
_GIVEN = frozenset({"error", "tag", "input"})
"""Facts about the library's own working."""
_OF_NO_VALUE = frozenset({"string_type", "date_type", "int_type", "uuid_type", "time_type"})


@dataclass(frozen=True, slots=True)
class Refused:
    """One refused part of a value: where it is inside, and why."""

    path: tuple[str | int, ...]
    problem: FieldProblem


def refusals(error: ValidationError) -> tuple[Refused, ...]:
    """Every part that was refused, with the facts its sentence needs."""
    return tuple(
        Refused(tuple(each["loc"]), _problem(each["type"], each.get("ctx", {}), each["input"]))
        for each in error.errors(include_url=False)
    )


def _problem(kind: str, context: Mapping[str, object], given: object) -> FieldProblem:
    facts = {
        _FACTS.get(name, name): str(fact) for name, fact in context.items() if name not in _GIVEN
    }
    if _CHOICES in facts:
        facts[_CHOICES] = facts[_CHOICES].replace("'", "")  # written as Python does
    if given is None and kind in _OF_NO_VALUE:
        return FieldProblem(Problem.REQUIRED)
    # Both the library and we say `too_long`: it of too many things, and then names their type.
    is_ours = kind in set(Problem) and "field_type" not in context
    if kind in _PROBLEMS and not is_ours:
        return FieldProblem(_PROBLEMS[kind], facts)
    known = kind in set(Problem)
    return FieldProblem(Problem(kind) if known else Problem.NOT_UNDERSTOOD, facts)
