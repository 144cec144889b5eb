"""The operator's commands: a module for each group, over the owner's login of the database.

Who may run them has the database's passwords and the keys already; what they do inside a company
is in its audit. They speak plain words: results to the standard output, refusals to the other.
"""

from argparse import Namespace

import psycopg
from sqlalchemy.exc import DBAPIError

from bot.operator import configuration, examination, keys, link_code, organizations, people
from bot.operator.console import Console
from bot.operator.desk import Desk, Refused
from bot.operator.parsing import Commands
from bot.operator.wording import in_words
from services.errors import DomainError

__all__ = ["Console", "Desk", "add_commands", "operate"]

DONE, FAILED = 0, 1
"""Exit codes; a command that cannot be understood, or settings that are missing, are 2."""


def add_commands(commands: Commands) -> None:
    """Each sets `work`, to be given to `operate`."""
    for each in (examination, organizations, people, link_code, keys, configuration):
        each.add(commands)


async def operate(desk: Desk, asked: Namespace) -> int:
    """Run one command; returns the exit code. Raises SettingsError."""
    try:
        return await asked.work(desk, asked) or DONE
    except Refused as refused:
        desk.console.note(str(refused))
    except DomainError as refused:
        desk.console.note(in_words(refused))
    except (psycopg.Error, DBAPIError) as error:
        desk.console.note(_of_database(error.orig if isinstance(error, DBAPIError) else error))
    except OSError as error:
        desk.console.note(f"This machine refused: {error.strerror or type(error).__name__}.")
    return FAILED


def _of_database(error: BaseException | None) -> str:
    """Without the server's own words: they may hold data, or a password."""
    match error:
        case psycopg.errors.UndefinedTable() | psycopg.errors.UndefinedColumn():
            return "The database's schema is not the newest. Run: python -m bot migrate"
        case psycopg.errors.InsufficientPrivilege():
            return "The login may not do this. MIGRATION_DATABASE_URL names the tables' owner."
        case psycopg.errors.LockNotAvailable() | psycopg.errors.DeadlockDetected():
            return "Others are at work on the same rows. Try again."
        case psycopg.OperationalError():
            return f"The database is not reached ({type(error).__name__})."
        case _:
            return f"The database refused ({type(error).__name__})."
