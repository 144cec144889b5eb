"""The command line: `python -m bench [case]`. Without a case all are run and written down."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bench import machine, usual
from bench.cases import CASES
from bench.machine import Cores
from bench.report import Result, told
from bench.rounds import Case, Plan
from bench.runs import run
from bench.verdicts import exit_code
from bench.written import write
from bot.embedded import EmbeddedPostgres, temporary_postgres

DEFAULT = Plan()
UNKNOWN = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Returns 0: all holds, 1: a bar fails, 2: nothing follows."""
    asked = _parser().parse_args(arguments)
    if asked.case is not None and asked.case not in CASES:
        print(f"No case is called {asked.case}. There are: {', '.join(CASES)}.", file=sys.stderr)
        return UNKNOWN
    plan = Plan(rounds=asked.rounds, seconds=asked.seconds, cores=_apart())
    with temporary_postgres() as server:
        cases = [CASES[asked.case]] if asked.case else CASES.values()
        results = [_run(case, plan, server) for case in cases]
        about = f"{machine.described()}, PostgreSQL {server.version}"
    if asked.remember:
        for result in results:
            usual.remember(machine.described(), result.bare)
    if asked.case is None:
        write(results, about)
    return exit_code([each for result in results for each in result.findings])


def _run(case: Case, plan: Plan, server: EmbeddedPostgres) -> Result:
    """Measure and tell at once."""
    print(f"{case.name}: preparing and measuring ...", file=sys.stderr)
    result = asyncio.run(run(case, plan, server))
    print("\n".join(told(result)), flush=True)
    return result


def _apart() -> Cores | None:
    """This process, the database and the local Slack leave one core to what is measured."""
    there = machine.cores()
    if there is not None:
        machine.tie(0, there.others)
    return there


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("case", nargs="?", help=f"one of: {', '.join(CASES)}; default: all")
    parser.add_argument("--rounds", type=int, default=DEFAULT.rounds, metavar="N")
    parser.add_argument("--seconds", type=float, default=DEFAULT.seconds, metavar="S")
    parser.add_argument(
        "--remember", action="store_true", help="keep the bare figure as usual for this machine"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
