"""A real PostgreSQL for the whole run, a fresh copy of the migrated database for each test."""

import gc
import zoneinfo
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from playwright.async_api import Browser
from psycopg import sql
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

from bot.embedded import EmbeddedPostgres, temporary_postgres
from bot.migrate import migrate
from services import db as db_module
from services.db import Database, connect
from tests.copies import Copies, copy_of, dropping
from tests.factories import Company, FixedClock, a_company
from tests.logs import LogWatch
from tests.sandbox.page_visitor import launched

TEMPLATE = "template_tandem"
FURNISHED = "template_companies"
OWNER = "tandem_owner"
APPLICATION = "tandem_app"
KEPT: dict[str, psycopg.Connection] = {}
"""To the server of the run, by its address: connecting takes longer than copying a database."""
LIGHT_HANDSHAKES = 160_000
"""The server version from which the cost of a password's hash can be set."""
LONG = (
    "browser",
    "sandbox/test_page",
    "bench",
    "migrations",
    "bot",
    "journeys",
)
"""Where the modules lie that take longest, the longest first."""


def pytest_configure() -> None:
    """As the application does at start: zone rules come from the tzdata package."""
    zoneinfo.reset_tzpath(())
    # As many examples as a suite that is run all day can afford, the same ones each time, so that
    # what fails does so for a change and not by chance; no deadline on a busy machine. New ones
    # are looked for with `make test ARGS=--hypothesis-profile=search`.
    settings.register_profile("suite", max_examples=30, deadline=None, derandomize=True)
    settings.register_profile("search", max_examples=200, deadline=None)
    settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The workers take whole modules: no long one may be the last, with the others idle."""
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    """The modules and the tests stay to the end: no garbage is among them."""
    gc.freeze()


def _turn(item: pytest.Item) -> int:
    place = item.path.relative_to(Path(__file__).parent).as_posix()
    return next((turn for turn, long in enumerate(LONG) if place.startswith(long)), len(LONG))


@pytest.fixture(scope="session", autouse=True)
def watch() -> LogWatch:
    """Hears what is logged from the first fixture on."""
    watch = LogWatch()
    watch.begin()
    return watch


@pytest.fixture(autouse=True)
def logged(watch: LogWatch) -> Iterator[LogWatch]:
    """Fails whatever test logs a secret or the words of people."""
    watch.begin()
    yield watch
    assert watch.found() == [], "this must not be logged"


@dataclass(frozen=True)
class Urls:
    """One database as its three kinds of visitor see it."""

    superuser: str
    owner: str
    application: str


@dataclass(frozen=True)
class Furnished:
    """The template's name, and who is in it."""

    template: str
    acme: Company
    globex_corp: Company


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Each test has an engine of its own, which would compile every statement anew: what one has
    compiled counts for all, since their databases are of one kind.
    """
    known = LRUCache[Any, Any](4_000)
    made = db_module.create_async_engine

    def sharing(url: str, **options: Any) -> AsyncEngine:
        engine = made(url, **options)
        engine.sync_engine._compiled_cache = known
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db_module, "create_async_engine", sharing)
        patch.setattr(PGDialectAsync_psycopg, "__eq__", _is_alike)
        patch.setattr(PGDialectAsync_psycopg, "__hash__", _hash_of_kind)
        yield


def _is_alike(one: object, other: object) -> bool:
    return type(one) is type(other)


def _hash_of_kind(one: object) -> int:
    return hash(type(one))


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    with temporary_postgres() as server:
        create_roles(server)
        with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
            KEPT[server.superuser_url()] = connection
            yield server
            del KEPT[server.superuser_url()]


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    create_database(postgres, TEMPLATE)
    urls = urls_of(postgres, TEMPLATE)
    migrate(urls.owner, urls.application)
    close_template(postgres, TEMPLATE)
    return TEMPLATE


@pytest.fixture(scope="session")
async def furnished(postgres: EmbeddedPostgres, template: str) -> Furnished:
    """A template that already has two companies: making them for each test would cost the most."""
    create_database(postgres, FURNISHED, template=template)
    database = connect(urls_of(postgres, FURNISHED).application, FixedClock(), pool_size=1)
    acme = await a_company(database, "Acme", "T0ACME")
    globex_corp = await a_company(database, "Globex Corp", "T0GLOBEX")
    await database.close()
    close_template(postgres, FURNISHED)
    return Furnished(FURNISHED, acme, globex_corp)


@pytest.fixture(scope="session")
def copies(postgres: EmbeddedPostgres) -> Iterator[Copies]:
    copies = Copies(postgres.superuser_url(), OWNER)
    yield copies
    copies.close()


@pytest.fixture
def urls(postgres: EmbeddedPostgres, copies: Copies, furnished: Furnished) -> Iterator[Urls]:
    """A database of the test's own, at the newest schema, with the two companies."""
    name = copies.take(furnished.template)
    yield urls_of(postgres, name)
    copies.give_back(name)


@pytest.fixture
def fresh_urls(postgres: EmbeddedPostgres, copies: Copies, template: str) -> Iterator[Urls]:
    """A database of the test's own, at the newest schema, with nobody in it."""
    name = copies.take(template)
    yield urls_of(postgres, name)
    copies.give_back(name)


@pytest.fixture
def empty_urls(postgres: EmbeddedPostgres) -> Iterator[Urls]:
    """A database of the test's own, without any schema."""
    name = f"test_{uuid4().hex[:12]}"
    create_database(postgres, name)
    yield urls_of(postgres, name)
    drop_database(postgres, name)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """To start it takes longer than most of what is done in it."""
    async with launched() as browser:
        yield browser


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def db(urls: Urls, clock: FixedClock) -> AsyncIterator[Database]:
    """The database as the application sees it: bound by row level security."""
    database = connect(urls.application, clock, pool_size=5)
    yield database
    await database.close()


@pytest.fixture
def acme(furnished: Furnished) -> Company:
    return furnished.acme


@pytest.fixture
def globex_corp(furnished: Furnished) -> Company:
    return furnished.globex_corp


@contextmanager
def superuser(server: EmbeddedPostgres) -> Generator[psycopg.Connection]:
    """The connection that is kept to this server, or one for now."""
    kept = KEPT.get(server.superuser_url())
    if kept is not None:
        yield kept
        return
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        yield connection


def create_database(server: EmbeddedPostgres, name: str, template: str | None = None) -> None:
    """An empty database of the owner's, or a quick file copy of the template."""
    empty = sql.SQL("CREATE DATABASE {} OWNER {}").format(
        sql.Identifier(name), sql.Identifier(OWNER)
    )
    with superuser(server) as connection:
        connection.execute(copy_of(template, name, OWNER) if template else empty)


def close_template(server: EmbeddedPostgres, name: str) -> None:
    """Nobody may connect any more: a template in use cannot be copied."""
    with superuser(server) as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name))
        )


def drop_database(server: EmbeddedPostgres, name: str) -> None:
    with superuser(server) as connection:
        connection.execute(dropping(name))


def urls_of(server: EmbeddedPostgres, name: str) -> Urls:
    def url(role: str) -> str:
        return f"postgresql://{role}:{role}@127.0.0.1:{server.port}/{name}"

    parts = urlsplit(server.superuser_url())
    superuser = urlunsplit(parts._replace(path=f"/{name}"))
    return Urls(superuser, url(OWNER), url(APPLICATION))


def create_roles(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER CREATEROLE PASSWORD {}").format(
                sql.Identifier(OWNER), sql.Literal(OWNER)
            )
        )
        if connection.info.server_version >= LIGHT_HANDSHAKES:
            # Thousands of connections, each with a handshake made slow on purpose.
            connection.execute(
                sql.SQL("ALTER ROLE {} SET scram_iterations = 1").format(sql.Identifier(OWNER))
            )
