"""People: who a Slack account is in its company, how it becomes one, and what it may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from services import audit, configuration, schedule
from services.configuration.catalogue import ROLES, TIME_ZONE
from services.db import Tx
from services.errors import NoSeatLeft, NotAMember, NotFound
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
from services.values import UTC, Actor, UserId, WorkspaceId
from services.zones import zone_named

__all__ = [
    "Person",
    "Refusal",
    "SlackProfile",
    "actor_for",
    "find_person",
    "people",
    "person",
    "refresh_profile",
    "welcome_installer",
    "welcome_person",
]

ADMIN = "admin"
UNUSABLE_PASSWORD = "!"  # noqa: S105  # no hash looks like this: nobody can log in with it
FALLBACK_LOCALE = "en-US"


@dataclass(frozen=True, slots=True)
class Person:
    """One of the company's people, and their account in one of its workspaces, if any."""

    user_id: UserId
    name: str
    first_name: str
    role: str
    is_active: bool
    time_zone: ZoneInfo
    locale: str
    email: str
    slack_user_id: str | None = None
    workspace_id: WorkspaceId | None = None
    permissions: Mapping[str, object] | None = field(default=None, hash=False)
    """Their own grants and denials."""
    last_used_at: datetime | None = None
    """On the last day of use; when that is not today, it is time for `refresh_profile`."""


async def find_person(tx: Tx, workspace_id: WorkspaceId, slack_user_id: str) -> Person | None:
    """Who this Slack account is, or None before its first use."""
    found = await tx.session.execute(
        select(User, SlackIdentity)
        .join(SlackIdentity, SlackIdentity.user_id == User.id)
        .where(
            SlackIdentity.workspace_id == workspace_id,
            SlackIdentity.slack_user_id == slack_user_id,
        )
    )
    row = found.one_or_none()
    return await _as_person(tx, row[0], row[1]) if row else None


async def person(tx: Tx, user_id: UserId) -> Person:
    """Raises NotFound."""
    found = await tx.session.execute(_with_account(tx).where(User.id == user_id))
    row = found.one_or_none()
    if row is None:
        raise NotFound("person", str(user_id))
    return await _as_person(tx, row[0], row[1])


async def people(tx: Tx) -> list[Person]:
    """Everybody active, by name."""
    found = await tx.session.execute(
        _with_account(tx)
        .where(User.is_active.is_(True))
        .order_by(func.lower(User.first_name), func.lower(User.last_name), User.id)
    )
    return [await _as_person(tx, user, account) for user, account in found]


async def actor_for(tx: Tx, who: Person) -> Actor:
    """What this person acts as: their role's permissions, with their own grants and denials.

    Raises NotAMember for somebody deactivated.
    """
    if not who.is_active:
        raise NotAMember(Refusal.INACTIVE)
    roles = await configuration.get(tx, ROLES)
    return Actor(
        organization_id=tx.organization_id,
        user_id=who.user_id,
        name=who.name,
        role=who.role,
        permissions=permissions_of(roles, who.role, who.permissions),
        time_zone=who.time_zone,
        locale=who.locale,
        workspace_id=who.workspace_id,
        slack_user_id=who.slack_user_id,
    )


async def welcome_person(tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile) -> Person:
    """The person this Slack account is, made one on first use.

    Matched by confirmed e-mail, else created with the default role; a Slack workspace's owner
    becomes admin while the company has none. Raises NotAMember with a Refusal, NoSeatLeft.
    """
    return await _welcome(tx, workspace_id, profile, role=None)


async def welcome_installer(tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile) -> Person:
    """As `welcome_person`, as an admin: for who has just brought the company here."""
    return await _welcome(tx, workspace_id, profile, role=ADMIN)


async def refresh_profile(tx: Tx, who: Person, profile: SlackProfile) -> Person:
    """Take over what changed in Slack: names, zone, language, a newly confirmed e-mail; and note
    the day of use. Raises NotAMember when the account no longer is one of the company's people.
    """
    if who.slack_user_id != profile.slack_user_id or who.workspace_id is None:
        raise NotFound("person", profile.slack_user_id)
    await _refuse_strangers(tx, who.workspace_id, profile)
    user = (await tx.session.scalars(select(User).where(User.id == who.user_id))).one()
    tx.recollection.forget()
    user.first_name, user.last_name = names_of(profile)
    seen = (user.personal_settings or {}) | seen_settings(profile)
    if seen != user.personal_settings:
        user.personal_settings = seen
        await schedule.reconsider(tx, schedule.WEEKLY_REMINDER)
    if user.last_login_at is None or user.last_login_at.date() != tx.now.date():
        user.last_login_at = tx.now
    email = confirmed_email(profile)
    if email and email != user.email and await _by_email(tx, email) is None:
        user.email = email
    await tx.session.flush()
    found = await find_person(tx, who.workspace_id, profile.slack_user_id)
    return found or who


async def _welcome(
    tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile, role: str | None
) -> Person:
    await _refuse_strangers(tx, workspace_id, profile)
    seats = await _lock_seats(tx)
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
    return await _as_person(tx, user, account)


async def _refuse_strangers(tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile) -> None:
    found = await tx.session.execute(
        select(Workspace.team_id, Workspace.enterprise_id).where(Workspace.id == workspace_id)
    )
    workspace = found.one_or_none()
    if workspace is None:
        raise NotFound("workspace", str(workspace_id))
    refusal = refusal_of(profile, workspace.team_id, workspace.enterprise_id)
    if refusal is not None:
        raise NotAMember(refusal)


async def _lock_seats(tx: Tx) -> int | None:
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
    user = await _by_email(tx, email) if email else None
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
    if profile.is_owner and not await _has_admin(tx):
        return ADMIN
    return (await configuration.get(tx, ROLES)).default


async def _has_admin(tx: Tx) -> bool:
    found = await tx.session.execute(
        select(User.id).where(User.role == ADMIN, User.is_active.is_(True)).limit(1)
    )
    return found.first() is not None


async def _by_email(tx: Tx, email: str) -> User | None:
    found = await tx.session.scalars(select(User).where(User.email == email))
    return found.one_or_none()


def _with_account(tx: Tx) -> Select[User, SlackIdentity]:
    """People with one account each: the present workspace's first, none of an uninstalled one."""
    chosen = (
        select(SlackIdentity.id)
        .join(Workspace, Workspace.id == SlackIdentity.workspace_id)
        .where(SlackIdentity.user_id == User.id, Workspace.uninstalled_at.is_(None))
        .order_by(
            (SlackIdentity.workspace_id == tx.actor.workspace_id).desc(),
            SlackIdentity.created_at,
            SlackIdentity.id,
        )
        .limit(1)
        .correlate(User)
        .scalar_subquery()
    )
    return select(User, SlackIdentity).outerjoin(SlackIdentity, SlackIdentity.id == chosen)


async def _as_person(tx: Tx, user: User, account: SlackIdentity | None) -> Person:
    settings = user.personal_settings or {}
    return Person(
        user_id=UserId(user.id),
        name=f"{user.first_name} {user.last_name}".strip(),
        first_name=user.first_name,
        role=user.role,
        is_active=bool(user.is_active),
        time_zone=zone_named(str(settings.get("time_zone"))) or await _company_zone(tx),
        locale=str(settings.get("locale") or FALLBACK_LOCALE),
        email=user.email,
        slack_user_id=account.slack_user_id if account else None,
        workspace_id=WorkspaceId(account.workspace_id) if account else None,
        permissions=user.permissions,
        last_used_at=user.last_login_at,
    )


async def _company_zone(tx: Tx) -> ZoneInfo:
    return zone_named(await configuration.get(tx, TIME_ZONE)) or UTC
