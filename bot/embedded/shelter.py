"""A place of our own that another user can reach, for what cannot stay where it was asked for.

Needed when root runs the server as another user and the asked folder, or the wheel, lies under a
folder closed to that user. Such folders are never opened up; the files live here instead.
"""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from bot.embedded.accounts import Account
from bot.embedded.errors import EmbeddedPostgresError

# Best first; all but the last survive a restart of the machine.
SHELTERS = (Path("/var/lib"), Path("/var/db"), Path("/var/tmp"), Path("/tmp"))  # noqa: S108 - checked below
NAME = "tandem-postgres"
REACHABLE = 0o711


def shelter(candidates: Sequence[Path], account: Account) -> Path:
    """A folder of ours below the first candidate which the account can reach."""
    for parent in candidates:
        if parent.is_dir() and os.access(parent, os.W_OK) and account.can_enter(parent):
            return _own_room(parent / NAME)
    raise EmbeddedPostgresError(
        f"The user {account.name} can reach none of {', '.join(map(str, candidates))}."
    )


def _own_room(room: Path) -> Path:
    try:
        room.mkdir()
    except FileExistsError:
        return _trusted(room)
    room.chmod(REACHABLE)
    return room


def _trusted(room: Path) -> Path:
    """The parent may be writable by all, so somebody else may have been here first."""
    facts = room.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise EmbeddedPostgresError(f"{room} is not a folder of ours alone; remove it.")
    return room
