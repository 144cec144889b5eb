"""One company beside another, and the same company alone in the world."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from bot.embedded import EmbeddedPostgres
from services.db import Database, connect
from tests.conftest import Urls, create_database, drop_database, urls_of
from tests.factories import Company, FixedClock
from tests.isolation.seeds import Known, seeded


@dataclass(frozen=True)
class Beside:
    """Acme, and everything of Umbrella's that Acme might come to hold."""

    urls: Urls
    db: Database
    alone: Database
    """The same, as if Umbrella had never been."""
    acme: Company
    umbrella: Company
    own: Known
    theirs: Known


@pytest.fixture(scope="session")
async def beside(postgres: EmbeddedPostgres, template: str) -> AsyncIterator[Beside]:
    both, one = (f"isolation_{uuid4().hex[:12]}" for _ in range(2))
    clock = FixedClock()
    create_database(postgres, both, template=template)
    first = connect(urls_of(postgres, both).application, clock, pool_size=2)
    acme, own = await seeded(first, "Acme")
    umbrella, theirs = await seeded(first, "Umbrella")
    await first.close()
    create_database(postgres, one, template=both)
    with psycopg.connect(urls_of(postgres, one).owner) as connection:
        connection.execute("DELETE FROM organizations WHERE id = %s", [umbrella.organization_id])
    urls = urls_of(postgres, both)
    db = connect(urls.application, clock, pool_size=2)
    alone = connect(urls_of(postgres, one).application, clock, pool_size=2)
    yield Beside(urls, db, alone, acme, umbrella, own, theirs)
    await db.close()
    await alone.close()
    drop_database(postgres, both)
    drop_database(postgres, one)


@pytest.fixture
def as_owner(beside: Beside) -> Iterator[Connection[TupleRow]]:
    """What the owner of the tables sees. Nothing done here stays."""
    with psycopg.connect(beside.urls.owner) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def as_acme(beside: Beside) -> Iterator[Connection[TupleRow]]:
    """The application inside Acme, with any SQL it likes. Nothing done here stays."""
    with psycopg.connect(beside.urls.application) as connection:
        connection.execute(
            "SELECT set_config('app.current_organization_id', %s, true)",
            [str(beside.acme.organization_id)],
        )
        yield connection
        connection.rollback()
