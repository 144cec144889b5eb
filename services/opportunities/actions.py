"""What people and rules do with opportunities. Each action: permission, rules, rows, history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import select

from services import audit, channels, configuration, jobs, outbox, welcome
from services.configuration.catalogue import (
    CURRENCIES,
    DEALS_CHANNEL,
    LOSS_REASONS,
    PIPELINE,
    Choice,
    Pipeline,
    Stage,
)
from services.db import Tx
from services.errors import ChangedMeanwhile, InvalidInput, MoveNotAllowed, NotFound, Problem
from services.money import Amount
from services.opportunities import queries, rules, statements
from services.opportunities.queries import Opportunity
from services.opportunities.rules import CARD, KIND
from services.opportunities.statements import Held
from services.sharing import post_card
from services.tables import Opportunity as Row
from services.tables import Partner, User
from services.text import Name, OptionalName, OptionalProse, refused
from services.values import UserId

_Fact = tuple[str, str | None]


def _reference(problem: Problem) -> BeforeValidator:
    """An identifier that came back from a list; one that is none is refused as an unknown one."""

    def checked(value: object) -> object:
        try:
            return UUID(value) if isinstance(value, str) else value
        except ValueError as error:
            raise refused(problem) from error

    return BeforeValidator(checked)


class _Input(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class CreateOpportunity(_Input):
    """A new opportunity. Without a probability the stage's counts; without an owner, the actor."""

    customer_name: Name
    partner_id: Annotated[UUID, _reference(Problem.UNKNOWN_PARTNER)]
    deal_value: Amount
    currency: str
    stage: str
    probability: Annotated[int, Field(ge=0, le=100)] | None = None
    expected_close_date: date
    assigned_user_id: Annotated[UUID | None, _reference(Problem.UNKNOWN_PERSON)] = None
    customer_contact: OptionalName = None
    notes: OptionalProse = None


class MoveOpportunity(_Input):
    """A move to another stage. `expected_stage`: where the person saw it; a loss needs a reason."""

    number: int
    to_stage: str
    expected_stage: str | None = None
    reason: OptionalProse = None
    loss_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of a move; `is_change` is False when it was in that stage already."""

    opportunity: Opportunity
    from_stage: Stage | None
    to_stage: Stage
    is_change: bool


FIRST = 1
"""The number of a company's first opportunity."""


async def create_opportunity(tx: Tx, new: CreateOpportunity) -> Opportunity:
    """Add an opportunity, with its number; its card goes to the deals channel if that is reached.

    Needs `opportunities.create`. Raises InvalidInput at the field for an unknown partner, person,
    stage or currency, and for a close date that is past or more than ten years ahead.
    """
    tx.actor.require("opportunities.create")
    stage = rules.starting_stage(await configuration.get(tx, PIPELINE), new.stage)
    rules.refuse_currency(new.currency, await configuration.get(tx, CURRENCIES))
    rules.refuse_close_date(new.expected_close_date, await queries.today(tx))
    await _refuse_unknown_partner(tx, new.partner_id)
    row = _row(tx, new, stage, await _owner(tx, new.assigned_user_id))
    tx.session.add(row)
    await tx.session.flush()
    await _add_history(tx, row.id, None, stage.key, None)
    details = {"number": row.number, "stage": stage.key}
    await audit.record(tx, "opportunity.created", KIND, row.id, details)
    await _post_to_deals(tx, row.id)
    if row.number == FIRST:
        await welcome.refresh(tx)
    return await queries.as_it_is(tx, row.id)


async def move_opportunity(tx: Tx, move: MoveOpportunity) -> Moved:
    """Move an opportunity, by a person or by a rule, with its history; every card copy follows.

    Needs `opportunities.move`. Moving to where it is changes nothing. Raises NotFound,
    InvalidInput (unknown stage; a loss without a known reason), ChangedMeanwhile when it is no
    longer in the expected stage, MoveNotAllowed when the pipeline does not lead there.
    """
    pipeline = await configuration.get(tx, PIPELINE)
    row = await _locked(tx, move.number)
    owner = UserId(row.assigned_user_id) if row.assigned_user_id else None
    tx.actor.require("opportunities.move", owner)
    target = rules.known_stage(pipeline, move.to_stage)
    origin = pipeline.find(row.stage)
    if row.stage == target.key:
        return Moved(await queries.as_it_is(tx, row.id), origin, target, is_change=False)
    if move.expected_stage is not None and row.stage != move.expected_stage:
        raise await _changed_meanwhile(tx, row)
    _refuse_forbidden(pipeline, row, target)
    why = rules.why_moved(await _loss(tx, target, move.loss_reason), move.reason)
    await _apply(tx, row, _moved(row, target, await queries.today(tx)), why)
    await _tell(tx, row, origin, target, move.loss_reason)
    return Moved(await queries.as_it_is(tx, row.id), origin, target, is_change=True)


def _row(tx: Tx, new: CreateOpportunity, stage: Stage, owner: UUID | None) -> Row:
    contact: dict[str, object] = {"name": new.customer_contact} if new.customer_contact else {}
    return Row(
        id=uuid4(),
        organization_id=tx.organization_id,
        partner_id=new.partner_id,
        assigned_user_id=owner,
        customer_name=new.customer_name,
        customer_contact=contact,
        deal_value=new.deal_value,
        currency=new.currency,
        stage=stage.key,
        probability=stage.probability if new.probability is None else new.probability,
        probability_is_manual=new.probability is not None,
        expected_close_date=new.expected_close_date,
        notes=new.notes,
        status=stage.kind,
        created_at=tx.now,
        updated_at=tx.now,
    )


async def _refuse_unknown_partner(tx: Tx, partner_id: UUID) -> None:
    found = await tx.session.scalar(select(Partner.id).where(Partner.id == partner_id))
    if found is None:
        raise InvalidInput.of("partner_id", Problem.UNKNOWN_PARTNER)


async def _owner(tx: Tx, user_id: UUID | None) -> UUID | None:
    if user_id is None:
        return tx.actor.user_id
    known = select(User.id).where(User.id == user_id, User.is_active.is_(True))
    if await tx.session.scalar(known) is None:
        raise InvalidInput.of("assigned_user_id", Problem.UNKNOWN_PERSON)
    return user_id


async def _post_to_deals(tx: Tx, opportunity_id: UUID) -> None:
    place = await channels.reached_channel(tx, DEALS_CHANNEL)
    if place is not None:
        await post_card(tx, CARD, opportunity_id, place)


async def _locked(tx: Tx, number: int) -> Held:
    """Raises NotFound, also for one the actor may not see."""
    await tx.flush()
    meant = {"number": queries.possible(number), "actor_id": tx.actor.user_id}
    for row in await tx.rows(statements.locked(queries.sight(tx)), meant):
        return Held._make(row)
    raise NotFound(KIND, f"#{number}")


async def _changed_meanwhile(tx: Tx, row: Held) -> ChangedMeanwhile:
    now = await queries.as_it_is(tx, row.id)
    ago = max(tx.now - now.last_moved_at, timedelta(0))
    return ChangedMeanwhile(
        number=now.number,
        now_at=now.stage_label,
        by=now.last_moved_by,
        seconds_ago=round(ago.total_seconds()),
    )


def _refuse_forbidden(pipeline: Pipeline, row: Held, target: Stage) -> None:
    if pipeline.allows(row.stage, target.key):
        return
    stage = pipeline.find(row.stage)
    allowed = (stage.next if stage else None) or ()
    raise MoveNotAllowed(
        number=row.number,
        from_label=rules.label_of(pipeline, row.stage),
        to_label=target.label,
        allowed=tuple(rules.label_of(pipeline, each) for each in allowed),
    )


async def _loss(tx: Tx, target: Stage, key: str | None) -> Choice | None:
    if target.kind != "lost":
        return None
    return rules.loss_reason_named(key, await configuration.get(tx, LOSS_REASONS))


def _moved(row: Held, target: Stage, today: date) -> Held:
    """The row as it is after the move. A probability set by hand lasts while it is open."""
    is_manual = row.probability_is_manual and target.kind == "open" and row.status == "open"
    return row._replace(
        stage=target.key,
        status=target.kind,
        probability=row.probability if is_manual else target.probability,
        probability_is_manual=is_manual,
        actual_close_date=today if target.kind == "won" else None,
    )


async def _apply(tx: Tx, before: Held, after: Held, why: str | None) -> None:
    await tx.connection.execute(
        statements.MOVE,
        {
            "moved_id": after.id,
            "to_stage": after.stage,
            "to_status": after.status,
            "to_probability": after.probability,
            "is_manual": after.probability_is_manual,
            "closed_on": after.actual_close_date,
        },
    )
    await _add_history(tx, after.id, before.stage, after.stage, why)
    facts = zip(_followed(before), _followed(after), strict=True)
    await _add_changes(tx, after.id, [each for each in facts if each[0] != each[1]], why)


def _followed(row: Held) -> Sequence[_Fact]:
    """What a move changes beside the stage: names and values as text."""
    closed = row.actual_close_date
    return (
        ("status", row.status),
        ("probability", str(row.probability)),
        ("actual_close_date", closed.isoformat() if closed else None),
    )


async def _add_changes(
    tx: Tx, opportunity_id: UUID, changes: Sequence[tuple[_Fact, _Fact]], why: str | None
) -> None:
    rows = [
        {
            "organization_id": tx.organization_id,
            "opportunity_id": opportunity_id,
            "field": name,
            "from_value": before,
            "to_value": after,
            "changed_by_user_id": tx.actor.user_id,
            "change_reason": why,
            "changed_at": tx.now,
        }
        for (name, before), (_, after) in changes
    ]
    if rows:
        await tx.connection.execute(statements.ADD_CHANGE, rows)


async def _add_history(
    tx: Tx, opportunity_id: UUID, from_stage: str | None, to_stage: str, why: str | None
) -> None:
    await tx.connection.execute(
        statements.ADD_HISTORY,
        {
            "organization_id": tx.organization_id,
            "opportunity_id": opportunity_id,
            "from_stage": from_stage,
            "to_stage": to_stage,
            "changed_by_user_id": tx.actor.user_id,
            "change_reason": why,
            "now": tx.now,
        },
    )


async def _tell(
    tx: Tx, row: Held, origin: Stage | None, target: Stage, loss_reason: str | None
) -> None:
    details = {"number": row.number, "from": origin.key if origin else None, "to": target.key}
    if target.kind == "lost":
        details["loss_reason"] = loss_reason
    await audit.record(tx, "opportunity.moved", KIND, row.id, details)
    await outbox.refresh_copies(tx, CARD, row.id)
    await jobs.enqueue(tx, jobs.EVALUATE_ALERT_RULES)
