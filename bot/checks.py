"""Whether this process may serve on this database: asked at start, and by `bot doctor`."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import migrate

NO_SCHEMA = "The database has no schema yet. Run: python -m bot migrate"
READABLE = text("SELECT has_table_privilege('public.alembic_version', 'SELECT')")
ROLE = text(
    """
    SELECT r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb,
           pg_has_role(r.oid, 'authenticated', 'MEMBER') AS is_authenticated,
           ARRAY(
             SELECT other.rolname FROM pg_roles other
             WHERE other.rolname NOT IN ('authenticated', r.rolname) AND NOT r.rolsuper
               AND pg_has_role(r.oid, other.oid, 'MEMBER')
             ORDER BY other.rolname
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
OPENED = text(
    """
    SELECT DISTINCT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = 'public'::regnamespace AND p.polpermissive
      AND p.polname NOT LIKE '%\\_' || c.relname
      AND p.polroles && ARRAY[0, 'authenticated'::regrole::oid, current_user::regrole::oid]
    ORDER BY c.relname
    """
)
"""Policies that are not named like ours, `<what>_<table>`, and let this login see more."""
TRUNCATES = text(
    """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'jobs') AND c.relkind IN ('r', 'p')
      AND has_table_privilege(c.oid, 'TRUNCATE')
    ORDER BY c.relname
    """
)
GRANTED = text(
    """
    WITH never(relname, privilege) AS (VALUES
      ('audit_log', 'UPDATE'), ('audit_log', 'DELETE'),
      ('opportunity_stage_history', 'UPDATE'), ('opportunity_stage_history', 'DELETE'),
      ('opportunity_changes', 'UPDATE'), ('opportunity_changes', 'DELETE'),
      ('users', 'DELETE'), ('partners', 'DELETE'), ('organizations', 'DELETE'),
      ('organizations', 'INSERT'))
    SELECT lower(n.privilege) || ' rows of ' || n.relname FROM never n
    WHERE CASE n.privilege
      WHEN 'UPDATE' THEN has_any_column_privilege('public.' || n.relname, 'UPDATE')
      ELSE has_table_privilege('public.' || n.relname, n.privilege) END
    UNION ALL
    SELECT 'change ' || c.name || ' of organizations'
    FROM unnest(ARRAY['subdomain', 'is_active', 'subscription_tier', 'max_users']) c(name)
    WHERE has_column_privilege('public.organizations', c.name, 'UPDATE')
    ORDER BY 1
    """
)
"""What no company may do, whichever way it asks."""
UNREAD = text(
    """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT has_any_column_privilege(c.oid, 'SELECT')
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
        return [NO_SCHEMA]
    if not await connection.scalar(READABLE):
        unread = "The login cannot read which revision the schema is at. Run: python -m bot migrate"
        return [*await _role_reasons(connection), unread]
    current = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    if current is None:
        return [NO_SCHEMA]
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
    opened = (await connection.scalars(OPENED)).all()
    truncates = (await connection.scalars(TRUNCATES)).all()
    granted = (await connection.scalars(GRANTED)).all()
    unread = (await connection.scalars(UNREAD)).all()
    return [
        *(f"The table {name} does not force row level security." for name in unbound),
        *(f"The table {name} has a policy that lets the login see more." for name in opened),
        *(f"The login may truncate {name}." for name in truncates),
        *(f"The login may {what}." for what in granted),
        *(f"The login cannot read {name}." for name in unread),
    ]
