"""The questions asked of the database about days gone by, each built once.

Every answer is one row of JSON texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    CTE,
    ColumnElement,
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
from sqlalchemy.orm import aliased

from services.opportunities.past.rebuilt import (
    AMOUNTS,
    ARCHIVED,
    FOLLOWED,
    Rows,
    Value,
    as_json,
    in_base,
    moment,
    rates,
    states,
    then,
    undone,
    was_there,
)
from services.opportunities.statements import Sight, Statement, visible
from services.tables import Opportunity as Row
from services.tables import Partner, User

_Owner = aliased(User)
_ZERO = literal(0, Numeric())
_NAMES: Sequence[Value] = (
    Row.customer_name.expression,
    Partner.name.label("partner_name"),
    func.concat_ws(" ", _Owner.first_name, _Owner.last_name).label("owner_name"),
)
_SUMMED = ("value_before", "value_after", "base_start", "base_before", "base_after")
_WORTH = ("value", "currency")
_COUNTED = ("number", "grown", "revalued")


@dataclass(frozen=True, slots=True)
class Listed:
    """Which rows a page of a past day holds."""

    sight: Sight
    everything: bool = False
    """Also what was closed or archived then."""
    stage: bool = False


@cache
def pipeline(wanted: Listed) -> Statement:
    """The totals by stage and currency of what was open, how many rows there are, a page of them.

    Parameters: `until` (the moment the day ends), `rates` as JSON (currency, at_start), `digits` of
    the base currency, `limit`, `offset`; `actor_id` for what is one's own, `stage`.
    """
    past = states("until", tuple(FOLLOWED), wanted.sight)
    is_open = and_(past.c.status == "open", ~past.c.archived)
    conditions = [] if wanted.everything else [is_open]
    if wanted.stage:
        conditions.append(past.c.stage == bindparam("stage", type_=String))
    count = select(func.count()).select_from(past).where(*conditions).scalar_subquery()
    answers: list[Value] = [_totals(past, is_open), count, _page(past, conditions)]
    return select(*answers)


@cache
def movement(sight: Sight, *, until_now: bool) -> Statement:
    """What came and went between two moments: for each bucket and currency how many, how much and
    how much in the base currency; and the largest single ones.

    Parameters: `since`, `until`, `rates` as JSON (currency, at_start, at_end), `digits`, `limit`.
    """
    moved = _moved(sight, until_now=until_now)
    single = _entries(moved)
    is_flow = and_(*(single.c.bucket != each for each in ("start", "end", "rates")))
    return select(_sums(_entries(_alike(moved))), _moves(moved, single, is_flow))


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
    return select(*answers)


def _totals(past: CTE, is_open: ColumnElement[bool]) -> Value:
    known = rates("rates")
    weighted = past.c.deal_value * past.c.probability / 100
    sums = (
        select(
            past.c.stage,
            past.c.currency,
            func.count().label("number"),
            func.sum(past.c.deal_value).label("value"),
            func.sum(func.round(weighted, 2, type_=Numeric())).label("in_cents"),
            func.sum(func.round(weighted, 0, type_=Numeric())).label("in_units"),
            func.sum(in_base(past.c.deal_value, known.c.at_start)).label("base"),
            func.sum(in_base(weighted, known.c.at_start)).label("base_weighted"),
        )
        .select_from(past.outerjoin(known, known.c.currency == past.c.currency))
        .where(is_open)
        .group_by(past.c.stage, past.c.currency)
        .subquery()
    )
    return as_json(sums, sums.c.stage, sums.c.currency)


def _page(past: CTE, conditions: Sequence[ColumnElement[bool]]) -> Value:
    page = (
        select(past)
        .where(*conditions)
        .order_by(past.c.expected_close_date, past.c.number)
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
        .subquery()
    )
    rows = _called(select(*page.c, *_NAMES).join(Row, Row.id == page.c.id), page.c.assigned_user_id)
    return as_json(rows, rows.c.expected_close_date, rows.c.number)


def _called(rows: Rows, owner_id: Value) -> Subquery:
    """With the names of the partner and of the owner."""
    return (
        rows.join(Partner, Partner.id == Row.partner_id)
        .outerjoin(_Owner, _Owner.id == owner_id)
        .subquery()
    )


def _moved(sight: Sight, *, until_now: bool) -> CTE:
    """The opportunities that were in the pipeline at the start or the end, or on the way; each as
    it was at the start (one that came later: as it was created) and at the end.
    """
    both = _both(sight, until_now=until_now)
    before, after = rates("before"), rates("after")
    at_start = in_base(both.c.value_before, before.c.at_start)
    at_end = in_base(both.c.value_before, before.c.at_end)
    is_grown = both.c.value_before != both.c.value_after
    places = both.c.place_before, both.c.place_after
    return (
        select(
            *both.c,
            at_start.label("base_start"),
            at_end.label("base_before"),
            in_base(both.c.value_after, after.c.at_end).label("base_after"),
            literal(1, Integer).label("number"),
            cast(is_grown, Integer).label("grown"),
            cast(func.coalesce(at_start != at_end, false()), Integer).label("revalued"),
        )
        .select_from(both)
        .outerjoin(before, before.c.currency == both.c.currency_before)
        .outerjoin(after, after.c.currency == both.c.currency_after)
        .where(or_(places[0] == "in", places[1] == "in", places[0] != places[1]))
        .cte("moved")
    )


def _alike(moved: CTE) -> CTE:
    """Those that came, changed and went in the same way, added up: what they add to each bucket is
    a sum.
    """
    keys = [each for each in moved.c if each.name not in {"id", *_SUMMED, *_COUNTED}]
    sums = [func.sum(moved.c[each]).label(each) for each in (*_SUMMED, *_COUNTED)]
    return select(*keys, *sums).group_by(*keys).cte("alike")


def _both(sight: Sight, *, until_now: bool) -> Subquery:
    first = undone("since", AMOUNTS)
    last = None if until_now else undone("until", AMOUNTS)
    before = {each: then(first, each) for each in AMOUNTS}
    after = {each: FOLLOWED[each] if last is None else then(last, each) for each in AMOUNTS}
    joined = Row.__table__.outerjoin(first, first.c.opportunity_id == Row.id)
    if last is not None:
        joined = joined.outerjoin(last, last.c.opportunity_id == Row.id)
    return (
        select(
            Row.id,
            func.coalesce(Row.created_at < moment("since"), true()).label("was_there"),
            before["deal_value"].label("value_before"),
            before["currency"].label("currency_before"),
            _place(before).label("place_before"),
            after["deal_value"].label("value_after"),
            after["currency"].label("currency_after"),
            _place(after).label("place_after"),
        )
        .select_from(joined)
        .where(visible(sight), was_there("until"))
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


def _was_in(of: CTE) -> ColumnElement[bool]:
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
    size = [
        func.abs(single.c.net).desc().nulls_last(),
        func.abs(single.c.amount).desc(),
        single.c.id,
    ]
    first = (
        select(single, func.row_number().over(order_by=size).label("place"))
        .where(which, single.c.number > 0)
        .order_by(*size)
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
        .subquery()
    )
    worth = [moved.c[f"{what}_{when}"] for when in ("before", "after") for what in _WORTH]
    told = [first.c.place, first.c.bucket, first.c.net.label("base"), *worth, Row.number, *_NAMES]
    joined = select(*told).select_from(first).join(moved, moved.c.id == first.c.id)
    rows = _called(joined.join(Row, Row.id == first.c.id), Row.assigned_user_id.expression)
    return as_json(rows, rows.c.place)
