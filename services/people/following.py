"""What changes in Slack about somebody who is here already."""

from sqlalchemy import exists, select

from services import audit, outbox, schedule
from services.configuration.roles import ADMIN
from services.db import Tx
from services.errors import NotFound
from services.outbox import Place
from services.people.find import account_holder, find_person, people
from services.people.joining import (
    become_admin,
    bring_back,
    left_with_slack,
    refusal_here,
    user_with_email,
)
from services.people.seats import has_admin, is_admin, lock_seats
from services.people.values import KIND, Person
from services.profiles import (
    MADE_UP,
    Refusal,
    SlackProfile,
    confirmed_email,
    names_of,
    seen_settings,
)
from services.tables import SlackIdentity, User, Workspace
from services.values import EVERYTHING, WorkspaceId

LEFT = "person_left"
"""The message to a manager and the admins that Slack has deactivated somebody."""
MOST_TOLD = 10


async def refresh_profile(tx: Tx, who: Person, profile: SlackProfile) -> Person:
    """On use: take over what changed in Slack and note the day. For the application.

    An account that may not use the app any more is closed (see the answer's `refusal`), one that
    may again is opened, and who left with it is back: that may raise NoSeatLeft. A Slack
    workspace's owner becomes admin while the company has none.
    """
    tx.actor.require(EVERYTHING)
    if who.slack_user_id != profile.slack_user_id or who.workspace_id is None:
        raise NotFound("person", profile.slack_user_id)
    refusal = await refusal_here(tx, who.workspace_id, profile)
    account, user = await _rows(tx, who.workspace_id, profile.slack_user_id)
    if refusal is not None:
        await _close(tx, account, user, refusal)
    else:
        await _open(tx, account, user)
        await _recover(tx, user, profile)
        await _take_over(tx, account, user, profile)
        await _use(tx, user)
    return await account_holder(tx, who.workspace_id, profile.slack_user_id)


async def follow_profile(tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile) -> Person | None:
    """What Slack tells of an account by itself: names, zone, language and e-mail are taken over, a
    deactivated account or a guest's is closed. None for who has never used the app, e.g. people of
    other companies. For the application.
    """
    tx.actor.require(EVERYTHING)
    who = await find_person(tx, workspace_id, profile.slack_user_id)
    if who is None:
        return None
    refusal = await refusal_here(tx, workspace_id, profile)
    account, user = await _rows(tx, workspace_id, profile.slack_user_id)
    if refusal is Refusal.DEACTIVATED or refusal is Refusal.GUEST:
        await _close(tx, account, user, refusal)
    elif refusal is None and who.refusal is None:
        await _take_over(tx, account, user, profile)
    return await find_person(tx, workspace_id, profile.slack_user_id)


async def _rows(
    tx: Tx, workspace_id: WorkspaceId, slack_user_id: str
) -> tuple[SlackIdentity, User]:
    found = await tx.session.execute(
        select(SlackIdentity, User)
        .join(User, User.id == SlackIdentity.user_id)
        .where(
            SlackIdentity.workspace_id == workspace_id,
            SlackIdentity.slack_user_id == slack_user_id,
        )
        .execution_options(populate_existing=True)
    )
    row = found.one_or_none()
    if row is None:
        raise NotFound("person", slack_user_id)
    return row[0], row[1]


async def _close(tx: Tx, account: SlackIdentity, user: User, because: str) -> None:
    """The last open account takes the person with it: their seat is free, their records stay."""
    await _hold(tx, account, user)
    if account.closed_at is not None:
        return
    account.closed_at, account.closed_because = tx.now, because
    await tx.session.flush()
    tx.recollection.forget()
    details = {"slack_user_id": account.slack_user_id, "because": because}
    await audit.record(tx, "person.account_closed", KIND, user.id, details)
    if user.is_active and not await _has_open_account(tx, user):
        account.ended_membership, user.is_active = True, False
        await tx.session.flush()
        await schedule.reconsider(tx, schedule.WEEKLY_REMINDER)
        await audit.record(tx, "person.deactivated", KIND, user.id, {"because": "slack"})
        await _tell(tx, user)


async def _has_open_account(tx: Tx, user: User) -> bool:
    found = exists().where(
        SlackIdentity.user_id == user.id,
        SlackIdentity.closed_at.is_(None),
        Workspace.id == SlackIdentity.workspace_id,
        Workspace.uninstalled_at.is_(None),
    )
    return bool(await tx.session.scalar(select(found)))


async def _tell(tx: Tx, user: User) -> None:
    """The manager and the admins, each by one message, in the account they are reached by."""
    to_tell = [
        each for each in await people(tx) if each.user_id == user.manager_id or each.role == ADMIN
    ]
    to_tell.sort(key=lambda each: each.user_id != user.manager_id)
    for each in to_tell[:MOST_TOLD]:
        if each.workspace_id is not None and each.slack_user_id is not None:
            place = Place(each.workspace_id, each.slack_user_id)
            await outbox.post(tx, place, LEFT, {"user_id": str(user.id)})


async def _open(tx: Tx, account: SlackIdentity, user: User) -> None:
    has_left = await left_with_slack(tx, user)
    if account.closed_at is None and not has_left:
        return
    await _hold(tx, account, user)
    if account.closed_at is not None:
        account.closed_at, account.closed_because = None, None
        await tx.session.flush()
        tx.recollection.forget()
        details = {"slack_user_id": account.slack_user_id}
        await audit.record(tx, "person.account_opened", KIND, user.id, details)
    if await left_with_slack(tx, user):
        await bring_back(tx, user)


async def _hold(tx: Tx, account: SlackIdentity, user: User) -> None:
    """Nobody else of the company comes or goes meanwhile; the rows are as they are now. The company
    is held before any row of a person, as wherever both are.
    """
    await lock_seats(tx)
    await tx.session.refresh(account)
    await tx.session.refresh(user)


async def _recover(tx: Tx, user: User, profile: SlackProfile) -> None:
    if not user.is_active or not profile.is_owner or is_admin(user):
        return
    await lock_seats(tx)
    if not await has_admin(tx):
        await become_admin(tx, user)


async def _take_over(tx: Tx, account: SlackIdentity, user: User, profile: SlackProfile) -> None:
    before = user.first_name, user.last_name, user.personal_settings, user.email
    user.first_name, user.last_name = names_of(profile)
    user.personal_settings = (user.personal_settings or {}) | seen_settings(profile)
    user.email = await _email(tx, account, user, profile)
    after = user.first_name, user.last_name, user.personal_settings, user.email
    if after == before:
        return
    await tx.session.flush()
    tx.recollection.forget()
    if user.personal_settings != before[2]:
        await schedule.reconsider(tx, schedule.WEEKLY_REMINDER)
    names = ("first_name", "last_name", "settings", "email")
    changed = [name for name, a, b in zip(names, before, after, strict=True) if a != b]
    await audit.record(tx, "person.profile_changed", KIND, user.id, {"fields": changed})


async def _email(tx: Tx, account: SlackIdentity, user: User, profile: SlackProfile) -> str:
    """A newly confirmed address that nobody else has. Of several accounts the first one's counts,
    so that two addresses do not take turns.
    """
    email = confirmed_email(profile)
    if email is None or email == user.email or await user_with_email(tx, email) is not None:
        return user.email
    first = await tx.session.scalar(
        select(SlackIdentity.id)
        .where(SlackIdentity.user_id == user.id, SlackIdentity.closed_at.is_(None))
        .order_by(SlackIdentity.created_at, SlackIdentity.id)
        .limit(1)
    )
    return email if first == account.id or user.email.endswith(MADE_UP) else user.email


async def _use(tx: Tx, user: User) -> None:
    if user.last_login_at is None or user.last_login_at.date() != tx.now.date():
        user.last_login_at = tx.now
        await tx.session.flush()
        tx.recollection.forget()
