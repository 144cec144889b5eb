"""The questions asked of the database about lists of opportunities, each built once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    SQLColumnExpression,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from services.opportunities.statements import CURRENCY, Column, Owner, Sight, Statement, visible
from services.tables import Opportunity as Row
from services.tables import Partner

ESCAPE = "/"


@dataclass(frozen=True, slots=True)
class Shape:
    """Which conditions a list is narrowed by; their values are parameters of the same names."""

    sight: Sight
    stage: bool = False
    with_closed: bool = False
    owner_id: bool = False
    partner_id: bool = False
    words: bool = False


@cache
def page(shape: Shape) -> Statement:
    """A page of `Listed`, soonest to close first.

    Parameters: `actor_id`, `limit`, `offset`, and those of the shape.
    """
    return (
        _listed(totals_of(shape))
        .where(_conditions(shape))
        .order_by(Row.expected_close_date, Row.number)
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
    )


@cache
def totals(shape: Shape) -> Statement:
    """The totals alone."""
    return select(totals_of(shape))


def totals_of(shape: Shape) -> SQLColumnExpression[object]:
    """As JSON: for each currency its name, the sum, two weighted sums and how many; largest first.

    Weighted by probability, each line rounded before it is added: once to cents, once to whole
    units. Which of the two counts is for the currency to say.
    """
    weighted = Row.deal_value * func.coalesce(Row.probability, 0) / 100
    sums = (
        select(
            CURRENCY.label("currency"),
            func.sum(Row.deal_value).label("value"),
            func.sum(func.round(weighted, 2)).label("in_cents"),
            func.sum(func.round(weighted, 0)).label("in_units"),
            func.count().label("number"),
        )
        .where(_conditions(shape))
        .group_by(CURRENCY)
        .subquery()
    ).c
    line = func.json_build_array(
        sums.currency, sums.value, sums.in_cents, sums.in_units, sums.number
    )
    ordered = aggregate_order_by(line, sums.value.desc(), sums.currency)
    return select(cast(func.json_agg(ordered), Text)).scalar_subquery()


class Listed(NamedTuple):
    """One row of `page`; each brings the totals over all pages."""

    id: UUID
    number: int
    customer_name: str
    partner_name: str
    owner_first_name: str | None
    owner_last_name: str | None
    value: Decimal
    currency: str
    stage: str
    expected_close_date: date
    actual_close_date: date | None
    status: str | None
    totals: str


def _listed(totals: Column) -> Statement:
    """The columns of `Listed`, in its order."""
    columns: list[Column] = [
        Row.id,
        Row.number,
        Row.customer_name,
        Partner.name,
        Owner.first_name,
        Owner.last_name,
        Row.deal_value,
        CURRENCY,
        Row.stage,
        Row.expected_close_date,
        Row.actual_close_date,
        Row.status,
        totals,
    ]
    return (
        select(*columns)
        .join(Partner, Partner.id == Row.partner_id)
        .outerjoin(Owner, Owner.id == Row.assigned_user_id)
    )


def _conditions(shape: Shape) -> ColumnElement[bool]:
    conditions = [visible(shape.sight)]
    if shape.stage:
        conditions.append(Row.stage == bindparam("stage", type_=String))
    elif not shape.with_closed:
        conditions.append(Row.status == "open")
    if shape.owner_id:
        conditions.append(Row.assigned_user_id == bindparam("owner_id", type_=Uuid))
    if shape.partner_id:
        conditions.append(Row.partner_id == bindparam("partner_id", type_=Uuid))
    if shape.words:
        conditions.append(_named())
    return and_(*conditions)


def _named() -> ColumnElement[bool]:
    """The `words` escaped as `like` does it."""
    words = bindparam("words", type_=Text)
    partners = select(Partner.id).where(Partner.name.icontains(words, escape=ESCAPE))
    return or_(Row.customer_name.icontains(words, escape=ESCAPE), Row.partner_id.in_(partners))


def like(words: str) -> str:
    """Words to look for, with the characters that LIKE would read as a pattern escaped."""
    for character in (ESCAPE, "%", "_"):
        words = words.replace(character, ESCAPE + character)
    return words
