"""The commands that docs/operation.md shows are the commands there are."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from bot.__main__ import _parser

OPERATION = Path(__file__).parents[3] / "docs" / "operation.md"
SHOWN = re.compile(r"^(?:\$ )?python -m bot (.+)$", re.MULTILINE)
ELSEWHERE = {"demo", "manifest"}
"""For who tries it out or sets the app up: the README has them."""


def shown() -> list[list[str]]:
    lines = SHOWN.findall(OPERATION.read_text(encoding="utf-8"))
    return [shlex.split(line.partition(" > ")[0], comments=True) for line in lines]


def commands(parser: argparse.ArgumentParser, before: str = "") -> Iterator[str]:
    """Every command, with the words before it."""
    groups = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not groups:
        yield before.strip()
    for group in groups:
        for name, inner in group.choices.items():
            yield from commands(inner, f"{before} {name}")


def test_every_command_that_is_shown_can_be_typed() -> None:
    for words in shown():
        assert _parser().parse_args(words)


def test_every_command_is_shown() -> None:
    lines = [" ".join(words) for words in shown()]

    missing = [each for each in commands(_parser()) if not any(each in line for line in lines)]

    assert set(missing) == ELSEWHERE
