"""Where one embedded server keeps its things, who may touch them, and the lock of its one holder.

In the asked folder, or, when the server's user cannot reach it, in a shelter the folder points to.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from bot.embedded.accounts import Account, account_for
from bot.embedded.errors import EmbeddedPostgresError, FolderInUseError
from bot.embedded.processes import command_of
from bot.embedded.shelter import REACHABLE, shelter

POINTER = "moved-to"
DRAFT = "draft-"
PRIVATE = 0o700
LOG_LIMIT_BYTES = 5_000_000


@dataclass(frozen=True)
class Home:
    asked: Path
    path: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def log(self) -> Path:
        return self.path / "postgres.log"

    @property
    def password_file(self) -> Path:
        return self.path / "password"

    @property
    def lock_file(self) -> Path:
        return self.path / "lock"

    def password(self) -> str:
        """The superuser's password, generated at the first call and kept."""
        if not self.password_file.exists():
            draft = self.password_file.with_suffix(".new")
            draft.unlink(missing_ok=True)
            file = self._open(draft, os.O_WRONLY)
            with os.fdopen(file, "w") as stream:
                stream.write(secrets.token_urlsafe(32))
                stream.flush()
                os.fsync(file)
            draft.rename(self.password_file)
        return self.password_file.read_text().strip()

    def open_log(self) -> Path:
        """The log file, kept below a size; the one before it stays as `postgres.log.1`."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.rename(self.log.with_suffix(".log.1"))
        os.close(self._open(self.log, os.O_WRONLY))
        return self.log

    def new_draft(self) -> Path:
        """Where to make a cluster before it is renamed: what is called `data` is always whole.

        Each has its own name: the initdb of a start that was killed clears up behind itself, and
        may still be at it.
        """
        self.remove_drafts()
        path = Path(mkdtemp(prefix=DRAFT, dir=self.path))
        if self.account.is_another:
            os.chown(path, self.account.uid, self.account.gid)
        return path

    def remove_drafts(self) -> None:
        for path in self.path.glob(f"{DRAFT}*"):
            shutil.rmtree(path, ignore_errors=True)

    def lock(self) -> int:
        """Hold this home until the returned file is closed; raises FolderInUseError."""
        file = self._open(self.lock_file, os.O_RDWR)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 20).decode()
            os.close(file)
            raise FolderInUseError(self.asked, _described(holder)) from None
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        return file

    def remove(self) -> None:
        """Delete all of it; the asked folder itself stays. The caller holds the lock."""
        self.remove_drafts()
        if self.data.exists():
            shutil.rmtree(self.data)
        for name in ("postgres.log", "postgres.log.1", "password", "password.new", "lock"):
            (self.path / name).unlink(missing_ok=True)
        if self.path != self.asked:
            (self.asked / POINTER).unlink(missing_ok=True)
            self.path.rmdir()

    def _open(self, path: Path, flags: int) -> int:
        """Open a file only its owner may read, made for the server's user if it is missing."""
        try:
            file = os.open(path, flags | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            return os.open(path, flags | os.O_NOFOLLOW)
        self.account.take(file)
        return file


def home_of(folder: Path, shelters: Sequence[Path]) -> Home:
    """Find or make the home for a folder. One that was there before keeps its permissions."""
    folder = folder.resolve()
    try:
        _make_folder(folder)
        return _settled(folder, shelters)
    except PermissionError as error:
        raise EmbeddedPostgresError(
            f"The database in {folder} cannot be used by this user: {error}. Start it as the user "
            "who started it first, or choose another folder."
        ) from error


def _settled(folder: Path, shelters: Sequence[Path]) -> Home:
    pointer = folder / POINTER
    if pointer.is_symlink():
        return _moved(folder, pointer)
    account = account_for(folder / "data")
    if account.can_enter(folder):
        return Home(folder, folder, account)
    if (folder / "data").exists():
        raise EmbeddedPostgresError(
            f"The database in {folder} belongs to the user {account.name}, "
            "who can no longer reach it."
        )
    _point(pointer, shelter(shelters, account))
    return _moved(folder, pointer)


def _moved(folder: Path, pointer: Path) -> Home:
    path = pointer.readlink()
    if not path.is_dir():
        raise EmbeddedPostgresError(
            f"The database of {folder} was kept in {path}, which is gone. Bring it back, or delete "
            f"{pointer} to begin again."
        )
    return Home(folder, path, account_for(path / "data"))


def _point(pointer: Path, room: Path) -> None:
    path = Path(mkdtemp(prefix=f"{pointer.parent.name}-", dir=room))
    path.chmod(REACHABLE)
    try:
        pointer.symlink_to(path)
    except FileExistsError:
        path.rmdir()


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(REACHABLE if os.geteuid() == 0 else PRIVATE)


def _described(holder: str) -> str:
    if not holder.isdigit():
        return "another process"
    command = command_of(int(holder))
    return f"process {holder} ({command})" if command else f"process {holder}"
