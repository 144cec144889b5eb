"""A commission from the fields of its form, with all that is wrong told at once."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from handlers import forms
from handlers.blocks.settings.commission.names import (
    AMOUNT,
    CAP,
    CURRENCY,
    FLOOR,
    KINDS,
    LIMITS_PER,
    MONTHS,
    NONE,
    RATE,
    TIERS,
    TIERS_PER,
    TYPE,
)
from handlers.blocks.settings.section import Facts, Values
from services.commission import (
    STRUCTURE,
    NoCommission,
    Period,
    Structure,
    read_rate,
    read_tiers,
    stored,
)
from services.configuration.catalogue import BASE_CURRENCY, COMMISSION
from services.errors import FieldProblem, InvalidInput, Problem
from services.money import parse_amount

T = TypeVar("T")

_FIELDS = {
    "rate": RATE,
    "amount": AMOUNT,
    "tiers": TIERS,
    "tiers_per": TIERS_PER,
    "months": MONTHS,
    "currency": CURRENCY,
    "floor": FLOOR,
    "cap": CAP,
    "limits_per": LIMITS_PER,
}


def read(values: Values, facts: Facts) -> Structure:
    """The structure of the fields. Raises InvalidInput at all of them that are wrong."""
    kind = values.get(TYPE)
    if kind not in KINDS:
        raise InvalidInput.of(TYPE, Problem.UNKNOWN_CHOICE)
    if kind == NONE:
        return NoCommission()
    reading = _Reading(values, facts)
    given = {**reading.rule(str(kind)), **reading.limits(), **_kept_days(facts)}
    if reading.problems:
        raise InvalidInput(reading.problems)
    return forms.read_value(STRUCTURE, given, at)


def at(path: str) -> str:
    """The field of a problem at this path inside the structure."""
    return next((_FIELDS[part] for part in path.split(".") if part in _FIELDS), TYPE)


class _Reading:
    """The fields being read; what is wrong is gathered, so that all of it is told at once."""

    def __init__(self, values: Values, facts: Facts) -> None:
        self.problems: dict[str, FieldProblem] = {}
        self._values = values
        self._locale = facts.locale
        self._currency = self._text(CURRENCY) or facts.value(BASE_CURRENCY)

    def rule(self, kind: str) -> dict[str, object]:
        """What its kind asks for."""
        match kind:
            case "flat":
                return {"type": "flat", "amount": self._amount(AMOUNT)}
            case "percentage":
                return {"type": "percentage", "rate": self._rate()}
            case "monthly_share":
                return {**self._monthly(), "rate": self._rate()}
            case "monthly_amount":
                return {**self._monthly(), "amount": self._amount(AMOUNT)}
            case _:
                return {"type": "tiered", "mode": kind, **self._tiers()}

    def limits(self) -> dict[str, object]:
        return {
            "cap": self._amount(CAP, is_optional=True),
            "floor": self._amount(FLOOR, is_optional=True),
            "limits_per": self._text(LIMITS_PER) or Period.OPPORTUNITY,
            "currency": self._currency,
        }

    def _monthly(self) -> dict[str, object]:
        months = self._text(MONTHS)
        if not months:
            self.problems[MONTHS] = FieldProblem(Problem.REQUIRED)
        return {"type": "recurring", "months": months}

    def _tiers(self) -> dict[str, object]:
        typed = self._text(TIERS)
        tiers = self._parsed(TIERS, lambda: read_tiers(typed, self._locale, self._currency, TIERS))
        return {"tiers": tiers, "tiers_per": self._text(TIERS_PER) or Period.OPPORTUNITY}

    def _rate(self) -> Decimal | None:
        typed = self._text(RATE)
        if not typed:
            self.problems[RATE] = FieldProblem(Problem.REQUIRED)
            return None
        return self._parsed(RATE, lambda: read_rate(typed, RATE))

    def _amount(self, name: str, *, is_optional: bool = False) -> Decimal | None:
        typed = self._text(name)
        if typed:
            return self._parsed(
                name,
                lambda: parse_amount(typed, self._locale, currency=self._currency, field=name),
            )
        if not is_optional:
            self.problems[name] = FieldProblem(Problem.REQUIRED)
        return None

    def _parsed(self, name: str, parse: Callable[[], T]) -> T | None:
        try:
            return parse()
        except InvalidInput as error:
            self.problems[name] = next(iter(error.problems.values()))
            return None

    def _text(self, name: str) -> str:
        value = self._values.get(name)
        return value.strip() if isinstance(value, str) else ""


def _kept_days(facts: Facts) -> dict[str, object]:
    """The days it counts are not edited here: the default counts whenever it is asked for."""
    present = stored(facts.value(COMMISSION))
    return {name: each for name, each in present.items() if name.startswith("effective_")}
