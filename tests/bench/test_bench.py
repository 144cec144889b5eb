import pytest

from bench.contests import Plan, arena, measured
from bench.report import lines, table
from bot.embedded import EmbeddedPostgres

TINY = Plan(companies=(2,), rounds=1, seconds=0.01, deliveries=3)


@pytest.mark.timeout(180)  # seven programs are started, on however busy a machine
async def test_every_benchmark_runs_and_tells_its_ratios(postgres: EmbeddedPostgres) -> None:
    async with arena(TINY, postgres) as ready:
        results = [result async for result in measured(ready)]

    told = [(each.contest.name, each.companies) for each in results]
    assert told == [("list", 2), ("move", 2), ("delivery", 2)]
    assert len(list(table(results))) == 1 + 4 + 3 + 3
    assert len(list(lines(results))) == 6 + 3 + 2
