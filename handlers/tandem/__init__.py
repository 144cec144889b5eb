"""`/tandem`: what administrators do, one module for each part of it."""

from collections.abc import Mapping

from handlers.blocks.onboarding import ways_in
from handlers.notices import Renderer, Settled
from handlers.routing import Routes, SlashCommand, merge
from handlers.tandem import accounts, audit, onboarding, people, roles, settings, workspaces

PARTS = (accounts, onboarding, settings, people, roles, workspaces, audit)
NOTICES: Mapping[str, Renderer] = {
    kind: renderer for part in PARTS for kind, renderer in part.NOTICES.items()
}
SETTLED: Mapping[str, Settled] = {
    kind: settle for part in PARTS for kind, settle in part.SETTLED.items()
}


def routes() -> Routes:
    """The command with the subcommands of all parts, and what the parts listen to."""
    parts = [part.routes() for part in PARTS]
    command = SlashCommand(
        name="/tandem",
        summary="Settings and help",
        usage_hint="settings | help",
        subcommands=tuple(each for part in PARTS for each in part.SUBCOMMANDS),
        overview=onboarding.overview,
        ways=ways_in,
    )
    return merge([Routes(commands=(command,)), *parts])
