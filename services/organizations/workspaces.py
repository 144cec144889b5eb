"""The workspaces of a company: parked while their token is refused, uninstalled, found again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from services import audit, outbox
from services.db import Tx
from services.errors import NotFound
from services.tables import AuditEntry, Workspace
from services.values import EVERYTHING, WorkspaceId

UNINSTALLED = "uninstalled"
"""What the delivery log says of messages whose workspace was uninstalled before they were sent."""
TOKEN_EXPIRED = "token_expired"  # noqa: S105  # Slack's own word
UNREADABLE = "token_unreadable"
"""Why a workspace is parked whose token does not open under any key we have."""
INSTALLED, REPAIRED = "workspace.installed", "workspace.repaired"
UNLINKED = "workspace.unlinked"
"""What audit says of an install, the first one and any other."""
INSTALLS = (INSTALLED, REPAIRED)
_REASON = 100
_MOST_TEAMS = 100


async def unpark(tx: Tx, workspace_id: WorkspaceId) -> None:
    """Let the workspace's waiting messages go out again. For the application. Raises NotFound."""
    tx.actor.require(EVERYTHING)
    workspace = await locked_workspace(tx, workspace_id)
    if workspace.parked_at is not None:
        workspace.parked_at, workspace.parked_because = None, None
        tx.recollection.forget()
        await audit.record(tx, "workspace.unparked", "workspace", workspace.id)


async def park(
    tx: Tx, workspace_id: WorkspaceId, why: str, told_at: datetime | None = None
) -> None:
    """Its token is refused: its messages wait, none is lost. For the application.

    `told_at`: when Slack said so, if it did; it is not about what was installed later. Raises
    NotFound.
    """
    tx.actor.require(EVERYTHING)
    workspace = await locked_workspace(tx, workspace_id)
    if workspace.parked_at is None and not await _is_installed_since(tx, workspace_id, told_at):
        workspace.parked_at, workspace.parked_because = tx.now, why[:_REASON]
        tx.recollection.forget()
        await audit.record(tx, "workspace.parked", "workspace", workspace.id, {"because": why})


async def uninstall(tx: Tx, workspace_id: WorkspaceId, told_at: datetime | None = None) -> None:
    """Forget the tokens, stop all posting at once and drop what waits; the data stays. For the
    application. `told_at` as for `park`. Raises NotFound.
    """
    tx.actor.require(EVERYTHING)
    if await _is_installed_since(tx, workspace_id, told_at):
        return
    # Before the workspace's row is held: who delivers holds a conversation first.
    await outbox.drop_waiting(tx, workspace_id, UNINSTALLED)
    workspace = await locked_workspace(tx, workspace_id)
    if workspace.uninstalled_at is None and not await _is_installed_since(
        tx, workspace_id, told_at
    ):
        workspace.uninstalled_at = tx.now
        forget_tokens(workspace)
        tx.recollection.forget()
        await audit.record(tx, "workspace.uninstalled", "workspace", workspace.id)


async def note_left_teams(tx: Tx, workspace_id: WorkspaceId, teams: Sequence[str]) -> None:
    """An enterprise's installation serves these teams no more, but others: for the audit alone. For
    the application. Raises NotFound.
    """
    tx.actor.require(EVERYTHING)
    workspace = await found_workspace(tx, workspace_id)
    details = {"teams": list(teams[:_MOST_TEAMS])}
    await audit.record(tx, "workspace.left_teams", "workspace", workspace.id, details)


def forget_tokens(workspace: Workspace) -> None:
    """Nothing that speaks for the workspace stays in the database."""
    workspace.sealed_bot_token, workspace.sealed_refresh_token = None, None
    workspace.token_expires_at, workspace.rotation_leased_until = None, None


async def found_workspace(tx: Tx, workspace_id: WorkspaceId) -> Workspace:
    """Raises NotFound."""
    found = await tx.session.scalars(select(Workspace).where(Workspace.id == workspace_id))
    return _or_not_found(found.one_or_none(), workspace_id)


async def locked_workspace(tx: Tx, workspace_id: WorkspaceId) -> Workspace:
    """As `found_workspace`, held until the transaction ends."""
    found = await tx.session.scalars(
        select(Workspace)
        .where(Workspace.id == workspace_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return _or_not_found(found.one_or_none(), workspace_id)


async def _is_installed_since(tx: Tx, workspace_id: WorkspaceId, told_at: datetime | None) -> bool:
    """Slack sends an event again for an hour, and tells its time to the second."""
    if told_at is None:
        return False
    later = select(AuditEntry.id).where(
        AuditEntry.entity_type == "workspace",
        AuditEntry.entity_id == workspace_id,
        AuditEntry.action.in_(INSTALLS),
        AuditEntry.at >= told_at + timedelta(seconds=1),
    )
    return await tx.session.scalar(later.limit(1)) is not None


def _or_not_found(workspace: Workspace | None, workspace_id: WorkspaceId) -> Workspace:
    if workspace is None:
        raise NotFound("workspace", str(workspace_id))
    return workspace
