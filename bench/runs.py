"""One run of a case, from an empty machine to its findings."""

from bench import machine, usual
from bench.report import Result
from bench.rounds import BARE, Case, Plan, rounds
from bench.verdicts import found
from bot.embedded import EmbeddedPostgres


async def run(case: Case, plan: Plan, server: EmbeddedPostgres) -> Result:
    """Start what the case needs, measure, and hold the figures against its bars."""
    before = machine.load()
    async with case.contest(plan, server) as contestants:
        series = await rounds(plan, contestants)
    figures = usual.kept().get(machine.described(), {})
    bare = usual.bare_of(series[BARE], case.bare, figures)
    return Result(
        case=case,
        series=series,
        bare=bare,
        findings=[found(bar, series, bare) for bar in case.bars],
        loads=(before, machine.load()),
    )
