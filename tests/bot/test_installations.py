import asyncio

import psycopg
import pytest
from sqlalchemy import event, select

from bot import installations as module
from bot.installations import Installations
from services import organizations
from services.sealing import Sealer, new_key
from services.tables import Workspace
from tests.conftest import Urls
from tests.journeys.conftest import World, a_team, install

TEAM = (None, "T0ACME")
NOBODY = (None, "T0NOBODY")


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
    """In a replica that has just heard from its database."""
    world.db.memory.heard(world.db.memory.now())
    return Installations(world.db, world.tandem.sealer)


async def test_a_hit_costs_no_query_and_no_call(world: World) -> None:
    installations = a_cache(world)
    first = await installations.of_team(*TEAM)
    statements = counted(world)

    again = await installations.of_team(*TEAM)

    assert again == first is not None
    assert statements == []
    assert world.slack.calls == []


async def test_while_the_database_is_not_heard_every_request_looks_anew(world: World) -> None:
    installations = Installations(world.db, world.tandem.sealer)
    await installations.of_team(*TEAM)
    await installations.of_team(*NOBODY)
    statements = counted(world)

    await installations.of_team(*TEAM)
    await installations.of_team(*NOBODY)

    assert sum("directory.find_workspace" in each for each in statements) == 2


async def test_many_at_once_look_up_once(world: World) -> None:
    installations = Installations(world.db, world.tandem.sealer)
    statements = counted(world)

    found = await asyncio.gather(*(installations.of_team(*TEAM) for _ in range(5)))

    assert {each is not None for each in found} == {True}
    assert sum("directory.find_workspace" in each for each in statements) == 1


async def test_who_stops_waiting_leaves_the_others_waiting(world: World) -> None:
    installations = Installations(world.db, world.tandem.sealer)
    impatient = asyncio.create_task(installations.of_team(*TEAM))
    patient = asyncio.create_task(installations.of_team(*TEAM))
    await asyncio.sleep(0)

    impatient.cancel()

    assert await patient is not None


async def test_a_team_without_the_app_is_remembered_as_such(world: World) -> None:
    installations = a_cache(world)
    before = await installations.of_team(*NOBODY)
    statements = counted(world)

    assert before is await installations.of_team(*NOBODY) is None
    assert statements == []


async def test_the_app_coming_to_a_team_ends_what_was_missed(world: World) -> None:
    installations = a_cache(world)
    umbra = a_team(world.slack, "T0UMBRA", "Umbra")
    assert await installations.of_team(None, umbra.id) is None
    await install(world.db, umbra)

    installations.forget_misses()

    assert await installations.of_team(None, umbra.id) is not None


async def test_no_more_teams_are_remembered_than_there_is_room_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_TEAMS", 3)
    installations = a_cache(world)

    for number in range(10):
        await installations.of_team(None, f"T0NOBODY{number}")

    assert len(installations._misses) == 3


async def test_what_changed_here_is_seen_at_once(world: World) -> None:
    installations = a_cache(world)
    await installations.of_team(*TEAM)

    async with world.db.transaction(world.acme.application) as tx:
        await organizations.uninstall(tx, world.acme.workspace_id)

    assert await installations.of_team(*TEAM) is None


async def test_a_company_that_is_switched_off_has_no_installation(
    world: World, office_urls: Urls
) -> None:
    with psycopg.connect(office_urls.owner) as owner:
        owner.execute("UPDATE organizations SET is_active = false")

    assert await a_cache(world).of_team(*TEAM) is None


async def test_a_token_that_does_not_open_parks_its_workspace(world: World) -> None:
    keys_lost = Installations(world.db, Sealer([new_key()]))

    found = await keys_lost.of_team(*TEAM)

    async with world.db.transaction(world.acme.application) as tx:
        workspace = (await tx.session.scalars(select(Workspace))).one()
    assert found is None
    assert workspace.parked_because == "token_unreadable"


async def test_no_representation_shows_the_token(world: World) -> None:
    found = await a_cache(world).of_team(*TEAM)

    assert found is not None
    assert found.installation.bot_token == "xoxb-acme"
    assert "xoxb-acme" not in repr(found)
