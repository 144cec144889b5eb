"""Runs Alembic: on a connection handed in by `bot migrate` and the tests, else on the one the
settings name.
"""

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from services.tables import Table


def _is_ours(
    _object: object, name: str | None, kind: str, _reflected: object, _other: object
) -> bool:
    return not (kind == "table" and name == "alembic_version")


def _differs(
    _context: object,
    _inspected_column: object,
    _metadata_column: object,
    inspected_default: str | None,
    _metadata_default: object,
    rendered_default: str | None,
) -> bool | None:
    """Equal texts are equal; Alembic would compare what they evaluate to, here NULL with NULL."""
    return False if inspected_default == rendered_default else None


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        compare_type=True,
        compare_server_default=_differs,
        include_object=_is_ours,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _main() -> None:
    connection: Connection | None = context.config.attributes.get("connection")
    if connection is not None:
        _run(connection)
        return
    from bot.settings import migration_url  # noqa: PLC0415  # only the bare `alembic` command needs it

    with create_engine(migration_url(), poolclass=NullPool).connect() as opened:
        _run(opened)


_main()
