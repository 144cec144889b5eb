"""The first use: a Slack account becomes one of the company's people."""

from sqlalchemy import func, select

from services import audit, configuration, schedule
from services.configuration.catalogue import ROLES
from services.db import Tx
from services.errors import NoSeatLeft, NotAMember, NotFound
from services.people.find import as_person, company_zone, find_person
from services.people.values import ADMIN, Person
from services.permissions import permissions_of
from services.profiles import (
    Refusal,
    SlackProfile,
    confirmed_email,
    made_up_email,
    names_of,
    refusal_of,
    seen_settings,
)
from services.tables import Organization, SlackIdentity, User, Workspace
from services.values import WorkspaceId

UNUSABLE_PASSWORD = "!"  # noqa: S105  # no hash looks like this: nobody can log in with it


async def welcome_person(tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile) -> Person:
    """The person this Slack account is, made one on first use.

    Matched by confirmed e-mail, else created with the default role; a Slack workspace's owner
    becomes admin while the company has none. Raises NotAMember with a Refusal, NoSeatLeft.
    """
    return await _welcome(tx, workspace_id, profile, role=None)


async def welcome_installer(tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile) -> Person:
    """As `welcome_person`, as an admin: for who has just brought the company here."""
    return await _welcome(tx, workspace_id, profile, role=ADMIN)


async def _welcome(
    tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile, role: str | None
) -> Person:
    await refuse_strangers(tx, workspace_id, profile)
    seats = await lock_seats(tx)
    found = await find_person(tx, workspace_id, profile.slack_user_id)
    if found is not None:
        return found
    user = await _match(tx, profile) or await _create(tx, profile, role, seats)
    account = SlackIdentity(
        organization_id=tx.organization_id,
        workspace_id=workspace_id,
        slack_user_id=profile.slack_user_id,
        user_id=user.id,
        created_at=tx.now,
    )
    tx.session.add(account)
    details = {"slack_user_id": profile.slack_user_id, "role": user.role}
    await audit.record(tx, "person.joined", "user", user.id, details)
    return as_person(user, account, await company_zone(tx))


async def refuse_strangers(tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile) -> None:
    found = await tx.session.execute(
        select(Workspace.team_id, Workspace.enterprise_id).where(Workspace.id == workspace_id)
    )
    workspace = found.one_or_none()
    if workspace is None:
        raise NotFound("workspace", str(workspace_id))
    refusal = refusal_of(profile, workspace.team_id, workspace.enterprise_id)
    if refusal is not None:
        raise NotAMember(refusal)


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


async def _match(tx: Tx, profile: SlackProfile) -> User | None:
    """Who has the confirmed e-mail already, e.g. by another workspace of the company."""
    email = confirmed_email(profile)
    user = await user_with_email(tx, email) if email else None
    if user is None:
        return None
    if not user.is_active:
        raise NotAMember(Refusal.INACTIVE)
    rights = permissions_of(await configuration.get(tx, ROLES), user.role, user.permissions)
    if user.role == ADMIN or "settings.change" in rights:
        raise NotAMember(Refusal.ADMIN_EMAIL)
    return user


async def _create(tx: Tx, profile: SlackProfile, role: str | None, seats: int | None) -> User:
    taken = await tx.session.scalar(select(func.count()).where(User.is_active.is_(True)))
    if seats is not None and (taken or 0) >= seats:
        raise NoSeatLeft(seats)
    first_name, last_name = names_of(profile)
    user = User(
        organization_id=tx.organization_id,
        email=confirmed_email(profile) or made_up_email(profile),
        password_hash=UNUSABLE_PASSWORD,
        first_name=first_name,
        last_name=last_name,
        role=role or await _role_of_newcomer(tx, profile),
        personal_settings=seen_settings(profile),
        last_login_at=tx.now,
        is_active=True,
        created_at=tx.now,
    )
    tx.session.add(user)
    await tx.session.flush()
    await schedule.reconsider(tx, schedule.WEEKLY_REMINDER)
    return user


async def _role_of_newcomer(tx: Tx, profile: SlackProfile) -> str:
    if profile.is_owner and not await has_admin(tx):
        return ADMIN
    return (await configuration.get(tx, ROLES)).default


async def has_admin(tx: Tx) -> bool:
    found = await tx.session.execute(
        select(User.id).where(User.role == ADMIN, User.is_active.is_(True)).limit(1)
    )
    return found.first() is not None


async def user_with_email(tx: Tx, email: str) -> User | None:
    """The row of whoever has this address, as it is stored."""
    found = await tx.session.scalars(select(User).where(User.email == email))
    return found.one_or_none()
