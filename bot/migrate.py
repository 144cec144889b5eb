"""Brings a database to the newest schema, as its owner, and lets the application's login in.

The owner is an ordinary role with CREATEROLE and CREATE on its database; never a superuser, never
the application's login.
"""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.pool import NullPool

ROOT = Path(__file__).resolve().parents[1]
LOCK = 5_117_002_211
"""One migration at a time for a database; any constant will do."""


def migrate(owner_url: str, application_url: str | None = None, revision: str = "head") -> None:
    """Upgrade to `revision` and, when given, make the application's login a member of its role."""
    engine = create_engine(_sqlalchemy_url(owner_url), poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
        connection.exec_driver_sql("SET lock_timeout = '5s'")
        connection.commit()
        command.upgrade(configuration(connection), revision)
    if application_url:
        admit(owner_url, application_url)


def downgrade(owner_url: str, revision: str = "base") -> None:
    """Go back to `revision`. For tests and emergencies: what the steps added is lost."""
    engine = create_engine(_sqlalchemy_url(owner_url), poolclass=NullPool)
    with engine.connect() as connection:
        command.downgrade(configuration(connection), revision)


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings, from pyproject.toml, on a connection of ours."""
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision this code knows."""
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    if revision is None:
        raise RuntimeError("there are no migrations")
    return revision


def known_revisions() -> frozenset[str]:
    """All revisions this code knows."""
    script = ScriptDirectory.from_config(configuration())
    return frozenset(each.revision for each in script.walk_revisions())


def admit(owner_url: str, application_url: str) -> None:
    """Make the login that `application_url` names a member of `authenticated`, and of nothing
    else; it is created with that password when it is missing.
    """
    login = conninfo_to_dict(application_url)
    name, password = str(login["user"]), str(login.get("password") or "")
    with psycopg.connect(owner_url, autocommit=True) as connection:
        exists = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
        role = sql.Identifier(name)
        if exists is None:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {}").format(
                    role, sql.Literal(password)
                )
            )
        connection.execute(sql.SQL("GRANT authenticated TO {}").format(role))


def _sqlalchemy_url(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
