"""Rows as they were, as questions to the database: today's row with the changes since undone.

For each field the earliest change at or after a moment says what held before it. So a question
costs what has changed since and what was in the pipeline, not what there is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Numeric,
    Select,
    SelectBase,
    Subquery,
    Text,
    bindparam,
    case,
    cast,
    column,
    false,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by, distinct_on
from sqlalchemy.sql.selectable import LateralFromClause, TableValuedAlias

from services.opportunities.statements import CURRENCY, Sight, visible
from services.tables import Opportunity as Row
from services.tables import OpportunityChange, StageChange

Value = ColumnElement[Any]
Rows = Select[*tuple[Any, ...]]

STAGE = "stage"
ARCHIVED = "archived"
FOLLOWED: Mapping[str, Value] = {
    STAGE: Row.stage.expression,
    "status": func.coalesce(Row.status, "open"),
    "deal_value": Row.deal_value.expression,
    "currency": CURRENCY,
    "probability": func.coalesce(Row.probability, 0),
    "assigned_user_id": Row.assigned_user_id.expression,
    "expected_close_date": Row.expected_close_date.expression,
    "actual_close_date": Row.actual_close_date.expression,
    ARCHIVED: Row.archived_at.is_not(None),
}
"""What is rebuilt, by the name its changes are recorded under, and what holds now. Where a change
was never recorded (rows that were brought along, or changed by hand), that holds for the past too.
"""
PLACE = ("status", ARCHIVED)
"""What of it decides whether an opportunity is in the pipeline."""
_OPEN: Mapping[str, Value] = {"status": literal("open", Text), ARCHIVED: false()}
_MAY_BE_NOTHING = frozenset({"assigned_user_id", "actual_close_date"})
_WRITTEN_FOR_NOTHING: Mapping[str, str] = {
    "probability": "0",
    "currency": "USD",
    "status": "open",
    ARCHIVED: "false",
}
"""What nothing counts as, as in `FOLLOWED`."""


def moment(name: str) -> ColumnElement[Any]:
    """A parameter that is a moment."""
    return bindparam(name, type_=DateTime(timezone=True))


def before(since: str, name: str) -> Rows:
    """For each opportunity whose field was changed at that moment or later, what it was before
    ('' for nothing). Asked for all there are: an index has them in this order.
    """
    changes = _changes(since, name).subquery()
    of = changes.c.opportunity_id
    return (
        select(of, func.coalesce(changes.c.from_value, "").label("before"))
        .ext(distinct_on(of))
        .order_by(of, changes.c.changed_at)
    )


def looked_up(since: str, name: str) -> LateralFromClause:
    """As `before`, of one row: for a few of them."""
    changes = _changes(since, name).subquery()
    return (
        select(func.coalesce(changes.c.from_value, "").label("before"))
        .where(changes.c.opportunity_id == Row.id)
        .order_by(changes.c.changed_at)
        .limit(1)
        .correlate(Row)
        .lateral()
    )


def _changes(since: str, name: str) -> SelectBase:
    change = OpportunityChange
    recorded = select(change.opportunity_id, change.from_value, change.changed_at).where(
        change.field == name, change.changed_at >= moment(since)
    )
    return union_all(recorded, _stages_left(since)) if name == STAGE else recorded


def _stages_left(since: str) -> Rows:
    """The first entry of an opportunity leaves none: that is its creation."""
    left = StageChange
    return select(left.opportunity_id, left.from_stage, left.changed_at).where(
        left.changed_at >= moment(since), left.from_stage.is_not(None)
    )


def then(name: str, now: Value, was: Value) -> Value:
    """What a field was: what holds now, unless it was something else before a change."""
    written = func.nullif(was, "")
    usual = _WRITTEN_FOR_NOTHING.get(name)
    known = cast(written if usual is None else func.coalesce(written, usual), FOLLOWED[name].type)
    return case(
        (was.is_(None), now),
        else_=known if name in _MAY_BE_NOTHING else func.coalesce(known, now),
    )


def places(since: str) -> Mapping[str, CTE]:
    """What moved opportunities into the pipeline or out of it: by whom to look at, and as what."""
    return {each: before(since, each).cte(f"{each}_{since}") for each in PLACE}


def in_reach(moved: Mapping[str, CTE], fields: Sequence[str], sight: Sight) -> CTE:
    """The opportunities, of those there were `until`, that may have been in the pipeline since:
    those in it now and those that moved; as they are now.
    """
    those = visible(sight), was_there("until")
    left = union(*(select(each.c.opportunity_id) for each in moved.values()))
    is_out = or_(Row.status != "open", Row.archived_at.is_not(None))
    is_in = Row.archived_at.is_(None)
    return union_all(
        now_of(fields, _OPEN).where(*those, is_in, Row.status == "open"),
        now_of(fields, _OPEN).where(*those, is_in, Row.status.is_(None)),
        now_of(fields).where(*those, is_out, Row.id.in_(left)),
    ).cte("in_reach")


class Undone:
    """The changes of some fields since a moment, undone in rows that hold what they are now.

    Of those `found` already nothing is looked for.
    """

    def __init__(
        self,
        since: str,
        fields: Sequence[str],
        now: CTE,
        found: Mapping[str, CTE] | None = None,
    ) -> None:
        self._now = now
        self._of: Mapping[str, FromClause] = {
            **{each: before(since, each).subquery() for each in fields},
            **(found or {}),
        }

    def joined(self, rows: FromClause) -> FromClause:
        for each in self._of.values():
            rows = rows.outerjoin(each, each.c.opportunity_id == self._now.c.id)
        return rows

    def then(self) -> dict[str, Value]:
        """What each field was."""
        return {name: then(name, self._now.c[name], of.c.before) for name, of in self._of.items()}


def now_of(fields: Sequence[str], known: Mapping[str, Value] | None = None) -> Rows:
    """What the fields are now. What is `known` of all those rows need not be read from them."""
    columns = {each: (known or FOLLOWED).get(each, FOLLOWED[each]) for each in fields}
    told = [each.label(name) for name, each in columns.items()]
    return select(Row.id, Row.number, Row.created_at, *told)


def was_there(until: str) -> ColumnElement[bool]:
    """Whether an opportunity was created before that moment."""
    return or_(Row.created_at.is_(None), Row.created_at < moment(until))


def rates(name: str) -> TableValuedAlias:
    """The parameter `rates` as a table: what one unit is worth in the base on which day."""
    listed = func.json_to_recordset(cast(bindparam("rates", type_=Text), JSON))
    columns = [column(each, Numeric()) for each in ("at_start", "at_end")]
    return listed.table_valued(column("currency", Text()), *columns).render_derived(
        name=name, with_types=True
    )


def in_base(amount: ColumnElement[Any], rate: ColumnElement[Any]) -> ColumnElement[Any]:
    """Half up to the minor unit (`digits`); amounts are not negative before they are subtracted."""
    return func.round(amount * rate, bindparam("digits", type_=Integer), type_=Numeric())


def as_json(rows: Subquery, *order: ColumnElement[Any]) -> Value:
    """A list of objects in this order. Numbers are text in it, so that no digit is lost."""
    named = [
        each
        for one in rows.c
        for each in (cast(one.name, Text), cast(one, Text) if _is_number(one) else one)
    ]
    listed = aggregate_order_by(func.json_build_object(*named), *order)
    return select(func.coalesce(cast(func.json_agg(listed), Text), "[]")).scalar_subquery()


def _is_number(one: ColumnElement[Any]) -> bool:
    return isinstance(one.type, Numeric)
