"""Tokens that end: renewed in the background before they do, by one replica at a time.

A replica holds a lease on the workspace (`Directory.claim_rotations`) while it asks Slack, and
nothing is locked meanwhile. What it got counts only if the token it renewed is still the one kept.
Knows no Slack: who calls brings what Slack said.
"""

import hmac
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from services import audit
from services.db import Tx
from services.organizations.installing import (
    BOT_TOKEN,
    REFRESH_TOKEN,
    Tokens,
    keep_tokens,
    opened,
    seal,
)
from services.organizations.workspaces import (
    TOKEN_EXPIRED,
    UNREADABLE,
    forget_tokens,
    found_workspace,
    locked_workspace,
    park,
    unpark,
)
from services.sealing import SealBrokenError, Sealer
from services.tables import Workspace
from services.values import EVERYTHING, WorkspaceId

AHEAD = timedelta(hours=2)
"""How long before its end a token is renewed: time for many failures."""
LEASE = timedelta(minutes=1)
REST = timedelta(minutes=15)
"""How long a renewal rests that Slack refused."""


@dataclass(frozen=True, slots=True)
class Renewable:
    """A token that ends, by what renews it. Holds a secret: never log it."""

    workspace_id: WorkspaceId
    refresh: str = field(repr=False)


async def renewable(tx: Tx, workspace_id: WorkspaceId, sealer: Sealer) -> Renewable | None:
    """What renews the workspace's token; None when nothing does any more. For the application.

    A token that does not open is parked. Raises NotFound.
    """
    tx.actor.require(EVERYTHING)
    workspace = await found_workspace(tx, workspace_id)
    try:
        refresh = opened(workspace, REFRESH_TOKEN, sealer)
    except SealBrokenError:
        await park(tx, workspace_id, UNREADABLE)
        return None
    return None if refresh is None else Renewable(workspace_id, refresh)


async def renew(tx: Tx, spent: Renewable, fresh: Tokens, sealer: Sealer) -> bool:
    """Keep the fresh tokens, unless others have come meanwhile. For the application.

    A workspace that waited for a token that lives goes on. Raises NotFound.
    """
    tx.actor.require(EVERYTHING)
    workspace = await locked_workspace(tx, spent.workspace_id)
    if not _is_kept(workspace, spent, sealer):
        return False
    keep_tokens(workspace, fresh, sealer)
    tx.recollection.forget()
    await audit.record(tx, "workspace.token_rotated", "workspace", workspace.id)
    if workspace.parked_because == TOKEN_EXPIRED:
        await unpark(tx, spent.workspace_id)
    return True


async def not_renewed(tx: Tx, spent: Renewable, why: str, sealer: Sealer) -> None:
    """Slack refused: the token is kept until it ends, then its workspace is parked and its tokens
    are forgotten. For the application. Raises NotFound.
    """
    tx.actor.require(EVERYTHING)
    workspace = await locked_workspace(tx, spent.workspace_id)
    if not _is_kept(workspace, spent, sealer):
        return
    workspace.rotation_leased_until = tx.now + REST
    details = {"because": why}
    await audit.record(tx, "workspace.token_not_rotated", "workspace", workspace.id, details)
    if workspace.token_expires_at is not None and workspace.token_expires_at <= tx.now:
        await park(tx, spent.workspace_id, TOKEN_EXPIRED)
        forget_tokens(workspace)


async def reseal(tx: Tx, sealer: Sealer) -> int:
    """Seal every secret of the company under the newest key; how many were under another. For the
    application.

    A workspace whose token does not open is parked, one that was parked for that and opens again
    goes on.
    """
    tx.actor.require(EVERYTHING)
    found = await tx.session.scalars(
        select(Workspace).order_by(Workspace.id).with_for_update(key_share=True)
    )
    return sum([await _resealed(tx, workspace, sealer) for workspace in found.all()])


async def _resealed(tx: Tx, workspace: Workspace, sealer: Sealer) -> int:
    workspace_id = WorkspaceId(workspace.id)
    try:
        count = sum(_seal_anew(workspace, each, sealer) for each in (BOT_TOKEN, REFRESH_TOKEN))
    except SealBrokenError:
        await park(tx, workspace_id, UNREADABLE)
        return 0
    if count:
        tx.recollection.forget()
        await audit.record(tx, "workspace.tokens_resealed", "workspace", workspace.id)
    if workspace.parked_because == UNREADABLE:
        await unpark(tx, workspace_id)
    return count


def _seal_anew(workspace: Workspace, column: str, sealer: Sealer) -> bool:
    """Opens it in any case, to know that it does."""
    secret = opened(workspace, column, sealer)
    sealed: bytes | None = getattr(workspace, column)
    if secret is None or sealed is None or sealer.is_current(sealed):
        return False
    seal(workspace, column, secret, sealer)
    return True


def _is_kept(workspace: Workspace, spent: Renewable, sealer: Sealer) -> bool:
    """Whether it is still this refresh token that is kept, and not one that came meanwhile."""
    kept = opened(workspace, REFRESH_TOKEN, sealer)
    return kept is not None and hmac.compare_digest(kept.encode(), spent.refresh.encode())
