"""An opportunity that somebody changes: its row, held for them alone, and what is kept of it.

What changes and facts are is pure; `hold` waits for whoever holds the row.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    SQLColumnExpression,
    bindparam,
    cast,
    func,
    select,
    true,
)

from services import configuration
from services.configuration.catalogue import PIPELINE, Pipeline
from services.db import Tx
from services.errors import Archived, NotFound
from services.opportunities.queries import possible, sight
from services.opportunities.rules import KIND
from services.opportunities.statements import CURRENCY, Column, Sight, Statement, visible
from services.tables import JsonArray, JsonObject
from services.tables import Opportunity as Row
from services.values import UserId

TICK = timedelta(microseconds=1)
"""Between two changes of one opportunity at least, as its version has it."""


class Held(NamedTuple):
    """The row as it was found, or as it shall be. The names are those of the columns."""

    id: UUID
    number: int
    customer_name: str
    customer_contact: JsonObject | None
    partner_id: UUID
    assigned_user_id: UUID | None
    deal_value: Decimal
    currency: str
    stage: str
    status: str | None
    probability: int | None
    probability_is_manual: bool
    expected_close_date: date
    actual_close_date: date | None
    notes: str | None
    attachments: JsonArray | None
    term_months: int
    stage_since: datetime
    archived_at: datetime | None
    updated_at: datetime
    stages_at: datetime | None
    """When the stages in force were written; nobody changes them meanwhile."""

    @property
    def owner_id(self) -> UserId | None:
        return UserId(self.assigned_user_id) if self.assigned_user_id else None

    def moment(self, now: datetime) -> datetime:
        """When a change made now counts as made: later than the one before, whoever's clock that
        was. It is the row's `updated_at` after the change.
        """
        return max(now, self.updated_at + TICK)


CHANGEABLE = Held._fields[2:-2]
"""What of a row people and rules change."""


async def hold(tx: Tx, number: int) -> tuple[Held, Pipeline]:
    """The opportunity, nobody else's until this ends, and the stages in force, which nobody changes
    until then. Raises NotFound, also for one the actor may not see.
    """
    await tx.flush()
    meant = {"number": possible(number), "actor_id": tx.actor.user_id}
    for row in await tx.rows(_locked(sight(tx)), meant):
        found = Held._make(row)
        return found, await configuration.present(tx, PIPELINE, found.stages_at)
    raise NotFound(KIND, f"#{number}")


async def hold_active(tx: Tx, number: int) -> tuple[Held, Pipeline]:
    """As `hold`. Raises Archived."""
    found, pipeline = await hold(tx, number)
    if found.archived_at is not None:
        raise Archived(found.number)
    return found, pipeline


async def stages_in_force(tx: Tx) -> Pipeline:
    """The stages, which nobody changes until this ends."""
    written_at = await tx.session.scalar(select(_written_at()))
    return await configuration.present(tx, PIPELINE, written_at)


def _written_at() -> SQLColumnExpression[datetime | None]:
    """When the stages in force were written; see migration 0012."""
    return cast(func.present_pipeline(), DateTime(timezone=True))


@cache
def _locked(sight: Sight) -> Statement:
    """The `Held` of this `number` once whoever holds it has finished. Needs `actor_id` too.

    The stages come before the row is waited for: a change of stages holds them before rows, too.
    What only points to the row need not wait.
    """
    written_at: Column = _written_at().label("written_at")
    stages = select(written_at).cte("stages")
    named: Mapping[str, Column] = {"currency": CURRENCY, "stages_at": stages.c.written_at}
    columns = [named[name] if name in named else getattr(Row, name) for name in Held._fields]
    numbered = Row.number == bindparam("number", type_=Integer)
    return (
        select(*columns)
        .select_from(Row)
        .join(stages, true())
        .where(numbered, visible(sight))
        .with_for_update(of=Row, key_share=True)
    )


def _as_words(value: object) -> str | None:
    return None if value is None else str(value)


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _unsaid(_: Held) -> None:
    """That it was changed is kept; what was written there is nobody else's for ever."""


FACTS: Mapping[str, Callable[[Held], str | None]] = {
    "customer_name": lambda it: it.customer_name,
    "customer_contact": _unsaid,
    "partner_id": lambda it: str(it.partner_id),
    "assigned_user_id": lambda it: _as_words(it.assigned_user_id),
    "deal_value": lambda it: str(it.deal_value),
    "currency": lambda it: it.currency,
    "status": lambda it: it.status,
    "probability": lambda it: _as_words(it.probability),
    "probability_is_manual": lambda it: str(it.probability_is_manual).lower(),
    "expected_close_date": lambda it: _day(it.expected_close_date),
    "actual_close_date": lambda it: _day(it.actual_close_date),
    "notes": _unsaid,
    "attachments": _unsaid,
    "term_months": lambda it: str(it.term_months),
    "stage_since": lambda it: it.stage_since.isoformat(),
    "archived_at": lambda it: str(it.archived_at is not None).lower(),
}
"""What of a column the record of changes keeps, as text; stages have their history."""

ARCHIVED = "archived"
_CALLED: Mapping[str, str] = {"archived_at": ARCHIVED}
"""Fields the record calls otherwise than the column."""


class Fact(NamedTuple):
    """One line of the record of changes."""

    field: str
    before: str | None
    after: str | None


def changed_columns(before: Held, after: Held) -> tuple[str, ...]:
    return tuple(name for name in CHANGEABLE if getattr(before, name) != getattr(after, name))


def facts(before: Held, after: Held) -> tuple[Fact, ...]:
    """What the record keeps of a change, beside the stage."""
    return tuple(
        Fact(_CALLED.get(name, name), FACTS[name](before), FACTS[name](after))
        for name in changed_columns(before, after)
        if name in FACTS
    )
