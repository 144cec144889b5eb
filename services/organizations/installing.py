"""Installing: a workspace comes, or comes again, with its sealed tokens."""

import logging
import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, exists, select

from services import audit, outbox, people, welcome
from services.db import Database, Tx
from services.directory import Installed, NewInstallation
from services.errors import NoSeatLeft, NotAMember, NotFound, SwitchedOff, Unlinked
from services.organizations.workspaces import (
    INSTALLED,
    REPAIRED,
    UNINSTALLED,
    UNLINKED,
    forget_tokens,
    found_workspace,
    locked_workspace,
)
from services.people import SlackProfile
from services.sealing import Place, Sealer
from services.tables import AuditEntry, Organization, User, Workspace
from services.text import clean
from services.values import EVERYTHING, Actor, Installation, OrganizationId, WorkspaceId

log = logging.getLogger(__name__)

BOT_TOKEN = "sealed_bot_token"  # noqa: S105  # where the token is, not the token
REFRESH_TOKEN = "sealed_refresh_token"  # noqa: S105  # same
_NAME = 255
_SUBDOMAIN = 80


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Slack gives a workspace. A token that ends comes with another one that renews it."""

    bot: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None


async def install(
    db: Database,
    new: NewInstallation,
    tokens: Tokens,
    sealer: Sealer,
    installer: SlackProfile | None = None,
    *,
    is_asked: bool = True,
) -> Installed:
    """Install a workspace, or repair it: fresh tokens, no longer parked or uninstalled. What was to
    be told while it was uninstalled is not told now.

    Only the first complete installation is `is_new`; its installer becomes an admin when the
    company has nobody yet. Unless it `is_asked` for, a workspace that an admin unlinked stays so.
    Raises SwitchedOff and Unlinked, and has then saved nothing.
    """
    tidy = replace(new, name=_name(new.name), subdomain=subdomain_of(new.subdomain or new.name))
    while True:
        async with db.directory() as directory:
            found = await directory.install_workspace(tidy)
        async with db.transaction(Actor.application(found.organization_id)) as tx:
            if not is_asked:
                await _refuse_unlinked(tx, found.workspace_id)
            is_new = await _fill_in(tx, found.workspace_id, tidy, tokens, sealer)
            is_led = bool(is_new) and await _welcome(tx, found.workspace_id, installer)
        if is_new is not None:
            return replace(found, is_new=is_new, is_led=is_led)


async def installation(tx: Tx, workspace_id: WorkspaceId, sealer: Sealer) -> Installation:
    """The workspace's installation, its token open. For the application.

    Raises NotFound, also for an uninstalled one, one without a token, and a company that is
    switched off; SealBrokenError for a token that does not open.
    """
    tx.actor.require(EVERYTHING)
    for row in await tx.rows(_INSTALLATION, {"workspace_id": workspace_id}):
        found = _Found._make(row)
        if found.sealed_bot_token is not None:
            kept = place(found.organization_id, workspace_id, BOT_TOKEN)
            return _installation(found, sealer.open(kept, found.sealed_bot_token))
    raise NotFound("installation", str(workspace_id))


_INSTALLATION = select(
    Workspace.id,
    Workspace.organization_id,
    Workspace.team_id,
    Workspace.enterprise_id,
    Workspace.bot_id,
    Workspace.bot_user_id,
    Workspace.scopes,
    Workspace.parked_at,
    Workspace.sealed_bot_token,
).where(
    Workspace.id == bindparam("workspace_id"),
    Workspace.uninstalled_at.is_(None),
    exists().where(Organization.id == Workspace.organization_id, Organization.is_active.is_(True)),
)


class _Found(NamedTuple):
    """The columns of `_INSTALLATION`, in its order."""

    id: WorkspaceId
    organization_id: OrganizationId
    team_id: str | None
    enterprise_id: str | None
    bot_id: str
    bot_user_id: str
    scopes: list[str]
    parked_at: datetime | None
    sealed_bot_token: bytes | None


def _installation(found: _Found, token: str) -> Installation:
    return Installation(
        workspace_id=found.id,
        team_id=found.team_id,
        enterprise_id=found.enterprise_id,
        bot_token=token,
        bot_id=found.bot_id,
        bot_user_id=found.bot_user_id,
        scopes=tuple(found.scopes),
        parked=found.parked_at is not None,
    )


def subdomain_of(words: str) -> str:
    """Letters, digits and hyphens, with room left for what makes it unique."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SUBDOMAIN].strip("-") or "company"


async def is_active(tx: Tx) -> bool:
    """Whether the operator lets the company use the app."""
    found = await tx.session.scalars(select(Organization.is_active))
    return bool(found.one_or_none())


def keep_tokens(workspace: Workspace, tokens: Tokens, sealer: Sealer) -> None:
    """Seal them where they are kept, in place of any others."""
    forget_tokens(workspace)
    seal(workspace, BOT_TOKEN, tokens.bot, sealer)
    if tokens.refresh is not None:
        seal(workspace, REFRESH_TOKEN, tokens.refresh, sealer)
        workspace.token_expires_at = tokens.expires_at


def opened(workspace: Workspace, column: str, sealer: Sealer) -> str | None:
    """One of its secrets, None when there is none. Raises SealBrokenError."""
    sealed: bytes | None = getattr(workspace, column)
    return None if sealed is None else sealer.open(_place(workspace, column), sealed)


def seal(workspace: Workspace, column: str, secret: str, sealer: Sealer) -> None:
    """Keep one of its secrets, to be opened only there."""
    setattr(workspace, column, sealer.seal(_place(workspace, column), secret))


def resealed(
    workspace: Workspace,
    sealer: Sealer,
    organization_id: OrganizationId,
    workspace_id: WorkspaceId,
) -> tuple[bytes | None, bytes | None]:
    """Its bot token and its refresh token, to be opened where the workspace moves to.

    Raises SealBrokenError.
    """
    secrets = ((each, opened(workspace, each, sealer)) for each in (BOT_TOKEN, REFRESH_TOKEN))
    bot, refresh = (
        None if secret is None else sealer.seal(place(organization_id, workspace_id, each), secret)
        for each, secret in secrets
    )
    return bot, refresh


def place(organization_id: OrganizationId, workspace_id: WorkspaceId, column: str) -> Place:
    """Where a secret of a workspace is kept."""
    return Place(organization_id, workspace_id, f"workspaces.{column}")


def _place(workspace: Workspace, column: str) -> Place:
    return place(OrganizationId(workspace.organization_id), WorkspaceId(workspace.id), column)


async def _fill_in(
    tx: Tx, workspace_id: WorkspaceId, new: NewInstallation, tokens: Tokens, sealer: Sealer
) -> bool | None:
    """Whether it is the first time; None where it has just moved to another company, so that its
    tokens do not belong here. Raises SwitchedOff.
    """
    await _refuse_switched_off(tx)
    if (await found_workspace(tx, workspace_id)).uninstalled_at is not None:
        await outbox.drop_waiting(tx, workspace_id, UNINSTALLED)
    workspace = await locked_workspace(tx, workspace_id)
    if workspace.left_at is not None:
        return None
    is_new = _is_new(workspace)
    _take_over(workspace, new)
    keep_tokens(workspace, tokens, sealer)
    tx.recollection.forget()
    action = INSTALLED if is_new else REPAIRED
    await audit.record(tx, action, "workspace", workspace.id, {"team": new.team_id})
    return is_new


async def _refuse_switched_off(tx: Tx) -> None:
    if not await is_active(tx):
        raise SwitchedOff


async def _refuse_unlinked(tx: Tx, workspace_id: WorkspaceId) -> None:
    since = (await found_workspace(tx, workspace_id)).uninstalled_at
    if since is None:
        return
    said_so = exists().where(
        AuditEntry.entity_type == "workspace",
        AuditEntry.entity_id == workspace_id,
        AuditEntry.action == UNLINKED,
        AuditEntry.at >= since,
    )
    if await tx.session.scalar(select(said_so)):
        raise Unlinked


def _is_new(workspace: Workspace) -> bool:
    """Whether it never had a token: one that lost it is uninstalled or parked."""
    return (
        workspace.sealed_bot_token is None
        and workspace.uninstalled_at is None
        and workspace.parked_at is None
    )


def _take_over(workspace: Workspace, new: NewInstallation) -> None:
    workspace.team_name = new.name
    workspace.app_id = new.app_id
    workspace.bot_id, workspace.bot_user_id = new.bot_id, new.bot_user_id
    workspace.scopes = list(new.scopes)
    workspace.parked_at, workspace.parked_because = None, None
    workspace.uninstalled_at = None


async def _welcome(tx: Tx, workspace_id: WorkspaceId, installer: SlackProfile | None) -> bool:
    """Whether the installer has become the company's first admin. Who brings a company's second
    workspace joins as anybody does.
    """
    if installer is None:
        return False
    is_first = not await tx.session.scalar(select(exists(select(User.id))))
    join = people.welcome_installer if is_first else people.welcome_person
    try:
        await join(tx, workspace_id, installer)
    except (NotAMember, NoSeatLeft) as refusal:
        # The workspace is installed all the same; its owner becomes the admin on first use.
        log.warning("installer_not_welcomed", extra={"reason": str(refusal)})
        return False
    if is_first:
        await welcome.greet(tx, outbox.Place(workspace_id, installer.slack_user_id))
    return is_first


def _name(words: str) -> str:
    """The team's name, fit to keep; Slack's own limit is far below ours."""
    seen = (" " if unicodedata.category(each) in {"Cc", "Cs"} else each for each in words)
    tidy = clean("".join(seen), 3 * len(words))[:_NAME].strip()
    return tidy or "Company"
