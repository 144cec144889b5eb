"""Other processes that hold a server, and short ways to ask a server something."""

import os
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import LiteralString, Self

import psycopg

from bot.embedded import EmbeddedPostgres
from bot.embedded.processes import command_of

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 20


Start = Callable[[Path], EmbeddedPostgres]

HOLDING = """
import sys
from pathlib import Path
from bot.embedded import EmbeddedPostgres
from bot.embedded.processes import command_of

server = EmbeddedPostgres(Path(sys.argv[1]), durable=False, shelters=[Path(sys.argv[2])])
server.start()
print(server.pid, server.superuser_url(), flush=True)
sys.stdin.read()
"""


class Holder:
    """Another Python process with a running server; it exits, without a stop, when told to go."""

    def __init__(self, folder: Path, room: Path) -> None:
        self._command = [sys.executable, "-c", HOLDING, str(folder), str(room)]

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(  # noqa: S603 - ourselves
            self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        server, self.url = self.process.stdout.readline().split()
        self.server_pid = int(server)
        return self

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def go(self) -> None:
        self.process.communicate(timeout=PATIENCE_SECONDS)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.go()


def run(url: str, statement: LiteralString) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def keep_a_row(url: str) -> None:
    run(url, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 'a row' AS what")


def kept_rows(url: str) -> list[tuple[object, ...]]:
    return run(url, "SELECT what FROM kept")


def serves(pid: int) -> bool:
    """Whether this process is a running server; what ended but was not waited for is none."""
    return "/postgres -D " in command_of(pid)


def all_processes() -> str:
    """Arguments of everybody, and the environment where we may see it, a line each."""
    if sys.platform != "linux":
        return subprocess.check_output(["/bin/ps", "axewwww", "-o", "args="], text=True)
    processes = Path("/proc").glob("[0-9]*")
    return "\n".join(f"{told(path / 'cmdline')} {told(path / 'environ')}" for path in processes)


def told(path: Path) -> str:
    try:
        return path.read_text(errors="replace").replace("\0", " ")
    except OSError:  # not ours to see, or just ended
        return ""


def wait_for_the_end_of(pid: int) -> bool:
    """Linux only: whether a process, child or not, ends in time."""
    try:
        file = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([file], [], [], PATIENCE_SECONDS)[0])
    finally:
        os.close(file)
