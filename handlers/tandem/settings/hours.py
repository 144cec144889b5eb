"""The time zones that are offered as somebody types."""

from handlers.blocks.settings import hours as blocks
from handlers.routing import Options, Reply, Routes, Suggest
from services.zones import offered_zones

MOST_OPTIONS = 100


def routes() -> Routes:
    return Routes(suggests={blocks.SUGGEST_ZONE: suggest_zone})


async def suggest_zone(request: Suggest) -> Reply:
    """Time zones whose name holds what was typed; the person's own first."""
    own = request.actor.time_zone.key
    matching = [name for name in offered_zones() if _matches(request.query, name)]
    matching.sort(key=lambda name: (name != own, not _begins(request.query, name)))
    return Options(options=blocks.zone_options(matching[:MOST_OPTIONS], request.db.clock.now()))


def _matches(query: str, name: str) -> bool:
    return all(word in _words(name) for word in _words(query).split())


def _begins(query: str, name: str) -> bool:
    return _words(name.rpartition("/")[2]).startswith(_words(query))


def _words(name: str) -> str:
    return name.replace("_", " ").replace("/", " ").casefold()
