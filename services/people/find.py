"""Who is who: people by account, by identifier, by e-mail, and what they may do."""

import unicodedata
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from services import configuration
from services.configuration.catalogue import ROLES, TIME_ZONE
from services.db import Tx
from services.errors import NotAMember, NotFound
from services.people.values import Person
from services.permissions import permissions_of
from services.tables import SlackIdentity, User, Workspace
from services.values import UTC, Actor, UserId, WorkspaceId
from services.zones import zone_named

FALLBACK_LOCALE = "en-US"


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
    return as_person(row[0], row[1], await company_zone(tx)) if row else None


async def account_holder(tx: Tx, workspace_id: WorkspaceId, slack_user_id: str) -> Person:
    """As `find_person`. Raises NotFound."""
    found = await find_person(tx, workspace_id, slack_user_id)
    if found is None:
        raise NotFound("person", slack_user_id)
    return found


async def person(tx: Tx, user_id: UserId) -> Person:
    """Raises NotFound."""
    found = await tx.session.execute(_with_account(tx).where(User.id == user_id))
    row = found.one_or_none()
    if row is None:
        raise NotFound("person", str(user_id))
    return as_person(row[0], row[1], await company_zone(tx))


async def names_of(
    tx: Tx, workspace_id: WorkspaceId, slack_user_ids: Sequence[str]
) -> dict[str, str]:
    """What the people of these Slack accounts are called; those nobody knows are missing."""
    if not slack_user_ids:
        return {}
    rows = await tx.session.execute(
        select(SlackIdentity.slack_user_id, User.first_name, User.last_name)
        .join(User, User.id == SlackIdentity.user_id)
        .where(
            SlackIdentity.workspace_id == workspace_id,
            SlackIdentity.slack_user_id.in_(slack_user_ids),
        )
    )
    return {account: f"{first} {last}".strip() for account, first, last in rows}


async def people(tx: Tx) -> list[Person]:
    """Everybody active, by name."""
    found = await tx.session.execute(
        _with_account(tx)
        .where(User.is_active.is_(True))
        .order_by(func.lower(User.first_name), func.lower(User.last_name), User.id)
    )
    zone = await company_zone(tx)
    return [as_person(user, account, zone) for user, account in found]


async def find_by_email(tx: Tx, email: str) -> Person | None:
    """Who has this address, active or not; its case does not matter."""
    meant = unicodedata.normalize("NFC", email).strip().lower()
    found = await tx.session.execute(_with_account(tx).where(User.email == meant))
    row = found.one_or_none()
    return as_person(row[0], row[1], await company_zone(tx)) if row else None


async def actor_for(tx: Tx, who: Person) -> Actor:
    """What this person acts as: their role's permissions, with their own grants and denials.

    Raises NotAMember for somebody deactivated, here or in Slack.
    """
    if who.refusal is not None:
        raise NotAMember(who.refusal)
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


async def company_zone(tx: Tx) -> ZoneInfo:
    """Where the company is: the zone of whoever has none of their own."""
    return zone_named(await configuration.get(tx, TIME_ZONE)) or UTC


def as_person(user: User, account: SlackIdentity | None, zone: ZoneInfo) -> Person:
    """`zone` is the company's, for who has none."""
    settings = user.personal_settings or {}
    return Person(
        user_id=UserId(user.id),
        name=f"{user.first_name} {user.last_name}".strip(),
        first_name=user.first_name,
        role=user.role,
        is_active=bool(user.is_active),
        time_zone=zone_named(str(settings.get("time_zone"))) or zone,
        locale=str(settings.get("locale") or FALLBACK_LOCALE),
        email=user.email,
        slack_user_id=account.slack_user_id if account else None,
        workspace_id=WorkspaceId(account.workspace_id) if account else None,
        permissions=user.permissions,
        last_used_at=user.last_login_at,
        manager_id=UserId(user.manager_id) if user.manager_id else None,
        closed_because=account.closed_because if account else None,
    )


def _with_account(tx: Tx) -> Select[User, SlackIdentity]:
    """People with one open account each: the present workspace's first, then one where messages
    arrive; none of an uninstalled one.
    """
    chosen = (
        select(SlackIdentity.id)
        .join(Workspace, Workspace.id == SlackIdentity.workspace_id)
        .where(
            SlackIdentity.user_id == User.id,
            SlackIdentity.closed_at.is_(None),
            Workspace.uninstalled_at.is_(None),
        )
        .order_by(
            (SlackIdentity.workspace_id == tx.actor.workspace_id).desc(),
            Workspace.parked_at.is_not(None),
            SlackIdentity.created_at,
            SlackIdentity.id,
        )
        .limit(1)
        .correlate(User)
        .scalar_subquery()
    )
    return select(User, SlackIdentity).outerjoin(SlackIdentity, SlackIdentity.id == chosen)
