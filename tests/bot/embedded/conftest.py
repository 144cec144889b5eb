"""Clusters take a while to make, so most tests start and stop the same one, one after the other."""

import shutil
import subprocess
from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp

import pytest

from bot.embedded import EmbeddedPostgres
from tests.bot.embedded.support import Holder, Start


@pytest.fixture(scope="session")
def room() -> Generator[Path]:
    path = Path(mkdtemp(prefix="tandem-room-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def folder(room: Path) -> Path:
    """A cluster each test may start, kill and leave stopped, but not damage."""
    folder = room / "cluster"
    with EmbeddedPostgres(folder, durable=False, shelters=[room]):
        return folder


@pytest.fixture(scope="session")
def shared(room: Path) -> Generator[EmbeddedPostgres]:
    with EmbeddedPostgres(room / "shared", durable=False, shelters=[room]) as server:
        yield server


@pytest.fixture
def own_folder(room: Path, folder: Path) -> Generator[Path]:
    """A copy of that cluster, to be damaged."""
    place = Path(mkdtemp(dir=room))
    place.chmod(0o711)
    copy = ["/bin/cp", "-Rp", folder, place / "pg"]  # keeps the owner where root copies
    subprocess.run(copy, check=True)  # noqa: S603 - our own folders
    yield place / "pg"
    shutil.rmtree(place)


@pytest.fixture
def server(folder: Path, room: Path) -> Generator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder, durable=False, shelters=[room])
    yield server
    server.stop()


@pytest.fixture
def start(room: Path) -> Generator[Start]:
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(
            EmbeddedPostgres(folder, durable=False, shelters=[room])
        )


@pytest.fixture
def hold(room: Path) -> Generator[Callable[[Path], Holder]]:
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(Holder(folder, room))
