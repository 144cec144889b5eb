"""Whom an opportunity belongs to and comes from: looked up when they are chosen."""

from uuid import UUID

from sqlalchemy import func, select

from services import outbox
from services.db import Tx
from services.errors import InvalidInput, Problem
from services.outbox import Place
from services.partners import direct, direct_id
from services.people import person
from services.tables import Partner, User
from services.values import UserId

ASSIGNED = "opportunity_assigned"
"""The kind of the message that tells somebody of an opportunity that is theirs now."""


async def chosen_partner(tx: Tx, partner_id: UUID) -> UUID:
    """This partner, or the one it was merged into; nobody merges it before this ends. Raises
    InvalidInput at `partner_id`.
    """
    survivor = func.coalesce(Partner.merged_into_id, Partner.id)
    chosen = select(survivor).where(Partner.id == partner_id)
    # As the foreign key holds it in a moment: what is recorded is what is written.
    found = await tx.session.scalar(chosen.with_for_update(read=True, key_share=True))
    if found is None and partner_id == direct_id(tx):
        found = await _direct(tx)
    if found is None:
        raise InvalidInput.of("partner_id", Problem.UNKNOWN_PARTNER)
    return partner_id if found == partner_id else await chosen_partner(tx, found)


async def _direct(tx: Tx) -> UUID | None:
    none = await direct(tx)
    return none.id if none else None


async def chosen_owner(tx: Tx, user_id: UUID) -> UUID:
    """Somebody active, who does not leave before this ends. Raises InvalidInput at
    `assigned_user_id`.
    """
    known = select(User.id).where(User.id == user_id, User.is_active.is_(True))
    if await tx.session.scalar(known.with_for_update(read=True)) is None:
        raise InvalidInput.of("assigned_user_id", Problem.UNKNOWN_PERSON)
    return user_id


async def tell_owner(tx: Tx, opportunity_id: UUID, user_id: UserId | None) -> None:
    """Tell somebody that it is theirs now, unless they gave it to themselves."""
    if user_id is None or user_id == tx.actor.user_id:
        return
    who = await person(tx, user_id)
    if who.workspace_id is None or who.slack_user_id is None:
        return
    place = Place(who.workspace_id, who.slack_user_id)
    told = {"id": str(opportunity_id), "by": tx.actor.name}
    await outbox.post(tx, place, ASSIGNED, told)
