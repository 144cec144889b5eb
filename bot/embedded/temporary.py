"""A server for the length of a test run: quick, forgetful and gone afterwards."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from bot.embedded.server import EmbeddedPostgres
from bot.embedded.shelter import REACHABLE


@contextmanager
def temporary_postgres(*, binaries: Path | None = None) -> Generator[EmbeddedPostgres]:
    """A running server in a new temporary folder; both are removed at the end."""
    folder = Path(mkdtemp(prefix="tandem-postgres-"))
    folder.chmod(REACHABLE)
    server = EmbeddedPostgres(folder, durable=False, binaries=binaries)
    try:
        with server:
            yield server
    finally:
        server.remove()
        folder.rmdir()
