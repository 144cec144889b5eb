"""How a commission is agreed, as it is stored: none, flat, percentage, tiered or recurring.

Every refusal is a Problem at its field, whether the value comes from a form, a file or a row.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Literal, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    SerializerFunctionWrapHandler,
    Tag,
    TypeAdapter,
    ValidationInfo,
    field_validator,
    model_serializer,
)

from services.days import Day
from services.errors import Problem
from services.money import Amount, CurrencyCode
from services.text import refused

MOST_TIERS = 20
MOST_MONTHS = 120
_LEAST = Decimal("0.01")
_WHOLE = Decimal(100)


class Period(StrEnum):
    """What tiers and limits are counted over: each opportunity, or a partner's fiscal period."""

    OPPORTUNITY = "opportunity"
    QUARTER = "quarter"
    YEAR = "year"


def _number(value: object, otherwise: Problem) -> Decimal:
    """A number however a file writes it, exact; what is none is refused."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise refused(otherwise)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise refused(otherwise) from None
    if not number.is_finite():
        raise refused(otherwise)
    return number


def an_amount(value: object) -> object:
    """A number of an optional field, exact. Raises Problem.NOT_AN_AMOUNT for what is none."""
    return None if value is None else _number(value, Problem.NOT_AN_AMOUNT)


def _a_rate(value: object) -> object:
    return None if value is None else _number(value, Problem.NOT_A_PERCENTAGE)


def _positive(amount: Decimal) -> Decimal:
    if amount < _LEAST:
        raise refused(Problem.OUT_OF_RANGE, ge=str(_LEAST))
    return amount


def _percent(rate: Decimal) -> Decimal:
    if not 0 <= rate <= _WHOLE:
        raise refused(Problem.OUT_OF_RANGE, ge="0", le="100")
    if rate != rate.quantize(_LEAST):
        raise refused(Problem.TOO_MANY_DECIMALS)
    return rate.quantize(_LEAST)


def _some_months(months: int) -> int:
    if not 1 <= months <= MOST_MONTHS:
        raise refused(Problem.OUT_OF_RANGE, ge="1", le=str(MOST_MONTHS))
    return months


Positive = Annotated[Amount, AfterValidator(_positive), BeforeValidator(an_amount)]
"""An amount above zero, with two decimals at most."""
Rate = Annotated[Decimal, AfterValidator(_percent), BeforeValidator(_a_rate)]
"""A percentage from 0 to 100, with two decimals at most."""
Months = Annotated[int, AfterValidator(_some_months)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tier(_Value):
    """A rate for the values below `up_to`, which itself belongs to the next one. None: no end."""

    up_to: Positive | None = None
    rate: Rate


def checked_tiers(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    """The tiers, if they go on from zero to the end. Raises a Problem with the first bad line."""
    if not tiers:
        raise refused(Problem.REQUIRED)
    if len(tiers) > MOST_TIERS:
        raise refused(Problem.TOO_MANY_LINES, most=MOST_TIERS)
    reached = Decimal(0)
    for line, tier in enumerate(tiers[:-1], start=1):
        if tier.up_to is None or tier.up_to <= reached:
            raise refused(Problem.TIERS_OUT_OF_ORDER, line=line)
        reached = tier.up_to
    if tiers[-1].up_to is not None:
        raise refused(Problem.TIERS_END, line=len(tiers))
    return tuple(tiers)


class _NoCommission(_Value):
    type: Literal["none"] = "none"


class _Flat(_Value):
    type: Literal["flat"] = "flat"
    amount: Positive


class _Percentage(_Value):
    type: Literal["percentage"] = "percentage"
    rate: Rate


class _Tiered(_Value):
    type: Literal["tiered"] = "tiered"
    mode: Literal["marginal", "whole"] = "marginal"
    tiers: Annotated[tuple[Tier, ...], AfterValidator(checked_tiers)]
    tiers_per: Period = Period.OPPORTUNITY


class _Recurring(_Value):
    type: Literal["recurring"] = "recurring"
    months: Months
    rate: Rate | None = None
    amount: Annotated[Positive | None, Field(validate_default=True)] = None

    @field_validator("amount")
    @classmethod
    def _is_the_one_or_the_other(
        cls, amount: Decimal | None, info: ValidationInfo
    ) -> Decimal | None:
        if "rate" not in info.data:
            return amount
        if amount is None and info.data["rate"] is None:
            raise refused(Problem.REQUIRED)
        if amount is not None and info.data["rate"] is not None:
            raise refused(Problem.NOT_BOTH)
        return amount


class _Spanned(_Value):
    """From when until when it counts."""

    effective_from: Day | None = None
    effective_until: Day | None = None
    """The last day it counts."""

    @field_validator("effective_until")
    @classmethod
    def _is_after_the_first_day(cls, last: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("effective_from")
        if last is not None and first is not None and last < first:
            raise refused(Problem.DATES_OUT_OF_ORDER)
        return last

    @model_serializer(mode="wrap")
    def _only_what_is_agreed(self, proceed: SerializerFunctionWrapHandler) -> dict[str, object]:
        written = cast("dict[str, object]", proceed(self))
        return {name: each for name, each in written.items() if each not in _UNSAID}


_UNSAID: tuple[object, ...] = (None, Period.OPPORTUNITY)


class _Limited(_Spanned):
    """What every commission that pays may have besides."""

    cap: Positive | None = None
    floor: Positive | None = None
    """Never paid on a value of zero."""
    limits_per: Period = Period.OPPORTUNITY
    currency: Annotated[CurrencyCode | None, Field(validate_default=True)] = None
    """Of every amount here: needed where there is one, and none where there is none."""

    @field_validator("floor")
    @classmethod
    def _is_below_the_cap(cls, floor: Decimal | None, info: ValidationInfo) -> Decimal | None:
        cap = info.data.get("cap")
        if floor is not None and cap is not None and floor > cap:
            raise refused(Problem.FLOOR_ABOVE_CAP)
        return floor

    @field_validator("currency")
    @classmethod
    def _is_there_for_amounts(cls, currency: str | None, info: ValidationInfo) -> str | None:
        has_amounts = any(map(info.data.get, ("amount", "tiers", "cap", "floor")))
        if currency is None and has_amounts:
            raise refused(Problem.REQUIRED)
        return currency if has_amounts else None


# The rule comes last among the bases, so that its fields come first: what is checked against
# them stands behind them.


class NoCommission(_Spanned, _NoCommission):
    """The partner earns nothing."""


class Flat(_Limited, _Flat):
    """The same for every opportunity."""


class Percentage(_Limited, _Percentage):
    """A share of the value."""


class Tiered(_Limited, _Tiered):
    """A rate that depends on how much there is.

    `marginal`: each part of the value at its own tier's rate. `whole`: all of it at the rate of
    the tier it reaches. `tiers_per`: what is counted for that.
    """


class Recurring(_Limited, _Recurring):
    """Every month for a number of months: a share of the monthly value, or an amount."""


def type_of(value: object) -> str:
    """What tells the members of a union apart, in a value and as it is stored."""
    if isinstance(value, Mapping):
        return str(cast("Mapping[object, object]", value).get("type"))
    return str(getattr(value, "type", None))


TYPES = ("none", "flat", "percentage", "tiered", "recurring")


def _of_known_type(value: object) -> object:
    if type_of(value) not in TYPES:
        raise refused(Problem.UNKNOWN_CHOICE, choices=", ".join(TYPES))
    return value


Structure = NoCommission | Flat | Percentage | Tiered | Recurring
AnyStructure = Annotated[
    Annotated[NoCommission, Tag("none")]
    | Annotated[Flat, Tag("flat")]
    | Annotated[Percentage, Tag("percentage")]
    | Annotated[Tiered, Tag("tiered")]
    | Annotated[Recurring, Tag("recurring")],
    Discriminator(type_of),
    BeforeValidator(_of_known_type),
]
"""As a field of something else takes it."""
STRUCTURE: TypeAdapter[Structure] = TypeAdapter(AnyStructure)


def stored(structure: Structure) -> dict[str, object]:
    """As it is kept: decimals as text, without what is not said."""
    written: dict[str, object] = STRUCTURE.dump_python(structure, mode="json")
    return written


def in_force(structure: Structure, day: date) -> bool:
    """Whether it counts on this day."""
    first, last = structure.effective_from, structure.effective_until
    return (first is None or first <= day) and (last is None or day <= last)


def bare(structure: Structure) -> Structure:
    """The terms alone, without their days."""
    return structure.model_copy(update={"effective_from": None, "effective_until": None})
