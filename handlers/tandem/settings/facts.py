"""What the settings' modals are drawn from, read in one transaction, and how they are answered."""

from collections.abc import Sequence

from handlers.blocks.settings import CHANNELS, RATES, SECTIONS, Facts, Section, menu
from handlers.routing import Both, Done, Reply, Request, Return, Say, View, ViewState
from services import configuration
from services.configuration import rates, usage
from services.configuration.catalogue import ROLES
from services.db import Tx
from services.organizations.overview import workspace_names
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
    """The section of this key. Whether the person may change it, `read_facts` asks."""
    return next((each for each in SECTIONS if each.key == key), None)


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
        people=await _people(tx) if ROLES.name in wanted else {},
        rates=known,
        unconvertible=await rates.missing_in(tx, known) if RATES.key in shows else (),
    )


async def _people(tx: Tx) -> dict[str, int]:
    keys = [role.key for role in (await configuration.get(tx, ROLES)).roles]
    found = await usage.used(tx, ROLES, keys)
    return {key: kinds.get("person", 0) for key, kinds in found.items()}


async def menu_now(tx: Tx, channel_id: str | None, told: str | None = None) -> View:
    """The menu as things stand."""
    sections = sections_for(tx.actor)
    return menu(sections, await read_facts(tx, sections, channel_id), told)


async def after_saving(tx: Tx, view: ViewState, channel_id: str | None, told: str) -> Reply:
    """A form of the second level closes, and the menu tells what was saved; one that was opened
    by itself has it told where the settings were asked for.
    """
    if view.previous_id is None:
        return Both(first=Done(), then=Say(text=told, channel_id=channel_id))
    return Return(view_id=view.previous_id, view=await menu_now(tx, channel_id, told))


async def menu_below(
    tx: Tx, view: ViewState, list_id: str, channel_id: str | None
) -> dict[str, View]:
    """The menu anew, by its id, where one lies under the list."""
    if view.root_id == list_id:
        return {}
    return {view.root_id: await menu_now(tx, channel_id)}
