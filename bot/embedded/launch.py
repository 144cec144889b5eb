"""A program of its own: takes the server's user, ties itself to its parent, becomes the command.

Runs by path with an isolated interpreter, so it knows the standard library only. Doing this here
and not between fork and exec keeps it safe in a process with many threads.

    python -I -S launch.py PARENT_PID UID GID COMMAND ARGUMENT...
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1  # linux/prctl.h

# The parent's own environment holds secrets and PG* settings; neither is the server's business.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def main(arguments: Sequence[str]) -> None:
    parent, uid, gid, *command = arguments
    os.umask(0o077)
    become(int(uid), int(gid))
    if sys.platform == "linux":
        die_with(int(parent))
    os.execve(command[0], command, ENVIRONMENT)  # noqa: S606 - the point of this program


def become(uid: int, gid: int) -> None:
    if uid == os.geteuid():
        return
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with(parent: int) -> None:
    """Have the kernel send SIGINT (PostgreSQL's fast shutdown) when the thread that forked us ends.

    A change of user clears the wish, an exec keeps it: prctl(2), PR_SET_PDEATHSIG.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:
        sys.exit("The starting process ended before the server began.")


if __name__ == "__main__":
    main(sys.argv[1:])
