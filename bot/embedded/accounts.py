"""Which operating-system user the server runs as. PostgreSQL refuses root, so root picks another.

No user is ever created, and nothing is learned about a path except by trying it as that user.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.embedded.errors import EmbeddedPostgresError
from bot.embedded.launch import ENVIRONMENT

# Users every Unix knows; initdb wants one with a passwd entry.
UNPRIVILEGED = ("nobody", "daemon")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def is_another(self) -> bool:
        """True when a process must change its user to run as this account."""
        return self.uid != os.geteuid()

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a short command; raises PermissionError where the account may not execute it."""
        return subprocess.run(  # noqa: S603 - fixed programs, no shell
            command,
            user=self.uid if self.is_another else None,
            group=self.gid if self.is_another else None,
            extra_groups=[] if self.is_another else None,
            cwd="/",
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether this account reaches the folder through all its parents."""
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder]).returncode == 0

    def take(self, file: int) -> None:
        """Give an open file or folder, which the caller has just created, to this account."""
        if self.is_another:
            os.fchown(file, self.uid, self.gid)


def current_account() -> Account:
    return _account_of(os.geteuid(), os.getegid())


def account_for(data: Path) -> Account:
    """Who runs a server on this data: the current user, or, for root, its owner or `nobody`."""
    if os.geteuid() != 0:
        return current_account()
    if data.is_dir() and (owner := data.stat().st_uid) != 0:
        return _account_of(owner, data.stat().st_gid)
    return _unprivileged()


def _unprivileged() -> Account:
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root, and none of these users exists: "
        f"{', '.join(UNPRIVILEGED)}."
    )


def _account_of(uid: int, gid: int) -> Account:
    try:
        return Account(pwd.getpwuid(uid).pw_name, uid, gid)
    except KeyError:  # containers run as users without an entry
        return Account(str(uid), uid, gid)
