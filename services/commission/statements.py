"""What a partner earned, was paid and is still due, for a period: line by line, per currency.

An entry counts in the period of the day it is earned on, a month to come as well; what takes it
back counts on the same day. So a statement says what is true of its days as it is known now, and
what comes in late is marked; the amounts that are open before and after it always meet.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple, cast
from uuid import UUID

from sqlalchemy import case, func, select

from services import fiscal
from services.commission.basis import Hold, read_details, read_lines
from services.commission.calculating import Line
from services.commission.structures import STRUCTURE, Structure
from services.csv_files import Cell
from services.db import Tx
from services.errors import NotFound
from services.fiscal import Span
from services.money import rounded
from services.tables import CommissionEntry, Opportunity, Partner, User

VIEW = "commission.view"
_ZERO = Decimal(0)

Kind = Literal["accrual", "reversal", "adjustment", "payment"]
HEADER = (
    "currency",
    "date",
    "kind",
    "opportunity",
    "customer",
    "month",
    "amount",
    "explanation",
    "reason",
    "recorded_at",
)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry. `month` is the how-manieth of a recurring one. `lines` explain its amount; those
    of a reversal, what it takes back.
    """

    id: UUID
    on: date
    kind: Kind
    amount: Decimal
    number: int | None
    customer_name: str | None
    month: int | None
    structure: Structure | None
    lines: tuple[Line, ...]
    because: str | None
    """Why something was taken back: not_won, changed or recounted."""
    reason: str | None
    recorded_at: datetime
    recorded_by: str | None
    is_late: bool
    """It was recorded after the period was over."""


@dataclass(frozen=True, slots=True)
class Account:
    """One currency of a statement. `opening` is what was due before it; below zero, to recover.

    `earned` is accruals, reversals and adjustments, `paid` what was paid; `closing` is what is due.
    """

    currency: str
    opening: Decimal
    lines: tuple[StatementLine, ...]

    @property
    def earned(self) -> Decimal:
        return self._sum(is_payment=False)

    @property
    def paid(self) -> Decimal:
        return -self._sum(is_payment=True)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.earned - self.paid

    @property
    def to_recover(self) -> Decimal:
        """What was paid and is not the partner's any more when the period begins."""
        return max(-self.opening, rounded(_ZERO, self.currency))

    def _sum(self, *, is_payment: bool) -> Decimal:
        amounts = (each.amount for each in self.lines if (each.kind == "payment") is is_payment)
        return sum(amounts, rounded(_ZERO, self.currency))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Won in the period, but nothing can be worked out yet."""

    number: int
    customer_name: str
    value: Decimal
    currency: str
    hold: Hold


@dataclass(frozen=True, slots=True)
class Statement:
    """A partner's period, by currency."""

    partner_id: UUID
    partner_name: str
    span: Span
    accounts: tuple[Account, ...]
    waiting: tuple[Waiting, ...]


async def statement(tx: Tx, partner_id: UUID, period: str = "") -> Statement:
    """What a partner earned in a period: `2026-Q3`, `2026`, `2026-07-01..2026-09-15`; this fiscal
    quarter when none is named.

    Needs `commission.view`, and `opportunities.view` of everybody's because it names them. Raises
    NotFound, and InvalidInput at `period`. Waits for what is just being entered: what is due before
    the period and what is in it are asked for one after the other, and must be of one moment.
    """
    tx.actor.require(VIEW)
    tx.actor.require("opportunities.view")
    span = await fiscal.span_named(tx, period)
    found = await tx.session.scalar(
        select(Partner.name)
        .where(Partner.id == partner_id, Partner.merged_into_id.is_(None))
        .with_for_update(read=True)
    )
    if found is None:
        raise NotFound("partner", str(partner_id))
    opening = await _opening(tx, partner_id, span)
    lines = await _lines(tx, partner_id, span)
    currencies = sorted({*lines, *(code for code, amount in opening.items() if amount)})
    return Statement(
        partner_id=partner_id,
        partner_name=found,
        span=span,
        accounts=tuple(
            Account(code, rounded(opening.get(code, _ZERO), code), tuple(lines.get(code, ())))
            for code in currencies
        ),
        waiting=await _waiting(tx, partner_id, span),
    )


def csv_rows(shown: Statement) -> Iterator[tuple[Cell, ...]]:
    """The rows of a statement under HEADER; the amounts of a currency add up to what is due."""
    for account in shown.accounts:
        opening = (account.currency, shown.span.first, "opening", None, None, None)
        yield (*opening, account.opening, None, None, None)
        for line in account.lines:
            yield (
                account.currency,
                line.on,
                line.kind,
                line.number,
                line.customer_name,
                line.month,
                line.amount,
                "; ".join(_written(each) for each in line.lines) or None,
                line.reason or line.because,
                line.recorded_at,
            )


def _written(line: Line) -> str:
    """`tier: 8.00% of 50000.00 = 4000.00`."""
    share = f"{line.rate:f}% of {line.base:f} = " if line.rate is not None and line.base else ""
    return f"{line.kind.value}: {share}{line.amount:f}"


async def _opening(tx: Tx, partner_id: UUID, span: Span) -> Mapping[str, Decimal]:
    found = await tx.session.execute(
        select(CommissionEntry.currency, func.sum(CommissionEntry.amount))
        .where(CommissionEntry.partner_id == partner_id, CommissionEntry.earned_on < span.first)
        .group_by(CommissionEntry.currency)
    )
    return dict(found.all())


class _Row(NamedTuple):
    entry: CommissionEntry
    number: int | None
    customer_name: str | None
    first_name: str | None
    last_name: str | None


async def _lines(tx: Tx, partner_id: UUID, span: Span) -> Mapping[str, Sequence[StatementLine]]:
    """By currency, in the order of their days; what takes back comes before what replaces it."""
    order = case({"reversal": 0, "accrual": 1}, value=CommissionEntry.kind, else_=2)
    found = await tx.session.execute(
        select(
            CommissionEntry,
            Opportunity.number,
            Opportunity.customer_name,
            User.first_name,
            User.last_name,
        )
        .outerjoin(Opportunity, Opportunity.id == CommissionEntry.opportunity_id)
        .outerjoin(User, User.id == CommissionEntry.created_by_user_id)
        .where(
            CommissionEntry.partner_id == partner_id,
            CommissionEntry.earned_on.between(span.first, span.last),
        )
        .order_by(
            CommissionEntry.earned_on,
            Opportunity.number.nulls_last(),
            CommissionEntry.created_at,
            order,
            CommissionEntry.id,
        )
    )
    zone = await fiscal.company_zone(tx)
    lines: dict[str, list[StatementLine]] = {}
    for row in map(_Row._make, found):
        is_late = row.entry.created_at.astimezone(zone).date() > span.last
        lines.setdefault(row.entry.currency, []).append(_line(row, is_late=is_late))
    return lines


def _line(row: _Row, *, is_late: bool) -> StatementLine:
    entry = row.entry
    rule, because = entry.details.get("rule"), entry.details.get("because")
    return StatementLine(
        id=entry.id,
        on=entry.earned_on,
        kind=cast("Kind", entry.kind),
        amount=rounded(entry.amount, entry.currency),
        number=row.number,
        customer_name=row.customer_name,
        month=entry.month,
        structure=None if rule is None else STRUCTURE.validate_python(rule),
        lines=read_lines(entry.details.get("lines", [])),
        because=str(because) if because else None,
        reason=entry.reason,
        recorded_at=entry.created_at,
        recorded_by=f"{row.first_name} {row.last_name}".strip() if row.first_name else None,
        is_late=is_late,
    )


async def _waiting(tx: Tx, partner_id: UUID, span: Span) -> tuple[Waiting, ...]:
    found = await tx.session.execute(
        select(
            Opportunity.number,
            Opportunity.customer_name,
            Opportunity.deal_value,
            func.coalesce(Opportunity.currency, "USD"),
            Opportunity.commission_details,
        )
        .where(
            Opportunity.partner_id == partner_id,
            Opportunity.status == "won",
            Opportunity.actual_close_date.between(span.first, span.last)
            | Opportunity.actual_close_date.is_(None),
            Opportunity.commission_details.has_key("held"),
        )
        .order_by(Opportunity.number)
    )
    return tuple(
        Waiting(number, name, value, currency, hold)
        for number, name, value, currency, kept in found
        if (hold := read_details(kept).held) is not None
    )
