from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from bot.embedded import EmbeddedPostgres
from tests.conftest import create_database, drop_database, urls_of
from tests.migrations.catalogue import Catalogue, read_catalogue

GIVEN = Path(__file__).with_name("given_schema.sql")


@pytest.fixture(scope="session")
def given(postgres: EmbeddedPostgres) -> Iterator[Catalogue]:
    """The documented schema, as its SQL makes it in an empty database."""
    name = f"given_{uuid4().hex[:12]}"
    create_database(postgres, name)
    url = urls_of(postgres, name).owner
    with psycopg.connect(url) as connection:
        connection.execute(GIVEN.read_bytes())
    yield read_catalogue(url)
    drop_database(postgres, name)
