"""The measured side of the conversation: a program serves, and does as it is told, line by line.

It ends when its standard input does, so it never outlives the process that measures it.
"""

import asyncio
import logging
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bench.messages import Facts, Order, Ready, Report

HOST = "127.0.0.1"


async def _nothing(order: Order) -> None:
    del order


async def _no_latencies(order: Order) -> Sequence[float]:
    del order
    return ()


@dataclass(frozen=True, slots=True)
class Serving:
    """A program that is up. `work` returns what each unit of work took, in seconds."""

    url: str = ""
    prepare: Callable[[Order], Awaitable[None]] = _nothing
    work: Callable[[Order], Awaitable[Sequence[float]]] = _no_latencies


Program = Callable[[Facts], AbstractAsyncContextManager[Serving]]


def serve(program: Program) -> None:
    """Run `program` until standard input ends."""
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(_serve(program))


async def _serve(program: Program) -> None:
    async with program(Facts.model_validate_json(await _line())) as serving:
        _tell(Ready(url=serving.url))
        while line := await _line():
            _tell(await _obeyed(serving, Order.model_validate_json(line)))


async def _obeyed(serving: Serving, order: Order) -> Report:
    began, latencies = time.perf_counter(), ()
    if order.do == "prepare":
        await serving.prepare(order)
    elif order.do == "work":
        latencies = tuple(await serving.work(order))
    seconds = time.perf_counter() - began
    return Report(cpu_seconds=time.process_time(), seconds=seconds, latencies=latencies)


@asynccontextmanager
async def listening(application: web.Application) -> AsyncGenerator[str]:
    """The application on a free port of this machine; its address."""
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, 0)
        await site.start()
        yield site.name
    finally:
        await runner.cleanup()


async def _line() -> str:
    return await asyncio.to_thread(sys.stdin.readline)


def _tell(line: Ready | Report) -> None:
    print(line.model_dump_json(), flush=True)
