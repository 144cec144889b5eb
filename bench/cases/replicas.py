"""Many people at once, half of them in each of two replicas of one company."""

import asyncio
from collections.abc import Sequence

from bench.cases.asked import Running
from bench.load import Answer, Ask, Load
from bench.messages import Order

TANDEM = "tandem"


async def all_at_once(
    replicas: Sequence[Running], crowds: Sequence[Sequence[Ask]]
) -> tuple[list[Answer], float]:
    """What each crowd is answered by its replica, one crowd after the other, and how long it took
    until all were.
    """
    loads = [Load(each.children[TANDEM].url) for each in replicas]
    done = await asyncio.gather(
        *(load.at_once(crowd) for load, crowd in zip(loads, crowds, strict=True))
    )
    return [each for answers, _ in done for each in answers], max(lasted for _, lasted in done)


async def used(replicas: Sequence[Running]) -> float:
    """CPU seconds of both so far."""
    reports = [await each.children[TANDEM].obey(Order()) for each in replicas]
    return sum(each.cpu_seconds for each in reports)
