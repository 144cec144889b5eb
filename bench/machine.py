"""The machine: its cores, what it is, how busy it is, and what PostgreSQL has used of it."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROCESSES = Path("/proc")
PROCESSOR = PROCESSES / "cpuinfo"
USED = slice(11, 13)
"""Where user and system time stand after the name in /proc/PID/stat (man 5 proc_pid_stat)."""


@dataclass(frozen=True, slots=True)
class Cores:
    """One core for the program that is measured, the others for all that surrounds it."""

    measured: frozenset[int]
    others: frozenset[int]


def cores() -> Cores | None:
    """None where there is only one, or where programs cannot be tied to one."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    first, *others = sorted(os.sched_getaffinity(0))
    return Cores(frozenset({first}), frozenset(others)) if others else None


def tie(pid: int, to: frozenset[int]) -> None:
    """From now on the process, and what it starts, runs on these cores. 0: this process."""
    os.sched_setaffinity(pid, to)


def used_seconds(pids: Iterable[int]) -> float:
    """CPU time of other processes so far; one that has ended counts nothing."""
    return sum(_ticks(pid) for pid in pids) / os.sysconf("SC_CLK_TCK")


def load() -> float:
    """The load average of the last minute."""
    return os.getloadavg()[0]


def described() -> str:
    """The processor, its cores and the Python: what a figure is usual for."""
    cores_there = os.cpu_count() or 1
    return f"{_processor()}, {cores_there} cores, Python {platform.python_version()}"


def _processor() -> str:
    if PROCESSOR.exists():
        for line in PROCESSOR.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return " ".join(value.split())
    return platform.machine()


def _ticks(pid: int) -> int:
    try:
        stat = (PROCESSES / str(pid) / "stat").read_text()
    except OSError:
        return 0
    return sum(int(each) for each in stat.rpartition(")")[2].split()[USED])
