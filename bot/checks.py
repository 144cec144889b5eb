"""Whether this process may serve on this database: asked at start, and by `bot doctor`."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import migrate

ROLE = text(
    """
    SELECT r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb,
           pg_has_role(r.oid, 'authenticated', 'MEMBER') AS is_authenticated,
           ARRAY(
             SELECT other.rolname FROM pg_auth_members m JOIN pg_roles other ON other.oid = m.roleid
             WHERE m.member = r.oid AND other.rolname <> 'authenticated'
           ) AS others,
           EXISTS (
             SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relowner = r.oid AND n.nspname IN ('public', 'jobs', 'numbers', 'directory')
           ) AS owns_tables
    FROM pg_roles r WHERE r.rolname = current_user
    """
)
UNBOUND = text(
    """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version'
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
        SELECT FROM pg_policy p
        WHERE p.polrelid = c.oid AND p.polname = 'tenant_isolation_' || c.relname))
    ORDER BY c.relname
    """
)
TRUNCATES = text(
    """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'jobs') AND c.relkind IN ('r', 'p')
      AND has_table_privilege(c.oid, 'TRUNCATE')
    ORDER BY c.relname
    """
)


class UnsafeDatabaseError(Exception):
    """This process must not serve on this database; the reasons are in the text."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons))


async def refuse_unsafe(engine: AsyncEngine) -> None:
    """Raise UnsafeDatabaseError unless role, policies and schema are as they must be."""
    reasons = await reasons_against(engine)
    if reasons:
        raise UnsafeDatabaseError(reasons)


async def reasons_against(engine: AsyncEngine) -> list[str]:
    """Every reason not to serve, in an operator's words; none: all is well."""
    async with engine.connect() as connection:
        schema = await _schema_reasons(connection)
        if schema:
            return schema
        return [*await _role_reasons(connection), *await _table_reasons(connection)]


async def _schema_reasons(connection: AsyncConnection) -> list[str]:
    """A newer schema is fine: it was expanded for the replicas that follow."""
    exists = await connection.scalar(text("SELECT to_regclass('public.alembic_version')"))
    if exists is None:
        return ["The database has no schema yet. Run: python -m bot migrate"]
    current = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    if current in migrate.known_revisions() and current != migrate.head():
        return [f"The schema is behind ({current}). Run: python -m bot migrate"]
    return []


async def _role_reasons(connection: AsyncConnection) -> list[str]:
    role = (await connection.execute(ROLE)).one()
    wrong = {
        "is a superuser": role.rolsuper,
        "may bypass row level security": role.rolbypassrls,
        "may create roles": role.rolcreaterole,
        "may create databases": role.rolcreatedb,
        "owns tables of the application": role.owns_tables,
        "is not a member of 'authenticated'": not role.is_authenticated,
    }
    reasons = [f"The login {role.rolname} {what}." for what, is_so in wrong.items() if is_so]
    if role.others:
        names = ", ".join(role.others)
        reasons.append(f"The login {role.rolname} is also a member of {names}.")
    return reasons


async def _table_reasons(connection: AsyncConnection) -> list[str]:
    unbound = (await connection.scalars(UNBOUND)).all()
    truncates = (await connection.scalars(TRUNCATES)).all()
    return [
        *(f"The table {name} does not force row level security." for name in unbound),
        *(f"The login may truncate {name}." for name in truncates),
    ]
