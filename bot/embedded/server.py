"""One embedded PostgreSQL: started on a folder, stopped, and gone when its process is."""

import asyncio
import atexit
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from bot.embedded.binaries import Binaries, find_binaries, usable_binaries
from bot.embedded.cluster import HOST, SUPERUSER, ensure_cluster
from bot.embedded.errors import EmbeddedPostgresError
from bot.embedded.home import Home, home_of
from bot.embedded.postmaster import Postmaster, run_postmaster
from bot.embedded.processes import end_leftover
from bot.embedded.shelter import SHELTERS

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Started:
    home: Home
    binaries: Binaries
    postmaster: Postmaster
    owner: int  # the process that started it: a fork of it must not stop the server at its own exit
    lock: int


class EmbeddedPostgres:
    """A PostgreSQL of this process alone, listening on 127.0.0.1 with a password.

    `start` and `stop` block and may be called from any thread, `asyncio.to_thread` included: the
    server hangs on a thread of its own, not on the caller's. It ends with this process: on Linux
    even at kill -9, elsewhere a kill -9 leaves it running until the next start on the folder.
    `durable=False` gives up safety at a power cut for speed and is for tests.
    """

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool = True,
        binaries: Path | None = None,
        shelters: Sequence[Path] = SHELTERS,
    ) -> None:
        self._folder = folder
        self._durable = durable
        self._given = binaries
        self._shelters = tuple(shelters)
        self._started: _Started | None = None

    def start(self) -> None:
        """Start the server, making its cluster the first time; return when it answers.

        Does nothing while it runs. Raises FolderInUseError, BinariesMissingError or
        EmbeddedPostgresError, the last with the end of the server's log.
        """
        if self.running:
            return
        self.stop()
        home = home_of(self._folder, self._shelters)
        lock = home.lock()
        try:
            self._started = self._start(home, lock)
        except BaseException:
            os.close(lock)
            raise
        atexit.register(self.stop)
        log.info(
            "embedded_postgres.started",
            extra={"home": str(home.path), "port": self.port, "version": self.version},
        )

    def stop(self) -> None:
        """End the server, sessions included, and release the folder; nothing if not started."""
        started = self._started
        if started is None or started.owner != os.getpid():
            return
        started.postmaster.end()
        os.close(started.lock)
        self._started = None
        atexit.unregister(self.stop)

    def remove(self) -> None:
        """Stop, and delete the data with all that belongs to it, wherever it lies."""
        self.stop()
        home = home_of(self._folder, self._shelters)
        lock = home.lock()
        try:
            end_leftover(home.data)
            home.remove()
        finally:
            os.close(lock)

    @property
    def running(self) -> bool:
        return self._started is not None and self._started.postmaster.running

    @property
    def port(self) -> int:
        return self._state.postmaster.port

    @property
    def pid(self) -> int:
        return self._state.postmaster.pid

    @property
    def version(self) -> str:
        return self._state.binaries.version

    @property
    def home(self) -> Path:
        """Where data, password and log really are: the folder, or the shelter it points to."""
        return self._state.home.path

    def binary(self, name: str) -> Path:
        """The path of one of PostgreSQL's programs, of the server's own version."""
        return self._state.binaries.program(name)

    def superuser_url(self, database: str = SUPERUSER) -> str:
        """An address for psycopg; contains the password."""
        password = self._state.home.password()
        return f"postgresql://{SUPERUSER}:{password}@{HOST}:{self.port}/{quote(database, safe='')}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)

    @property
    def _state(self) -> _Started:
        if self._started is None:
            raise EmbeddedPostgresError(f"The database in {self._folder} is not started.")
        return self._started

    def _start(self, home: Home, lock: int) -> _Started:
        binaries = usable_binaries(find_binaries(self._given), home.account, self._shelters)
        end_leftover(home.data)
        ensure_cluster(home, binaries, durable=self._durable)
        postmaster = run_postmaster(home, binaries, durable=self._durable)
        return _Started(home, binaries, postmaster, os.getpid(), lock)
