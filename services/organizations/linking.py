"""Linking: one company over several workspaces. A code of the one, entered in the other, moves that
workspace over; what belonged to its former company stays there.

The functions that take and move are the database's (schema `directory`): they see two companies,
and nothing here ever does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, func, select, text, update

from services import audit, configuration, outbox, people
from services.channels import CHANNELS
from services.db import Database, Tx
from services.directory import NewInstallation
from services.errors import (
    InvalidInput,
    NotAMember,
    NotFound,
    Problem,
    TooManyLinkCodes,
    WorkspaceTaken,
)
from services.organizations import codes, workspaces
from services.organizations.installing import resealed
from services.organizations.workspaces import UNLINKED
from services.sealing import Sealer
from services.tables import (
    Goal,
    Interaction,
    MessageCopy,
    Opportunity,
    Organization,
    Partner,
    Table,
    Task,
    User,
    WeeklyStatus,
    Workspace,
)
from services.values import Actor, OrganizationId, UserId, WorkspaceId

MANAGE = "workspaces.manage"
LEFT = "moved to another company"
"""What the delivery log says of messages whose workspace moved before they were sent."""
WORKSPACE_JOINED = "workspace_joined"
"""The message to who issued the code."""
_RECORDS: Sequence[type[Table]] = (Goal, Interaction, Opportunity, Partner, Task, WeeklyStatus)

_ISSUE = text("SELECT directory.issue_link_code(:hash, :hint, :person, :now, :end)")
_OPEN = text("SELECT * FROM directory.open_link_codes(:now)")
_REVOKE = text("SELECT directory.revoke_link_code(:code, :now)")
_CODE_OF = text("SELECT * FROM directory.link_code_of(:hash)")
_FORMER = text("SELECT directory.former_workspace(:workspace, :company)")
_MOVE = text(
    "SELECT directory.move_workspace(:hash, :workspace, :destination, :token, :refresh, :now)"
)


class CodeState(StrEnum):
    """What a code is good for."""

    OPEN = "open"
    UNKNOWN = "unknown"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"
    LIMITED = "limited"


_REFUSED = {
    CodeState.UNKNOWN: Problem.UNKNOWN_CODE,
    CodeState.USED: Problem.CODE_USED,
    CodeState.REVOKED: Problem.CODE_REVOKED,
    CodeState.EXPIRED: Problem.CODE_EXPIRED,
    CodeState.LIMITED: Problem.TOO_MANY_CODES_TRIED,
}


class Joined(BaseModel):
    """Which workspace has joined."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1
    workspace_id: UUID


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code to show once: never log or keep it."""

    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code that nobody has used yet. The code itself is known to nobody but who was shown it."""

    id: UUID
    hint: str
    issued_by: UserId | None
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Target:
    """The company that a code leads to. `is_here`: the workspace is in it already."""

    organization_id: OrganizationId
    name: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class StayingBehind:
    """What a company keeps when this workspace moves away from it."""

    company: str
    workspace: str
    opportunities: int
    partners: int
    people: int
    is_fresh: bool
    """It has no records and no second person: there is nothing to lose sight of."""
    is_last: bool
    """No other workspace leads to it."""


async def issue_link_code(tx: Tx) -> NewCode:
    """A fresh code, good for one workspace and a day; shown now and never again.

    Needs `workspaces.manage`. Raises TooManyLinkCodes.
    """
    tx.actor.require(MANAGE)
    if len(await open_codes(tx)) >= codes.MOST_OPEN:
        raise TooManyLinkCodes(codes.MOST_OPEN)
    code = codes.new_code()
    issued = await tx.connection.execute(
        _ISSUE,
        {
            "hash": codes.hash_of(code),
            "hint": codes.hint_of(code),
            "person": tx.actor.user_id,
            "now": tx.now,
            "end": tx.now + codes.LASTS,
        },
    )
    await audit.record(tx, "link_code.issued", "link_code", issued.scalar_one())
    return NewCode(code, tx.now + codes.LASTS)


async def open_codes(tx: Tx) -> list[OpenCode]:
    """The company's codes that still work, oldest first. Needs `workspaces.manage`."""
    tx.actor.require(MANAGE)
    found = await tx.connection.execute(_OPEN, {"now": tx.now})
    return [
        OpenCode(
            each.id,
            each.hint,
            UserId(each.issued_by) if each.issued_by else None,
            each.issued_at,
            each.expires_at,
        )
        for each in found
    ]


async def revoke_link_code(tx: Tx, code_id: UUID) -> None:
    """End a code before its time; no harm if it is used or gone. Needs `workspaces.manage`."""
    tx.actor.require(MANAGE)
    revoked = await tx.connection.execute(_REVOKE, {"code": code_id, "now": tx.now})
    if revoked.scalar_one():
        await audit.record(tx, "link_code.revoked", "link_code", code_id)


async def look_up(db: Database, actor: Actor, code: str) -> Target:
    """The company that this code leads to. Needs `workspaces.manage`.

    Raises InvalidInput at `code`; after ten wrong ones in an hour the workspace has to wait.
    """
    actor.require(MANAGE)
    company = await _opened(db, code, f"workspace {actor.workspace_id}", actor.organization_id)
    async with db.transaction(Actor.application(company)) as tx:
        name = await company_name(tx)
    return Target(company, name, is_here=company == actor.organization_id)


async def staying_behind(tx: Tx) -> StayingBehind:
    """What the actor's company keeps when their workspace moves. Needs `workspaces.manage`."""
    tx.actor.require(MANAGE)
    workspace = await workspaces.found_workspace(tx, _here(tx.actor))
    live = select(func.count()).where(
        Workspace.uninstalled_at.is_(None), Workspace.id != workspace.id
    )
    people = await _count(tx, User, User.is_active.is_(True))
    counts = {each: await _count(tx, each) for each in _RECORDS}
    return StayingBehind(
        company=await company_name(tx),
        workspace=workspace.team_name,
        opportunities=counts[Opportunity],
        partners=counts[Partner],
        people=people,
        is_fresh=people <= 1 and not any(counts.values()),
        is_last=not await tx.session.scalar(live),
    )


async def move_workspace(
    tx: Tx, code: str, target: Target, sealer: Sealer, *, is_confirmed: bool = False
) -> None:
    """The actor's workspace leaves its company and joins the code's, with its token sealed anew.

    Its waiting messages are dropped, channels of it are no longer chosen here, everything else
    stays as it is. Needs `workspaces.manage`. Raises InvalidInput: at `confirm` when there is
    something to leave behind, at `code` when somebody else was faster or the token is just being
    renewed.
    """
    tx.actor.require(MANAGE)
    workspace_id = _here(tx.actor)
    behind = await staying_behind(tx)
    if not (is_confirmed or behind.is_fresh):
        raise InvalidInput.of("confirm", Problem.REQUIRED)
    await _leave(tx, workspace_id)
    workspace = await workspaces.locked_workspace(tx, workspace_id)
    if workspace.rotation_leased_until is not None and workspace.rotation_leased_until > tx.now:
        # What Slack gives for the token that would move now reaches the row it was asked for.
        raise InvalidInput.of("code", Problem.ACCESS_IN_RENEWAL)
    former = await tx.connection.execute(
        _FORMER, {"workspace": workspace_id, "company": target.organization_id}
    )
    destination = WorkspaceId(former.scalar_one_or_none() or uuid4())
    bot, refresh = resealed(workspace, sealer, target.organization_id, destination)
    await tx.flush()
    moved = await tx.connection.execute(
        _MOVE,
        {
            "hash": codes.hash_of(code),
            "workspace": workspace_id,
            "destination": destination,
            "token": bot,
            "refresh": refresh,
            "now": tx.now,
        },
    )
    if moved.scalar_one() != target.organization_id:
        raise InvalidInput.of("code", Problem.CODE_USED)
    tx.recollection.forget()
    details = {"team": workspace.team_id, "moved": True}
    await audit.record(tx, "workspace.left", "workspace", workspace_id, details)


async def tell_who_invited(db: Database, company: OrganizationId, code: str) -> None:
    """Tell who issued the code that a workspace has joined with it."""
    async with db.transaction(Actor.application(company)) as tx:
        found = await tx.connection.execute(_CODE_OF, {"hash": codes.hash_of(code)})
        used = found.one_or_none()
        if used is None or used.issued_by is None or used.workspace_id is None:
            return
        issuer = await people.person(tx, UserId(used.issued_by))
        if issuer.workspace_id is None or issuer.slack_user_id is None:
            return
        direct = outbox.Place(issuer.workspace_id, issuer.slack_user_id)
        notice = Joined(workspace_id=used.workspace_id).model_dump(mode="json")
        await outbox.post(tx, direct, WORKSPACE_JOINED, notice)


async def check_at_install(db: Database, code: str, address: str) -> None:
    """Whether a code would work, before its visitor goes to Slack. Raises InvalidInput at `code`;
    after ten wrong ones in an hour the address has to wait.
    """
    await _opened(db, code, f"address {address}", None)


async def redeem_at_install(
    db: Database, code: str, new: NewInstallation, address: str
) -> OrganizationId:
    """Give a workspace that installs the app a place in the code's company, before `install` fills
    it in. Nothing happens when it is in that company already.

    Raises InvalidInput at `code`, and WorkspaceTaken when it is another company's: that one's
    admin can move it. After ten wrong codes in an hour the address has to wait.
    """
    company = await _opened(db, code, f"address {address}", None)
    async with db.directory() as directory:
        state, owner = await directory.admit_workspace(codes.hash_of(code), new)
    if state == "taken" and owner != company:
        raise WorkspaceTaken(new.name)
    if state == CodeState.USED:
        raise InvalidInput.of("code", Problem.CODE_USED)
    if state == "joined":
        await tell_who_invited(db, company, code)
    return company


async def unlink_workspace(tx: Tx, workspace_id: WorkspaceId) -> str:
    """Stop posting there at once and forget its token; the data stays, and installing it again
    finds everything. Returns its name. Needs `workspaces.manage`. Raises NotFound.
    """
    tx.actor.require(MANAGE)
    workspace = await workspaces.found_workspace(tx, workspace_id)
    if workspace.left_at is not None:
        raise NotFound("workspace", workspace.team_name)
    application = tx.acting_as(Actor.application(tx.organization_id), tx.now)
    await workspaces.uninstall(application, workspace_id)
    await audit.record(tx, UNLINKED, "workspace", workspace_id)
    return workspace.team_name


async def _opened(
    db: Database, code: str, source: str, here: OrganizationId | None
) -> OrganizationId:
    """The company of a code that still works, or of any that was of this one."""
    async with db.directory() as directory:
        found, company = await directory.look_up_link_code(
            codes.hash_of(code), codes.source_of(source)
        )
    state = CodeState(found)
    if company is None or (state is not CodeState.OPEN and company != here):
        raise InvalidInput.of("code", _REFUSED[state])
    if company != here:
        await _refuse_without_issuer(db, company, code)
    return company


async def _refuse_without_issuer(db: Database, company: OrganizationId, code: str) -> None:
    """A code is worth what who issued it may do now: who has left, or lost the right, lets nobody
    in, themselves the least. The operator's always count.
    """
    async with db.transaction(Actor.application(company)) as tx:
        found = await tx.connection.execute(_CODE_OF, {"hash": codes.hash_of(code)})
        issued = found.one_or_none()
        if issued is None or issued.issued_by is None:
            return
        try:
            issuer = await people.actor_for(tx, await people.person(tx, UserId(issued.issued_by)))
        except NotAMember:
            issuer = None
    if issuer is None or not issuer.may(MANAGE):
        raise InvalidInput.of("code", Problem.CODE_REVOKED)


async def _leave(tx: Tx, workspace_id: WorkspaceId) -> None:
    """Nothing of the company is told there any more. Conversations first, as who delivers does."""
    await outbox.drop_waiting(tx, workspace_id, LEFT)
    await tx.session.execute(
        update(MessageCopy)
        .where(MessageCopy.workspace_id == workspace_id, MessageCopy.gone_at.is_(None))
        .values(gone_at=tx.now)
        .execution_options(synchronize_session=False)
    )
    for setting in CHANNELS.values():
        channel = await configuration.get(tx, setting)
        if channel is not None and channel.workspace_id == str(workspace_id):
            await configuration.write(tx, setting, None)


async def _count(tx: Tx, table: type[Table], *where: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(table).where(*where)
    return await tx.session.scalar(counted) or 0


async def company_name(tx: Tx) -> str:
    """What the actor's company is called."""
    found = await tx.session.execute(
        select(Organization.name).where(Organization.id == tx.organization_id)
    )
    return found.scalar_one()


def _here(actor: Actor) -> WorkspaceId:
    if actor.workspace_id is None:
        raise NotFound("workspace", actor.name)
    return actor.workspace_id
