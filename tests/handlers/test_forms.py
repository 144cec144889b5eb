from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field

from handlers.forms import pack, read, unpack
from handlers.routing import FieldValue
from services.errors import InvalidInput, Problem
from services.text import Name


class Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: Name
    day: date | None = None
    many: Annotated[int, Field(ge=1, le=7)] | None = None
    partner_id: UUID | None = None
    tags: tuple[str, ...] = ()
    kind: Literal["a", "b"] = "a"


class Button(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1
    number: int
    note: str | None = None


def problems(values: dict[str, FieldValue]) -> dict[str, Problem]:
    with pytest.raises(InvalidInput) as raised:
        read(Asked, values)
    return {name: each.problem for name, each in raised.value.problems.items()}


def test_a_form_is_read_into_what_the_service_takes() -> None:
    found = read(Asked, {"name": " Globex ", "day": "2026-11-18", "many": "3", "tags": ["x", "y"]})

    assert found == Asked(name="Globex", day=date(2026, 11, 18), many=3, tags=("x", "y"))


@pytest.mark.parametrize("empty", [None, "", []])
def test_an_empty_field_counts_as_not_given(empty: FieldValue) -> None:
    assert read(Asked, {"name": "Globex", "day": empty}) == Asked(name="Globex")


def test_what_the_form_does_not_hold_can_be_added() -> None:
    assert read(Asked, {}, name="Globex").name == "Globex"


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("name", None, Problem.REQUIRED),
        ("name", "   ", Problem.REQUIRED),
        ("name", "x" * 256, Problem.TOO_LONG),
        ("name", "a\x00b", Problem.CONTROL_CHARACTERS),
        ("day", "tomorrow", Problem.NOT_A_DATE),
        ("day", "2026-02-30", Problem.NOT_A_DATE),
        ("many", "three", Problem.NOT_A_NUMBER),
        ("many", "3.5", Problem.NOT_A_NUMBER),
        ("many", "9" * 5000, Problem.NOT_A_NUMBER),
        ("many", "8", Problem.OUT_OF_RANGE),
        ("many", "0", Problem.OUT_OF_RANGE),
        ("partner_id", "no identifier", Problem.UNKNOWN_CHOICE),
        ("kind", "c", Problem.UNKNOWN_CHOICE),
        ("forged", "field", Problem.UNKNOWN_PART),
    ],
)
def test_each_bad_value_has_its_problem(field: str, value: FieldValue, problem: Problem) -> None:
    assert problems({"name": "Globex", field: value}) == {field: problem}


def test_every_bad_field_is_told_at_once() -> None:
    assert set(problems({"day": "x", "many": "x"})) == {"name", "day", "many"}


def test_limits_come_with_the_problem() -> None:
    with pytest.raises(InvalidInput) as raised:
        read(Asked, {"name": "Globex", "many": "8"})

    assert raised.value.problems["many"].facts["le"] == "7"


def test_no_problem_carries_what_was_typed() -> None:
    with pytest.raises(InvalidInput) as raised:
        read(Asked, {"name": "Globex", "day": "a secret"})

    assert "a secret" not in str(raised.value)


def test_what_was_packed_is_unpacked() -> None:
    assert unpack(Button, pack(Button(number=42))) == Button(number=42)


@pytest.mark.parametrize(
    "packed",
    [
        "",
        "{",
        "null",
        "[]",
        '{"v": 2, "number": 42}',
        '{"v": 1}',
        '{"v": 1, "number": 42, "forged": true}',
        '{"v": 1, "number": "forty-two"}',
        '{"v": 1, "number": 1e400}',
        "\ud800",
    ],
)
def test_what_we_did_not_pack_is_nothing(packed: str) -> None:
    assert unpack(Button, packed) is None


def test_a_packed_value_is_short() -> None:
    assert pack(Button(number=42)) == '{"v":1,"number":42}'
