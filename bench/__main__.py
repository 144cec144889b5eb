"""The command line: `python -m bench [list|move|delivery ...] [--companies 10,1000]`."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence

from bench.contests import NAMES, Plan, Result, arena, measured
from bench.report import lines, table
from bot.embedded import temporary_postgres

DEFAULT = Plan()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    plan = _plan(_parser().parse_args(arguments))
    loads = [_load()]
    results = asyncio.run(_results(plan))
    loads.append(_load())
    print(
        f"{plan.rounds} rounds of {plan.seconds} s each, alternating; {os.cpu_count()} cores, "
        f"load average {loads[0]} before, {loads[1]} after.\n"
    )
    print("\n".join([*table(results), "", *lines(results)]))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="which (default: all)")
    parser.add_argument("--companies", type=_numbers, default=DEFAULT.companies, metavar="N,N")
    parser.add_argument("--opportunities", type=int, default=DEFAULT.opportunities, metavar="N")
    parser.add_argument("--rounds", type=int, default=DEFAULT.rounds, metavar="N")
    parser.add_argument("--seconds", type=float, default=DEFAULT.seconds, metavar="S")
    parser.add_argument("--deliveries", type=int, default=DEFAULT.deliveries, metavar="N")
    return parser


def _plan(asked: argparse.Namespace) -> Plan:
    return Plan(
        names=asked.names or NAMES,
        companies=asked.companies,
        opportunities=asked.opportunities,
        rounds=asked.rounds,
        seconds=asked.seconds,
        deliveries=asked.deliveries,
    )


def _numbers(words: str) -> tuple[int, ...]:
    return tuple(int(each) for each in words.split(","))


async def _results(plan: Plan) -> list[Result]:
    results: list[Result] = []
    began = time.monotonic()
    print("Preparing the database and the programs ...", file=sys.stderr)
    with temporary_postgres() as server:
        async with arena(plan, server) as ready:
            print(f"{time.monotonic() - began:4.0f} s: all is up", file=sys.stderr)
            async for result in measured(ready):
                results.append(result)
                what = f"{result.contest.name} at {result.companies} companies"
                print(f"{time.monotonic() - began:4.0f} s: {what}", file=sys.stderr)
    return results


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    sys.exit(main())
