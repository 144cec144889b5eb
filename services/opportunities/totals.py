"""Many amounts added up by the database, to the cent.

Whole numbers of cents are added several times as quickly as decimals, and as exactly: a value has
at most fifteen digits, of which two are decimals, and is not negative.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Numeric,
    Subquery,
    cast,
    func,
    literal,
    select,
)

Value = ColumnElement[Any]

_CENT = literal(Decimal("0.01"), Numeric())
_BY_PERCENT = 4
"""Decimals of a value weighted by a whole percentage, before it is rounded."""


def lines(rows: FromClause) -> Subquery:
    """The rows, which have `deal_value` and `probability`, with their `cents`.

    Worked out once for each: the database would else write it in wherever it is asked for.
    """
    cents = cast(rows.c.deal_value * 100, BigInteger)
    return select(*rows.c, cents.label("cents")).offset(0).subquery()


def sums(of: FromClause, rate: Value, digits: Value) -> dict[str, Value]:
    """Of `lines`: the value, two weighted ones, how many, both in the base currency.

    Weighted by probability. Each line is rounded before it is added: once to cents, once to whole
    units, which of the two counts is for the currency to say; and to the base currency's `digits`,
    NULL without a rate.
    """
    weight = of.c.cents * of.c.probability
    in_base = func.round(weight * rate, digits - _BY_PERCENT, type_=Numeric())
    scaled = func.sum(in_base) * literal(Decimal(1).scaleb(-_BY_PERCENT), Numeric())
    return {
        "value": func.sum(of.c.cents, type_=Numeric()) * _CENT,
        "in_cents": func.sum((weight + 50) // 100, type_=Numeric()) * _CENT,
        "in_units": func.sum((weight + 5_000) // 10_000, type_=Numeric()),
        "number": func.count(),
        "base": func.sum(func.round(of.c.deal_value * rate, digits, type_=Numeric())),
        "base_weighted": func.round(scaled, digits, type_=Numeric()),
    }
