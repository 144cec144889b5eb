"""The measuring side of the conversation: starts the measured programs and gives them orders."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bench.machine import tie
from bench.messages import Facts, Order, Ready, Report

ROOT = Path(__file__).resolve().parents[1]
LONGEST_LINE = 2**24
START_SECONDS = 60
END_SECONDS = 10


class ProgramEndedError(RuntimeError):
    """A measured program went away; its own words are on standard error."""


class Child:
    """One measured program in a process of its own."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self.url = ""
        self._process = process

    async def begin(self, facts: Facts) -> None:
        """Wait until it is ready. Raises ProgramEndedError."""
        async with asyncio.timeout(START_SECONDS):
            self.url = Ready.model_validate_json(await self._ask(facts)).url

    async def obey(self, order: Order) -> Report:
        """Have it do something. Raises ProgramEndedError."""
        return Report.model_validate_json(await self._ask(order))

    async def end(self) -> None:
        """Close its standard input, which ends it; one that does not end is killed."""
        _input(self._process).close()
        try:
            async with asyncio.timeout(END_SECONDS):
                await self._process.communicate()
        except TimeoutError:
            self._process.kill()
            await self._process.communicate()

    async def _ask(self, line: Facts | Order) -> bytes:
        writer, reader = _input(self._process), self._process.stdout
        writer.write(f"{line.model_dump_json()}\n".encode())
        await writer.drain()
        answer = await reader.readline() if reader else b""
        if not answer:
            raise ProgramEndedError(self.name)
        return answer


@asynccontextmanager
async def children(
    facts: Facts, *names: str, cores: frozenset[int] | None = None
) -> AsyncGenerator[dict[str, Child]]:
    """The named programs of `bench.servers`, started side by side, all ready.

    Without cores they run where this process does.
    """
    async with AsyncExitStack() as stack:
        started = {name: await _started(name, cores) for name in names}
        for child in started.values():
            stack.push_async_callback(child.end)
        await asyncio.gather(*(child.begin(facts) for child in started.values()))
        yield started


async def _started(name: str, cores: frozenset[int] | None) -> Child:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"bench.servers.{name}",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
        start_new_session=True,
    )
    if cores is not None:
        tie(process.pid, cores)
    return Child(name, process)


def _input(process: asyncio.subprocess.Process) -> asyncio.StreamWriter:
    if process.stdin is None:
        raise TypeError("the process was started without a pipe")
    return process.stdin
