"""The questions asked of the database about opportunities, each built once.

SQLAlchemy takes longer to build one of these than PostgreSQL to answer it. What differs from one
time to the next comes as a parameter: the names are those of `bindparam`.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    Uuid,
    bindparam,
    false,
    func,
    select,
    true,
)
from sqlalchemy.orm import aliased

from services.tables import (
    JsonArray,
    JsonObject,
    OpportunityChange,
    Partner,
    SlackIdentity,
    StageChange,
    User,
)
from services.tables import Opportunity as Row

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
    probability_is_manual: bool
    expected_close_date: date
    actual_close_date: date | None
    status: str | None
    notes: str | None
    created_at: datetime | None
    updated_at: datetime | None
    customer_contact: JsonObject | None
    attachments: JsonArray | None
    term_months: int
    stage_since: datetime
    archived_at: datetime | None
    changed_at: datetime | None
    moved_at: datetime | None
    moved_from: str | None
    mover_id: UUID | None
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
    of_its_past: list[Column] = [
        _changed_at(),
        last.c.changed_at,
        last.c.from_stage,
        last.c.changed_by_user_id,
        _Mover.first_name,
        _Mover.last_name,
    ]
    return (
        select(*_of_itself(), *of_its_past)
        .join(Partner, Partner.id == Row.partner_id)
        .outerjoin(Owner, Owner.id == Row.assigned_user_id)
        .outerjoin(last, true())
        .outerjoin(_Mover, _Mover.id == last.c.changed_by_user_id)
    )


def _of_itself() -> list[Column]:
    return [
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
        Row.probability_is_manual,
        Row.expected_close_date,
        Row.actual_close_date,
        Row.status,
        Row.notes,
        Row.created_at,
        Row.updated_at,
        Row.customer_contact,
        Row.attachments,
        Row.term_months,
        Row.stage_since,
        Row.archived_at,
    ]


def _changed_at() -> SQLColumnExpression[datetime | None]:
    """When the last line of the record of changes was written."""
    return (
        select(func.max(OpportunityChange.changed_at))
        .where(
            OpportunityChange.organization_id == Row.organization_id,
            OpportunityChange.opportunity_id == Row.id,
        )
        .scalar_subquery()
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
