"""What a commission is worked out from, as it is kept with the opportunity, and what came of it.

Once accrued the basis stays: later terms, defaults and rates do not change what was won before.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.commission.calculating import Commission, Line, LineKind
from services.commission.structures import AnyStructure, Period, Structure, Tiered
from services.days import AnyDay

log = logging.getLogger(__name__)

LIMITS = frozenset({LineKind.FLOOR, LineKind.FLOOR_PAID, LineKind.CAP})
"""The lines that cap and floor make."""

_LINES: TypeAdapter[tuple[Line, ...]] = TypeAdapter(tuple[Line, ...])


class Source(StrEnum):
    """Where the rule comes from."""

    OVERRIDE = "override"
    AGREEMENT = "agreement"
    DEFAULT = "default"
    NONE = "none"


class HoldReason(StrEnum):
    """Why nothing can be worked out for something that is won."""

    NO_RATE = "no_rate"
    NO_CLOSE_DATE = "no_close_date"
    TOO_LARGE = "too_large"


class _Kept(BaseModel):
    """Read from a row: what it does not know is what came of it, and is worked out again."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Hold(_Kept):
    """What keeps a commission from being accrued: for a missing rate, whose and of which day."""

    reason: HoldReason
    currency: str | None = None
    day: AnyDay | None = None


class Override(_Kept):
    """Terms for this opportunity alone, instead of all others; whatever the day. `by`: whose
    decision it was, None for the application's.
    """

    structure: AnyStructure
    reason: str
    by: UUID | None
    at: datetime


class Basis(_Kept):
    """What an accrual follows from. `exchange`: units of `currency` for one of the rule's own.

    `counted_as` is the partner it was won with: with the rule and the fiscal year it tells what
    is counted together where tiers or limits are a period's.
    """

    version: Literal[1] = 1
    counted_as: UUID
    won_on: AnyDay
    value: Decimal
    currency: str
    term: int
    source: Source
    rule: AnyStructure | None
    exchange: Decimal = Decimal(1)
    quarter: str
    year: str

    @property
    def window(self) -> str | None:
        """The name of the period with which it is counted together; None: it stands alone. An
        override always does.
        """
        if self.rule is None or self.source is Source.OVERRIDE:
            return None
        tiers_per = self.rule.tiers_per if isinstance(self.rule, Tiered) else Period.OPPORTUNITY
        counted_over = {tiers_per, limits_of(self.rule)}
        if Period.YEAR in counted_over:
            return self.year
        return self.quarter if Period.QUARTER in counted_over else None

    @property
    def group(self) -> tuple[UUID, str, str] | None:
        """What is counted together: who it was won with, when, and by which rule, as JSON."""
        if self.rule is None or self.window is None:
            return None
        return self.counted_as, self.window, self.rule.model_dump_json()


def limits_of(rule: Structure) -> Period:
    """What cap and floor are counted over."""
    return Period.OPPORTUNITY if rule.type == "none" else rule.limits_per


def earned_in(commission: Commission) -> Decimal:
    """What it comes to before cap and floor."""
    return sum((each.amount for each in commission.lines if each.kind not in LIMITS), Decimal(0))


class Details(_Kept):
    """`opportunities.commission_details`."""

    override: Override | None = None
    accrued: Basis | None = None
    held: Hold | None = None


def read_details(kept: Mapping[str, object] | None) -> Details:
    """What is kept with an opportunity; what cannot be read counts as not there."""
    try:
        return Details.model_validate(kept or {})
    except ValidationError as error:
        log.warning("commission.details_broken", extra={"problems": error.error_count()})
        return Details()


def as_kept(details: Details, commission: Commission | None) -> dict[str, object]:
    """How they are kept, with what the accrual came to, line by line."""
    kept: dict[str, object] = {}
    if details.override:
        kept["override"] = details.override.model_dump(mode="json")
    if details.held:
        kept["held"] = details.held.model_dump(mode="json", exclude_none=True)
    if details.accrued and commission:
        kept["accrued"] = {
            **details.accrued.model_dump(mode="json"),
            "window": details.accrued.window,
            "lines": lines_as_kept(commission.lines),
            "total": str(commission.total),
            "earned": str(earned_in(commission)),
        }
    return kept


def lines_as_kept(lines: tuple[Line, ...]) -> list[object]:
    """As JSON, without what says nothing."""
    kept: list[object] = _LINES.dump_python(lines, mode="json", exclude_defaults=True)
    return kept


def read_lines(kept: object) -> tuple[Line, ...]:
    """The lines as they were kept."""
    return _LINES.validate_python(kept)
