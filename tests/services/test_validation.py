from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from services.errors import FieldProblem, Problem
from services.text import refused
from services.validation import refusals


def short(words: str) -> str:
    if len(words) > 3:
        raise refused(Problem.TOO_LONG, most="3")
    return words


WORD = TypeAdapter(Annotated[str, AfterValidator(short)])
WORDS = TypeAdapter(Annotated[tuple[str, ...], Field(max_length=3)])


def problem_of(adapter: TypeAdapter[Any], value: object) -> Problem:
    with pytest.raises(ValidationError) as failed:
        adapter.validate_python(value)
    [each] = refusals(failed.value)
    return each.problem.problem


def test_words_that_are_too_long_are_not_too_many() -> None:
    assert problem_of(WORD, "four") is Problem.TOO_LONG


def test_too_many_of_something_are_not_too_long() -> None:
    assert problem_of(WORDS, ("a", "b", "c", "d")) is Problem.TOO_MANY


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize("kind", [Literal["red", "blue"], Colour])
def test_choices_are_listed_in_words_of_their_own(kind: Any) -> None:
    with pytest.raises(ValidationError) as failed:
        TypeAdapter[Any](kind).validate_python("green")

    [each] = refusals(failed.value)

    assert each.problem == FieldProblem(Problem.UNKNOWN_CHOICE, {"choices": "red or blue"})
