"""A commission as entries of the ledger: one, or one for each month of a recurring one. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from services import periods
from services.commission.basis import Basis, lines_as_kept
from services.commission.calculating import Commission, Line, LineKind
from services.commission.structures import NoCommission, stored
from services.money import rounded

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Planned:
    """An accrual as it shall stand. `month` is the how-manieth of a recurring one."""

    month: int | None
    earned_on: date
    currency: str
    amount: Decimal
    details: dict[str, object]


def planned(basis: Basis, commission: Commission) -> list[Planned]:
    """The entries of a commission; none where nothing is agreed, and none for a month whose every
    line rounds to nothing. Their sum is its total, and the amount of each the sum of its own lines.
    """
    if basis.rule is None or isinstance(basis.rule, NoCommission):
        return []
    monthly = [line for line in commission.lines if line.kind is LineKind.MONTHS]
    if not monthly:
        return [_entry(basis, None, basis.won_on, commission.lines)]
    months = _by_month(monthly[0], commission)
    return [
        _entry(basis, number, month_after(basis.won_on, number), lines)
        for number, lines in enumerate(months, start=1)
        if any(line.amount for line in lines)
    ]


def month_after(day: date, count: int) -> date:
    """The last day of the month so many months after that of `day`: when it is earned."""
    return periods.month(day.year, day.month + count).last


def _by_month(line: Line, commission: Commission) -> Iterator[tuple[Line, ...]]:
    """A cap ends the months early; what a floor adds comes with the last of them."""
    limits = {each.kind for each in commission.lines} - {LineKind.MONTHS}
    amount = rounded(line.amount / line.times, commission.currency)
    each = replace(line, amount=amount, times=1)
    left = commission.total
    for number in range(1, line.times + 1):
        is_last = number == line.times
        more = left - amount if is_last else min(left - amount, _ZERO)
        left -= amount + more
        yield (each, *(Line(kind, more) for kind in limits if more))


def _entry(basis: Basis, month: int | None, earned_on: date, lines: tuple[Line, ...]) -> Planned:
    details: dict[str, object] = {
        "source": basis.source.value,
        "rule": stored(basis.rule) if basis.rule else None,
        "lines": lines_as_kept(lines),
    }
    amount = sum((line.amount for line in lines), _ZERO)
    return Planned(month, earned_on, basis.currency, amount, details)
