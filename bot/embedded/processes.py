"""Processes that are not our children: what they run, and how to end a server left behind."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from bot.embedded.errors import EmbeddedPostgresError

PROC = Path("/proc")
POLL_SECONDS = 0.01
# Fast, immediate, and without mercy: PostgreSQL's documentation, "Shutting Down the Server".
ENDING: tuple[tuple[signal.Signals, float], ...] = (
    (signal.SIGINT, 30.0),
    (signal.SIGQUIT, 10.0),
    (signal.SIGKILL, 10.0),
)


def command_of(pid: int) -> str:
    """The command line of a process; empty when it is gone, a zombie or not ours to see."""
    if not (PROC / "self").exists():
        return _command_by_ps(pid)
    try:
        raw = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace").strip()


def end_leftover(data: Path) -> None:
    """End a server that outlived its holder. The caller holds the lock, so nobody else does.

    Only a process that runs `postgres` on this very folder is touched. A file whose process number
    now belongs to somebody else is rewritten so that PostgreSQL takes it for stale, yet still looks
    for sessions left over (it ignores the number of its own parent: CreateLockFile, miscinit.c).
    """
    record = data / "postmaster.pid"
    pid = _recorded(record)
    if pid is None:
        return
    if _serves(pid, data):
        _end(pid, data)
    elif _exists(pid):
        _, *rest = record.read_text().splitlines(keepends=True)
        record.write_text("".join([f"{os.getpid()}\n", *rest]))


def _recorded(record: Path) -> int | None:
    try:
        return int(record.read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _serves(pid: int, data: Path) -> bool:
    return f"/postgres -D {data} " in command_of(pid)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end(pid: int, data: Path, steps: Sequence[tuple[signal.Signals, float]] = ENDING) -> None:
    for number, seconds in steps:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if _gone_within(seconds, pid, data):
            return
    raise EmbeddedPostgresError(f"A server left behind on {data} (process {pid}) does not end.")


def _gone_within(seconds: float, pid: int, data: Path) -> bool:
    deadline = time.monotonic() + seconds
    while _serves(pid, data):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _command_by_ps(pid: int) -> str:
    ps = shutil.which("ps", path="/usr/bin:/bin")
    if ps is None:
        return ""
    answer = subprocess.run(  # noqa: S603 - a number is its only variable argument
        [ps, "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()
