"""The questions asked of the database about opportunities, each built once.

SQLAlchemy takes longer to build one of these than PostgreSQL to answer it. What differs from one
time to the next comes as a parameter: the names are those of `bindparam`.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Insert,
    Integer,
    Select,
    SQLColumnExpression,
    Uuid,
    bindparam,
    false,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased

from services.tables import Opportunity as Row
from services.tables import OpportunityChange, Partner, SlackIdentity, StageChange, User

Statement = Select[*tuple[object, ...]]
Column = SQLColumnExpression[object]
Sight = Literal["all", "own", "none"]
"""How much of the organization's the actor may see."""

Owner = aliased(User)
_Mover = aliased(User)
CURRENCY = func.coalesce(Row.currency, "USD")


@cache
def one(sight: Sight, by: Literal["number", "id"]) -> Statement:
    """The one `Found` of this `number`, or this `id`. Needs `actor_id` and `workspace_id` too."""
    if by == "number":
        meant = Row.number == bindparam("number", type_=Integer)
    else:
        meant = Row.id == bindparam("id", type_=Uuid)
    return _whole().where(meant, visible(sight))


class Held(NamedTuple):
    """The row of `locked`: what a move looks at and changes."""

    id: UUID
    number: int
    assigned_user_id: UUID | None
    stage: str
    status: str | None
    probability: int | None
    probability_is_manual: bool
    actual_close_date: date | None


@cache
def locked(sight: Sight) -> Statement:
    """The `Held` of this `number` once whoever holds it has finished, and nobody else's from then
    on. Needs `actor_id` too.
    """
    columns: list[Column] = [
        Row.id,
        Row.number,
        Row.assigned_user_id,
        Row.stage,
        Row.status,
        Row.probability,
        Row.probability_is_manual,
        Row.actual_close_date,
    ]
    numbered = Row.number == bindparam("number", type_=Integer)
    return select(*columns).where(numbered, visible(sight)).with_for_update()


MOVE = (
    update(Row)
    .where(Row.id == bindparam("moved_id", type_=Uuid))
    .values(
        stage=bindparam("to_stage"),
        status=bindparam("to_status"),
        probability=bindparam("to_probability"),
        probability_is_manual=bindparam("is_manual"),
        actual_close_date=bindparam("closed_on"),
    )
)
ADD_CHANGE = insert(OpportunityChange)
"""Its parameters are named as the columns."""


def _history() -> Insert:
    """At `now`, but later than the change before: a transaction that waited began before it."""
    opportunity_id = bindparam("opportunity_id", type_=Uuid)
    last = select(func.max(StageChange.changed_at) + timedelta(microseconds=1)).where(
        StageChange.opportunity_id == opportunity_id
    )
    now = bindparam("now", type_=DateTime(timezone=True))
    return insert(StageChange).values(
        organization_id=bindparam("organization_id"),
        opportunity_id=opportunity_id,
        from_stage=bindparam("from_stage"),
        to_stage=bindparam("to_stage"),
        changed_by_user_id=bindparam("changed_by_user_id"),
        change_reason=bindparam("change_reason"),
        changed_at=func.greatest(now, last.scalar_subquery()),
    )


ADD_HISTORY = _history()
"""Its parameters are named as the columns, and `now`."""


class Found(NamedTuple):
    """The row of `one`."""

    id: UUID
    number: int
    customer_name: str
    partner_id: UUID
    partner_name: str
    owner_id: UUID | None
    owner_first_name: str | None
    owner_last_name: str | None
    owner_slack_user_id: str | None
    value: Decimal
    currency: str
    stage: str
    probability: int | None
    expected_close_date: date
    actual_close_date: date | None
    status: str | None
    notes: str | None
    created_at: datetime | None
    updated_at: datetime | None
    moved_at: datetime | None
    moved_from: str | None
    mover_first_name: str | None
    mover_last_name: str | None


def _whole() -> Statement:
    """The columns of `Found`, in its order."""
    last = (
        select(StageChange.changed_at, StageChange.from_stage, StageChange.changed_by_user_id)
        .where(StageChange.opportunity_id == Row.id)
        .order_by(StageChange.changed_at.desc())
        .limit(1)
        .lateral()
    )
    columns: list[Column] = [
        Row.id,
        Row.number,
        Row.customer_name,
        Row.partner_id,
        Partner.name,
        Row.assigned_user_id,
        Owner.first_name,
        Owner.last_name,
        _account(),
        Row.deal_value,
        CURRENCY,
        Row.stage,
        Row.probability,
        Row.expected_close_date,
        Row.actual_close_date,
        Row.status,
        Row.notes,
        Row.created_at,
        Row.updated_at,
        last.c.changed_at,
        last.c.from_stage,
        _Mover.first_name,
        _Mover.last_name,
    ]
    return (
        select(*columns)
        .join(Partner, Partner.id == Row.partner_id)
        .outerjoin(Owner, Owner.id == Row.assigned_user_id)
        .outerjoin(last, true())
        .outerjoin(_Mover, _Mover.id == last.c.changed_by_user_id)
    )


def _account() -> SQLColumnExpression[object]:
    """The owner's Slack account: of the actor's workspace if there is one, else their first."""
    elsewhere = SlackIdentity.workspace_id != bindparam("workspace_id", type_=Uuid)
    return (
        select(SlackIdentity.slack_user_id)
        .where(SlackIdentity.user_id == Row.assigned_user_id)
        .order_by(elsewhere, SlackIdentity.created_at)
        .limit(1)
        .scalar_subquery()
    )


def visible(sight: Sight) -> ColumnElement[bool]:
    """What the actor may see; `own` needs `actor_id`."""
    if sight == "own":
        return Row.assigned_user_id == bindparam("actor_id", type_=Uuid)
    return true() if sight == "all" else false()
