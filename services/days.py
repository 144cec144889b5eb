"""A day as it comes from a picker, a file or a row: written as a day. Knows no meaning of one."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from services.errors import Problem
from services.text import refused

EARLIEST, FURTHEST = date(1990, 1, 1), date(2100, 12, 31)
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written_as_one(value: object) -> object:
    """Pydantic takes a number, also one that is text, for seconds since an epoch; nobody means
    that.
    """
    is_number = isinstance(value, int | float | Decimal)
    if is_number or (isinstance(value, str | bytes) and not _is_written(value)):
        raise refused(Problem.NOT_A_DATE)
    return value


def _is_written(value: str | bytes) -> bool:
    return isinstance(value, str) and _WRITTEN.fullmatch(value) is not None


def _keepable(day: date) -> date:
    if not EARLIEST <= day <= FURTHEST:
        raise refused(Problem.DATE_TOO_FAR)
    return day


AS_WRITTEN = BeforeValidator(_written_as_one)
"""Text must be like `2026-09-30`: for the type of a date, before anything else is asked of it."""
AnyDay = Annotated[date, AS_WRITTEN]
"""Any day there is, where something else says which ones will do."""
Day = Annotated[AnyDay, AfterValidator(_keepable)]
"""A day from 1990 to 2100."""
