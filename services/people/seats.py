"""Seats, roles and managers change one at a time per company: who changes them holds its row."""

from sqlalchemy import func, select, text

from services.configuration.roles import ADMIN
from services.db import Tx
from services.errors import NoSeatLeft
from services.people.values import Person
from services.tables import Organization, User
from services.values import UserId

_NOTHING = text("'[]'::jsonb")


async def lock_seats(tx: Tx) -> int | None:
    """The organization's seats (None: any number), held so that two newcomers take turns.

    NO KEY UPDATE: it does not wait for others' inserts, whose foreign keys share the row.
    """
    locked = await tx.session.execute(
        select(Organization.max_users)
        .where(Organization.id == tx.organization_id)
        .with_for_update(key_share=True)
    )
    return locked.scalar_one()


async def refuse_without_seat(tx: Tx) -> None:
    """Raises NoSeatLeft when one more would be too many. Only while `lock_seats` is held is the
    answer good until the change.
    """
    taken = select(func.count()).where(User.is_active.is_(True)).scalar_subquery()
    found = await tx.session.execute(
        select(Organization.max_users, taken).where(Organization.id == tx.organization_id)
    )
    seats, used = found.one()
    if seats is not None and used >= seats:
        raise NoSeatLeft(seats)


async def has_admin(tx: Tx, *, besides: UserId | None = None) -> bool:
    """Whether anybody active `is_admin`, not counting `besides`."""
    denied = func.coalesce(User.permissions["deny"], _NOTHING)
    found = await tx.session.execute(
        select(User.id)
        .where(User.role == ADMIN, User.is_active.is_(True), denied == _NOTHING)
        .where(User.id.is_distinct_from(besides))
        .limit(1)
    )
    return found.first() is not None


def is_admin(who: User | Person) -> bool:
    """Whether they have the role and nothing is denied to them: nobody else could give everything
    back, not even to themselves.
    """
    return who.role == ADMIN and not (who.permissions or {}).get("deny")
