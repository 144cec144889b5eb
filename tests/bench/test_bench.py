import re

import pytest

from bench.cases import CASES
from bench.report import told
from bench.rounds import Plan
from bench.runs import run
from bot.embedded import EmbeddedPostgres

TINY = Plan(rounds=1, seconds=0.01, opportunities=12)


@pytest.mark.timeout(180)  # three programs are started, on however busy a machine
async def test_a_case_runs_from_an_empty_server_to_its_verdict(postgres: EmbeddedPostgres) -> None:
    result = await run(CASES["list-latency"], TINY, postgres)

    *_, verdict = told(result)
    assert re.fullmatch(r"list-latency: [\d.]+ ms \(bar 5 ms\): (holds|fails|void)", verdict)
