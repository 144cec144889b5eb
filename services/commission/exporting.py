"""Statements on their way to who asked for them, as a file in their direct messages.

What is written down says only whose and of when: the statements are read when the file is sent,
with the rights that person has then. Knows no file's look and no Slack.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import select

from services import audit, fiscal, outbox
from services.commission.agreements import PARTNER
from services.commission.statements import Statement, readable, statement, statements
from services.db import Tx
from services.errors import NotAllowed, NotAMember, NotFound
from services.fiscal import Span
from services.outbox import Delivery, Place
from services.own_files import own_messages, receiver
from services.tables import Partner
from services.values import EVERYTHING, Actor

FILE = "commission_file"
NOT_SENT = "commission_file_not_sent"
"""What the messages about it are called."""
LONGEST_PERIOD = 30


class Export(BaseModel):
    """Of which partner, all of them when none is named, and of which period."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1
    partner_id: UUID | None = None
    period: Annotated[str, StringConstraints(max_length=LONGEST_PERIOD)] = ""


class _Asked(Export):
    """The same as it is written down, beside what the delivery notes."""

    model_config = ConfigDict(extra="ignore")


class NotSent(Export):
    """What could not be sent, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Exported:
    """What the file tells, and who reads it. `is_whole`: of all partners."""

    reader: Actor
    span: Span
    statements: Sequence[Statement]
    is_whole: bool


async def export(tx: Tx, wanted: Export) -> Span:
    """Have the file sent to the actor; its days. Needs what `statement` needs.

    Raises NotFound, and InvalidInput at `period`.
    """
    span = await readable(tx, wanted.period)
    if wanted.partner_id is not None:
        await _refuse_unknown(tx, wanted.partner_id)
    asked = wanted.model_copy(update={"period": span.name})
    payload = asked.model_dump(mode="json", exclude_none=True)
    await outbox.send_file(tx, own_messages(tx.actor), FILE, payload)
    action = "commission.exported" if wanted.partner_id else "commission.all_exported"
    await audit.record(tx, action, PARTNER, wanted.partner_id, {"period": span.name})
    return span


async def exported(tx: Tx, delivery: Delivery) -> Exported | None:
    """What was asked for as it is now, read as who has the account it goes to; None when there is
    nothing left that they may read. For the application.
    """
    tx.actor.require(EVERYTHING)
    asked = _Asked.model_validate(delivery.payload)
    try:
        reader = await receiver(tx, delivery)
        theirs = tx.acting_as(reader, tx.now)
        span = await fiscal.span_named(theirs, asked.period)
        if asked.partner_id is None:
            return Exported(reader, span, await statements(theirs, span.name), is_whole=True)
        found = await statement(theirs, asked.partner_id, span.name)
        return Exported(reader, span, [found], is_whole=False)
    except (NotAllowed, NotAMember, NotFound):
        return None


async def tell_not_sent(tx: Tx, delivery: Delivery, reason: str) -> None:
    """Tell who asked that the file does not come. For the application."""
    tx.actor.require(EVERYTHING)
    asked = _Asked.model_validate(delivery.payload)
    notice = NotSent(**asked.model_dump(), reason=reason)
    place = Place(delivery.workspace_id, delivery.lane)
    await outbox.post(tx, place, NOT_SENT, notice.model_dump(mode="json", exclude_none=True))


async def refused(tx: Tx, delivery: Delivery) -> NotSent | None:
    """What did not come and why; None when who asked may not use the app any more. For the
    application.
    """
    tx.actor.require(EVERYTHING)
    try:
        await receiver(tx, delivery)
    except (NotAMember, NotFound):
        return None
    return NotSent.model_validate(delivery.payload)


async def _refuse_unknown(tx: Tx, partner_id: UUID) -> None:
    known = select(Partner.id).where(Partner.id == partner_id, Partner.merged_into_id.is_(None))
    if await tx.session.scalar(known) is None:
        raise NotFound(PARTNER, str(partner_id))
