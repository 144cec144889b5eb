"""The questions asked of the database about lists of opportunities, each built once.

What differs from one time to the next comes as a parameter: the names are those of `bindparam`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Numeric,
    SQLColumnExpression,
    String,
    Subquery,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by

from services.configuration.conversion import RATES, in_base, rounded_in_base
from services.opportunities.listing.filters import Sort, State
from services.opportunities.statements import CURRENCY, Column, Owner, Sight, Statement, visible
from services.tables import Opportunity as Row
from services.tables import Partner

ESCAPE = "/"
_PERCENT = literal(Decimal("0.01"), Numeric)
"""To divide takes the database longer, and makes numbers of many digits."""
MOST_WORDS = 6
ROWS = 10
"""On one page of a message."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Which conditions a list is narrowed by; their values are parameters of the same names."""

    sight: Sight
    state: State | None = "open"
    archived: Literal["not", "only", "too"] = "not"
    stage: bool = False
    owner_id: bool = False
    partner_id: bool = False
    words: int = 0
    """How many: `word_0` and so on."""
    number: bool = False
    """The one of this number as well, whatever the words."""
    first_day: bool = False
    last_day: bool = False
    is_stale: bool = False
    """`stale_before`: JSON, by stage the moment before which it must have come there."""
    sort: Sort = "close"
    is_first: bool = True
    """Nothing comes before it: `offset` is not asked for. The database then plans for few rows."""


class Listed(NamedTuple):
    """One row of `page`; each brings the totals over all pages."""

    id: UUID
    number: int
    customer_name: str
    value: Decimal
    currency: str
    stage: str
    stage_since: datetime
    expected_close_date: date
    actual_close_date: date | None
    status: str | None
    archived_at: datetime | None
    partner_name: str
    owner_first_name: str | None
    owner_last_name: str | None
    totals: str


@cache
def page(shape: Shape) -> Statement:
    """A page of `Listed` in the order of the shape.

    Parameters: `actor_id`, `offset`, `rate_codes` with their `rates`, `base_digits`, those
    of the shape; `stages` (the keys in their order) to sort by them, `number`, `phrase` and
    `pattern` (the phrase escaped as `like` does it) for the best first.
    """
    order = _order(shape)
    its = _chosen(shape, order).c
    columns: list[Column] = [
        its.id,
        its.number,
        its.customer_name,
        its.deal_value,
        its.currency,
        its.stage,
        its.stage_since,
        its.expected_close_date,
        its.actual_close_date,
        its.status,
        its.archived_at,
        Partner.name,
        Owner.first_name,
        Owner.last_name,
        totals_of(shape),
    ]
    return (
        select(*columns)
        .join(Partner, Partner.id == its.partner_id)
        .outerjoin(Owner, Owner.id == its.assigned_user_id)
        .order_by(*(each.of(its[f"key_{place}"]) for place, each in enumerate(order)))
    )


@cache
def totals(shape: Shape) -> Statement:
    """The totals alone. Parameters as of `page`."""
    return select(totals_of(replace(shape, sort="close")))


def totals_of(shape: Shape) -> SQLColumnExpression[object]:
    """As JSON: for each currency its name, the sum, two weighted sums, how many, and two sums in
    the base currency; largest first.

    Weighted by probability. Each line is rounded before it is added: once to cents, once to whole
    units, which of the two counts is for the currency to say; and to the base currency's digits,
    NULL without a rate.
    """
    weighted = Row.deal_value * func.coalesce(Row.probability, 0) * _PERCENT
    columns: list[Column] = [
        CURRENCY.label("currency"),
        func.sum(Row.deal_value).label("value"),
        func.sum(func.round(weighted, 2)).label("in_cents"),
        func.sum(func.round(weighted, 0)).label("in_units"),
        func.count().label("number"),
        func.sum(rounded_in_base(Row.deal_value)).label("in_base"),
        func.sum(rounded_in_base(weighted)).label("weighted_in_base"),
    ]
    summed = _with_rates(select(*columns)).where(conditions(shape)).group_by(CURRENCY)
    sums = summed.subquery().c
    line = func.json_build_array(
        sums.currency,
        sums.value,
        sums.in_cents,
        sums.in_units,
        sums.number,
        sums.in_base,
        sums.weighted_in_base,
    )
    ordered = aggregate_order_by(line, sums.value.desc(), sums.currency)
    return select(cast(func.json_agg(ordered), Text)).scalar_subquery()


def conditions(shape: Shape) -> ColumnElement[bool]:
    """What the shape lets through, of what the actor may see."""
    return and_(
        visible(shape.sight),
        *_by_state(shape),
        *_by_record(shape),
        *_by_day(shape),
        *_by_words(shape),
    )


def like(words: str) -> str:
    """Words to look for, with the characters that LIKE would read as a pattern escaped."""
    for character in (ESCAPE, "%", "_"):
        words = words.replace(character, ESCAPE + character)
    return words


def _by_state(shape: Shape) -> list[ColumnElement[bool]]:
    is_closed = or_(Row.status == "won", Row.status == "lost")
    by_state = [is_closed if shape.state == "closed" else Row.status == shape.state]
    archived = {
        "not": [Row.archived_at.is_(None)],
        "only": [Row.archived_at.is_not(None)],
        "too": [],
    }
    return [*(by_state if shape.state else []), *archived[shape.archived]]


def _by_record(shape: Shape) -> list[ColumnElement[bool]]:
    wanted: list[tuple[bool, ColumnElement[bool]]] = [
        (shape.stage, Row.stage == bindparam("stage", type_=String)),
        (shape.owner_id, Row.assigned_user_id == bindparam("owner_id", type_=Uuid)),
        (shape.partner_id, Row.partner_id == bindparam("partner_id", type_=Uuid)),
    ]
    return [condition for is_wanted, condition in wanted if is_wanted]


def _by_day(shape: Shape) -> list[ColumnElement[bool]]:
    is_closed = shape.state in ("won", "lost", "closed")
    day = Row.actual_close_date if is_closed else Row.expected_close_date
    before = cast(_from_json("stale_before", Row.stage), DateTime(timezone=True))
    wanted: list[tuple[bool, ColumnElement[bool]]] = [
        (shape.first_day, day >= bindparam("first_day", type_=Date)),
        (shape.last_day, day <= bindparam("last_day", type_=Date)),
        (shape.is_stale, Row.stage_since < before),
    ]
    return [condition for is_wanted, condition in wanted if is_wanted]


def _by_words(shape: Shape) -> list[ColumnElement[bool]]:
    words = [_named(f"word_{place}") for place in range(shape.words)]
    if not shape.number:
        return words
    return [or_(Row.number == bindparam("number", type_=Integer), and_(true(), *words))]


def _named(word: str) -> ColumnElement[bool]:
    """The word escaped as `like` does it."""
    pattern = bindparam(word, type_=Text)
    partners = select(Partner.id).where(Partner.name.icontains(pattern, escape=ESCAPE))
    return or_(Row.customer_name.icontains(pattern, escape=ESCAPE), Row.partner_id.in_(partners))


class _Key(NamedTuple):
    """One thing rows are ordered by."""

    column: Column
    is_descending: bool = False
    may_be_null: bool = False
    """Then it comes last. An index that begins with it cannot be read backwards so."""

    def of(self, column: Column) -> Column:
        if not self.is_descending:
            return column
        return column.desc().nulls_last() if self.may_be_null else column.desc()


_NUMBER = _Key(Row.number)
_LATEST = _Key(Row.number, is_descending=True)
"""Of equal ones always the same is first, or a page would repeat what another has shown."""


def _order(shape: Shape) -> Sequence[_Key]:
    """The most telling first."""
    by_stage = func.array_position(bindparam("stages", type_=ARRAY(Text)), cast(Row.stage, Text))
    closing = (_Key(Row.expected_close_date), _NUMBER)
    closed = (_Key(Row.actual_close_date, is_descending=True, may_be_null=True), _LATEST)
    by_value = _Key(in_base(Row.deal_value), is_descending=True, may_be_null=True)
    orders: Mapping[Sort, Sequence[_Key]] = {
        "close": closed if shape.state in ("won", "lost", "closed") else closing,
        "value": (by_value, _Key(Row.deal_value, is_descending=True), _LATEST),
        "stage": (_Key(by_stage), *closing),
        "moved": (_Key(Row.stage_since, is_descending=True), _LATEST),
        "number": (_LATEST,),
        "best": _nearness(),
    }
    return orders[shape.sort]


def _nearness() -> Sequence[_Key]:
    """The number itself, the name itself, its beginning, the beginning of one of its words, the
    words side by side, then the rest; the open and the latest first among equals.
    """
    pattern = func.lower(bindparam("pattern", type_=Text))
    name = func.lower(Row.customer_name)
    near = case(
        (Row.number == bindparam("number", type_=Integer), 0),
        (name == func.lower(bindparam("phrase", type_=Text)), 1),
        (name.like(pattern.concat("%"), escape=ESCAPE), 2),
        (name.like(func.concat("% ", pattern, "%"), escape=ESCAPE), 3),
        (name.like(func.concat("%", pattern, "%"), escape=ESCAPE), 4),
        else_=5,
    )
    is_past = case((and_(Row.status == "open", Row.archived_at.is_(None)), 0), else_=1)
    return _Key(near), _Key(is_past), _Key(Row.stage_since, is_descending=True), _LATEST


def _with_rates(statement: Statement) -> Statement:
    """With the rate of each row's currency."""
    return statement.select_from(Row).outerjoin(RATES, RATES.c.code == CURRENCY)


def _from_json(parameter: str, key: Column) -> ColumnElement[str]:
    """What a JSON parameter has there. Read once for all rows, not once for each."""
    read = select(cast(bindparam(parameter, type_=Text), JSONB)).scalar_subquery()
    return read.op("->>", return_type=Text())(key)


def _chosen(shape: Shape, order: Sequence[_Key]) -> Subquery:
    """The rows of the page alone: names are looked up for no others."""
    columns: list[Column] = [
        Row.id,
        Row.number,
        Row.customer_name,
        Row.deal_value,
        CURRENCY.label("currency"),
        Row.stage,
        Row.stage_since,
        Row.expected_close_date,
        Row.actual_close_date,
        Row.status,
        Row.archived_at,
        Row.partner_id,
        Row.assigned_user_id,
    ]
    columns += [each.column.label(f"key_{place}") for place, each in enumerate(order)]
    chosen = select(*columns)
    ordered = (
        (_with_rates(chosen) if shape.sort == "value" else chosen)
        .where(conditions(shape))
        .order_by(*(each.of(each.column) for each in order))
        .limit(ROWS)
    )
    from_there = ordered if shape.is_first else ordered.offset(bindparam("offset", type_=Integer))
    return from_there.subquery()
