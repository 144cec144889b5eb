"""A database for each test, copied and dropped on a thread of its own: PostgreSQL mostly waits for
the disk meanwhile, and the tests need not.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from uuid import uuid4

import psycopg
from psycopg import sql


class Copies:
    """Makes copies of templates, each one test ahead."""

    def __init__(self, superuser_url: str, owner: str) -> None:
        self._connection = psycopg.connect(superuser_url, autocommit=True)
        self._owner = owner
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._ahead: dict[str, Future[str]] = {}
        self._drops: list[Future[None]] = []

    def take(self, template: str) -> str:
        """The name of a new database that is like the template, and the taker's alone."""
        taken = self._ahead.get(template) or self._copied(template)
        self._ahead[template] = self._copied(template)
        return taken.result()

    def give_back(self, name: str) -> None:
        """The database is dropped as soon as there is time."""
        self._drops.append(self._thread.submit(self._drop, name))

    def close(self) -> None:
        """When all is done that was asked for. Raises what failed."""
        self._thread.shutdown()
        self._connection.close()
        for each in (*self._ahead.values(), *self._drops):
            each.result()

    def _copied(self, template: str) -> Future[str]:
        return self._thread.submit(self._copy, template)

    def _copy(self, template: str) -> str:
        name = f"test_{uuid4().hex[:12]}"
        self._connection.execute(copy_of(template, name, self._owner))
        return name

    def _drop(self, name: str) -> None:
        self._connection.execute(dropping(name))


def copy_of(template: str, name: str, owner: str) -> sql.Composed:
    """The statement that makes a quick file copy of the template."""
    return sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
        *(sql.Identifier(each) for each in (name, owner, template))
    )


def dropping(name: str) -> sql.Composed:
    """The statement that drops it, whoever is still connected."""
    return sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
