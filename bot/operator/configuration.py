"""`bot config export|import`: the whole configuration of a company as one YAML document."""

import difflib
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.operator import platform
from bot.operator.console import one_line
from bot.operator.desk import Desk, Refused
from bot.operator.parsing import Commands, add_yes, command, group
from services import welcome
from services.configuration import transfer
from services.configuration.document import written
from services.configuration.transfer import Difference, Line

YES = "yes"
STANDARD = "-"
Moves = Mapping[str, Mapping[str, str]]


def add(commands: Commands) -> None:
    """`config export|import|platform`."""
    own = group(commands, "config", "the configuration of a company, or of the whole platform")
    exported = command(own, "export", export, "print a company's configuration as YAML")
    exported.add_argument("subdomain")

    imported = command(own, "import", take_over, "take over a configuration, its diff shown first")
    imported.add_argument("subdomain")
    imported.add_argument("file", help=f"the YAML, or {STANDARD} for the standard input")
    imported.add_argument("--dry-run", action="store_true", help="only show what would change")
    imported.add_argument(
        "--move",
        action="append",
        default=[],
        type=_move_typed,
        metavar="SETTING:FROM=TO",
        help="where records go whose word goes, e.g. pipeline.stages:qualified=proposal",
    )
    add_yes(imported)
    platform.add(own)


async def export(desk: Desk, asked: Namespace) -> None:
    async with desk.company(asked.subdomain) as tx:
        text = await transfer.export(tx)
    desk.console.tell(text.rstrip("\n"), subdomain=asked.subdomain, configuration=text)


async def take_over(desk: Desk, asked: Namespace) -> None:
    text, moves = _text(desk, asked.file), _moves(asked)
    async with desk.company(asked.subdomain) as tx:
        difference = await transfer.diff(tx, text, moves)
    _show(desk, difference)
    if asked.dry_run or not difference.lines:
        _tell(desk, asked, difference, is_done=False)
        return
    _refuse_unmoved(difference)
    desk.confirm(f"Type {YES} to change this:", answer=YES, is_given=asked.yes)
    async with desk.company(asked.subdomain) as tx:
        await transfer.import_(tx, text, shown=difference.version, moves=moves)
        await welcome.refresh(tx)
    _tell(desk, asked, difference, is_done=True)


def _tell(desk: Desk, asked: Namespace, difference: Difference, *, is_done: bool) -> None:
    count = len(difference.lines)
    changing = "1 setting" if count == 1 else f"{count} settings"
    words = f"Changed {changing}." if is_done else f"{changing} would change."
    desk.console.tell(
        words if count else "Nothing would change.",
        subdomain=asked.subdomain,
        is_done=is_done,
        changes=[
            {"setting": each.setting, "from": each.before, "to": each.after, "in_use": each.in_use}
            for each in difference.lines
        ],
    )


def _show(desk: Desk, difference: Difference) -> None:
    """In words: beside the result, so that a program reads only that."""
    for line in difference.lines:
        reset = " (reset to the default)" if line.is_reset else ""
        desk.console.note(f"{line.setting}{reset}")
        for each in _changed_lines(line):
            desk.console.note(f"    {one_line(each)}")
        for word, kinds in line.in_use.items():
            counted = ", ".join(f"{kind}: {number}" for kind, number in kinds.items())
            target = line.moves.get(word)
            where = f"to {target}" if target else "no place to go"
            desk.console.note(f"    {one_line(word)} is in use ({counted}), {where}")


def _changed_lines(line: Line) -> Iterator[str]:
    before, after = (written(value).splitlines() for value in (line.before, line.after))
    for each in difflib.unified_diff(before, after, n=1, lineterm=""):
        if not each.startswith(("---", "+++", "@@")):
            yield each


def _refuse_unmoved(difference: Difference) -> None:
    """Words in use for which neither the document nor `--move` says where their records go."""
    for line in difference.lines:
        for word in line.unmoved:
            if not line.can_move:
                raise Refused(
                    f"{line.setting}: {word} is in use and cannot go. Nothing was changed."
                )
            raise Refused(
                f"{line.setting}: {word} is in use. Nothing was changed. Say where it goes: "
                f"--move {line.setting}:{word}=OTHER"
            )


def _moves(asked: Namespace) -> Moves:
    moves: dict[str, dict[str, str]] = {}
    for setting, word, target in asked.move:
        moves.setdefault(setting, {})[word] = target
    return moves


def _move_typed(words: str) -> tuple[str, str, str]:
    setting, _, move = words.partition(":")
    word, _, target = move.partition("=")
    if not (setting and word and target):
        raise ArgumentTypeError(f"“{words}” is not like pipeline.stages:qualified=proposal")
    return setting, word, target


def _text(desk: Desk, file: str) -> str:
    if file == STANDARD:
        return desk.console.into.read()
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} cannot be read ({type(error).__name__}).") from error
