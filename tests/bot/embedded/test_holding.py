"""One holder at a time, and what happens when a holder or a server is killed."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.embedded import EmbeddedPostgres, FolderInUseError
from bot.embedded.accounts import account_for
from bot.embedded.binaries import find_binaries, usable_binaries
from bot.embedded.home import home_of
from bot.embedded.postmaster import free_port, run_postmaster
from tests.bot.embedded.support import (
    Holder,
    Start,
    keep_a_row,
    kept_rows,
    run,
    serves,
    wait_for_the_end_of,
)

Hold = Callable[[Path], Holder]
linux_only = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a process that its parent died"
)


def test_a_second_holder_in_the_same_process_is_refused(folder: Path, start: Start) -> None:
    start(folder)

    with pytest.raises(FolderInUseError, match=rf"in use by process {os.getpid()} \("):
        start(folder)


def test_a_second_holder_learns_which_process_was_first(
    folder: Path, hold: Hold, start: Start
) -> None:
    holder = hold(folder)

    with pytest.raises(FolderInUseError, match=rf"process {holder.process.pid} \(.*python"):
        start(folder)
    assert serves(holder.server_pid)


def test_a_server_in_use_is_not_removed(folder: Path, hold: Hold, room: Path) -> None:
    holder = hold(folder)

    with pytest.raises(FolderInUseError):
        EmbeddedPostgres(folder, shelters=[room]).remove()

    assert run(holder.url, "SELECT 1") == [(1,)]


def test_a_process_that_just_exits_takes_its_server_along(
    folder: Path, hold: Hold, start: Start
) -> None:
    holder = hold(folder)
    keep_a_row(holder.url)

    holder.go()

    assert not serves(holder.server_pid)
    assert not (folder / "data" / "postmaster.pid").exists()
    assert kept_rows(start(folder).superuser_url()) == [("a row",)]


@linux_only
def test_a_killed_process_takes_its_server_along(folder: Path, hold: Hold) -> None:
    holder = hold(folder)

    holder.kill()

    assert wait_for_the_end_of(holder.server_pid)
    assert not (folder / "data" / "postmaster.pid").exists()


def test_data_survives_the_kill_of_its_holder(folder: Path, hold: Hold, start: Start) -> None:
    holder = hold(folder)
    keep_a_row(holder.url)

    holder.kill()
    server = start(folder)

    assert not serves(holder.server_pid)
    assert kept_rows(server.superuser_url()) == [("a row",)]


def test_data_survives_the_kill_of_the_server(folder: Path, room: Path) -> None:
    server = EmbeddedPostgres(folder, shelters=[room])
    server.start()
    keep_a_row(server.superuser_url())

    os.kill(server.pid, signal.SIGKILL)
    server.stop()

    with server:
        assert kept_rows(server.superuser_url()) == [("a row",)]


def test_a_server_left_running_is_ended_by_the_next_start(folder: Path, start: Start) -> None:
    home = home_of(folder, [])
    binaries = usable_binaries(find_binaries(None), home.account, [])
    left = run_postmaster(home, binaries, durable=False)

    server = start(folder)

    assert not left.running
    assert left.child.exit_code == 0
    assert run(server.superuser_url(), "SELECT 1") == [(1,)]


def test_a_stranger_with_the_number_of_a_dead_server_is_left_alone(
    folder: Path, start: Start
) -> None:
    account = account_for(folder / "data")
    stranger = subprocess.Popen(
        ["/bin/sleep", "600"], user=account.uid if account.is_another else None
    )
    record = folder / "data" / "postmaster.pid"
    record.write_text(f"{stranger.pid}\n{folder / 'data'}\n0\n5432\n\n127.0.0.1\n\nready   \n")
    os.chown(record, account.uid, account.gid)

    server = start(folder)

    assert run(server.superuser_url(), "SELECT 1") == [(1,)]
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_port_taken_in_between_is_replaced_by_another(folder: Path) -> None:
    home = home_of(folder, [])
    binaries = usable_binaries(find_binaries(None), home.account, [])
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = int(stranger.getsockname()[1])
        ports = iter([taken, taken, free_port()])

        postmaster = run_postmaster(home, binaries, durable=False, choose_port=lambda: next(ports))

    assert postmaster.port != taken
    assert postmaster.running
    postmaster.end()
