"""The questions asked of the database about what happened between two days, each built once.

Every answer is one row of JSON texts.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Numeric,
    String,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from services.driver import PLANNED_ANEW
from services.opportunities.past.rebuilt import (
    ARCHIVED,
    PLACE,
    Rows,
    Undone,
    Value,
    as_json,
    in_base,
    in_reach,
    moment,
    places,
    rates,
)
from services.opportunities.past.statements import NAMES, called
from services.opportunities.statements import Sight, Statement
from services.tables import Opportunity as Row

_AMOUNTS = ("deal_value", "currency")
_ZERO = literal(0, Numeric())
_UNKNOWN = literal(-1, Numeric())
"""Less than any amount: what has no rate comes last."""
_SUMMED = ("value_before", "value_after", "base_start", "base_before", "base_after")
_WORTH = ("value", "currency")
_COUNTED = ("number", "grown", "revalued")


@cache
def movement(sight: Sight, *, until_now: bool) -> Statement:
    """What came and went between two moments: for each bucket and currency how many, how much and
    how much in the base currency; and the largest single ones.

    Parameters: `since`, `until`, `rates` as JSON (currency, at_start, at_end), `digits`, `limit`.
    """
    moved = _moved(sight, until_now=until_now)
    largest = _largest(moved)
    single = _entries(largest)
    is_flow = and_(*(single.c.bucket != each for each in ("start", "end", "rates")))
    told = select(_sums(_entries(_alike(moved))), _moves(largest, single, is_flow))
    return told.execution_options(**PLANNED_ANEW)


@cache
def bucket(sight: Sight, *, until_now: bool) -> Statement:
    """How many opportunities one bucket holds, and a page of them, the largest first.

    Parameters as of `movement`, and `bucket`, `offset`.
    """
    moved = _moved(sight, until_now=until_now)
    single = _entries(moved)
    meant = single.c.bucket == bindparam("bucket", type_=String)
    count = select(func.coalesce(func.sum(single.c.number), 0)).where(meant).scalar_subquery()
    answers: list[Value] = [cast(count, Integer), _moves(moved, single, meant)]
    return select(*answers).execution_options(**PLANNED_ANEW)


def _moved(sight: Sight, *, until_now: bool) -> CTE:
    """The opportunities that were in the pipeline at the start or the end, or on the way; each as
    it was at the start (one that came later: as it was created) and at the end.
    """
    worth = _worth(_both(sight, until_now=until_now))
    c = worth.c
    is_grown = c.value_before != c.value_after
    is_revalued = func.coalesce(c.base_start != c.base_before, false())
    return select(
        *c,
        literal(1, Integer).label("number"),
        cast(is_grown, Integer).label("grown"),
        cast(is_revalued, Integer).label("revalued"),
        _size(worth, or_(is_grown, c.currency_before != c.currency_after)).label("size"),
    ).cte("moved")


def _worth(both: Subquery) -> Subquery:
    """With what they were and are worth in the base currency, each worked out once; at the rates of
    the start only what was in the pipeline then.
    """
    before, after = rates("before"), rates("after")
    places = both.c.place_before, both.c.place_after
    at_start = in_base(both.c.value_before, before.c.at_start)
    return (
        select(
            *both.c,
            case((_was_in(both), at_start)).label("base_start"),
            in_base(both.c.value_before, before.c.at_end).label("base_before"),
            in_base(both.c.value_after, after.c.at_end).label("base_after"),
        )
        .select_from(both)
        .outerjoin(before, before.c.currency == both.c.currency_before)
        .outerjoin(after, after.c.currency == both.c.currency_after)
        .where(or_(places[0] == "in", places[1] == "in", places[0] != places[1]))
        .offset(0)
        .subquery()
    )


def _alike(moved: CTE) -> CTE:
    """Those that came, changed and went in the same way, added up: what they add to each bucket is
    a sum.
    """
    keys = [each for each in moved.c if each.name not in {"id", "size", *_SUMMED, *_COUNTED}]
    sums = [func.sum(moved.c[each]).label(each) for each in (*_SUMMED, *_COUNTED)]
    return select(*keys, *sums).group_by(*keys).cte("alike")


def _size(of: Subquery, is_changed: ColumnElement[bool]) -> Value:
    """The most one of its entries adds or takes in the base currency; NULL where none does."""
    c = of.c
    sizes = (
        (~_was_in(of), c.base_before),
        (c.place_after != "in", c.base_after),
        (is_changed, func.abs(c.base_after - c.base_before)),
    )
    known = (case((does, func.coalesce(much, _UNKNOWN))) for does, much in sizes)
    return func.greatest(*known, type_=Numeric())


def _largest(moved: CTE) -> CTE:
    """Those of which the first `limit` entries are, and of which no other entry is as large."""
    least = (
        select(moved.c.size)
        .where(moved.c.size.is_not(None))
        .order_by(moved.c.size.desc())
        .offset(bindparam("limit", type_=Integer) - 1)
        .limit(1)
        .scalar_subquery()
    )
    return select(moved).where(moved.c.size >= func.coalesce(least, _UNKNOWN)).cte("largest")


def _both(sight: Sight, *, until_now: bool) -> Subquery:
    """Nothing reaches into this; see `_as_it_was`."""
    moved = places("since")
    now = in_reach(moved, (*PLACE, *_AMOUNTS), sight)
    first = Undone("since", _AMOUNTS, now, moved)
    joined, before = first.joined(now), first.then()
    after: Mapping[str, Value] = {each: now.c[each] for each in (*PLACE, *_AMOUNTS)}
    if not until_now:
        last = Undone("until", (*PLACE, *_AMOUNTS), now)
        joined, after = last.joined(joined), last.then()
    return (
        select(
            now.c.id,
            func.coalesce(now.c.created_at < moment("since"), true()).label("was_there"),
            before["deal_value"].label("value_before"),
            before["currency"].label("currency_before"),
            _place(before).label("place_before"),
            after["deal_value"].label("value_after"),
            after["currency"].label("currency_after"),
            _place(after).label("place_after"),
        )
        .select_from(joined)
        .offset(0)
        .subquery()
    )


def _place(state: Mapping[str, Value]) -> Value:
    """Where an opportunity stands: in the pipeline, or what took it out."""
    is_closed = state["status"] != "open"
    return case((is_closed, state["status"]), (state[ARCHIVED], ARCHIVED), else_="in")


def _entries(of: CTE) -> Subquery:
    """What each opportunity, or those alike together, adds to which bucket, in its currency and in
    the base: what brings it into the pipeline, what changes it there, where it ends.
    """
    c = of.c
    is_same = c.currency_before == c.currency_after
    revalued, grown = c.base_before - c.base_start, c.base_after - c.base_before
    return union_all(
        _opening(of),
        _entry(of, "rates", c.currency_before, _ZERO, revalued, number=c.revalued).where(
            _was_in(of), c.revalued > 0
        ),
        _entry(
            of, "value", c.currency_after, c.value_after - c.value_before, grown, number=c.grown
        ).where(is_same, c.grown > 0),
        _entry(of, "currency", c.currency_before, -c.value_before, -c.base_before, net=grown).where(
            ~is_same
        ),
        _entry(of, "currency", c.currency_after, c.value_after, c.base_after, number=_ZERO).where(
            ~is_same
        ),
        _ending(of),
    ).subquery()


def _was_in(of: FromClause) -> ColumnElement[bool]:
    return and_(of.c.was_there, of.c.place_before == "in")


def _opening(of: CTE) -> Rows:
    """At the rate of the first day for what was in the pipeline then, else of the last."""
    was_in = _was_in(of)
    name = case(
        (was_in, "start"),
        (~of.c.was_there, "created"),
        (of.c.place_before == ARCHIVED, "restored"),
        else_="reopened",
    )
    base = case((was_in, of.c.base_start), else_=of.c.base_before)
    return _entry(of, name, of.c.currency_before, of.c.value_before, base)


def _ending(of: CTE) -> Rows:
    is_in = of.c.place_after == "in"
    name = case((is_in, "end"), else_=of.c.place_after)
    amount = case((is_in, of.c.value_after), else_=-of.c.value_after)
    base = case((is_in, of.c.base_after), else_=-of.c.base_after)
    return _entry(of, name, of.c.currency_after, amount, base)


def _entry(  # noqa: PLR0913  # an entry is these things
    of: CTE,
    bucket: Value | str,
    currency: Value,
    amount: Value,
    base: Value,
    *,
    number: Value | None = None,
    net: Value | None = None,
) -> Rows:
    """`number`: of how many opportunities, 0 for the second half of a change; `net`: of both its
    halves in the base.
    """
    named = literal(bucket, Text) if isinstance(bucket, str) else cast(bucket, Text)
    columns = {
        "bucket": named,
        "currency": currency,
        "amount": amount,
        "base": base,
        "net": base if net is None else net,
        "number": of.c.number if number is None else number,
    }
    own = [of.c.id] if "id" in of.c else []
    return select(*own, *(each.label(label) for label, each in columns.items()))


def _sums(entries: Subquery) -> Value:
    sums = (
        select(
            entries.c.bucket,
            entries.c.currency,
            cast(func.sum(entries.c.number), Integer).label("number"),
            func.sum(entries.c.amount).label("amount"),
            func.coalesce(func.sum(entries.c.base), _ZERO).label("base"),
        )
        .group_by(entries.c.bucket, entries.c.currency)
        .subquery()
    )
    return as_json(sums, sums.c.bucket, sums.c.currency)


def _moves(moved: CTE, single: Subquery, which: ColumnElement[bool]) -> Value:
    """The largest in the base currency first; those without a rate last, by their own amount."""
    largest = (
        select(single)
        .where(which, single.c.number > 0)
        .order_by(*_by_size(single))
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
        .subquery()
    )
    place = func.row_number().over(order_by=_by_size(largest))
    first = select(largest, place.label("place")).subquery()
    worth = [moved.c[f"{what}_{when}"] for when in ("before", "after") for what in _WORTH]
    told = [first.c.place, first.c.bucket, first.c.net.label("base"), *worth, Row.number, *NAMES]
    joined = select(*told).select_from(first).join(moved, moved.c.id == first.c.id)
    rows = called(joined.join(Row, Row.id == first.c.id), Row.assigned_user_id.expression)
    return as_json(rows, rows.c.place)


def _by_size(of: Subquery) -> Sequence[ColumnElement[Any]]:
    size = func.abs(of.c.net).desc().nulls_last(), func.abs(of.c.amount).desc()
    return *size, of.c.id, of.c.bucket
