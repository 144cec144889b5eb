"""The questions asked of the database about days gone by, each built once.

Every answer is one row of JSON texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

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

from services.driver import PLANNED_ANEW
from services.opportunities.past.rebuilt import (
    ARCHIVED,
    FOLLOWED,
    PLACE,
    STAGE,
    Rows,
    Undone,
    Value,
    as_json,
    in_base,
    in_reach,
    looked_up,
    moment,
    now_of,
    places,
    rates,
    then,
    was_there,
)
from services.opportunities.statements import Sight, Statement, visible
from services.opportunities.totals import lines, sums
from services.tables import Opportunity as Row
from services.tables import Partner, User

_AMOUNTS = ("deal_value", "currency")
_LISTED_BY = (STAGE, "expected_close_date")
_ADDED_UP = (*_AMOUNTS, "probability")
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
    were_open = _open(wanted.sight)
    listed = _everything(wanted.sight) if wanted.everything else were_open
    meant = [listed.c.stage == bindparam("stage", type_=String)] if wanted.stage else []
    count = select(func.count()).select_from(listed).where(*meant).scalar_subquery()
    answers: list[Value] = [_totals(were_open), count, _page(listed, meant)]
    return select(*answers).execution_options(**PLANNED_ANEW)


@cache
def movement(sight: Sight, *, until_now: bool) -> Statement:
    """What came and went between two moments: for each bucket and currency how many, how much and
    how much in the base currency; and the largest single ones.

    Parameters: `since`, `until`, `rates` as JSON (currency, at_start, at_end), `digits`, `limit`.
    """
    moved = _moved(sight, until_now=until_now)
    single = _entries(moved)
    is_flow = and_(*(single.c.bucket != each for each in ("start", "end", "rates")))
    told = select(_sums(_entries(_alike(moved))), _moves(moved, single, is_flow))
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


def _open(sight: Sight) -> CTE:
    """What was open at that moment and not archived, as it was."""
    moved = places("until")
    now = in_reach(moved, (*PLACE, *_LISTED_BY, *_ADDED_UP), sight)
    past = _as_it_was(now, Undone("until", (*_LISTED_BY, *_ADDED_UP), now, moved))
    return select(past).where(past.c.status == "open", ~past.c.archived).cte("were_open")


def _everything(sight: Sight) -> CTE:
    """Every opportunity there was at that moment: as much of it as a page is chosen by."""
    now = now_of(_LISTED_BY).where(visible(sight), was_there("until")).cte("now")
    return select(_as_it_was(now, Undone("until", _LISTED_BY, now))).cte("everything")


def _as_it_was(now: CTE, undone: Undone) -> Subquery:
    """Nothing that is asked of the past reaches into this: the database cannot know how many rows
    it holds for, and would take them for few.
    """
    was = (each.label(name) for name, each in undone.then().items())
    return select(now.c.id, now.c.number, *was).select_from(undone.joined(now)).offset(0).subquery()


def _totals(were_open: CTE) -> Value:
    known = rates("rates")
    each = lines(were_open)
    added = sums(each, known.c.at_start, bindparam("digits", type_=Integer))
    summed = (
        select(each.c.stage, each.c.currency, *(one.label(name) for name, one in added.items()))
        .select_from(each.outerjoin(known, known.c.currency == each.c.currency))
        .group_by(each.c.stage, each.c.currency)
        .subquery()
    )
    return as_json(summed, summed.c.stage, summed.c.currency)


def _page(listed: CTE, conditions: Sequence[ColumnElement[bool]]) -> Value:
    page = (
        select(listed)
        .where(*conditions)
        .order_by(listed.c.expected_close_date, listed.c.number)
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
        .subquery()
    )
    joined = page.join(Row, Row.id == page.c.id)
    was: dict[str, Value] = {name: page.c[name] for name in FOLLOWED if name in page.c}
    for name in FOLLOWED.keys() - was.keys():
        found = looked_up("until", name)
        joined = joined.outerjoin(found, true())
        was[name] = then(name, FOLLOWED[name], found.c.before)
    told = (was[name].label(name) for name in FOLLOWED)
    rows = _called(
        select(Row.id, Row.number, *told, *_NAMES).select_from(joined), was["assigned_user_id"]
    )
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
    told = [first.c.place, first.c.bucket, first.c.net.label("base"), *worth, Row.number, *_NAMES]
    joined = select(*told).select_from(first).join(moved, moved.c.id == first.c.id)
    rows = _called(joined.join(Row, Row.id == first.c.id), Row.assigned_user_id.expression)
    return as_json(rows, rows.c.place)


def _by_size(of: Subquery) -> Sequence[ColumnElement[Any]]:
    size = func.abs(of.c.net).desc().nulls_last(), func.abs(of.c.amount).desc()
    return *size, of.c.id, of.c.bucket
