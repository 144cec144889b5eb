"""How operators' commands are written on the command line."""

import argparse
from typing import TypeAlias

from bot.operator.desk import Work

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # it has no public name


OWNER = "Needs MIGRATION_DATABASE_URL, the login of the tables' owner."
BOTH = "Needs MIGRATION_DATABASE_URL, the tables' owner, and DATABASE_URL, the application."
SERVING = "Needs the settings of `serve`."


def group(commands: Commands, name: str, about: str) -> Commands:
    """A word with commands of its own, e.g. `organizations`."""
    parser = commands.add_parser(name, help=about, description=about)
    return parser.add_subparsers(required=True, metavar="command")


def command(
    commands: Commands, name: str, work: Work, about: str, needs: str | None = BOTH
) -> argparse.ArgumentParser:
    """One command; add its own arguments to what this returns. `needs`: what has to be set."""
    parser = commands.add_parser(name, help=about, description=about, epilog=needs)
    parser.add_argument("--json", action="store_true", help="answer in JSON, for programs")
    parser.set_defaults(work=work)
    return parser


def add_yes(parser: argparse.ArgumentParser) -> None:
    """For what is confirmed by a person, unless a program says so beforehand."""
    parser.add_argument("--yes", action="store_true", help="do it without asking")
