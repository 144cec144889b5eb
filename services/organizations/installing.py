"""Installing: a workspace comes, or comes again, with its sealed token."""

import logging
import re
import unicodedata
from dataclasses import dataclass, field, replace

from sqlalchemy import update

from services import audit, outbox, people
from services.db import Database, Tx
from services.directory import Installed, NewInstallation
from services.errors import NoSeatLeft, NotAMember, NotFound
from services.organizations.workspaces import UNINSTALLED, found_workspace, locked_workspace
from services.people import SlackProfile
from services.sealing import Sealer
from services.tables import Workspace
from services.text import clean
from services.values import Actor, WorkspaceId

log = logging.getLogger(__name__)

BOT_TOKEN = "workspaces.sealed_bot_token"  # noqa: S105  # where the token is, not the token
WELCOME = "welcome"
"""The message to who has just brought the company here."""
_NAME = 255
_SUBDOMAIN = 80


@dataclass(frozen=True, slots=True)
class Installation:
    """What is needed to speak to one workspace. Holds its token: never log it."""

    workspace_id: WorkspaceId
    team_id: str | None
    enterprise_id: str | None
    bot_token: str = field(repr=False)
    bot_id: str
    bot_user_id: str
    scopes: tuple[str, ...]
    parked: bool


async def install(
    db: Database,
    new: NewInstallation,
    bot_token: str,
    sealer: Sealer,
    installer: SlackProfile | None = None,
) -> Installed:
    """Install a workspace, or repair it: fresh token, no longer parked or uninstalled. What was to
    be told while it was uninstalled is not told now.

    Only the first complete installation is `is_new`, and only its installer becomes an admin.
    """
    tidy = replace(new, name=_name(new.name), subdomain=subdomain_of(new.subdomain or new.name))
    async with db.directory() as directory:
        found = await directory.install_workspace(tidy)
    async with db.transaction(Actor.application(found.organization_id)) as tx:
        if (await found_workspace(tx, found.workspace_id)).uninstalled_at is not None:
            await outbox.drop_waiting(tx, found.workspace_id, UNINSTALLED)
        workspace = await locked_workspace(tx, found.workspace_id)
        is_new = workspace.sealed_bot_token is None and workspace.uninstalled_at is None
        _take_over(workspace, tidy)
        workspace.sealed_bot_token = sealer.seal(tx.organization_id, BOT_TOKEN, bot_token)
        action = "workspace.installed" if is_new else "workspace.repaired"
        await audit.record(tx, action, "workspace", workspace.id, {"team": tidy.team_id})
        if is_new and installer is not None:
            await _welcome(tx, found.workspace_id, installer)
    return replace(found, is_new=is_new)


async def installation(tx: Tx, workspace_id: WorkspaceId, sealer: Sealer) -> Installation:
    """The workspace's installation, its token open; sealed anew when its key is no longer first.

    Raises NotFound, also for an uninstalled one, and SealBrokenError.
    """
    workspace = await found_workspace(tx, workspace_id)
    sealed = workspace.sealed_bot_token
    if sealed is None or workspace.uninstalled_at is not None:
        raise NotFound("installation", str(workspace_id))
    token = sealer.open(tx.organization_id, BOT_TOKEN, sealed)
    if not sealer.is_current(sealed):
        fresh = sealer.seal(tx.organization_id, BOT_TOKEN, token)
        await _seal_anew(tx, workspace_id, sealed, fresh)
    return Installation(
        workspace_id=workspace_id,
        team_id=workspace.team_id,
        enterprise_id=workspace.enterprise_id,
        bot_token=token,
        bot_id=workspace.bot_id,
        bot_user_id=workspace.bot_user_id,
        scopes=tuple(workspace.scopes),
        parked=workspace.parked_at is not None,
    )


def subdomain_of(words: str) -> str:
    """Letters, digits and hyphens, with room left for what makes it unique."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SUBDOMAIN].strip("-") or "company"


def _take_over(workspace: Workspace, new: NewInstallation) -> None:
    workspace.team_name = new.name
    workspace.app_id = new.app_id
    workspace.bot_id, workspace.bot_user_id = new.bot_id, new.bot_user_id
    workspace.scopes = list(new.scopes)
    workspace.parked_at, workspace.parked_because = None, None
    workspace.uninstalled_at = None


async def _welcome(tx: Tx, workspace_id: WorkspaceId, installer: SlackProfile) -> None:
    try:
        who = await people.welcome_installer(tx, workspace_id, installer)
    except (NotAMember, NoSeatLeft) as refusal:
        # The workspace is installed all the same; its owner becomes the admin on first use.
        log.warning("installer_not_welcomed", extra={"reason": str(refusal)})
        return
    place = outbox.Place(workspace_id, installer.slack_user_id)
    await outbox.post(tx, place, WELCOME, {"user_id": str(who.user_id)})


async def _seal_anew(tx: Tx, workspace_id: WorkspaceId, before: bytes, after: bytes) -> None:
    """Under the newest key, unless another token has come meanwhile."""
    await tx.session.execute(
        update(Workspace)
        .where(Workspace.id == workspace_id, Workspace.sealed_bot_token == before)
        .values(sealed_bot_token=after)
    )


def _name(words: str) -> str:
    """The team's name, fit to keep; Slack's own limit is far below ours."""
    seen = (" " if unicodedata.category(each) in {"Cc", "Cs"} else each for each in words)
    tidy = clean("".join(seen), 3 * len(words))[:_NAME].strip()
    return tidy or "Company"
