from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from pydantic import ValidationError

from services.commission import STRUCTURE, Percentage, Structure, in_force, stored
from services.errors import Problem
from tests.commissions import structures

TIERS = [{"up_to": "50000", "rate": "8"}, {"rate": "10"}]


def refused(value: object) -> dict[str, str]:
    """The problems by the path inside the value."""
    with pytest.raises(ValidationError) as error:
        STRUCTURE.validate_python(value)
    return {".".join(map(str, each["loc"][1:])): each["type"] for each in error.value.errors()}


def test_what_companies_have_stored_stays_as_it_is() -> None:
    value = {"type": "percentage", "rate": "10.00"}

    structure = STRUCTURE.validate_python(value)

    assert structure == Percentage(rate=Decimal("10.00"))
    assert stored(structure) == value


@given(structures())
def test_what_is_stored_is_read_as_it_was(structure: Structure) -> None:
    assert STRUCTURE.validate_python(stored(structure)) == structure
    assert STRUCTURE.validate_json(STRUCTURE.dump_json(structure)) == structure


@pytest.mark.parametrize(
    ("value", "problems"),
    [
        ({"type": "flat", "currency": "EUR"}, {"amount": "missing"}),
        ({"type": "flat", "amount": "5"}, {"currency": Problem.REQUIRED}),
        ({"type": "flat", "amount": "-5", "currency": "EUR"}, {"amount": Problem.NEGATIVE}),
        ({"type": "flat", "amount": "0", "currency": "EUR"}, {"amount": Problem.OUT_OF_RANGE}),
        (
            {"type": "flat", "amount": "5", "currency": "EUX"},
            {"currency": Problem.NOT_A_CURRENCY},
        ),
        ({"type": "flat", "amount": "a", "currency": "EUR"}, {"amount": Problem.NOT_AN_AMOUNT}),
        ({"type": "percentage", "rate": "100.01"}, {"rate": Problem.OUT_OF_RANGE}),
        ({"type": "percentage", "rate": "-1"}, {"rate": Problem.OUT_OF_RANGE}),
        ({"type": "percentage", "rate": "1.005"}, {"rate": Problem.TOO_MANY_DECIMALS}),
        ({"type": "percentage", "rate": "NaN"}, {"rate": Problem.NOT_A_PERCENTAGE}),
        ({"type": "percentage", "rate": True}, {"rate": Problem.NOT_A_PERCENTAGE}),
        ({"type": "percentage", "rate": "5", "cap": "9"}, {"currency": Problem.REQUIRED}),
        (
            {"type": "percentage", "rate": "5", "cap": "9", "floor": "10", "currency": "EUR"},
            {"floor": Problem.FLOOR_ABOVE_CAP},
        ),
        (
            {
                "type": "percentage",
                "rate": "5",
                "effective_from": "2026-02-01",
                "effective_until": "2026-01-31",
            },
            {"effective_until": Problem.DATES_OUT_OF_ORDER},
        ),
        ({"type": "tiered", "tiers": [], "currency": "EUR"}, {"tiers": Problem.REQUIRED}),
        ({"type": "tiered", "tiers": TIERS[:1], "currency": "EUR"}, {"tiers": Problem.TIERS_END}),
        (
            {"type": "tiered", "tiers": [TIERS[0], *TIERS], "currency": "EUR"},
            {"tiers": Problem.TIERS_OUT_OF_ORDER},
        ),
        (
            {"type": "tiered", "tiers": [TIERS[1], *TIERS], "currency": "EUR"},
            {"tiers": Problem.TIERS_OUT_OF_ORDER},
        ),
        (
            {"type": "tiered", "tiers": [{"rate": "101"}], "currency": "EUR"},
            {"tiers.0.rate": Problem.OUT_OF_RANGE},
        ),
        ({"type": "recurring", "months": 6}, {"amount": Problem.REQUIRED}),
        ({"type": "recurring", "months": 0, "rate": "5"}, {"months": Problem.OUT_OF_RANGE}),
        (
            {"type": "recurring", "months": 6, "rate": "5", "amount": "9", "currency": "EUR"},
            {"amount": Problem.NOT_BOTH},
        ),
        (
            {"type": "none", "effective_from": "0001-01-01"},
            {"effective_from": Problem.DATE_TOO_FAR},
        ),
        (
            {"type": "percentage", "rate": "5", "effective_until": "9999-12-31"},
            {"effective_until": Problem.DATE_TOO_FAR},
        ),
        (
            {"type": "flat", "amount": "100000000000000", "currency": "EUR"},
            {"amount": Problem.TOO_LARGE},
        ),
        (
            {"type": "percentage", "rate": "5", "cap": "9.001", "currency": "EUR"},
            {"cap": Problem.TOO_MANY_DECIMALS},
        ),
        ({"type": "gift"}, {"": Problem.UNKNOWN_CHOICE}),
        ({}, {"": Problem.UNKNOWN_CHOICE}),
        (7, {"": Problem.UNKNOWN_CHOICE}),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(value: object, problems: dict[str, str]) -> None:
    assert refused(value) == problems


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [
        (None, None, True),
        (date(2026, 7, 1), None, True),
        (date(2026, 7, 2), None, False),
        (None, date(2026, 7, 1), True),
        (None, date(2026, 6, 30), False),
    ],
)
def test_a_structure_counts_from_its_first_to_its_last_day(
    first: date | None, last: date | None, counts: bool
) -> None:
    agreed = Percentage(rate=Decimal(5), effective_from=first, effective_until=last)

    assert in_force(agreed, date(2026, 7, 1)) is counts
