"""The first use: a Slack account becomes one of the company's people."""

from sqlalchemy import exists, func, select

from services import audit, configuration, schedule, welcome
from services.configuration.catalogue import ROLES
from services.configuration.roles import ADMIN
from services.db import Tx
from services.errors import NoSeatLeft, NotAMember, NotFound
from services.people.find import account_holder, find_person
from services.people.seats import has_admin, is_admin, lock_seats, refuse_without_seat
from services.people.values import KIND, Person
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
from services.values import EVERYTHING, WorkspaceId

UNUSABLE_PASSWORD = "!"  # noqa: S105  # no hash looks like this: nobody can log in with it
POWERS = frozenset({"settings.change", "roles.manage", "people.manage", "workspaces.manage"})
"""Who holds one of these gives no account of theirs away by an e-mail alone."""


async def welcome_person(tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile) -> Person:
    """The person this Slack account is, made one on first use. For the application.

    The same account of one Enterprise Grid, else matched by confirmed e-mail, else created with
    the default role; a Slack workspace's owner becomes admin while the company has none. Raises
    NotAMember with a Refusal, NoSeatLeft. After Refusal.ADMIN_EMAIL, `ask_whose` asks the admin.
    """
    tx.actor.require(EVERYTHING)
    return await _welcome(tx, workspace_id, profile, role=None)


async def welcome_installer(tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile) -> Person:
    """As `welcome_person`, as an admin: for who has just brought the company here."""
    tx.actor.require(EVERYTHING)
    return await _welcome(tx, workspace_id, profile, role=ADMIN)


async def link_account(tx: Tx, workspace_id: WorkspaceId, slack_user_id: str, user: User) -> None:
    """From now on the Slack account is this person; audited."""
    account = SlackIdentity(
        organization_id=tx.organization_id,
        workspace_id=workspace_id,
        slack_user_id=slack_user_id,
        user_id=user.id,
        created_at=tx.now,
    )
    tx.session.add(account)
    await tx.session.flush()
    tx.recollection.forget()
    details = {"slack_user_id": slack_user_id, "role": user.role}
    await audit.record(tx, "person.joined", KIND, user.id, details)
    await welcome.refresh(tx)


async def refusal_here(tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile) -> Refusal | None:
    """Why the account is not one of the people of this workspace. Raises NotFound for the place."""
    found = await tx.session.execute(
        select(Workspace.team_id, Workspace.enterprise_id).where(Workspace.id == workspace_id)
    )
    workspace = found.one_or_none()
    if workspace is None:
        raise NotFound("workspace", str(workspace_id))
    return refusal_of(profile, workspace.team_id, workspace.enterprise_id)


async def user_with_email(tx: Tx, email: str) -> User | None:
    """The row of whoever has this address, as it is stored."""
    found = await tx.session.scalars(select(User).where(User.email == email))
    return found.one_or_none()


async def left_with_slack(tx: Tx, user: User) -> bool:
    """Whether they are inactive because Slack closed their last account, not by an admin."""
    ended = exists().where(
        SlackIdentity.user_id == user.id, SlackIdentity.ended_membership.is_(True)
    )
    return not user.is_active and bool(await tx.session.scalar(select(ended)))


async def bring_back(tx: Tx, user: User) -> None:
    """Make somebody active again, with a seat. Raises NoSeatLeft."""
    await lock_seats(tx)
    await refuse_without_seat(tx)
    user.is_active = True
    accounts = select(SlackIdentity).where(SlackIdentity.user_id == user.id)
    for account in await tx.session.scalars(accounts):
        account.ended_membership = False
    await tx.session.flush()
    tx.recollection.forget()
    await schedule.reconsider(tx, schedule.WEEKLY_REMINDER)
    await audit.record(tx, "person.reactivated", KIND, user.id)


async def _welcome(
    tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile, role: str | None
) -> Person:
    refusal = await refusal_here(tx, workspace_id, profile)
    if refusal is not None:
        raise NotAMember(refusal)
    await _refuse_stranger_when_full(tx, profile)
    await lock_seats(tx)
    await _refuse_stranger_when_full(tx, profile)
    known = await find_person(tx, workspace_id, profile.slack_user_id)
    if known is not None:
        return known
    user = (
        await _same_account(tx, workspace_id, profile.slack_user_id)
        or await _match(tx, profile)
        or await _create(tx, profile, role)
    )
    await link_account(tx, workspace_id, profile.slack_user_id, user)
    if profile.is_owner and not is_admin(user) and not await has_admin(tx):
        await become_admin(tx, user)
    return await account_holder(tx, workspace_id, profile.slack_user_id)


async def _refuse_stranger_when_full(tx: Tx, profile: SlackProfile) -> None:
    """In one question: a crowd of newcomers to a company without seats holds up nobody, itself the
    least. Who may be here already is looked at closely. Raises NoSeatLeft.
    """
    taken = select(func.count()).where(User.is_active.is_(True)).scalar_subquery()
    account = exists().where(SlackIdentity.slack_user_id == profile.slack_user_id)
    same = exists().where(User.email == (confirmed_email(profile) or ""))
    full = await tx.session.scalar(
        select(Organization.max_users).where(
            Organization.id == tx.organization_id, Organization.max_users <= taken, ~account, ~same
        )
    )
    if full is not None:
        raise NoSeatLeft(full)


async def become_admin(tx: Tx, user: User) -> None:
    """The company has no admin: this one is it now, and nothing is denied to them any more."""
    role, personal = user.role, user.permissions or {}
    user.role, user.permissions = ADMIN, personal | {"deny": []}
    await tx.session.flush()
    tx.recollection.forget()
    if role != ADMIN:
        details: dict[str, object] = {"from": role, "to": ADMIN, "because": "owner"}
        await audit.record(tx, "person.role_changed", KIND, user.id, details)
    if personal.get("deny"):
        details = {"from": personal, "to": user.permissions, "because": "owner"}
        await audit.record(tx, "person.permissions_changed", KIND, user.id, details)


async def _same_account(tx: Tx, workspace_id: WorkspaceId, slack_user_id: str) -> User | None:
    """Who this account is in another workspace of the same Enterprise Grid, where a person has
    one identifier in all of them: https://docs.slack.dev/enterprise/
    """
    here = select(Workspace.enterprise_id).where(Workspace.id == workspace_id).scalar_subquery()
    found = await tx.session.scalars(
        select(User)
        .join(SlackIdentity, SlackIdentity.user_id == User.id)
        .join(Workspace, Workspace.id == SlackIdentity.workspace_id)
        .where(SlackIdentity.slack_user_id == slack_user_id, Workspace.enterprise_id == here)
        .order_by(SlackIdentity.created_at)
        .limit(1)
    )
    user = found.one_or_none()
    if user is not None:
        await _return_or_refuse(tx, user)
    return user


async def _match(tx: Tx, profile: SlackProfile) -> User | None:
    """Who has the confirmed e-mail already, e.g. by another workspace of the company."""
    email = confirmed_email(profile)
    user = await user_with_email(tx, email) if email else None
    if user is None:
        return None
    rights = permissions_of(await configuration.get(tx, ROLES), user.role, user.permissions)
    if user.role == ADMIN or not POWERS.isdisjoint(rights):
        raise NotAMember(Refusal.ADMIN_EMAIL if user.is_active else Refusal.INACTIVE)
    await _return_or_refuse(tx, user)
    return user


async def _return_or_refuse(tx: Tx, user: User) -> None:
    """Who left with an account that Slack closed comes back with another one; who was deactivated
    here does not.
    """
    if user.is_active:
        return
    if not await left_with_slack(tx, user):
        raise NotAMember(Refusal.INACTIVE)
    await bring_back(tx, user)


async def _create(tx: Tx, profile: SlackProfile, role: str | None) -> User:
    await refuse_without_seat(tx)
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
