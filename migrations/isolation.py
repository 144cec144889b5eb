"""What every table of a tenant gets beside its columns: policies, grants, time stamps.

Names come from constants in the revisions, never from data. Policies are part of the revision
that makes their table, so that no table exists a moment without them.
"""

from alembic import op

AUTHENTICATED = "authenticated"
"""The role of the application's logins. Owns nothing."""

DEFINER = "tandem_definer"
"""Owns the few functions that answer before a company is known. Nobody logs in as it."""

CURRENT = "NULLIF(current_setting('app.current_organization_id', true), '')::uuid"


def ensure_role(role: str) -> None:
    """Create a cluster-wide role if it is missing. Safe in parallel; roles are never dropped."""
    op.execute(
        f"""
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
            CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS;
          END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$
        """
    )


def isolate(
    table: str, *, column: str = "organization_id", grants: str = "SELECT, INSERT, UPDATE, DELETE"
) -> None:
    """Force row level security: the tenant sees and writes its own rows, the owner all of them.

    Without the owner's policy FORCE would make back-fills touch nothing and dumps come out empty,
    both in silence.
    """
    force(table)
    op.execute(
        f"CREATE POLICY tenant_isolation_{table} ON {table} FOR ALL TO {AUTHENTICATED} "
        f"USING ({column} = {CURRENT}) WITH CHECK ({column} = {CURRENT})"
    )
    op.execute(f"GRANT {grants} ON {table} TO {AUTHENTICATED}")


def force(table: str) -> None:
    """Enable and force row level security with the owner's own policy, and nobody else's."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY owner_{_bare(table)} ON {table} FOR ALL TO CURRENT_USER "
        "USING (true) WITH CHECK (true)"
    )


def let_definer(table: str, grants: str) -> None:
    """Let the definer's functions see every company's rows of this one table."""
    op.execute(
        f"CREATE POLICY definer_{_bare(table)} ON {table} FOR ALL TO {DEFINER} "
        "USING (true) WITH CHECK (true)"
    )
    op.execute(f"GRANT {grants} ON {table} TO {DEFINER}")


def keep_updated_at(table: str) -> None:
    """Let the database keep `updated_at`, whoever writes."""
    op.execute(
        f"CREATE TRIGGER keep_updated_at BEFORE INSERT OR UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION keep_updated_at()"
    )


def follow_merged_partner(table: str) -> None:
    """Let what is written for a partner that was merged go to the one that stays (0013)."""
    op.execute(
        f"CREATE TRIGGER follow_merged_partner BEFORE INSERT OR UPDATE OF partner_id ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION follow_merged_partner()"
    )


def _bare(table: str) -> str:
    """Without its schema, as policies are named."""
    return table.rpartition(".")[2]
