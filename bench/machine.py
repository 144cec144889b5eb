"""The machine: its cores, what it is, how busy it is, and what PostgreSQL has used of it."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROCESSES = Path("/proc")
PROCESSOR = PROCESSES / "cpuinfo"
NANOSECONDS = 1_000_000_000
"""https://www.kernel.org/doc/html/latest/scheduler/sched-stats.html: time on the CPU is first."""


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


def used_seconds(pids: Iterable[int]) -> dict[int, float]:
    """CPU time of other processes so far; one that has ended counts nothing."""
    return {pid: _used(pid) for pid in pids}


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


def _used(pid: int) -> float:
    """Of a process of one thread, which a session of PostgreSQL is."""
    try:
        used, *_ = (PROCESSES / str(pid) / "schedstat").read_text().split()
    except OSError:
        return 0.0
    return int(used) / NANOSECONDS
