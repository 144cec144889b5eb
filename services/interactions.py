"""Contacts with partners: who met whom, when, and what was said. Knows no health formula."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import select

from services import audit, configuration, outbox
from services.configuration import catalogue
from services.configuration.catalogue import Choice
from services.db import Tx
from services.errors import InvalidInput, NotAllowed, NotFound, Problem
from services.partners import CARD, Partner, partner
from services.tables import Interaction as InteractionRow
from services.tables import User
from services.text import OptionalName, OptionalProse

KIND = "interaction"
EARLIEST = date(1990, 1, 1)

_When = TypeVar("_When", date, datetime)


class LogInteraction(BaseModel):
    """What happened. A date alone is a day in the person's own zone."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    partner_id: UUID
    interaction_type: str
    interaction_date: AwareDatetime | date
    description: OptionalProse = None
    with_whom: OptionalName = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """One contact. `at` is noon of its day in the zone of who logged it, when no time is known."""

    id: UUID
    partner_id: UUID
    partner_name: str
    type: str
    type_label: str
    at: datetime
    by: str
    description: str | None


async def log_interaction(tx: Tx, new: LogInteraction) -> Interaction:
    """Add a contact with a partner and have its cards told anew. Needs `interactions.log`.

    Raises InvalidInput for a partner that is not there, a type that is not configured, and a day
    that is to come or before 1990.
    """
    tx.actor.require("interactions.log")
    if tx.actor.user_id is None:
        raise NotAllowed("interactions.log")
    met = await _partner(tx, new.partner_id)
    label = await _type_label(tx, new.interaction_type)
    row = InteractionRow(
        id=uuid4(),
        organization_id=tx.organization_id,
        partner_id=met.id,
        user_id=tx.actor.user_id,
        interaction_type=new.interaction_type,
        description=_told(new),
        interaction_date=_moment(tx, new.interaction_date),
        created_at=tx.now,
    )
    tx.session.add(row)
    await tx.session.flush()
    details = {"partner_id": str(met.id), "type": new.interaction_type}
    await audit.record(tx, "interaction.logged", KIND, row.id, details)
    await outbox.refresh_copies(tx, CARD, met.id)
    return _as_interaction(row, met.name, label, tx.actor.name)


async def latest(tx: Tx, partner_id: UUID, most: int = 3) -> list[Interaction]:
    """The last contacts with a partner, newest first. Raises NotFound for a partner not there."""
    met = await partner(tx, partner_id)
    rows = await tx.session.execute(
        select(InteractionRow, User.first_name, User.last_name)
        .join(User, User.id == InteractionRow.user_id)
        .where(InteractionRow.partner_id == partner_id)
        .order_by(InteractionRow.interaction_date.desc(), InteractionRow.created_at.desc())
        .limit(most)
    )
    labels = {choice.key: choice.label for choice in await interaction_types(tx)}
    return [
        _as_interaction(
            row, met.name, labels.get(row.interaction_type, row.interaction_type), f"{first} {last}"
        )
        for row, first, last in rows
    ]


async def interaction_types(tx: Tx) -> tuple[Choice, ...]:
    """The kinds of contact of this organization, in their order."""
    return await configuration.get(tx, catalogue.INTERACTION_TYPES)


def today(now: datetime, zone: ZoneInfo) -> date:
    """The day it is for somebody in `zone`."""
    return now.astimezone(zone).date()


async def _partner(tx: Tx, partner_id: UUID) -> Partner:
    try:
        return await partner(tx, partner_id)
    except NotFound as missing:
        raise InvalidInput.of("partner_id", Problem.UNKNOWN_PARTNER) from missing


async def _type_label(tx: Tx, key: str) -> str:
    for choice in await interaction_types(tx):
        if choice.key == key:
            return choice.label
    raise InvalidInput.of("interaction_type", Problem.UNKNOWN_CHOICE)


def _moment(tx: Tx, when: date | datetime) -> datetime:
    """The given moment, or that of a day: now when it is today, else its noon."""
    zone = tx.actor.time_zone
    if isinstance(when, datetime):
        _check(when, datetime.combine(EARLIEST, time(), zone), tx.now)
        return when
    this_day = today(tx.now, zone)
    _check(when, EARLIEST, this_day)
    return tx.now if when == this_day else datetime.combine(when, time(12), zone)


def _check(when: _When, earliest: _When, latest: _When) -> None:
    if when > latest:
        raise InvalidInput.of("interaction_date", Problem.DATE_IN_FUTURE)
    if when < earliest:
        raise InvalidInput.of("interaction_date", Problem.DATE_TOO_FAR)


def _told(new: LogInteraction) -> str | None:
    """With whom is kept as the first line: the table has one text."""
    lines = (f"With {new.with_whom}" if new.with_whom else None, new.description)
    return "\n".join(line for line in lines if line) or None


def _as_interaction(row: InteractionRow, partner_name: str, label: str, by: str) -> Interaction:
    return Interaction(
        id=row.id,
        partner_id=row.partner_id,
        partner_name=partner_name,
        type=row.interaction_type,
        type_label=label,
        at=row.interaction_date,
        by=by.strip(),
        description=row.description,
    )
