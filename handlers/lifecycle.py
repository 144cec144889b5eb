"""The app's own life in a workspace: uninstalled, token taken back, taken out of some teams of an
enterprise.
"""

from typing import cast

from handlers.once import once
from handlers.routing import Done, Event, Reply, Routes
from services import organizations
from services.db import Tx

REVOKED = "token_revoked"
"""Slack's own word."""


def routes() -> Routes:
    return Routes(
        events={
            "app_uninstalled": uninstalled,
            "tokens_revoked": revoked,
            "team_access_revoked": left_teams,
        }
    )


async def uninstalled(event: Event) -> Reply:
    """All posting stops with this commit; the data stays for a re-install."""

    async def work(tx: Tx) -> Reply:
        await organizations.uninstall(tx, event.place.workspace_id, event.at)
        return Done()

    return await once(event, work)


async def revoked(event: Event) -> Reply:
    """Messages wait for another token; an uninstall has an event of its own. Only the bot's token
    matters: the app holds no people's tokens.
    """
    tokens = event.facts.get("tokens")
    if not isinstance(tokens, dict) or not cast("dict[str, object]", tokens).get("bot"):
        return Done()

    async def work(tx: Tx) -> Reply:
        await organizations.park(tx, event.place.workspace_id, REVOKED, event.at)
        return Done()

    return await once(event, work)


async def left_teams(event: Event) -> Reply:
    """An enterprise took the app out of some of its teams; its token serves the others. Slack
    refuses what is posted in those, and its people are not let in any more.

    https://docs.slack.dev/reference/events/team_access_revoked
    """
    told = event.facts.get("team_ids")
    teams = [str(each) for each in cast("list[object]", told)] if isinstance(told, list) else []

    async def work(tx: Tx) -> Reply:
        await organizations.note_left_teams(tx, event.place.workspace_id, teams)
        return Done()

    return await once(event, work)
