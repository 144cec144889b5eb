import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from bot.embedded import EmbeddedPostgres, EmbeddedPostgresError, temporary_postgres
from tests.bot.embedded.support import (
    PATIENCE_SECONDS,
    ROOT,
    Start,
    all_processes,
    keep_a_row,
    kept_rows,
    run,
)

SETTINGS = (
    "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories'), "
    "current_setting('jit'), current_setting('fsync'), current_setting('synchronous_commit'), "
    "current_setting('full_page_writes')"
)


def test_a_started_server_answers_at_its_address(shared: EmbeddedPostgres) -> None:
    assert run(shared.superuser_url(), "SELECT current_user::text, current_database()::text") == [
        ("postgres", "postgres")
    ]
    assert run(shared.superuser_url(), "SHOW server_version") == [(shared.version,)]


def test_the_address_names_the_database_asked_for(shared: EmbeddedPostgres) -> None:
    with psycopg.connect(shared.superuser_url(), autocommit=True) as connection:
        connection.execute('CREATE DATABASE "odd/name"')

    assert run(shared.superuser_url("odd/name"), "SELECT current_database()::text") == [
        ("odd/name",)
    ]


def test_a_stopped_server_answers_no_more(server: EmbeddedPostgres) -> None:
    server.start()
    url = server.superuser_url()

    server.stop()

    assert not server.running
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(url)


def test_data_survives_a_stop_and_a_start(server: EmbeddedPostgres) -> None:
    server.start()
    keep_a_row(server.superuser_url())

    server.stop()
    server.start()

    assert kept_rows(server.superuser_url()) == [("a row",)]


def test_stopping_cuts_sessions_that_are_still_open(server: EmbeddedPostgres) -> None:
    server.start()
    with psycopg.connect(server.superuser_url()) as connection:
        connection.execute("SELECT 1")

        server.stop()

        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_starting_twice_and_stopping_twice_change_nothing(server: EmbeddedPostgres) -> None:
    server.start()
    pid = server.pid

    server.start()
    assert server.pid == pid
    server.stop()
    server.stop()

    assert not server.running


def test_a_server_that_is_not_started_has_no_address(server: EmbeddedPostgres) -> None:
    with pytest.raises(EmbeddedPostgresError, match="not started"):
        server.superuser_url()


async def test_a_server_can_be_held_by_async_with(folder: Path, room: Path) -> None:
    async with EmbeddedPostgres(folder, durable=False, shelters=[room]) as server:
        answer = await asyncio.to_thread(run, server.superuser_url(), "SELECT 1")

    assert answer == [(1,)]
    assert not server.running


def test_a_server_outlives_the_thread_that_started_it(server: EmbeddedPostgres) -> None:
    thread = threading.Thread(target=server.start)
    thread.start()
    thread.join()

    assert run(server.superuser_url(), "SELECT 1") == [(1,)]


def test_a_fork_that_ends_does_not_take_the_server_along(folder: Path, room: Path) -> None:
    program = """
import os, sys
from pathlib import Path
from bot.embedded import EmbeddedPostgres

server = EmbeddedPostgres(Path(sys.argv[1]), durable=False, shelters=[Path(sys.argv[2])])
server.start()
if os.fork() == 0:
    sys.exit()
os.wait()
print(server.running)
"""

    answer = subprocess.check_output(  # noqa: S603 - ourselves
        [sys.executable, "-c", program, folder, room],
        cwd=ROOT,
        text=True,
        timeout=PATIENCE_SECONDS,
    )

    assert answer.strip() == "True"


def test_ctrl_c_in_the_terminal_is_left_to_the_application(shared: EmbeddedPostgres) -> None:
    assert os.getpgid(shared.pid) != os.getpgid(0)


def test_it_listens_on_the_loopback_only_and_forgets_when_told_so(shared: EmbeddedPostgres) -> None:
    assert run(shared.superuser_url(), SETTINGS) == [
        ("127.0.0.1", "", "off", "off", "off", "off"),
    ]


def test_it_is_durable_unless_told_otherwise(folder: Path, room: Path) -> None:
    with EmbeddedPostgres(folder, shelters=[room]) as server:
        settings = run(server.superuser_url(), SETTINGS)

    assert settings == [("127.0.0.1", "", "off", "on", "on", "on")]


def test_text_is_sorted_by_code_point_and_knows_its_letters(shared: EmbeddedPostgres) -> None:
    assert run(shared.superuser_url(), "SELECT 'Z' < 'a', lower('ÄÉ')") == [(True, "äé")]


def test_a_wrong_password_is_refused(shared: EmbeddedPostgres) -> None:
    address = f"postgresql://postgres@127.0.0.1:{shared.port}"

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address, password="guess", require_auth="scram-sha-256")
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(address)


def test_no_password_reaches_the_log_or_the_process_list(shared: EmbeddedPostgres) -> None:
    superuser = (shared.home / "password").read_text()
    with pytest.raises(psycopg.Error):
        run(shared.superuser_url(), "CREATE ROLE one PASSWORD 'quite-secret' IN ROLE nobody_known")

    log = (shared.home / "postgres.log").read_text()
    listed = all_processes()

    assert "nobody_known" in log
    assert "quite-secret" not in log
    assert superuser not in log
    assert superuser not in listed


def test_the_password_is_for_the_servers_user_alone(shared: EmbeddedPostgres) -> None:
    assert (shared.home / "password").stat().st_mode & 0o777 == 0o600
    assert (shared.home / "data").stat().st_mode & 0o777 == 0o700


def test_the_secrets_of_the_application_do_not_reach_the_server(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-quite-secret")
    monkeypatch.setenv("PGSSLMODE", "verify-full")

    server.start()

    servers = [line for line in all_processes().splitlines() if str(server.home) in line]
    assert servers
    assert not [line for line in servers if "xoxb-quite-secret" in line]


def test_a_server_that_cannot_start_says_why_and_lets_go(own_folder: Path, start: Start) -> None:
    settings = own_folder / "data" / "postgresql.auto.conf"
    settings.write_text("nonsense = on\n")

    with pytest.raises(EmbeddedPostgresError, match=r'unrecognized configuration.* "nonsense"'):
        start(own_folder)

    settings.write_text("")
    assert start(own_folder).running


def test_a_lost_superuser_password_is_named(own_folder: Path, start: Start) -> None:
    (own_folder / "password").write_text("another")

    with pytest.raises(EmbeddedPostgresError, match="password is not the one"):
        start(own_folder)


def test_a_temporary_server_leaves_nothing_behind() -> None:
    with temporary_postgres() as server:
        home = server.home
        assert run(server.superuser_url(), "SELECT 1") == [(1,)]

    assert not home.exists()


def test_a_removed_server_begins_again_empty(own_folder: Path, start: Start) -> None:
    server = start(own_folder)
    keep_a_row(server.superuser_url())

    server.remove()
    assert list(own_folder.iterdir()) == []
    server.start()

    with pytest.raises(psycopg.errors.UndefinedTable):
        kept_rows(server.superuser_url())


def test_an_interrupted_first_start_is_made_up_for(room: Path, start: Start) -> None:
    folder = room / "interrupted"
    draft = folder / "draft-of-a-killed-start"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18")

    server = start(folder)

    assert run(server.superuser_url(), "SELECT 1") == [(1,)]
    assert not draft.exists()


def test_interrupting_the_server_from_outside_is_noticed(server: EmbeddedPostgres) -> None:
    server.start()

    os.kill(server.pid, signal.SIGINT)
    server.stop()
    server.start()

    assert run(server.superuser_url(), "SELECT 1") == [(1,)]
