"""Amounts in the base currency, worked out by the database: there are thousands of them.

A statement joins `RATES`, a table of a few rows, by its currency: that is quicker than to look into
a JSON value, thousands of times. Each amount is rounded before it is added up.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    SQLColumnExpression,
    Text,
    bindparam,
    cast,
    column,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.configuration.rates import Rates
from services.money import minor_digits

RATES = (
    func.unnest(
        cast(bindparam("rate_codes", type_=Text), ARRAY(Text)),
        cast(bindparam("rates", type_=Text), ARRAY(Numeric)),
    )
    .table_valued(column("code", Text), column("rate", Numeric))
    .render_derived(name="rates")
)


def parameters(known: Rates, day: date) -> dict[str, object]:
    """What the rates of that day are to a statement with `RATES`: `rate_codes` with their `rates`,
    and `base_digits`. Arrays as PostgreSQL writes them: the driver takes long to find out of what
    type a list is.

    https://www.postgresql.org/docs/current/arrays.html#ARRAYS-INPUT
    """
    found = {code: known.on(code, day) for code in (known.base, *known.by_currency)}
    there = {code: rate for code, rate in found.items() if rate is not None}
    return {
        "rate_codes": f"{{{','.join(there)}}}",
        "rates": f"{{{','.join(map(str, there.values()))}}}",
        "base_digits": minor_digits(known.base),
    }


def in_base(amount: SQLColumnExpression[object]) -> ColumnElement[Decimal]:
    """The amount at the rate of its currency; NULL without one."""
    return amount * RATES.c.rate


def rounded_in_base(amount: SQLColumnExpression[object]) -> ColumnElement[Decimal]:
    """As `in_base`, half up to the base currency's minor unit: amounts are zero or more."""
    return func.round(in_base(amount), bindparam("base_digits", type_=Integer))
