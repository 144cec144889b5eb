"""Writing what becomes of an opportunity: its row, its move and its changes, in one statement and
of one moment, so that any day of the past can be told exactly.
"""

from functools import cache
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    DateTime,
    Insert,
    SQLColumnExpression,
    Text,
    Uuid,
    bindparam,
    func,
    insert,
    select,
    update,
)

from services.db import Tx
from services.opportunities.held import Held, changed_columns, facts
from services.tables import Opportunity as Row
from services.tables import OpportunityChange, StageChange

# Not called as the columns are: an UPDATE would take them for values to set.
ORGANIZATION = bindparam("company_id", type_=Uuid)
OPPORTUNITY = bindparam("written_id", type_=Uuid)
AUTHOR = bindparam("author_id", type_=Uuid)
WHY = bindparam("why", type_=Text)
AT = bindparam("at", type_=DateTime(timezone=True))

START = insert(StageChange).values(
    organization_id=ORGANIZATION,
    opportunity_id=OPPORTUNITY,
    to_stage=bindparam("to_stage", type_=Text),
    changed_by_user_id=AUTHOR,
    changed_at=AT,
)


async def write(tx: Tx, before: Held, after: Held, why: str | None = None) -> None:
    """Have the row be as `after`, with the history of its stage and the record of its changes.

    For who holds the row. What is as it was is not written.
    """
    columns = changed_columns(before, after)
    if not columns:
        return
    changes = facts(before, after)
    await tx.connection.execute(
        _writing(columns),
        {
            "company_id": tx.organization_id,
            "written_id": after.id,
            "author_id": tx.actor.user_id,
            "why": why,
            "at": before.moment(tx.now),
            "from_stage": before.stage,
            "to_stage": after.stage,
            "fields": [each.field for each in changes],
            "befores": [each.before for each in changes],
            "afters": [each.after for each in changes],
            **{f"new_{name}": getattr(after, name) for name in columns},
        },
    )


async def start(tx: Tx, opportunity_id: UUID, stage: str) -> None:
    """The first line of a new opportunity's history."""
    await tx.connection.execute(
        START,
        {
            "company_id": tx.organization_id,
            "written_id": opportunity_id,
            "to_stage": stage,
            "author_id": tx.actor.user_id,
            "at": tx.now,
        },
    )


@cache
def _writing(columns: tuple[str, ...]) -> Insert:
    """For these columns of the row; a stage among them is a move."""
    written = [_row(columns), *([_move()] if "stage" in columns else [])]
    return _changes().add_cte(*written)


def _row(columns: tuple[str, ...]) -> CTE:
    kinds = Row.__table__.c
    values = {name: bindparam(f"new_{name}", type_=kinds[name].type) for name in columns}
    return update(Row).where(Row.id == OPPORTUNITY).values(values).cte("row")


def _move() -> CTE:
    return (
        insert(StageChange)
        .values(
            organization_id=ORGANIZATION,
            opportunity_id=OPPORTUNITY,
            from_stage=bindparam("from_stage", type_=Text),
            to_stage=bindparam("to_stage", type_=Text),
            changed_by_user_id=AUTHOR,
            change_reason=WHY,
            changed_at=AT,
        )
        .cte("move")
    )


def _changes() -> Insert:
    words = [bindparam(name, type_=ARRAY(Text)) for name in ("fields", "befores", "afters")]
    told = (
        func.unnest(*words)
        .table_valued("field", "from_value", "to_value", name="told")
        .render_derived()
    )
    columns: dict[str, SQLColumnExpression[object]] = {
        "organization_id": ORGANIZATION,
        "opportunity_id": OPPORTUNITY,
        "field": told.c.field,
        "from_value": told.c.from_value,
        "to_value": told.c.to_value,
        "changed_by_user_id": AUTHOR,
        "change_reason": WHY,
        "changed_at": AT,
    }
    return insert(OpportunityChange).from_select(list(columns), select(*columns.values()))
