from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from services.errors import Problem
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
