"""The question asked of the database about a day gone by, built once for each way it is asked.

Every answer is one row of JSON texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    String,
    Subquery,
    bindparam,
    func,
    select,
    true,
)
from sqlalchemy.orm import aliased

from services.driver import PLANNED_ANEW
from services.opportunities.past.rebuilt import (
    FOLLOWED,
    PLACE,
    STAGE,
    Rows,
    Undone,
    Value,
    as_json,
    in_reach,
    looked_up,
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

_LISTED_BY = (STAGE, "expected_close_date")
_ADDED_UP = ("deal_value", "currency", "probability")
_Owner = aliased(User)
NAMES: Sequence[Value] = (
    Row.customer_name.expression,
    Partner.name.label("partner_name"),
    func.concat_ws(" ", _Owner.first_name, _Owner.last_name).label("owner_name"),
)


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
    rows = called(
        select(Row.id, Row.number, *told, *NAMES).select_from(joined), was["assigned_user_id"]
    )
    return as_json(rows, rows.c.expected_close_date, rows.c.number)


def called(rows: Rows, owner_id: Value) -> Subquery:
    """With the names of the partner and of the owner."""
    return (
        rows.join(Partner, Partner.id == Row.partner_id)
        .outerjoin(_Owner, _Owner.id == owner_id)
        .subquery()
    )
