"""`/tandem workspaces` and `/tandem link`: one company over several workspaces."""

from collections.abc import Mapping
from functools import partial

from handlers import forms
from handlers.blocks import workspaces as blocks
from handlers.notices import Message, Renderer, Settled
from handlers.once import once
from handlers.routing import (
    Both,
    Command,
    Done,
    Open,
    Press,
    Reply,
    Request,
    Return,
    Routes,
    Say,
    Show,
    Subcommand,
    Submit,
)
from services.db import Tx
from services.organizations import linking, overview
from services.organizations.linking import Target
from services.outbox import Delivery
from services.requests import answered_before, remember_answer
from services.values import WorkspaceId

STALE = "This button is from an older message. `/tandem workspaces` shows them as they are."


def routes() -> Routes:
    return Routes(
        presses={
            blocks.OPEN: open_workspaces,
            blocks.PAGE: turn_page,
            blocks.CONNECT: connect,
            blocks.NEW_CODE: issue_code,
            blocks.REVOKE: revoke_code,
            blocks.MORE: ask_to_unlink,
        },
        submits={blocks.ENTER: enter_code, blocks.JOIN: join, blocks.UNLINK: unlink},
    )


async def open_workspaces(request: Request) -> Reply:
    """The company's workspaces."""
    async with request.db.transaction(request.actor) as tx:
        listed = await overview.company_workspaces(tx)
    return Open(view=blocks.workspaces_view(listed, 1))


async def turn_page(request: Press) -> Reply:
    """Another page of them."""
    page = forms.unpack(blocks.PageRef, request.value)
    if page is None:
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        listed = await overview.company_workspaces(tx)
    return Show(view=blocks.workspaces_view(listed, page.p))


async def connect(request: Press) -> Reply:
    """How another workspace joins, and the codes that are open."""
    async with request.db.transaction(request.actor) as tx:
        return Open(view=blocks.codes_view(await overview.codes_seen(tx)))


async def issue_code(request: Press) -> Reply:
    """A fresh code, shown once. What is remembered for a second click holds no code."""
    async with request.db.transaction(request.actor) as tx:
        if await answered_before(tx, request.key) is not None:
            return Done()
        fresh = await linking.issue_link_code(tx)
        await remember_answer(tx, request.key, Done().model_dump(mode="json"))
        return Show(view=blocks.codes_view(await overview.codes_seen(tx), fresh.code))


async def revoke_code(request: Press) -> Reply:
    """End a code before its time."""
    ref = forms.unpack(blocks.CodeRef, request.value)
    if ref is None:
        return Say(text=STALE)

    async def work(tx: Tx) -> Reply:
        await linking.revoke_link_code(tx, ref.id)
        return Show(view=blocks.codes_view(await overview.codes_seen(tx)))

    return await once(request, work)


async def link(request: Command) -> Reply:
    """`/tandem link CODE` asks whether to join; without a code it asks for one."""
    request.actor.require(linking.MANAGE)
    if not request.words:
        return Open(view=blocks.enter_view())
    target = await linking.look_up(request.db, request.actor, request.words)
    if target.is_here:
        return Say(text=blocks.already_here(target))
    return Open(view=await _asked(request, target, request.words))


async def enter_code(request: Submit) -> Reply:
    """The code was typed into the form."""
    code = str(request.view.values.get("code") or "")
    target = await linking.look_up(request.db, request.actor, code)
    if target.is_here:
        return Both(first=Done(), then=Say(text=blocks.already_here(target)))
    return Show(view=await _asked(request, target, code))


async def join(request: Submit) -> Reply:
    """The workspace moves. A repeat finds it there already."""
    typed = forms.unpack(blocks.Typed, request.view.metadata)
    if typed is None:
        return Say(text=STALE)
    target = await linking.look_up(request.db, request.actor, typed.code)
    if not target.is_here:
        is_confirmed = bool(request.view.values.get("confirm"))
        async with request.db.transaction(request.actor) as tx:
            await linking.move_workspace(
                tx, typed.code, target, request.sealer, is_confirmed=is_confirmed
            )
        await linking.tell_who_invited(request.db, target.organization_id, typed.code)
    return Show(view=blocks.joined_view(target))


async def ask_to_unlink(request: Press) -> Reply:
    """What unlinking would do, before it is done."""
    ref = forms.unpack(blocks.WorkspaceRef, request.value)
    if ref is None or request.view is None:
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        it = await overview.unlinking(tx, WorkspaceId(ref.id))
    return Open(view=blocks.unlink_view(it, request.view.id))


async def unlink(request: Submit) -> Reply:
    """Unlink it, and show the list anew."""
    below = forms.unpack(blocks.Below, request.view.metadata)
    if below is None:
        return Say(text=STALE)
    return await once(request, partial(_unlinked, below=below))


async def _unlinked(tx: Tx, *, below: blocks.Below) -> Reply:
    name = await linking.unlink_workspace(tx, WorkspaceId(below.id))
    view = blocks.workspaces_view(await overview.company_workspaces(tx), 1)
    first = Return(view_id=below.view_id, view=view)
    return Both(first=first, then=Say(text=blocks.unlinked(name)))


async def _asked(request: Request, target: Target, code: str) -> dict[str, object]:
    async with request.db.transaction(request.actor) as tx:
        behind = await linking.staying_behind(tx)
    return blocks.join_view(target, behind, code)


async def _joined(tx: Tx, delivery: Delivery) -> Message | None:
    notice = linking.Joined.model_validate(delivery.payload)
    names = await overview.workspace_names(tx)
    name = names.get(WorkspaceId(notice.workspace_id))
    return Message(*blocks.joined_message(name)) if name else None


NOTICES: Mapping[str, Renderer] = {linking.WORKSPACE_JOINED: _joined}
SETTLED: Mapping[str, Settled] = {}
SUBCOMMANDS = (
    Subcommand(
        name="workspaces",
        usage="",
        summary="Your company's Slack workspaces: connect another, unlink one",
        handler=open_workspaces,
        permission=linking.MANAGE,
    ),
    Subcommand(
        name="link",
        usage="CODE",
        summary="Let this workspace join another company with its link code",
        handler=link,
        permission=linking.MANAGE,
    ),
)
