"""Rows as they were, as questions to the database: today's row with the changes since undone.

For each field the earliest change at or after a moment says what held before it. So a question
costs what has changed since, not what there is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Integer,
    Numeric,
    Select,
    Subquery,
    Text,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by, distinct_on
from sqlalchemy.sql.selectable import TableValuedAlias

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
AMOUNTS = ("status", "deal_value", "currency", ARCHIVED)
"""What of it decides whether and with how much an opportunity is in the pipeline."""
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


def undone(since: str, fields: Sequence[str], *those: ColumnElement[bool]) -> Subquery:
    """For each opportunity that was changed at that moment or later, what each field was before
    ('' for nothing); NULL where it was not changed. Of `those` alone where not all are needed.
    """
    change = OpportunityChange
    changes = select(
        change.opportunity_id, change.field, change.from_value, change.changed_at
    ).where(change.changed_at >= moment(since), or_(*(change.field == each for each in fields)))
    parts = [changes, *([_stages_left(since)] if STAGE in fields else [])]
    every = union_all(*parts).subquery()
    key = every.c.opportunity_id, every.c.field
    first = (
        _of(those, select(*key, func.coalesce(every.c.from_value, "").label("before")), every)
        .ext(distinct_on(*key))
        .order_by(*key, every.c.changed_at)
        .subquery()
    )
    before = [func.max(first.c.before).filter(first.c.field == each).label(each) for each in fields]
    return select(first.c.opportunity_id, *before).group_by(first.c.opportunity_id).subquery()


def _of(those: Sequence[ColumnElement[bool]], rows: Rows, every: Subquery) -> Rows:
    return rows.join(Row, Row.id == every.c.opportunity_id).where(*those) if those else rows


def _stages_left(since: str) -> Rows:
    """The first entry of an opportunity leaves none: that is its creation."""
    left = StageChange
    return select(
        left.opportunity_id, literal(STAGE, Text), left.from_stage, left.changed_at
    ).where(left.changed_at >= moment(since), left.from_stage.is_not(None))


def then(changed: Subquery, name: str) -> Value:
    """What a field was, `changed` being what `undone` gives."""
    now = FOLLOWED[name]
    before = changed.c[name]
    written = func.nullif(before, "")
    usual = _WRITTEN_FOR_NOTHING.get(name)
    known = cast(written if usual is None else func.coalesce(written, usual), now.type)
    was = known if name in _MAY_BE_NOTHING else func.coalesce(known, now)
    return case((before.is_(None), now), else_=was)


def states(until: str, fields: Sequence[str], sight: Sight) -> CTE:
    """Every opportunity there was at that moment, as it was."""
    changed = undone(until, fields, was_there(until))
    return (
        select(Row.id, Row.number, *(then(changed, each).label(each) for each in fields))
        .outerjoin(changed, changed.c.opportunity_id == Row.id)
        .where(visible(sight), was_there(until))
        .cte("past")
    )


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
