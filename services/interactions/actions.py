"""Logging contacts with partners, changing and deleting them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from services import audit, health, outbox
from services.db import Tx
from services.errors import (
    FieldProblem,
    InteractionChanged,
    InvalidInput,
    NotAllowed,
    NotFound,
    Problem,
)
from services.interactions.queries import interaction, interaction_types
from services.interactions.values import (
    KIND,
    EditInteraction,
    Interaction,
    LogInteraction,
    moment_of,
    today,
)
from services.partners import CARD, Partner, partner
from services.tables import AuditEntry, User
from services.tables import Interaction as Row
from services.tasks import CreateTask, create_task
from services.values import UserId

LOG, EDIT = "interactions.log", "interactions.edit"
EDITED = "interaction.edited"
_STEP_FIELDS = {"title": "next_step", "due_date": "next_due", "user_id": "next_user_id"}


async def log_interaction(tx: Tx, new: LogInteraction) -> Interaction:
    """Add a contact with a partner, its next step as a task, and have its cards told anew. Needs
    `interactions.log`, and `tasks.create` for a next step.

    Raises InvalidInput for a partner that is not there, a type that is not configured, a moment
    that is to come or before 1990, and a next step that is due before today or of nobody known.
    """
    tx.actor.require(LOG)
    if tx.actor.user_id is None:
        raise NotAllowed(LOG)
    met = await _partner(tx, new.partner_id)
    await _refuse_unknown_type(tx, new.interaction_type)
    row = Row(
        id=uuid4(),
        organization_id=tx.organization_id,
        partner_id=met.id,
        user_id=tx.actor.user_id,
        interaction_type=new.interaction_type,
        description=new.description,
        interaction_date=moment_of(new, tx.now, tx.actor.time_zone),
        contact_name=new.with_whom,
        permalink=new.permalink,
        created_at=tx.now,
    )
    tx.session.add(row)
    await tx.session.flush()
    details = {"partner_id": str(met.id), "type": new.interaction_type}
    await audit.record(tx, "interaction.logged", KIND, row.id, details)
    await _promise(tx, row.id, new)
    await _tell(tx, met.id)
    return await interaction(tx, row.id)


async def edit_interaction(tx: Tx, edit: EditInteraction) -> Interaction:
    """Change a contact; nothing is written when it reads so already. Needs `interactions.edit` for
    who logged it.

    Raises NotFound, InteractionChanged when somebody else changed it after this version, and
    InvalidInput as `log_interaction`.
    """
    row = await _held(tx, edit.interaction_id)
    if row.updated_at != edit.version:
        raise await _changed(tx, row)
    met = await _partner(tx, edit.partner_id)
    if edit.interaction_type != row.interaction_type:
        await _refuse_unknown_type(tx, edit.interaction_type)
    before = row.partner_id
    fields = _write(row, edit, met, _moment_of(tx, row, edit))
    if fields:
        await tx.session.flush()
        details = {"partner_id": str(met.id), "fields": fields}
        await audit.record(tx, EDITED, KIND, row.id, details)
        for each in sorted({before, met.id}):
            await _tell(tx, each)
    await _promise(tx, row.id, edit)
    return await _anew(tx, row)


async def delete_interaction(tx: Tx, interaction_id: UUID) -> Interaction:
    """Take a contact away for good; what was promised in it stays. Needs `interactions.edit` for
    who logged it. Raises NotFound.
    """
    row = await _held(tx, interaction_id)
    gone = await interaction(tx, interaction_id)
    await tx.session.delete(row)
    await tx.session.flush()
    details = {
        "partner": gone.partner_name,
        "partner_id": str(gone.partner_id),
        "type": gone.type,
        "user_id": str(gone.author_id),
        "day": today(gone.at, tx.actor.time_zone).isoformat(),
    }
    await audit.record(tx, "interaction.deleted", KIND, interaction_id, details)
    await _tell(tx, gone.partner_id)
    return gone


async def _held(tx: Tx, interaction_id: UUID) -> Row:
    tx.actor.require("partners.view")
    row = await tx.session.get(Row, interaction_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(KIND, str(interaction_id))
    tx.actor.require(EDIT, UserId(row.user_id))
    return row


async def _anew(tx: Tx, row: Row) -> Interaction:
    """The version is the database's own."""
    await tx.session.refresh(row, ["updated_at"])
    return await interaction(tx, row.id)


def _moment_of(tx: Tx, row: Row, edit: EditInteraction) -> datetime:
    """The moment stays to the second when the day and the minute were left as they are."""
    was = row.interaction_date.astimezone(tx.actor.time_zone)
    minute = was.time().replace(second=0, microsecond=0)
    if (edit.interaction_date, edit.interaction_time) == (was.date(), minute):
        return row.interaction_date
    return moment_of(edit, tx.now, tx.actor.time_zone)


def _write(row: Row, edit: EditInteraction, met: Partner, at: datetime) -> list[str]:
    """Which fields are other ones now."""
    wanted = {
        "partner_id": met.id,
        "interaction_type": edit.interaction_type,
        "interaction_date": at,
        "contact_name": edit.with_whom,
        "description": edit.description,
    }
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    return changed


async def _changed(tx: Tx, row: Row) -> InteractionChanged:
    by = await tx.session.execute(
        select(User.first_name, User.last_name)
        .join(AuditEntry, AuditEntry.user_id == User.id)
        .where(AuditEntry.entity_type == KIND, AuditEntry.entity_id == row.id)
        .where(AuditEntry.action == EDITED)
        .order_by(AuditEntry.at.desc())
        .limit(1)
    )
    names = [f"{first} {last}".strip() for first, last in by]
    return InteractionChanged(row.id, by=names[0] if names else None)


async def _promise(tx: Tx, interaction_id: UUID, told: LogInteraction | EditInteraction) -> None:
    """The next step as a task. Its refusals are told at the fields it was typed in."""
    if told.next_step is None:
        if told.next_due is not None:
            raise InvalidInput.of("next_step", Problem.REQUIRED)
        return
    if told.next_due is not None and told.next_due < today(tx.now, tx.actor.time_zone):
        raise InvalidInput.of("next_due", Problem.DATE_IN_PAST)
    task = CreateTask(
        title=told.next_step,
        due_date=told.next_due,
        user_id=told.next_user_id,
        interaction_id=interaction_id,
    )
    try:
        await create_task(tx, task)
    except InvalidInput as refused:
        raise InvalidInput(_at_the_step(refused)) from refused


def _at_the_step(refused: InvalidInput) -> dict[str, FieldProblem]:
    return {_STEP_FIELDS.get(name, name): problem for name, problem in refused.problems.items()}


async def _tell(tx: Tx, partner_id: UUID) -> None:
    await outbox.refresh_copies(tx, CARD, partner_id)
    health.touch(tx, partner_id)


async def _partner(tx: Tx, partner_id: UUID) -> Partner:
    try:
        return await partner(tx, partner_id)
    except NotFound as missing:
        raise InvalidInput.of("partner_id", Problem.UNKNOWN_PARTNER) from missing


async def _refuse_unknown_type(tx: Tx, key: str) -> None:
    if all(choice.key != key for choice in await interaction_types(tx)):
        raise InvalidInput.of("interaction_type", Problem.UNKNOWN_CHOICE)
