import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pkgutil import walk_packages

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

import services
from services.days import AnyDay, Day
from services.errors import Problem
from services.validation import refusals

DAY: TypeAdapter[date] = TypeAdapter(Day)
SECONDS = "1700006400"
"""Midnight of a day, as a number of seconds."""


def problem_of(adapter: TypeAdapter[date], value: object) -> Problem:
    with pytest.raises(ValidationError) as failed:
        adapter.validate_python(value)
    return refusals(failed.value)[0].problem.problem


def days_in_services() -> Iterator[tuple[str, TypeAdapter[object]]]:
    """Every field of every model that takes a day, and what it takes."""
    for module in walk_packages(services.__path__, "services."):
        import_module(module.name)
    for model in _models(BaseModel):
        if not model.__module__.startswith("services."):
            continue
        for name, field in model.model_fields.items():
            annotation = field.rebuild_annotation()
            if re.search(r"datetime\.date\b", repr(annotation)):
                yield f"{model.__name__}.{name}", TypeAdapter(annotation)


def _models(parent: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in parent.__subclasses__():
        yield each
        yield from _models(each)


def takes(adapter: TypeAdapter[object], value: object) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("written", [SECONDS, "1700006400.0", "-86400", 1700006400, True, b"0"])
@pytest.mark.parametrize("kind", [Day, AnyDay])
def test_a_number_is_no_day(kind: type[date], written: object) -> None:
    assert problem_of(TypeAdapter(kind), written) is Problem.NOT_A_DATE


@pytest.mark.parametrize(
    "written", ["", " 2026-09-30", "2026-9-30", "2026-09-30T00:00:00Z", "2026-W40-3", "٢٠٢٦-٠٩-٣٠"]
)
def test_a_day_is_written_as_pickers_write_it(written: str) -> None:
    assert problem_of(DAY, written) is Problem.NOT_A_DATE


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("2026-02-30", Problem.NOT_A_DATE),
        ("0001-01-01", Problem.DATE_TOO_FAR),
        ("1989-12-31", Problem.DATE_TOO_FAR),
        ("2101-01-01", Problem.DATE_TOO_FAR),
        ("9999-12-31", Problem.DATE_TOO_FAR),
    ],
)
def test_a_day_that_is_none_or_cannot_be_kept_is_refused(written: str, problem: Problem) -> None:
    assert problem_of(DAY, written) is problem


def test_the_first_and_the_last_day_are_kept() -> None:
    days = ["1990-01-01", "2100-12-31"]

    assert [DAY.validate_python(each).isoformat() for each in days] == days


def test_no_field_of_a_service_takes_seconds_for_a_day() -> None:
    found = dict(days_in_services())

    assert {"EditPartner.agreement_start", "Flat.effective_from", "CreateTask.due_date"} <= {*found}
    assert [name for name, adapter in found.items() if takes(adapter, SECONDS)] == []
