"""A backup made and restored as docs/operation.md tells, by the owner of the tables."""

import subprocess
from pathlib import Path
from uuid import uuid4

import psycopg

from bot.checks import reasons_against
from bot.embedded import EmbeddedPostgres
from bot.embedded.binaries import find_binaries
from services.db import connect, engine_for
from tests.conftest import Urls, create_database, drop_database, urls_of
from tests.dump import dump_of
from tests.factories import FixedClock
from tests.isolation.seeds import seeded

BEFORE = "CREATE SCHEMA directory; GRANT CREATE ON SCHEMA directory TO tandem_definer"
AFTER = "REVOKE CREATE ON SCHEMA directory FROM tandem_definer"


def run(program: str, *words: str) -> str:
    """What it said of errors."""
    command = [str(find_binaries(None) / program), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own binaries
    return done.stderr


def as_owner(urls: Urls, statement: str) -> None:
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute(statement)  # pyright: ignore[reportArgumentType, reportCallIssue]  # a constant


async def test_a_restored_backup_has_every_row_and_may_be_served(
    postgres: EmbeddedPostgres, fresh_urls: Urls, clock: FixedClock, tmp_path: Path
) -> None:
    db = connect(fresh_urls.application, clock, pool_size=1)
    await seeded(db, "Acme")
    await seeded(db, "Umbrella")
    await db.close()
    dump, name = str(tmp_path / "tandem.dump"), f"test_{uuid4().hex[:12]}"
    create_database(postgres, name)
    restored = urls_of(postgres, name)

    made = run("pg_dump", "--enable-row-security", "-Fc", "-d", fresh_urls.owner, "-f", dump)
    as_owner(restored, BEFORE)
    told = run("pg_restore", "-d", restored.owner, dump)
    as_owner(restored, AFTER)

    engine = engine_for(restored.application, pool_size=1)
    reasons = await reasons_against(engine)
    await engine.dispose()
    same = dump_of(restored.owner) == dump_of(fresh_urls.owner)
    drop_database(postgres, name)
    assert made == ""
    assert told.count("error:") == 1, told
    assert 'schema "directory" already exists' in told
    assert (reasons, same) == ([], True)


async def test_without_its_option_a_dump_is_refused_and_not_empty(
    fresh_urls: Urls, tmp_path: Path
) -> None:
    refused = run("pg_dump", "-d", fresh_urls.owner, "-f", str(tmp_path / "none.dump"))

    assert "row-level security" in refused
