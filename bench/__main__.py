"""The command line: `python -m bench [case]`. Without a case all are run and written down."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bench import machine, usual
from bench.cases import CASES
from bench.machine import Cores
from bench.report import told
from bench.rounds import Case, Plan
from bench.runs import run
from bench.verdicts import exit_code
from bot.embedded import temporary_postgres

DEFAULT = Plan()
UNKNOWN = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Returns 0: all holds, 1: a bar fails, 2: nothing follows."""
    asked = _parser().parse_args(arguments)
    if asked.case is not None and asked.case not in CASES:
        print(f"No case is called {asked.case}. There are: {', '.join(CASES)}.", file=sys.stderr)
        return UNKNOWN
    plan = Plan(rounds=asked.rounds, seconds=asked.seconds, cores=_apart())
    cases = [CASES[asked.case]] if asked.case else list(CASES.values())
    return max(_run(case, plan, keep=asked.remember) for case in cases)


def _run(case: Case, plan: Plan, *, keep: bool) -> int:
    print(f"{case.name}: preparing and measuring ...", file=sys.stderr)
    with temporary_postgres() as server:
        result = asyncio.run(run(case, plan, server))
    if keep:
        usual.remember(machine.described(), result.bare)
    print("\n".join(told(result)), flush=True)
    return exit_code(result.findings)


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
