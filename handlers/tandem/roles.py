"""`/tandem roles`: the section of the settings where roles are changed."""

from collections.abc import Mapping

from handlers.notices import Renderer, Settled
from handlers.routing import Command, Reply, Routes, Subcommand
from handlers.tandem.settings.menu import open_section


def routes() -> Routes:
    """Its controls are those of any list among the settings."""
    return Routes()


async def open_roles(request: Command) -> Reply:
    """The roles, with how many people have each."""
    return await open_section(request, "roles", request.place.channel_id)


NOTICES: Mapping[str, Renderer] = {}
SETTLED: Mapping[str, Settled] = {}
SUBCOMMANDS = (
    Subcommand(
        name="roles",
        usage="",
        summary="What people may do, by their role",
        handler=open_roles,
        permission="roles.manage",
    ),
)
