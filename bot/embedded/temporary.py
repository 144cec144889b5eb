"""A server for the length of a test run: quick, forgetful and gone afterwards."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from tempfile import mkdtemp

from bot.embedded.server import EmbeddedPostgres
from bot.embedded.shelter import REACHABLE

MEMORY = Path("/dev/shm")  # noqa: S108  # Linux's memory disk; the folder in it has a random name
ENOUGH = 4 * 1024**3
"""Bytes: copies of template databases are many, though none lives long."""


@contextmanager
def temporary_postgres(*, binaries: Path | None = None) -> Generator[EmbeddedPostgres]:
    """A running server in a new temporary folder; both are removed at the end."""
    folder = Path(mkdtemp(prefix="tandem-postgres-", dir=_memory()))
    folder.chmod(REACHABLE)
    server = EmbeddedPostgres(folder, durable=False, binaries=binaries)
    try:
        with server:
            yield server
    finally:
        server.remove()
        folder.rmdir()


def _memory() -> Path | None:
    """A place in memory where there is plenty: copying databases there is a third quicker."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and disk_usage(MEMORY).free > ENOUGH
    return MEMORY if roomy else None
