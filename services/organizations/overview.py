"""The workspaces of a company at a glance: what state each is in, who and what is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from services import configuration, people
from services.channels import CHANNELS
from services.db import Tx
from services.organizations import workspaces
from services.organizations.linking import MANAGE, OpenCode, open_codes
from services.tables import Outbox, SlackIdentity, User, Workspace
from services.values import UserId, WorkspaceId


class State(StrEnum):
    """How a workspace stands with us."""

    CONNECTED = "connected"
    REFUSED = "refused"
    """Slack refuses its token; its messages wait."""
    UNINSTALLED = "uninstalled"
    LEFT = "left"
    """It moved to another company."""


@dataclass(frozen=True, slots=True)
class WorkspaceSeen:
    """`since`: from when its state holds; None for a connected one."""

    id: WorkspaceId
    name: str
    state: State
    since: datetime | None
    people: int
    channels: tuple[str, ...]
    """The settings whose channel is there, by name."""
    is_here: bool


@dataclass(frozen=True, slots=True)
class CodeSeen:
    """An open link code, and who issued it, by name."""

    code: OpenCode
    issued_by: str | None


@dataclass(frozen=True, slots=True)
class Unlinking:
    """What unlinking a workspace would do. `is_last`: no other leads to the company."""

    id: WorkspaceId
    name: str
    people: int
    waiting: int
    is_last: bool
    channels: tuple[str, ...] = ()
    """The settings whose channel is there, by name."""


async def company_workspaces(tx: Tx) -> list[WorkspaceSeen]:
    """All there are and were: those in use first, by name. Needs `workspaces.manage`."""
    tx.actor.require(MANAGE)
    rows = await tx.session.scalars(
        select(Workspace).order_by(
            Workspace.left_at.is_not(None),
            Workspace.uninstalled_at.is_not(None),
            func.lower(Workspace.team_name),
            Workspace.id,
        )
    )
    counts, channels = await _people(tx), await _channels(tx)
    return [_seen(tx, each, counts, channels) for each in rows]


async def workspace_names(tx: Tx) -> dict[WorkspaceId, str]:
    """What each workspace of the company is called in Slack."""
    rows = await tx.session.execute(select(Workspace.id, Workspace.team_name))
    return {WorkspaceId(each): name for each, name in rows}


async def unconnected(tx: Tx) -> frozenset[WorkspaceId]:
    """The company's workspaces in which nothing can be posted, because the app is not there."""
    rows = await tx.session.scalars(
        select(Workspace.id).where(Workspace.uninstalled_at.is_not(None))
    )
    return frozenset(map(WorkspaceId, rows))


async def codes_seen(tx: Tx) -> list[CodeSeen]:
    """The open link codes, oldest first. Needs `workspaces.manage`."""
    listed = await open_codes(tx)
    names = {each.user_id: each.name for each in await people.people(tx)} if listed else {}
    return [CodeSeen(each, names.get(each.issued_by or UserId(each.id))) for each in listed]


async def unlinking(tx: Tx, workspace_id: WorkspaceId) -> Unlinking:
    """Needs `workspaces.manage`. Raises NotFound."""
    tx.actor.require(MANAGE)
    workspace = await workspaces.found_workspace(tx, workspace_id)
    waiting = select(func.count()).where(
        Outbox.workspace_id == workspace_id, Outbox.state.in_(("pending", "sending"))
    )
    others = select(func.count()).where(
        Workspace.id != workspace_id, Workspace.uninstalled_at.is_(None)
    )
    return Unlinking(
        id=workspace_id,
        name=workspace.team_name,
        people=(await _people(tx)).get(workspace_id, 0),
        waiting=await tx.session.scalar(waiting) or 0,
        is_last=not await tx.session.scalar(others),
        channels=(await _channels(tx)).get(str(workspace_id), ()),
    )


def _seen(
    tx: Tx,
    row: Workspace,
    counts: Mapping[WorkspaceId, int],
    channels: Mapping[str, tuple[str, ...]],
) -> WorkspaceSeen:
    state, since = _state(row)
    return WorkspaceSeen(
        id=WorkspaceId(row.id),
        name=row.team_name,
        state=state,
        since=since,
        people=counts.get(WorkspaceId(row.id), 0),
        channels=channels.get(str(row.id), ()),
        is_here=row.id == tx.actor.workspace_id,
    )


def _state(row: Workspace) -> tuple[State, datetime | None]:
    if row.left_at is not None:
        return State.LEFT, row.left_at
    if row.uninstalled_at is not None:
        return State.UNINSTALLED, row.uninstalled_at
    if row.sealed_bot_token is None:  # an installation that was begun and not ended
        return State.UNINSTALLED, row.created_at
    if row.parked_at is not None:
        return State.REFUSED, row.parked_at
    return State.CONNECTED, None


async def _people(tx: Tx) -> dict[WorkspaceId, int]:
    """How many active people have an account in each workspace."""
    rows = await tx.session.execute(
        select(SlackIdentity.workspace_id, func.count())
        .join(User, User.id == SlackIdentity.user_id)
        .where(User.is_active.is_(True))
        .group_by(SlackIdentity.workspace_id)
    )
    return {WorkspaceId(workspace_id): count for workspace_id, count in rows}


async def _channels(tx: Tx) -> dict[str, tuple[str, ...]]:
    """The names of the settings whose channel is in each workspace, by the workspace's id."""
    found: dict[str, tuple[str, ...]] = {}
    for name, setting in CHANNELS.items():
        channel = await configuration.get(tx, setting)
        if channel is not None:
            found[channel.workspace_id] = (*found.get(channel.workspace_id, ()), name)
    return found
