"""`bot doctor` at the command line."""

from argparse import Namespace

from bot import settings
from bot.doctor.findings import Finding, State
from bot.operator.console import Column
from bot.operator.desk import Desk
from bot.operator.parsing import SERVING, Commands, command

FAILED = 1
MARKS = {"ok": "ok  ", "warning": "WARN", "fault": "FAIL"}
COLUMNS = tuple(Column(key, key) for key in ("what", "state", "words", "advice"))


def add(commands: Commands) -> None:
    """`doctor`."""
    parser = command(
        commands, "doctor", examined, "check settings, database, Slack and workspaces", SERVING
    )
    parser.add_argument("--url", help="also look whether the app answers there, e.g. from outside")


async def examined(desk: Desk, asked: Namespace) -> int | None:
    """1 when something is at fault; a warning alone is none."""
    from bot.doctor.examining import examine  # noqa: PLC0415  # others need not wait for its imports

    found = await examine(settings.load(desk.environment), desk.clock, asked.url)
    if desk.console.as_json:
        rows = [(each.what, each.state, each.words, each.advice) for each in found]
        desk.console.table(COLUMNS, rows)
    else:
        for each in found:
            _tell(desk, each)
    return FAILED if any(each.state is State.FAULT for each in found) else None


def _tell(desk: Desk, finding: Finding) -> None:
    desk.console.tell(f"{MARKS[finding.state]} {finding.what}: {finding.words}")
    if finding.advice:
        desk.console.tell(f"     {finding.advice}")
