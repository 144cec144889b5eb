"""A child process that lives no longer than this one, and the thread that waits for it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from bot.embedded.accounts import Account

LAUNCHER = Path(__file__).with_name("launch.py")


class Child:
    """A running command. Its parent, for the kernel, is a thread that lives exactly as long.

    Linux sends the death signal when the *thread* that forked ends, so the thread of the caller
    (a pool's worker, for instance) will not do: each child gets one of its own, which waits for it.
    """

    def __init__(self, command: Sequence[str | Path], account: Account, output: Path) -> None:
        """Start the command; raises OSError where that is impossible."""
        self.exited = threading.Event()
        started: Future[subprocess.Popen[bytes]] = Future()
        threading.Thread(
            target=self._keep,
            args=([str(part) for part in command], account, output, started),
            name=f"keeper of {Path(command[0]).name}",
            daemon=True,
        ).start()
        self._process = started.result()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode

    @property
    def running(self) -> bool:
        return not self.exited.is_set()

    def end(self, *, steps: Sequence[tuple[signal.Signals, float]]) -> None:
        """Send each signal in turn and wait its seconds, until the child has ended."""
        for number, seconds in steps:
            if self.exited.is_set():
                return
            self._process.send_signal(number)
            if self.exited.wait(seconds):
                return

    def _keep(
        self,
        command: list[str],
        account: Account,
        output: Path,
        started: Future[subprocess.Popen[bytes]],
    ) -> None:
        try:
            process = _spawn(command, account, output)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that asked
            started.set_exception(error)
            return
        started.set_result(process)
        process.wait()
        self.exited.set()


def _spawn(command: list[str], account: Account, output: Path) -> subprocess.Popen[bytes]:
    with output.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - fixed programs, no shell
            [
                *(sys.executable, "-I", "-S", str(LAUNCHER)),
                *(str(os.getpid()), str(account.uid), str(account.gid)),
                *command,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            # Ctrl-C in the terminal is for the application, which stops the server when it is done.
            start_new_session=True,
        )
