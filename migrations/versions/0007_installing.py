"""What installing needs beside the workspace's own row: states, refresh tokens, and who is told.

The states of installs under way belong to no company yet. Their table is in the schema of the
functions that answer before a company is known, and nobody but these reaches it. A company that the
operator switches off posts nothing from then on; what waits is kept. Adds columns without a
default: no table is rewritten.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from migrations.isolation import AUTHENTICATED, DEFINER, force, let_definer

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

EARLIER = import_module("migrations.versions.0003_directory")
"""Where the functions that change here were made."""

FIND = "find_workspace(text, text)"
NEW_FUNCTIONS = (
    "issue_oauth_state(bytea, timestamptz, timestamptz)",
    "consume_oauth_state(bytea)",
    "claim_rotations(timestamptz, timestamptz, interval, integer)",
)
ONLY_ACTIVE = (
    (
        "JOIN workspaces w ON w.id = l.workspace_id",
        (
            "JOIN workspaces w ON w.id = l.workspace_id"
            " JOIN organizations o ON o.id = l.organization_id"
        ),
    ),
    ("AND w.uninstalled_at IS NULL", "AND w.uninstalled_at IS NULL AND o.is_active"),
)
"""What a company that is switched off changes in what is delivered next."""


def upgrade() -> None:
    op.execute(f"GRANT {DEFINER} TO CURRENT_USER")
    op.execute(f"GRANT CREATE ON SCHEMA directory TO {DEFINER}")
    _refresh_tokens()
    _oauth_states()
    _let_only_active_companies_post()
    op.execute(f"DROP FUNCTION directory.{FIND}")
    op.execute(FIND_WORKSPACE)
    op.execute(ISSUE_OAUTH_STATE)
    op.execute(CONSUME_OAUTH_STATE)
    op.execute(CLAIM_ROTATIONS)
    _hand_over(FIND, *NEW_FUNCTIONS)
    op.execute(f"REVOKE CREATE ON SCHEMA directory FROM {DEFINER}")
    _tell()


def downgrade() -> None:
    for table in ("workspaces", "organizations"):
        op.execute(f"DROP TRIGGER tell_workspace_came ON {table}")
    op.execute("DROP TRIGGER tell_organization_changed ON organizations")
    op.execute("DROP FUNCTION tell_workspace_came()")
    op.execute("DROP FUNCTION tell_organization_changed()")
    op.execute(f"GRANT CREATE ON SCHEMA directory TO {DEFINER}")
    for function in (FIND, *NEW_FUNCTIONS):
        op.execute(f"DROP FUNCTION directory.{function}")
    op.execute("DROP TABLE directory.oauth_states")
    op.execute(EARLIER.FIND_WORKSPACE)
    for made in (EARLIER.CLAIM_DELIVERIES, EARLIER.NEXT_DELIVERY_AT):
        op.execute(_replacing(made))
    _hand_over(FIND)
    op.execute(f"REVOKE CREATE ON SCHEMA directory FROM {DEFINER}")
    for column in ("rotation_leased_until", "token_expires_at", "sealed_refresh_token"):
        op.drop_column("workspaces", column)


def _refresh_tokens() -> None:
    op.add_column("workspaces", sa.Column("sealed_refresh_token", sa.LargeBinary()))
    op.add_column(
        "workspaces",
        sa.Column(
            "token_expires_at",
            sa.DateTime(timezone=True),
            comment="When the bot token ends unless it is renewed before; NULL: never.",
        ),
    )
    op.add_column(
        "workspaces",
        sa.Column(
            "rotation_leased_until",
            sa.DateTime(timezone=True),
            comment="Until then one replica renews the token, or rests after a failure.",
        ),
    )
    op.create_index(
        "idx_workspaces_token_expires_at",
        "workspaces",
        ["token_expires_at"],
        postgresql_where=sa.text("token_expires_at IS NOT NULL"),
    )
    op.execute(
        "GRANT UPDATE (sealed_refresh_token, token_expires_at, rotation_leased_until) "
        f"ON workspaces TO {AUTHENTICATED}"
    )
    op.execute(
        "GRANT SELECT (token_expires_at, rotation_leased_until), UPDATE (rotation_leased_until) "
        f"ON workspaces TO {DEFINER}"
    )


def _oauth_states() -> None:
    table = "directory.oauth_states"
    op.execute(
        f"""
        CREATE TABLE {table} (
          state_hash bytea PRIMARY KEY,
          issued_at timestamptz NOT NULL,
          expires_at timestamptz NOT NULL
        )
        """
    )
    op.execute(
        f"COMMENT ON TABLE {table} IS 'Installs under way: each may come back from Slack once. "
        "Only the hash of a state is kept.'"
    )
    op.execute(f"CREATE INDEX idx_oauth_states_expires_at ON {table} (expires_at)")
    force(table)
    let_definer(table, "SELECT, INSERT, UPDATE, DELETE")


def _let_only_active_companies_post() -> None:
    for made in (EARLIER.CLAIM_DELIVERIES, EARLIER.NEXT_DELIVERY_AT):
        changed = made
        for before, after in ONLY_ACTIVE:
            changed = changed.replace(before, after)
        op.execute(_replacing(changed))


def _replacing(made: str) -> str:
    return made.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def _hand_over(*functions: str) -> None:
    for function in functions:
        op.execute(f"REVOKE ALL ON FUNCTION directory.{function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION directory.{function} TO {AUTHENTICATED}")
        op.execute(f"ALTER FUNCTION directory.{function} OWNER TO {DEFINER}")


def _tell() -> None:
    """Replicas remember which installation a team has, and for a while that it has none."""
    op.execute(
        """
        CREATE FUNCTION tell_organization_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_notify('company_changed', NEW.id::text);
          RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION tell_workspace_came() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_notify('workspace_came', '');
          RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER tell_organization_changed AFTER UPDATE ON organizations "
        "FOR EACH ROW EXECUTE FUNCTION tell_organization_changed()"
    )
    op.execute(
        "CREATE TRIGGER tell_workspace_came AFTER UPDATE OF is_active ON organizations "
        "FOR EACH ROW EXECUTE FUNCTION tell_workspace_came()"
    )
    op.execute(
        "CREATE TRIGGER tell_workspace_came "
        "AFTER INSERT OR UPDATE OF organization_id, sealed_bot_token, uninstalled_at "
        "ON workspaces FOR EACH ROW EXECUTE FUNCTION tell_workspace_came()"
    )


FIND_WORKSPACE = """
-- Also of a company that is switched off: what Slack says of its end counts all the same.
CREATE FUNCTION directory.find_workspace(the_enterprise text, the_team text)
RETURNS TABLE (organization_id uuid, workspace_id uuid, is_active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT w.organization_id, w.id, o.is_active
  FROM workspaces w JOIN organizations o ON o.id = w.organization_id
  WHERE w.uninstalled_at IS NULL
    AND (w.team_id = the_team OR (w.team_id IS NULL AND w.enterprise_id = the_enterprise))
  ORDER BY w.team_id NULLS LAST
  LIMIT 1
$$
"""

ISSUE_OAUTH_STATE = """
-- Clears away some of the old ones each time, so that there are never many. They are kept for an
-- hour beyond their end: who comes late is told so.
CREATE FUNCTION directory.issue_oauth_state(
  the_hash bytea, the_time timestamptz, the_end timestamptz) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = directory, pg_temp AS $$
  DELETE FROM oauth_states WHERE state_hash IN (
    SELECT s.state_hash FROM oauth_states s
    WHERE s.expires_at < the_time - interval '1 hour'
    ORDER BY s.expires_at LIMIT 100 FOR UPDATE SKIP LOCKED);
  INSERT INTO oauth_states (state_hash, issued_at, expires_at)
    VALUES (the_hash, the_time, the_end)
$$
"""

CONSUME_OAUTH_STATE = """
CREATE FUNCTION directory.consume_oauth_state(the_hash bytea) RETURNS timestamptz
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = directory, pg_temp AS $$
  DELETE FROM oauth_states WHERE state_hash = the_hash RETURNING expires_at
$$
"""

CLAIM_ROTATIONS = """
-- Which tokens end soon, each for one replica until its lease ends.
CREATE FUNCTION directory.claim_rotations(
  the_time timestamptz, due_before timestamptz, the_lease interval, at_most integer)
RETURNS TABLE (organization_id uuid, workspace_id uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH due AS (
    SELECT w.id FROM workspaces w JOIN organizations o ON o.id = w.organization_id
    WHERE w.token_expires_at <= due_before AND w.uninstalled_at IS NULL AND o.is_active
      AND (w.rotation_leased_until IS NULL OR w.rotation_leased_until <= the_time)
    ORDER BY w.token_expires_at
    LIMIT at_most
    FOR UPDATE OF w SKIP LOCKED
  )
  UPDATE workspaces w SET rotation_leased_until = the_time + the_lease
  FROM due WHERE w.id = due.id
  RETURNING w.organization_id, w.id
$$
"""
