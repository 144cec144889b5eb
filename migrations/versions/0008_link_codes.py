"""Codes by which another workspace joins a company, and workspaces that left for another one.

A code is known by its hash alone. It belongs to its company but nobody's grants reach it: whoever
enters one is of another company, so functions answer. A workspace that moves leaves its row behind,
because people, messages and the delivery log of its former company hang on it, and gets a new one.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from migrations.isolation import AUTHENTICATED, CURRENT, DEFINER, force, let_definer

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EARLIER = import_module("migrations.versions.0003_directory")
ONLY_LIVE = (
    ("WHERE w.team_id = the_team\n", "WHERE w.left_at IS NULL AND (w.team_id = the_team\n"),
    ("w.enterprise_id = the_enterprise);", "w.enterprise_id = the_enterprise));"),
)
"""What a workspace left behind is not the workspace that installs."""

FUNCTIONS = (
    "issue_link_code(bytea, text, uuid, timestamptz, timestamptz)",
    "open_link_codes(timestamptz)",
    "revoke_link_code(uuid, timestamptz)",
    "link_code_of(bytea)",
    "look_up_link_code(bytea, bytea, timestamptz)",
    "former_workspace(uuid, uuid)",
    "move_workspace(bytea, uuid, uuid, bytea, bytea, timestamptz)",
    "admit_workspace(bytea, text, text, text, text, text, text, text[], timestamptz)",
)
INNER = ("take_link_code(bytea, timestamptz)", "present_company()")
"""What only the functions above call."""

TEAM = "workspaces_enterprise_id_team_id_key"


def upgrade() -> None:
    _tables()
    _leaving()
    op.execute(f"GRANT CREATE ON SCHEMA directory TO {DEFINER}")
    for made in (PRESENT, ISSUE, OPEN, REVOKE, CODE_OF, LOOK_UP, TAKE, FORMER, MOVE, ADMIT):
        op.execute(made)
    op.execute(_replacing(_only_live(EARLIER.INSTALL_WORKSPACE)))
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION directory.{function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION directory.{function} TO {AUTHENTICATED}")
        op.execute(f"ALTER FUNCTION directory.{function} OWNER TO {DEFINER}")
    for function in INNER:
        op.execute(f"REVOKE ALL ON FUNCTION directory.{function} FROM PUBLIC")
        op.execute(f"ALTER FUNCTION directory.{function} OWNER TO {DEFINER}")
    op.execute(f"REVOKE CREATE ON SCHEMA directory FROM {DEFINER}")


def downgrade() -> None:
    for function in (*FUNCTIONS, *INNER):
        op.execute(f"DROP FUNCTION directory.{function}")
    op.execute(_replacing(EARLIER.INSTALL_WORKSPACE))
    op.execute("DROP TABLE directory.link_codes, directory.link_attempts")
    op.execute("DELETE FROM workspaces WHERE left_at IS NOT NULL")
    op.drop_index(TEAM, table_name="workspaces")
    op.create_unique_constraint(
        TEAM, "workspaces", ["enterprise_id", "team_id"], postgresql_nulls_not_distinct=True
    )
    op.drop_column("workspaces", "left_at")
    op.execute("DROP POLICY definer_audit_log ON audit_log")
    op.execute(f"REVOKE ALL ON audit_log FROM {DEFINER}")


def _only_live(function: str) -> str:
    for before, after in ONLY_LIVE:
        if function.count(before) != 1:
            raise ValueError(f"not as it was: {before}")
        function = function.replace(before, after)
    return function


def _replacing(function: str) -> str:
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def _tables() -> None:
    op.execute(
        """
        CREATE TABLE directory.link_codes (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
          hash bytea NOT NULL UNIQUE,
          hint text NOT NULL,
          issued_by uuid,
          issued_at timestamptz NOT NULL,
          expires_at timestamptz NOT NULL,
          used_at timestamptz,
          used_by uuid,
          revoked_at timestamptz
        )
        """
    )
    op.execute("CREATE INDEX idx_link_codes_org ON directory.link_codes (organization_id)")
    op.execute(
        "COMMENT ON TABLE directory.link_codes IS "
        "'One-time codes that let another workspace join a company; known by their hash alone.'"
    )
    op.execute(
        """
        CREATE TABLE directory.link_attempts (
          source bytea PRIMARY KEY,
          began_at timestamptz NOT NULL,
          wrong integer NOT NULL
        )
        """
    )
    op.execute(
        "COMMENT ON TABLE directory.link_attempts IS "
        "'Wrong codes by the hash of who entered them, for an hour: guessing must not pay.'"
    )
    for table in ("directory.link_codes", "directory.link_attempts"):
        force(table)
        let_definer(table, "SELECT, INSERT, UPDATE, DELETE")


def _leaving() -> None:
    op.add_column(
        "workspaces",
        sa.Column(
            "left_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it moved to another company; what hangs on it stays in this one.",
        ),
    )
    op.drop_constraint(TEAM, "workspaces", type_="unique")
    op.create_index(
        TEAM,
        "workspaces",
        ["enterprise_id", "team_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    tokens = "sealed_bot_token, sealed_refresh_token"
    op.execute(
        f"GRANT SELECT (left_at, token_expires_at, parked_because),"
        f" INSERT (id, {tokens}, token_expires_at, uninstalled_at, parked_at, parked_because),"
        f" UPDATE (left_at, uninstalled_at, parked_at, parked_because, {tokens}, token_expires_at,"
        f" rotation_leased_until, team_name, app_id, bot_id, bot_user_id, scopes)"
        f" ON workspaces TO {DEFINER}"
    )
    let_definer("audit_log", "INSERT")


PRESENT = f"""
CREATE FUNCTION directory.present_company() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT {CURRENT}
$$
"""

ISSUE = """
CREATE FUNCTION directory.issue_link_code(
  the_hash bytea, the_hint text, the_person uuid, the_time timestamptz, the_end timestamptz)
RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  company uuid := directory.present_company();
  made uuid;
BEGIN
  DELETE FROM directory.link_codes c
    WHERE c.organization_id = company AND c.expires_at < the_time - interval '30 days';
  INSERT INTO directory.link_codes (organization_id, hash, hint, issued_by, issued_at, expires_at)
    VALUES (company, the_hash, the_hint, the_person, the_time, the_end)
    RETURNING id INTO made;
  RETURN made;
END $$
"""

OPEN = """
CREATE FUNCTION directory.open_link_codes(the_time timestamptz)
RETURNS TABLE (id uuid, hint text, issued_by uuid, issued_at timestamptz, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.id, c.hint, c.issued_by, c.issued_at, c.expires_at
  FROM directory.link_codes c
  WHERE c.organization_id = directory.present_company()
    AND c.used_at IS NULL AND c.revoked_at IS NULL AND c.expires_at > the_time
  ORDER BY c.issued_at, c.id
$$
"""

REVOKE = """
CREATE FUNCTION directory.revoke_link_code(the_code uuid, the_time timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE directory.link_codes c SET revoked_at = the_time
    WHERE c.id = the_code AND c.organization_id = directory.present_company()
      AND c.used_at IS NULL AND c.revoked_at IS NULL;
  RETURN FOUND;
END $$
"""

CODE_OF = """
-- Who vouches for a code of the present company, and which workspace has used it.
CREATE FUNCTION directory.link_code_of(the_hash bytea)
RETURNS TABLE (issued_by uuid, workspace_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.issued_by, c.used_by FROM directory.link_codes c
  WHERE c.hash = the_hash AND c.organization_id = directory.present_company()
$$
"""

LOOK_UP = """
-- Whoever enters wrong codes has to wait: their own source alone, so that nobody can lock out
-- anybody else. A code that was right once is no guess.
CREATE FUNCTION directory.look_up_link_code(
  the_hash bytea, the_source bytea, the_time timestamptz)
RETURNS TABLE (state text, organization_id uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  code directory.link_codes;
  since timestamptz := the_time - interval '1 hour';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('link|' || encode(the_source, 'hex'), 0));
  IF EXISTS (SELECT FROM directory.link_attempts a
             WHERE a.source = the_source AND a.began_at > since AND a.wrong >= 10) THEN
    RETURN QUERY SELECT 'limited', NULL::uuid;
    RETURN;
  END IF;
  SELECT c.* INTO code FROM directory.link_codes c JOIN organizations o ON o.id = c.organization_id
    WHERE c.hash = the_hash AND o.is_active;
  IF NOT FOUND THEN
    DELETE FROM directory.link_attempts a WHERE a.source IN (
      SELECT old.source FROM directory.link_attempts old
      WHERE old.began_at <= since FOR UPDATE SKIP LOCKED);
    INSERT INTO directory.link_attempts AS a (source, began_at, wrong)
      VALUES (the_source, the_time, 1)
      ON CONFLICT (source) DO UPDATE SET wrong = a.wrong + 1;
    RETURN QUERY SELECT 'unknown', NULL::uuid;
    RETURN;
  END IF;
  RETURN QUERY SELECT
    CASE WHEN code.used_at IS NOT NULL THEN 'used'
         WHEN code.revoked_at IS NOT NULL THEN 'revoked'
         WHEN code.expires_at <= the_time THEN 'expired'
         ELSE 'open' END,
    code.organization_id;
END $$
"""

TAKE = """
-- For the functions below: the code's company, once.
CREATE FUNCTION directory.take_link_code(the_hash bytea, the_time timestamptz)
RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  company uuid;
BEGIN
  UPDATE directory.link_codes c SET used_at = the_time
    FROM organizations o
    WHERE c.hash = the_hash AND o.id = c.organization_id AND o.is_active
      AND c.used_at IS NULL AND c.revoked_at IS NULL AND c.expires_at > the_time
    RETURNING c.organization_id INTO company;
  RETURN company;
END $$
"""

FORMER = """
-- The row this workspace left behind in that company, if it was there before.
CREATE FUNCTION directory.former_workspace(the_workspace uuid, the_company uuid)
RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT f.id FROM workspaces w JOIN workspaces f
    ON f.organization_id = the_company AND f.left_at IS NOT NULL
    AND (f.team_id = w.team_id
      OR (f.team_id IS NULL AND w.team_id IS NULL AND f.enterprise_id = w.enterprise_id))
  WHERE w.id = the_workspace
  ORDER BY f.left_at DESC
  LIMIT 1
$$
"""

MOVE = """
-- From the present company to the code's: consumed, left and joined at once or not at all. The
-- tokens come sealed for the row they go to; here nobody can read them.
CREATE FUNCTION directory.move_workspace(
  the_hash bytea, the_workspace uuid, the_destination uuid, the_token bytea, the_refresh bytea,
  the_time timestamptz)
RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  company uuid;
  leaving record;
BEGIN
  company := directory.take_link_code(the_hash, the_time);
  IF company IS NULL OR company = directory.present_company() THEN
    RETURN NULL;
  END IF;
  SELECT w.enterprise_id, w.team_id, w.team_name, w.app_id, w.bot_id, w.bot_user_id, w.scopes,
         w.parked_at, w.parked_because, w.token_expires_at INTO leaving
    FROM workspaces w
    WHERE w.id = the_workspace AND w.organization_id = directory.present_company()
      AND w.left_at IS NULL;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  UPDATE workspaces w SET left_at = the_time, uninstalled_at = the_time, parked_at = NULL,
      parked_because = NULL, sealed_bot_token = NULL, sealed_refresh_token = NULL,
      token_expires_at = NULL, rotation_leased_until = NULL
    WHERE w.id = the_workspace;
  UPDATE workspaces w SET left_at = NULL, uninstalled_at = NULL, team_name = leaving.team_name,
      app_id = leaving.app_id, bot_id = leaving.bot_id, bot_user_id = leaving.bot_user_id,
      scopes = leaving.scopes, parked_at = leaving.parked_at,
      parked_because = leaving.parked_because, sealed_bot_token = the_token,
      sealed_refresh_token = the_refresh, token_expires_at = leaving.token_expires_at
    WHERE w.id = the_destination AND w.organization_id = company
      AND w.id = directory.former_workspace(the_workspace, company);
  IF NOT FOUND THEN
    INSERT INTO workspaces (id, organization_id, enterprise_id, team_id, team_name, app_id, bot_id,
                            bot_user_id, scopes, parked_at, parked_because, sealed_bot_token,
                            sealed_refresh_token, token_expires_at, created_at)
      VALUES (the_destination, company, leaving.enterprise_id, leaving.team_id, leaving.team_name,
              leaving.app_id, leaving.bot_id, leaving.bot_user_id, leaving.scopes,
              leaving.parked_at, leaving.parked_because, the_token, the_refresh,
              leaving.token_expires_at, the_time);
  END IF;
  UPDATE directory.link_codes c SET used_by = the_destination WHERE c.hash = the_hash;
  INSERT INTO audit_log (organization_id, at, action, entity_type, entity_id, details)
    VALUES (company, the_time, 'workspace.joined', 'workspace', the_destination,
            jsonb_build_object('team', leaving.team_id));
  RETURN company;
END $$
"""

ADMIT = """
-- A team that has no company yet joins the code's before its installation is complete. Until then
-- it has no token.
CREATE FUNCTION directory.admit_workspace(
  the_hash bytea, the_enterprise text, the_team text, the_name text, the_app text, the_bot text,
  the_bot_user text, the_scopes text[], the_time timestamptz)
RETURNS TABLE (state text, organization_id uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  company uuid;
  owner uuid;
  place uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(
    hashtextextended('team|' || coalesce(the_team, the_enterprise), 0));
  SELECT w.organization_id INTO owner FROM workspaces w
    WHERE w.left_at IS NULL AND (w.team_id = the_team
      OR (the_team IS NULL AND w.team_id IS NULL AND w.enterprise_id = the_enterprise));
  IF owner IS NOT NULL THEN
    RETURN QUERY SELECT 'taken', owner;
    RETURN;
  END IF;
  company := directory.take_link_code(the_hash, the_time);
  IF company IS NULL THEN
    RETURN QUERY SELECT 'used', NULL::uuid;
    RETURN;
  END IF;
  UPDATE workspaces w SET left_at = NULL
    WHERE w.id = (
      SELECT f.id FROM workspaces f
      WHERE f.organization_id = company AND f.left_at IS NOT NULL AND (f.team_id = the_team
        OR (the_team IS NULL AND f.team_id IS NULL AND f.enterprise_id = the_enterprise))
      ORDER BY f.left_at DESC LIMIT 1)
    RETURNING w.id INTO place;
  IF place IS NULL THEN
    INSERT INTO workspaces (organization_id, enterprise_id, team_id, team_name, app_id, bot_id,
                            bot_user_id, scopes, created_at)
      VALUES (company, the_enterprise, the_team, the_name, the_app, the_bot, the_bot_user,
              the_scopes, the_time)
      RETURNING id INTO place;
  END IF;
  UPDATE directory.link_codes c SET used_by = place WHERE c.hash = the_hash;
  INSERT INTO audit_log (organization_id, at, action, entity_type, entity_id, details)
    VALUES (company, the_time, 'workspace.joined', 'workspace', place,
            jsonb_build_object('team', the_team));
  RETURN QUERY SELECT 'joined', company;
END $$
"""
