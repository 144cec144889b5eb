"""Reading contacts: one, the last ones, whom a form offers."""

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import Select, func, select

from services import configuration
from services.configuration import catalogue
from services.configuration.catalogue import Choice
from services.db import Tx
from services.errors import NotFound
from services.interactions.values import KIND, SEVERAL, Interaction, NextStep, StepStatus
from services.partners import partner
from services.tables import Interaction as Row
from services.tables import Partner as PartnerRow
from services.tables import Task, User
from services.text import comparable
from services.values import PartnerId, UserId

VIEW = "partners.view"
MOST_CONTACTS = 100
LOOKED_BACK = 200
"""So many of the last contacts with a partner are asked whom they were with."""

_Found = Select[Row, str, str, str]


async def interaction(tx: Tx, interaction_id: UUID) -> Interaction:
    """One contact with its next steps. Raises NotFound."""
    tx.actor.require(VIEW)
    found = await read(tx, select_interactions().where(Row.id == interaction_id))
    if not found:
        raise NotFound(KIND, str(interaction_id))
    return found[0]


async def latest(tx: Tx, partner_id: UUID, most: int = 3) -> list[Interaction]:
    """The last contacts with a partner, newest first. Raises NotFound for a partner not there."""
    met = await partner(tx, partner_id)
    return await read(
        tx,
        select_interactions()
        .where(Row.partner_id == met.id)
        .order_by(Row.interaction_date.desc(), Row.created_at.desc())
        .limit(most),
    )


async def interaction_types(tx: Tx) -> tuple[Choice, ...]:
    """The kinds of contact of this organization, in their order."""
    return await configuration.get(tx, catalogue.INTERACTION_TYPES)


async def usual_type(tx: Tx) -> str | None:
    """The kind of contact the actor logged last, unless it is no longer configured."""
    last = await tx.session.scalar(
        select(Row.interaction_type)
        .where(Row.user_id == tx.actor.user_id)
        .order_by(Row.created_at.desc())
        .limit(1)
    )
    return last if last in {choice.key for choice in await interaction_types(tx)} else None


async def known_contacts(tx: Tx, partner_id: UUID, words: str = "") -> list[str]:
    """Names of those one talks to at a partner that hold the words: its contacts in their order,
    then whom others met lately. Raises NotFound.
    """
    met = await partner(tx, partner_id)
    names = [each.name for each in met.contacts if each.name]
    rows = await tx.session.scalars(
        select(Row.contact_name)
        .where(Row.partner_id == met.id, Row.contact_name.is_not(None))
        .order_by(Row.interaction_date.desc())
        .limit(LOOKED_BACK)
    )
    names += [name for row in rows if row for name in row.split(SEVERAL)]
    wanted = comparable(words)
    by_look = {comparable(name): name for name in reversed(names) if wanted in comparable(name)}
    return list(reversed(by_look.values()))[:MOST_CONTACTS]


def select_interactions() -> _Found:
    """What `read` reads; the caller says which and in which order."""
    return (
        select(Row, PartnerRow.name, User.first_name, User.last_name)
        .join(PartnerRow, PartnerRow.id == Row.partner_id)
        .join(User, User.id == Row.user_id)
    )


async def read(tx: Tx, statement: _Found) -> list[Interaction]:
    """The contacts of a statement with their next steps: two statements, however many they are."""
    rows = (await tx.session.execute(statement)).all()
    steps = await _steps(tx, [row.id for row, _, __, ___ in rows])
    labels = {choice.key: choice.label for choice in await interaction_types(tx)}
    return [
        _as_interaction(row, name, f"{first} {last}".strip(), labels, steps.get(row.id, ()))
        for row, name, first, last in rows
    ]


async def _steps(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, tuple[NextStep, ...]]:
    if not ids:
        return {}
    rows = await tx.session.execute(
        select(Task, func.concat_ws(" ", User.first_name, User.last_name))
        .join(User, User.id == Task.user_id)
        .where(Task.interaction_id.in_(ids))
        .order_by(Task.created_at, Task.id)
    )
    found: dict[UUID, tuple[NextStep, ...]] = {}
    for task, who in rows:
        if task.interaction_id is not None:
            known = found.get(task.interaction_id, ())
            found[task.interaction_id] = (*known, _as_step(task, who))
    return found


def _as_step(task: Task, who: str) -> NextStep:
    return NextStep(
        task_id=task.id,
        title=task.title,
        status=cast("StepStatus", task.status or "pending"),
        due_date=task.due_date,
        who=who.strip(),
    )


def _as_interaction(
    row: Row,
    partner_name: str,
    by: str,
    labels: Mapping[str, str],
    steps: tuple[NextStep, ...],
) -> Interaction:
    return Interaction(
        id=row.id,
        partner_id=PartnerId(row.partner_id),
        partner_name=partner_name,
        type=row.interaction_type,
        type_label=labels.get(row.interaction_type, row.interaction_type),
        at=row.interaction_date,
        author_id=UserId(row.user_id),
        by=by,
        version=row.updated_at or row.interaction_date,
        contact_name=row.contact_name,
        description=row.description,
        permalink=row.permalink,
        next_steps=steps,
    )
