import asyncio
from datetime import timedelta

from sqlalchemy import event

from bot.installations import KEPT_FOR, Installations
from services import organizations
from tests.journeys.conftest import World

TEAM = (None, "T0ACME")


def counted(world: World) -> list[str]:
    """The statements that have been run from now on."""
    statements: list[str] = []
    event.listen(
        world.db._engine.sync_engine,
        "before_cursor_execute",
        lambda *call: statements.append(call[2]),
    )
    return statements


def a_cache(world: World) -> Installations:
    return Installations(world.db, world.tandem.sealer)


async def test_a_hit_costs_no_query(world: World) -> None:
    installations = a_cache(world)
    first = await installations.of_team(*TEAM)
    statements = counted(world)

    assert await installations.of_team(*TEAM) is first
    assert statements == []


async def test_many_at_once_look_up_once(world: World) -> None:
    installations = a_cache(world)
    statements = counted(world)

    found = await asyncio.gather(*(installations.of_team(*TEAM) for _ in range(5)))

    assert len({id(each) for each in found}) == 1
    assert sum("directory.find_workspace" in each for each in statements) == 1


async def test_a_team_without_the_app_is_remembered_as_such(world: World) -> None:
    installations = a_cache(world)
    before = await installations.of_team(None, "T0NOBODY")
    statements = counted(world)

    assert before is await installations.of_team(None, "T0NOBODY") is None
    assert statements == []


async def test_what_changed_elsewhere_is_seen_a_minute_later(world: World) -> None:
    installations = a_cache(world)
    await installations.of_team(*TEAM)
    async with world.db.transaction(world.acme.application) as tx:
        await organizations.uninstall(tx, world.acme.workspace_id)

    within = await installations.of_team(*TEAM)
    world.clock.advance(KEPT_FOR + timedelta(seconds=1))

    assert within is not None
    assert await installations.of_team(*TEAM) is None


async def test_what_changed_here_is_seen_at_once(world: World) -> None:
    installations = a_cache(world)
    await installations.of_team(*TEAM)
    await installations.of_team(None, "T0NEW")
    async with world.db.transaction(world.acme.application) as tx:
        await organizations.uninstall(tx, world.acme.workspace_id)

    installations.forget(world.acme.workspace_id)

    assert await installations.of_team(*TEAM) is None


async def test_no_representation_shows_the_token(world: World) -> None:
    found = await a_cache(world).of_team(*TEAM)

    assert found is not None
    assert found.installation.bot_token == "xoxb-acme"
    assert "xoxb-acme" not in repr(found)
