"""What a partner earned, was paid and is still due, for a period: line by line, per currency.

An entry counts in the period of the day it is earned on, a month to come as well; what takes it
back counts on the same day. So a statement says what is true of its days as it is known now, and
what comes in late is marked; the amounts that are open before and after it always meet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Literal, NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from services import fiscal
from services.commission.basis import Hold, read_details, read_lines
from services.commission.calculating import Line
from services.commission.structures import STRUCTURE, Structure
from services.configuration.rates import Rates
from services.db import Tx
from services.errors import NotFound
from services.fiscal import Span
from services.money import rounded
from services.tables import CommissionEntry, Opportunity, Partner, User

VIEW = "commission.view"
_ZERO, _SEVERAL = Decimal(0), 2

Kind = Literal["accrual", "reversal", "adjustment", "payment"]


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
    NotFound, and InvalidInput at `period`. Waits for what is just being entered.
    """
    span = await readable(tx, period)
    found = await tx.session.scalar(
        select(Partner.name)
        .where(Partner.id == partner_id, Partner.merged_into_id.is_(None))
        .with_for_update(read=True)
    )
    if found is None:
        raise NotFound("partner", str(partner_id))
    made = await _made(tx, span, partner_id)
    return made.get(partner_id) or Statement(partner_id, found, span, (), ())


async def statements(tx: Tx, period: str = "") -> tuple[Statement, ...]:
    """As `statement`, of every partner there is anything to tell of, by name. Waits for nobody: the
    amounts are all of one moment.
    """
    made = await _made(tx, await readable(tx, period))
    by_name = sorted(
        made.values(), key=lambda each: (each.partner_name.casefold(), each.partner_id)
    )
    return tuple(by_name)


def earned_in_base(it: Statement, known: Rates) -> Decimal | None:
    """What is earned in all currencies together, in the base one: each entry at the rate of its
    day, rounded before it is added. None for one currency alone, and where a rate is missing.
    """
    if len(it.accounts) < _SEVERAL:
        return None
    earned = [
        (each.currency, line.on, line.amount)
        for each in it.accounts
        for line in each.lines
        if line.kind != "payment"
    ]
    found = {(code, day): known.on(code, day) for code, day in {each[:2] for each in earned}}
    rates = {key: rate for key, rate in found.items() if rate is not None}
    if len(rates) < len(found):
        return None
    parts = (rounded(amount * rates[code, day], known.base) for code, day, amount in earned)
    return sum(parts, rounded(_ZERO, known.base))


async def readable(tx: Tx, period: str) -> Span:
    """The days of a period, for who may read statements. Raises NotAllowed, and InvalidInput."""
    tx.actor.require(VIEW)
    tx.actor.require("opportunities.view")
    return await fiscal.span_named(tx, period)


async def _made(tx: Tx, span: Span, only: UUID | None = None) -> dict[UUID, Statement]:
    """What waits is asked for first: what is settled meanwhile is then told of twice, never not at
    all.
    """
    waiting = await _waiting(tx, span, only)
    accounts = await _accounts(tx, span, only)
    return {
        whose.id: Statement(
            whose.id,
            whose.name,
            span,
            tuple(accounts.get(whose, ())),
            tuple(waiting.get(whose, ())),
        )
        for whose in {**accounts, **waiting}
    }


class _Whose(NamedTuple):
    id: UUID
    name: str


class _Row(NamedTuple):
    partner_id: UUID
    partner_name: str
    currency: str
    opening: Decimal
    entry: CommissionEntry | None
    """None where nothing but what was open before is to be told."""
    number: int | None
    customer_name: str | None
    first_name: str | None
    last_name: str | None


async def _accounts(tx: Tx, span: Span, only: UUID | None) -> Mapping[_Whose, list[Account]]:
    """By currency, their lines in the order of their days; what takes back comes before what
    replaces it.
    """
    zone = await fiscal.company_zone(tx)
    rows = map(_Row._make, await tx.session.execute(_entries(span, only)))
    found: dict[_Whose, list[Account]] = {}
    for (whose, currency), its in groupby(rows, key=lambda row: (_whose(row), row.currency)):
        account = _account(currency, list(its), span, zone)
        if account.opening or account.lines:
            found.setdefault(whose, []).append(account)
    return found


def _whose(row: _Row) -> _Whose:
    return _Whose(row.partner_id, row.partner_name)


def _account(currency: str, rows: Sequence[_Row], span: Span, zone: ZoneInfo) -> Account:
    lines = tuple(_line(row, row.entry, span, zone) for row in rows if row.entry is not None)
    return Account(currency, rounded(rows[0].opening, currency), lines)


def _entries(
    span: Span, only: UUID | None
) -> Select[UUID, str, str, Decimal, CommissionEntry, int, str, str, str]:
    """What was open and what was entered, in one statement: a win that is settled between two could
    stand in both or in neither.
    """
    whose = [CommissionEntry.partner_id == only] if only else []
    before = _before(span, whose).subquery()
    within = select(CommissionEntry).where(
        CommissionEntry.earned_on.between(span.first, span.last), *whose
    )
    entry = aliased(CommissionEntry, within.subquery())
    is_same = and_(before.c.partner_id == entry.partner_id, before.c.currency == entry.currency)
    currency = func.coalesce(entry.currency, before.c.currency)
    order = case({"reversal": 0, "accrual": 1}, value=entry.kind, else_=2)
    return (
        select(
            Partner.id,
            Partner.name,
            currency,
            func.coalesce(before.c.amount, _ZERO),
            entry,
            Opportunity.number,
            Opportunity.customer_name,
            User.first_name,
            User.last_name,
        )
        .select_from(entry)
        .join(before, is_same, full=True)
        .join(Partner, Partner.id == func.coalesce(entry.partner_id, before.c.partner_id))
        .outerjoin(Opportunity, Opportunity.id == entry.opportunity_id)
        .outerjoin(User, User.id == entry.created_by_user_id)
        .order_by(
            Partner.id,
            currency,
            entry.earned_on,
            Opportunity.number.nulls_last(),
            entry.created_at,
            order,
            entry.id,
        )
    )


def _before(span: Span, whose: Sequence[ColumnElement[bool]]) -> Select[UUID, str, Decimal]:
    """What was open when the period began."""
    return (
        select(
            CommissionEntry.partner_id,
            CommissionEntry.currency,
            func.sum(CommissionEntry.amount).label("amount"),
        )
        .where(CommissionEntry.earned_on < span.first, *whose)
        .group_by(CommissionEntry.partner_id, CommissionEntry.currency)
    )


def _line(row: _Row, entry: CommissionEntry, span: Span, zone: ZoneInfo) -> StatementLine:
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
        is_late=entry.created_at.astimezone(zone).date() > span.last,
    )


async def _waiting(tx: Tx, span: Span, only: UUID | None) -> Mapping[_Whose, list[Waiting]]:
    whose = [Opportunity.partner_id == only] if only else []
    rows = await tx.session.execute(
        select(
            Partner.id,
            Partner.name,
            Opportunity.number,
            Opportunity.customer_name,
            Opportunity.deal_value,
            func.coalesce(Opportunity.currency, "USD"),
            Opportunity.commission_details,
        )
        .join(Partner, Partner.id == Opportunity.partner_id)
        .where(
            Opportunity.status == "won",
            Opportunity.actual_close_date.between(span.first, span.last)
            | Opportunity.actual_close_date.is_(None),
            Opportunity.commission_details.has_key("held"),
            *whose,
        )
        .order_by(Opportunity.number)
    )
    found: dict[_Whose, list[Waiting]] = {}
    for partner_id, partner_name, number, customer_name, value, currency, kept in rows:
        hold = read_details(kept).held
        if hold is not None:
            waiting = Waiting(number, customer_name, value, currency, hold)
            found.setdefault(_Whose(partner_id, partner_name), []).append(waiting)
    return found
