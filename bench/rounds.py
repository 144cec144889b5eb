"""Alternating rounds: everybody does a little, then everybody again, on the same machine."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bench.figures import Measure, Sample, Series
from bench.machine import Cores
from bench.verdicts import Bar
from bot.embedded import EmbeddedPostgres

BARE = "bare"
"""The contestant that every case has, and that no bar is about."""


class NotDoneError(RuntimeError):
    """What was measured did not happen."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to measure, and how much there is."""

    rounds: int = 8
    seconds: float = 1.0
    """Of each contestant in each round."""
    opportunities: int = 220
    """Of each person who asks for a list."""
    companies: Sequence[int] = (10, 1000)
    deliveries: int = 100
    people: int = 200
    messages: int = 50_000
    """In the local Slack."""
    cores: Cores | None = None
    """None: nothing is tied to a core."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """One who does the work. `attempt` does it for so many seconds."""

    name: str
    attempt: Callable[[float], Awaitable[Sample]]


def proved(contestant: Contestant, count: Callable[[], int]) -> Contestant:
    """The same, but `count` must have grown by what was measured. Raises NotDoneError."""

    async def attempt(seconds: float) -> Sample:
        before = count()
        sample = await contestant.attempt(seconds)
        if (done := count() - before) != sample.count:
            raise NotDoneError(f"{contestant.name}: {sample.count} measured, {done} done")
        return sample

    return Contestant(contestant.name, attempt)


Contest = Callable[[Plan, EmbeddedPostgres], AbstractAsyncContextManager[Sequence[Contestant]]]


@dataclass(frozen=True, slots=True)
class Case:
    """What is compared with what. The first bar decides where all hold."""

    name: str
    title: str
    bars: Sequence[Bar]
    bare: Measure
    """The figure of the bare answer that tells whether the machine was disturbed."""
    contest: Contest


async def rounds(plan: Plan, contestants: Sequence[Contestant]) -> dict[str, Series]:
    """One round to get warm, then those that count."""
    samples: dict[str, list[Sample]] = {each.name: [] for each in contestants}
    for each in contestants:
        await each.attempt(plan.seconds)
    for _ in range(plan.rounds):
        for each in contestants:
            samples[each.name].append(await each.attempt(plan.seconds))
    return {name: Series(name, of_it) for name, of_it in samples.items()}
