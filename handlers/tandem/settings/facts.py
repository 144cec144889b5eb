"""What the settings' modals are drawn from, read in one transaction, and how they are answered."""

from collections.abc import Collection, Sequence
from uuid import UUID

from handlers.blocks.settings import CHANNELS, RATES, SECTIONS, Facts, Section, menu, section_view
from handlers.routing import Both, Done, Reply, Request, Return, Say, Submit, View, ViewState
from services import configuration, partners
from services.configuration import rates, usage
from services.configuration.catalogue import ROLES, RULES
from services.configuration.checks import routes_of
from services.db import Tx
from services.organizations.overview import unconnected, workspace_names
from services.values import Actor

STALE = (
    "This is from an older message or form. Nothing was saved; open it again with "
    "`/tandem settings`."
)
_DRAWING = 12


def sections_for(actor: Actor) -> tuple[Section, ...]:
    """The sections this person may change, in the menu's order."""
    return tuple(each for each in SECTIONS if actor.may(each.permission))


def section_named(key: str) -> Section | None:
    """The section of this key, or the part of one. Whether the person may change it, `read_facts`
    asks.
    """
    return next((each for each in with_parts(SECTIONS) if each.key == key), None)


def with_parts(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections, and behind them the forms that are opened from them."""
    return (*sections, *(part for each in sections for part in each.parts))


def drawing_of(request: Request) -> str:
    """What tells one drawing of a modal from the next."""
    return request.key[:_DRAWING]


async def read_facts(tx: Tx, sections: Sequence[Section], channel_id: str | None) -> Facts:
    """Everything that these sections show; what only one of them needs is read for it alone."""
    for each in sections:
        tx.actor.require(each.permission)
    wanted = {setting.name: setting for each in sections for setting in each.settings}
    known = await rates.current_rates(tx)
    shows = {each.key for each in sections}
    return Facts(
        held={name: await configuration.held(tx, setting) for name, setting in wanted.items()},
        now=tx.now,
        locale=tx.actor.locale,
        workspace_id=tx.actor.workspace_id,
        channel_id=channel_id,
        workspaces=await workspace_names(tx) if CHANNELS.key in shows else {},
        unconnected=await unconnected(tx) if CHANNELS.key in shows else frozenset(),
        people=await _people(tx) if ROLES.name in wanted else {},
        rates=known,
        partners=await _partners(tx) if RULES.name in wanted else {},
        unconvertible=await rates.missing_in(tx, known) if RATES.key in shows else (),
    )


async def _people(tx: Tx) -> dict[str, int]:
    keys = [role.key for role in (await configuration.get(tx, ROLES)).roles]
    found = await usage.used(tx, ROLES, keys)
    return {key: kinds.get("person", 0) for key, kinds in found.items()}


async def _partners(tx: Tx) -> dict[UUID, str]:
    """Those that alert rules name, as far as the person may see partners."""
    routes = routes_of(await configuration.get(tx, RULES))
    return await partner_names(tx, {each for _, route in routes for each in route.partners})


async def partner_names(tx: Tx, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of these partners; of those that are not active, or not to be seen, none."""
    if not ids or not tx.actor.may("partners.view"):
        return {}
    known = await partners.active_names(tx)
    return {each: known[each] for each in ids if each in known}


async def menu_now(tx: Tx, channel_id: str | None, told: str | None = None) -> View:
    """The menu as things stand."""
    sections = sections_for(tx.actor)
    return menu(sections, await read_facts(tx, sections, channel_id), told)


async def after_saving(
    tx: Tx, request: Submit, section: Section, channel_id: str | None, told: str
) -> Reply:
    """A form closes, and what it was opened from tells what was saved: the menu, or the section it
    is a part of. One that was opened by itself has it told where the settings were asked for.
    """
    below = request.view.previous_id
    if below is None:
        return Both(first=Done(), then=Say(text=told, channel_id=channel_id))
    whole = next((each for each in SECTIONS if section in each.parts), None)
    if whole is None:
        return Return(view_id=below, view=await menu_now(tx, channel_id, told))
    facts = await read_facts(tx, [whole], channel_id)
    return Return(
        view_id=below,
        view=section_view(whole, facts, drawing_of(request), told=told),
        also=await menu_below(tx, request.view, below, channel_id),
    )


async def menu_below(
    tx: Tx, view: ViewState, list_id: str, channel_id: str | None
) -> dict[str, View]:
    """The menu anew, by its id, where one lies under the list."""
    if view.root_id == list_id:
        return {}
    return {view.root_id: await menu_now(tx, channel_id)}
