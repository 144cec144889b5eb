"""Goals of a quarter: what a person or the organization wants to reach. Knows no pace."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services import audit, configuration
from services.configuration.catalogue import BASE_CURRENCY, CURRENCIES, GOAL_TYPES
from services.db import Tx
from services.errors import InvalidInput, Problem
from services.money import Amount
from services.tables import Goal as Row
from services.tables import User
from services.values import UserId

KIND = "goal"


class SetGoal(BaseModel):
    """One goal of one quarter of a year. Without a person it is the organization's; without a
    currency, in the base currency.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    user_id: UUID | None = None
    quarter: Annotated[int, Field(ge=1, le=4)]
    year: Annotated[int, Field(ge=1990, le=2100)]
    goal_type: str
    target_value: Amount
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """`user_id` is None for the organization's own goal."""

    id: UUID
    user_id: UserId | None
    quarter: int
    year: int
    goal_type: str
    target_value: Decimal
    currency: str
    status: str


async def set_goal(tx: Tx, new: SetGoal) -> Goal:
    """Set a goal, or its target anew when there is one of this type for this quarter.

    Needs `goals.set` for the person, for everybody when it is the organization's. Raises
    InvalidInput for a type, a currency or a person that is not there, and a target of zero.
    """
    tx.actor.require("goals.set", UserId(new.user_id) if new.user_id else None)
    currency = new.currency or await configuration.get(tx, BASE_CURRENCY)
    await _refuse_unknown(tx, new, currency)
    row = await _upsert(tx, new, currency)
    details = {"type": new.goal_type, "quarter": f"{new.year}-Q{new.quarter}"}
    details["target"] = f"{new.target_value} {currency}"
    await audit.record(tx, "goal.set", KIND, row.id, details)
    return row


async def _refuse_unknown(tx: Tx, new: SetGoal, currency: str) -> None:
    if new.target_value <= 0:
        raise InvalidInput.of("target_value", Problem.OUT_OF_RANGE, ge="1")
    types = await configuration.get(tx, GOAL_TYPES)
    if new.goal_type not in {choice.key for choice in types}:
        raise InvalidInput.of("goal_type", Problem.UNKNOWN_CHOICE)
    if currency not in await configuration.get(tx, CURRENCIES):
        raise InvalidInput.of("currency", Problem.UNKNOWN_CURRENCY)
    known = select(User.id).where(User.id == new.user_id, User.is_active.is_(True))
    if new.user_id is not None and await tx.session.scalar(known) is None:
        raise InvalidInput.of("user_id", Problem.UNKNOWN_PERSON)


async def _upsert(tx: Tx, new: SetGoal, currency: str) -> Goal:
    fresh = insert(Row).values(
        id=uuid4(),
        organization_id=tx.organization_id,
        **(new.model_dump() | {"currency": currency}),
        created_at=tx.now,
        updated_at=tx.now,
    )
    kept = fresh.on_conflict_do_update(
        index_elements=["organization_id", "user_id", "quarter", "year", "goal_type"],
        set_={"target_value": fresh.excluded.target_value, "currency": fresh.excluded.currency},
    )
    row = (await tx.session.execute(kept.returning(Row.id, Row.status))).one()
    return Goal(
        id=row.id,
        user_id=UserId(new.user_id) if new.user_id else None,
        quarter=new.quarter,
        year=new.year,
        goal_type=new.goal_type,
        target_value=new.target_value,
        currency=currency,
        status=row.status or "active",
    )
