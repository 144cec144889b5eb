"""The server's main process, from its start to the first answer and to its end."""

import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bot.embedded.binaries import Binaries
from bot.embedded.child import Child
from bot.embedded.cluster import HOST, SUPERUSER, server_command
from bot.embedded.errors import EmbeddedPostgresError
from bot.embedded.home import Home
from bot.embedded.logs import LogTail
from bot.embedded.processes import ENDING, POLL_SECONDS

log = logging.getLogger(__name__)

# Replaying the log after a crash may take long; a server that has died ends the wait at once.
READY_SECONDS = 300.0
CONNECT_SECONDS = 5
# Another program took the port in between; or sessions of a killed server still end, which passes.
PASSING = ("Address already in use", "is still in use")
PASSING_SECONDS = 30.0
PAUSE_SECONDS = 0.05
REFUSED = "authentication failed"
PID_LINE, STATUS_LINE, READY = 0, 7, "ready   "


@dataclass(frozen=True)
class Postmaster:
    child: Child
    port: int

    @property
    def pid(self) -> int:
        return self.child.pid

    @property
    def running(self) -> bool:
        return self.child.running

    def end(self) -> None:
        """Fast shutdown: sessions are cut, what was committed is on disk. Harder if it stays."""
        self.child.end(steps=ENDING)


def free_port() -> int:
    """A port that is free at this moment; another program may still take it."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def run_postmaster(
    home: Home, binaries: Binaries, *, durable: bool, choose_port: Callable[[], int] = free_port
) -> Postmaster:
    """Start the server on a free port and return when it answers.

    Raises EmbeddedPostgresError with the end of its log when it dies or does not answer.
    """
    deadline = time.monotonic() + PASSING_SECONDS
    while True:
        output = home.open_log()
        tail = LogTail.from_now(output)
        port = choose_port()
        command = server_command(home, binaries, port, durable=durable)
        postmaster = Postmaster(Child(command, home.account, output), port)
        if _answers(postmaster, home, tail):
            return postmaster
        told = tail.text()
        if not any(reason in told for reason in PASSING) or time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"PostgreSQL did not start in {home.path}:\n{told}")
        log.info("embedded_postgres.start_again", extra={"port": port})
        time.sleep(PAUSE_SECONDS)


def _answers(postmaster: Postmaster, home: Home, tail: LogTail) -> bool:
    """True at the first answer, False when the server died instead."""
    try:
        return _waits(postmaster, home, tail)
    except BaseException:
        postmaster.end()
        raise


def _waits(postmaster: Postmaster, home: Home, tail: LogTail) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while not postmaster.child.exited.wait(POLL_SECONDS):
        if _announces(home.data, postmaster.pid) and _connects(postmaster.port, home):
            return True
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"PostgreSQL in {home.path} is silent:\n{tail.text()}")
    return False


def _announces(data: Path, pid: int) -> bool:
    """Whether this very process says in `postmaster.pid` (miscadmin.h) that it takes connections.

    Connecting before that might reach a stranger who took the port.
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return lines[PID_LINE : PID_LINE + 1] == [str(pid)] and lines[STATUS_LINE:] == [READY]


def _connects(port: int, home: Home) -> bool:
    try:
        psycopg.connect(
            host=HOST,
            hostaddr=HOST,
            port=port,
            user=SUPERUSER,
            dbname=SUPERUSER,
            password=home.password(),
            require_auth="scram-sha-256",
            sslmode="disable",
            gssencmode="disable",
            options="",
            connect_timeout=CONNECT_SECONDS,
        ).close()
    except psycopg.OperationalError as error:
        if REFUSED in str(error):
            raise EmbeddedPostgresError(
                f"The password in {home.password_file} is not the one of the user {SUPERUSER}."
            ) from error
        return False
    return True
