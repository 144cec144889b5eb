"""The questions asked of the database about lists of opportunities, each built once.

What differs from one time to the next comes as a parameter: the names are those of `bindparam`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
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
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by

from services.configuration.conversion import RATES, in_base
from services.opportunities.listing.filters import Sort, State
from services.opportunities.statements import CURRENCY, Column, Owner, Sight, Statement, visible
from services.opportunities.totals import lines, sums
from services.tables import Opportunity as Row
from services.tables import Partner

ESCAPE = "/"
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

    @property
    def is_closed(self) -> bool:
        return self.state in ("won", "lost", "closed")


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

    Parameters: `actor_id`, `offset`, `zone`, `rate_codes` with their `rates`, `base_digits`, those
    of the shape; `stages` (the keys in their order) to sort by them, `number`, `phrase` and
    `pattern` (the phrase escaped as `like` does it) for the best first.
    """
    order = _order(shape)
    # Names are looked at once for both; what an index holds is read twice rather than kept.
    found = _found(shape, order).cte("found") if shape.words else _found(shape, order).subquery()
    its = _chosen(shape, found, order)
    columns: list[Column] = [
        Row.id,
        Row.number,
        Row.customer_name,
        Row.deal_value,
        CURRENCY,
        Row.stage,
        Row.stage_since,
        Row.expected_close_date,
        Row.actual_close_date,
        Row.status,
        Row.archived_at,
        Partner.name,
        Owner.first_name,
        Owner.last_name,
        totals_of(found if shape.words else _found(shape, ()).subquery()),
    ]
    return (
        select(*columns)
        .join_from(its, Row, Row.id == its.c.id)
        .join(Partner, Partner.id == Row.partner_id)
        .outerjoin(Owner, Owner.id == Row.assigned_user_id)
        .order_by(*_ordered(its, order))
    )


@cache
def totals(shape: Shape) -> Statement:
    """The totals alone. Parameters as of `page`."""
    return select(totals_of(_found(shape, ()).subquery()))


def totals_of(found: FromClause) -> SQLColumnExpression[object]:
    """As JSON: for each currency its name, and what `sums` tells of it; largest first."""
    each = lines(found)
    added = sums(each, RATES.c.rate, bindparam("base_digits", type_=Integer))
    summed = (
        select(each.c.currency, *(one.label(name) for name, one in added.items()))
        .select_from(each.outerjoin(RATES, RATES.c.code == each.c.currency))
        .group_by(each.c.currency)
        .subquery()
    )
    line = func.json_build_array(*summed.c)
    ordered = aggregate_order_by(line, summed.c.value.desc(), summed.c.currency)
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
    day = Row.actual_close_date if shape.is_closed else Row.expected_close_date
    before = cast(_from_json("stale_before", Row.stage), DateTime(timezone=True))
    first, last = (
        day >= bindparam("first_day", type_=Date),
        day <= bindparam("last_day", type_=Date),
    )
    if shape.state in ("lost", "closed"):
        first, last = or_(first, _lost(from_first=True)), or_(last, _lost(from_first=False))
    wanted = [(shape.first_day, first), (shape.last_day, last)]
    return [
        *(condition for is_wanted, condition in wanted if is_wanted),
        *([Row.stage_since < before] if shape.is_stale else []),
    ]


def _lost(*, from_first: bool) -> ColumnElement[bool]:
    """What has no day of its own, by the moments at which the days begin: a zone looked up for each
    row takes longer than all the rest.
    """
    begun = Row.stage_since >= bindparam("first_moment", type_=DateTime(timezone=True))
    ended = Row.stage_since < bindparam("last_moment", type_=DateTime(timezone=True))
    return and_(Row.actual_close_date.is_(None), begun if from_first else ended)


def _closed_on(state: State | None) -> SQLColumnExpression[date | None]:
    """As `rules.lost_on` for what is lost; an index has the days of what is won. Needs `zone`."""
    if state == "won":
        return Row.actual_close_date.expression
    there = func.timezone(bindparam("zone", type_=Text), Row.stage_since)
    return func.coalesce(Row.actual_close_date, cast(there, Date))


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
    closed = (_Key(_closed_on(shape.state), is_descending=True, may_be_null=True), _LATEST)
    by_value = _Key(in_base(Row.deal_value), is_descending=True, may_be_null=True)
    orders: Mapping[Sort, Sequence[_Key]] = {
        "close": closed if shape.is_closed else closing,
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


def _from_json(parameter: str, key: Column) -> ColumnElement[str]:
    """What a JSON parameter has there. Read once for all rows, not once for each."""
    read = select(cast(bindparam(parameter, type_=Text), JSONB)).scalar_subquery()
    return read.op("->>", return_type=Text())(key)


def _found(shape: Shape, order: Sequence[_Key]) -> Statement:
    """All that the shape lets through: as little of each as totals and order are made of."""
    columns: list[Column] = [
        Row.id,
        CURRENCY.label("currency"),
        Row.deal_value,
        func.coalesce(Row.probability, 0).label("probability"),
        *(each.column.label(f"key_{place}") for place, each in enumerate(order)),
    ]
    found = select(*columns).where(conditions(shape))
    if shape.sort == "value" and order:
        return found.outerjoin_from(Row, RATES, RATES.c.code == CURRENCY)
    return found


def _chosen(shape: Shape, found: FromClause, order: Sequence[_Key]) -> Subquery:
    """The rows of the page alone: names are looked up for no others."""
    keys = (found.c[f"key_{place}"] for place in range(len(order)))
    ordered = select(found.c.id, *keys).order_by(*_ordered(found, order)).limit(ROWS)
    from_there = ordered if shape.is_first else ordered.offset(bindparam("offset", type_=Integer))
    return from_there.subquery()


def _ordered(of: FromClause, order: Sequence[_Key]) -> Sequence[Column]:
    return [each.of(of.c[f"key_{place}"]) for place, each in enumerate(order)]
