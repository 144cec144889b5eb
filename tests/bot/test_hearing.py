import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from bot import hearing as module
from bot.app import Tandem
from services import configuration, driver
from services.configuration.catalogue import BASE_CURRENCY
from services.db import Database
from services.values import Actor
from tests.conftest import Urls
from tests.journeys.conftest import World
from tests.listening import PATIENCE, Listening, listening


@pytest.fixture(name="listening")
async def a_listening_replica(tandem: Tandem) -> AsyncIterator[Listening]:
    async with listening(tandem) as heard:
        yield heard


@contextmanager
def asked() -> Generator[list[str]]:
    """Every statement that the driver sends meanwhile, but what begins a transaction."""
    seen: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def note(cursor: psycopg.AsyncCursor, query: Any, *more: Any, **options: Any) -> Any:
        words = str(query).removeprefix(driver.BEGIN).removeprefix("; ")
        seen.extend([words] if words else [])
        return await execute(cursor, query, *more, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.AsyncCursor, "execute", note)
        yield seen


async def base_currency(db: Database, actor: Actor) -> str:
    async with db.transaction(actor) as tx:
        return await configuration.get(tx, BASE_CURRENCY)


async def test_a_setting_read_before_costs_no_query(world: World, listening: Listening) -> None:
    await base_currency(world.db, world.acme.application)

    with asked() as statements:
        await base_currency(world.db, world.acme.application)

    assert statements == []


async def test_what_is_changed_by_hand_is_heard(
    world: World, listening: Listening, office_urls: Urls
) -> None:
    company = world.acme.application
    assert await base_currency(world.db, company) == "USD"

    with psycopg.connect(office_urls.owner, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO configurations (organization_id, category, key, value, data_type) "
            "VALUES (%s, 'revenue', 'base_currency', '\"CHF\"', 'string')",
            (company.organization_id,),
        )
    await listening.has_heard()

    assert await base_currency(world.db, company) == "CHF"


async def test_a_platform_default_is_heard_by_every_company(
    world: World, listening: Listening, office_urls: Urls
) -> None:
    company = world.globex.application
    await base_currency(world.db, company)

    with psycopg.connect(office_urls.owner, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO configurations (organization_id, category, key, value, data_type) "
            "VALUES (NULL, 'revenue', 'base_currency', '\"SEK\"', 'string')"
        )
    await listening.has_heard()

    assert await base_currency(world.db, company) == "SEK"


async def test_somebody_known_lists_with_one_question(world: World, listening: Listening) -> None:
    await world.person("ron").command("/opp", "list")
    await world.person("ron").command("/opp", "list")

    with asked() as statements:
        await world.person("ron").command("/opp", "list")

    assert len(statements) == 1


async def test_somebody_deactivated_is_refused_at_once(
    world: World, listening: Listening, office_urls: Urls
) -> None:
    ron = world.person("ron")
    await ron.command("/opp", "list")

    with psycopg.connect(office_urls.owner, autocommit=True) as owner:
        owner.execute("UPDATE users SET is_active = false WHERE first_name = 'Ron'")
    await listening.has_heard()
    await ron.command("/opp", "list")

    assert "not active" in ron.ephemerals[-1].text


async def test_the_next_day_the_profile_is_looked_at_again(
    world: World, listening: Listening
) -> None:
    ron = world.person("ron")
    await ron.command("/opp", "list")
    world.clock.travel_to(world.clock.now() + timedelta(days=1))

    before = len([call for call in world.slack.calls if call.method == "users.info"])
    await ron.command("/opp", "list")
    after = len([call for call in world.slack.calls if call.method == "users.info"])

    assert after == before + 1


async def test_without_the_database_nothing_is_trusted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TRY_AGAIN", 0.0)
    tried = asyncio.Event()

    async def refuse(*_: object, **__: object) -> psycopg.AsyncConnection:
        tried.set()
        raise psycopg.OperationalError("nobody is there")

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", refuse)
    task = asyncio.create_task(world.tandem.hearing.run("postgresql://nobody"))
    async with asyncio.timeout(PATIENCE):
        await tried.wait()
    task.cancel()

    assert not world.db.memory.is_trusted()
