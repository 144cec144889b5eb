"""Who reports to whom. A team is a manager's direct and indirect reports."""

from sqlalchemy import Select, func, select

from services.db import Tx
from services.errors import InvalidInput, Problem
from services.tables import User
from services.values import UserId


async def team_of(tx: Tx, user_id: UserId) -> frozenset[UserId]:
    """The active people of somebody's team, without themselves."""
    team = below(user_id).subquery()
    found = await tx.session.scalars(
        select(User.id).where(User.id.in_(select(team.c.id)), User.is_active.is_(True))
    )
    return frozenset(UserId(each) for each in found if each != user_id)


async def count_reports(tx: Tx, user_id: UserId) -> int:
    """How many active people report to somebody directly."""
    reports = select(func.count()).where(User.manager_id == user_id, User.is_active.is_(True))
    return await tx.session.scalar(reports) or 0


async def refuse_manager(tx: Tx, user_id: UserId, manager_id: UserId) -> None:
    """Raises InvalidInput at `manager_id` for somebody unknown or inactive, and where it would
    make a circle. Only while `lock_seats` is held is the answer good until the change.
    """
    known = select(User.id).where(User.id == manager_id, User.is_active.is_(True))
    if await tx.session.scalar(known) is None:
        raise InvalidInput.of("manager_id", Problem.UNKNOWN_PERSON)
    team = below(user_id).subquery()
    is_below = select(team.c.id).where(team.c.id == manager_id)
    if manager_id == user_id or await tx.session.scalar(is_below) is not None:
        raise InvalidInput.of("manager_id", Problem.CIRCLE)


def below(user_id: UserId) -> Select[UserId]:
    """Everybody under somebody, active or not; ends also where a circle was made by hand."""
    tree = select(User.id).where(User.manager_id == user_id).cte("tree", recursive=True)
    tree = tree.union(select(User.id).join(tree, User.manager_id == tree.c.id))
    return select(tree.c.id)
