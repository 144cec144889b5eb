"""What was changed about an opportunity, by whom and when: the record of changes, read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import bindparam, func, literal, select, union_all

from services.configuration.catalogue import Pipeline
from services.db import Tx
from services.errors import Difference
from services.opportunities.queries import name_of, opportunity
from services.opportunities.rules import label_of
from services.tables import OpportunityChange, Partner, StageChange, User
from services.values import UTC

STAGE = "stage"
MOST = 50
"""Changes of one opportunity that are read at once."""

_UNTOLD = ("stage_since", "probability_is_manual")
"""Kept for who takes a move back, not for readers."""

_CHANGES = (
    select(
        OpportunityChange.field,
        OpportunityChange.from_value,
        OpportunityChange.to_value,
        OpportunityChange.changed_at,
        OpportunityChange.change_reason,
        User.first_name,
        User.last_name,
    )
    .outerjoin(User, User.id == OpportunityChange.changed_by_user_id)
    .where(
        OpportunityChange.opportunity_id == bindparam("opportunity_id"),
        *(OpportunityChange.field != each for each in _UNTOLD),
    )
    .order_by(OpportunityChange.changed_at.desc(), OpportunityChange.field)
    .limit(MOST)
)
_Told = tuple[str, str | None, str | None, datetime, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that was changed: values as text, people and partners by name. Both are None where
    the words are not kept (notes, contact, attachments). `by` is None for the application.
    """

    field: str
    before: str | None
    after: str | None
    by: str | None
    at: datetime
    reason: str | None = None


async def changes(tx: Tx, opportunity_id: UUID) -> tuple[Change, ...]:
    """What was changed beside the stage, newest first. Raises NotFound."""
    await opportunity(tx, opportunity_id)
    read = [
        Change(field, before, after, name_of(first, last), at, reason)
        for field, before, after, at, reason, first, last in cast(
            "list[_Told]", await tx.rows(_CHANGES, {"opportunity_id": opportunity_id})
        )
    ]
    return await _named(tx, read)


async def since(tx: Tx, opportunity_id: UUID, version: int) -> tuple[Change, ...]:
    """What was changed after the version somebody saw, the stage too, the first change first. For
    who holds the row; people and partners by identifier.
    """
    seen_at = moment_of(version)
    told = OpportunityChange
    fields = select(
        told.field,
        told.from_value,
        told.to_value,
        told.changed_by_user_id.label("by_id"),
        told.changed_at.label("at"),
    ).where(told.opportunity_id == opportunity_id, told.changed_at > seen_at)
    stages = select(
        literal(STAGE),
        StageChange.from_stage,
        StageChange.to_stage,
        StageChange.changed_by_user_id,
        StageChange.changed_at,
    ).where(StageChange.opportunity_id == opportunity_id, StageChange.changed_at > seen_at)
    both = union_all(fields, stages).subquery()
    rows = await tx.session.execute(
        select(both, User.first_name, User.last_name)
        .outerjoin(User, User.id == both.c.by_id)
        .order_by(both.c.at)
    )
    return tuple(
        Change(field, before, after, name_of(first, last), at)
        for field, before, after, _, at, first, last in rows
        if field not in _UNTOLD
    )


async def differences(
    tx: Tx, pipeline: Pipeline, changed: Sequence[Change]
) -> tuple[Difference, ...]:
    """Each field once, from what it was before the first change to what it is after the last; one
    that is what it was is left out.
    """
    found: dict[str, Change] = {}
    for each in changed:
        first = found.get(each.field, each)
        found[each.field] = replace(each, before=first.before)
    left = [each for each in found.values() if each.before is None or each.before != each.after]
    return tuple(_difference(pipeline, each) for each in await _named(tx, left))


def moment_of(version: int) -> datetime:
    """The `updated_at` a version stands for."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=version)


def _difference(pipeline: Pipeline, it: Change) -> Difference:
    if it.field != STAGE:
        return Difference(it.field, it.before, it.after)
    before, after = (label_of(pipeline, each) if each else None for each in (it.before, it.after))
    return Difference(STAGE, before, after)


async def _named(tx: Tx, changed: Sequence[Change]) -> tuple[Change, ...]:
    """With names in place of identifiers."""
    known = {
        **await _people(tx, _ids(changed, "assigned_user_id")),
        **await _partners(tx, _ids(changed, "partner_id")),
    }
    return tuple(
        replace(each, before=_name(known, each.before), after=_name(known, each.after))
        if each.field in ("assigned_user_id", "partner_id")
        else each
        for each in changed
    )


def _name(known: Mapping[str, str], value: str | None) -> str | None:
    return known.get(value, value) if value else None


def _ids(changed: Iterable[Change], field: str) -> set[UUID]:
    values = [
        value for each in changed if each.field == field for value in (each.before, each.after)
    ]
    return {UUID(value) for value in values if value}


async def _people(tx: Tx, ids: set[UUID]) -> dict[str, str]:
    if not ids:
        return {}
    name = func.concat_ws(" ", User.first_name, User.last_name)
    rows = await tx.session.execute(select(User.id, name).where(User.id.in_(ids)))
    return {str(user_id): each.strip() for user_id, each in rows}


async def _partners(tx: Tx, ids: set[UUID]) -> dict[str, str]:
    if not ids:
        return {}
    rows = await tx.session.execute(select(Partner.id, Partner.name).where(Partner.id.in_(ids)))
    return {str(partner_id): name for partner_id, name in rows}
