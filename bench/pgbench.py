"""Recorded statements as scripts of PostgreSQL's own load generator, and their runs.

https://www.postgresql.org/docs/current/pgbench.html
"""

import asyncio
import json
import re
import resource
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from psycopg.types.json import Json, Jsonb

from bench.figures import Sample
from bench.machine import Cores, tie
from bench.servers.recorded import NAMED, Statement, Transaction
from bot.embedded import EmbeddedPostgres

BEGINS = re.compile(r"\s*BEGIN\s*;", re.IGNORECASE)
FRESH = "fresh"
"""The variable that stands for what must differ each time."""
SET_FRESH = rf"\set {FRESH} random(1, 9223372036854775806)"
PROGRAM = "pgbench"
MICROSECOND = 1e-6


class NoPgbenchError(RuntimeError):
    """pgbench is neither beside the embedded server's programs nor on the PATH."""


class PgbenchFailedError(RuntimeError):
    """pgbench ended with an error; its own words."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of work: its transactions, and the value that must differ at each repetition."""

    transactions: Sequence[Transaction]
    fresh: object


@dataclass(frozen=True, slots=True)
class Script:
    """The text of a script and the variables it needs."""

    text: str
    variables: dict[str, str]
    units: int


@dataclass(frozen=True, slots=True)
class On:
    """How long, and on which cores."""

    seconds: float
    cores: Cores | None


def program(server: EmbeddedPostgres) -> Path:
    """Where pgbench is. Raises NoPgbenchError."""
    beside = server.binary(PROGRAM)
    if beside.exists():
        return beside
    if found := shutil.which(PROGRAM):
        return Path(found)
    raise NoPgbenchError(f"pgbench is neither {beside} nor on the PATH; install PostgreSQL's tools")


def script(units: Sequence[Unit]) -> Script:
    """The units one after the other."""
    lines: list[str] = []
    variables: dict[str, str] = {}
    for unit in units:
        lines.append(SET_FRESH)
        for transaction in unit.transactions:
            lines += _transaction(transaction, unit.fresh, variables)
    return Script("\n".join(lines) + "\n", variables, len(units))


async def run(pgbench: Path, url: str, folder: Path, script: Script, on: On) -> Sample:
    """One client, statements prepared once. Raises PgbenchFailedError."""
    before = _children_seconds()
    process = await asyncio.create_subprocess_exec(
        pgbench,
        *("--no-vacuum", "--client=1", "--jobs=1", "--protocol=prepared", "--log"),
        f"--time={max(1, round(on.seconds))}",
        *_options(folder, script),
        url,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    if on.cores is not None:
        tie(process.pid, on.cores.measured)
    said, _ = await process.communicate()
    if process.returncode or b"aborted" in said:
        raise PgbenchFailedError(said.decode()[-2000:])
    latencies = tuple(_logged(folder / f"pgbench_log.{process.pid}", script.units))
    return Sample(latencies, sum(latencies), _children_seconds() - before)


def _options(folder: Path, script: Script) -> Iterator[str]:
    path = folder / "script.sql"
    path.write_text(script.text)
    yield f"--file={path}"
    yield from (f"--define={name}={value}" for name, value in script.variables.items())


def _logged(log: Path, units: int) -> Iterator[float]:
    """What each unit took: a line is a whole script, `client number microseconds ...`."""
    for line in log.read_text().splitlines():
        yield from [float(line.split()[2]) * MICROSECOND / units] * units
    log.unlink()


def _transaction(
    transaction: Transaction, fresh: object, variables: dict[str, str]
) -> Iterator[str]:
    is_bound = transaction[0].is_in_transaction
    if is_bound:
        yield "BEGIN;"
    for statement in transaction:
        yield _statement(statement, fresh, variables)
    if is_bound:
        yield "COMMIT;"


def _statement(statement: Statement, fresh: object, variables: dict[str, str]) -> str:
    def variable(found: re.Match[str]) -> str:
        value = statement.values[found[1]]
        if value is None:
            return "NULL"
        if value == fresh:
            return f":{FRESH}"
        name = f"v{len(variables)}"
        variables[name] = _words(value)
        return f":{name}"

    words = BEGINS.sub("", statement.sql, count=1)
    return NAMED.sub(variable, words).replace("%%", "%").strip() + ";"


def _words(value: object) -> str:
    """As PostgreSQL reads it."""
    if isinstance(value, Json | Jsonb):
        return json.dumps(value.obj)
    if isinstance(value, list):
        return "{" + ",".join(_words(each) for each in cast("list[object]", value)) + "}"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
