"""The few questions that are answered before a company is known.

Which company is this workspace? Which companies have something due? Which deliveries are next?
SECURITY DEFINER functions owned by a role nobody logs in as, which answer with identifiers only
and can read no token and no text. New functions only: no lock on anything in use.
"""

from alembic import op

from migrations.isolation import AUTHENTICATED, DEFINER

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FUNCTIONS = (
    "find_workspace(text, text)",
    "install_workspace(text, text, text, text, text, text, text, text[], timestamptz)",
    "due_organizations(timestamptz, integer)",
    "claim_deliveries(timestamptz, interval, integer)",
    "next_delivery_at()",
)


def upgrade() -> None:
    op.execute(f"GRANT {DEFINER} TO CURRENT_USER")
    op.execute("CREATE SCHEMA directory")
    op.execute(f"GRANT CREATE, USAGE ON SCHEMA directory TO {DEFINER}")
    op.execute(f"GRANT USAGE ON SCHEMA directory TO {AUTHENTICATED}")
    op.execute(FIND_WORKSPACE)
    op.execute(INSTALL_WORKSPACE)
    op.execute(DUE_ORGANIZATIONS)
    op.execute(CLAIM_DELIVERIES)
    op.execute(NEXT_DELIVERY_AT)
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION directory.{function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION directory.{function} TO {AUTHENTICATED}")
        op.execute(f"ALTER FUNCTION directory.{function} OWNER TO {DEFINER}")
    op.execute(f"REVOKE CREATE ON SCHEMA directory FROM {DEFINER}")


def downgrade() -> None:
    op.execute("DROP SCHEMA directory CASCADE")


FIND_WORKSPACE = """
CREATE FUNCTION directory.find_workspace(the_enterprise text, the_team text)
RETURNS TABLE (organization_id uuid, workspace_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT w.organization_id, w.id
  FROM workspaces w JOIN organizations o ON o.id = w.organization_id
  WHERE w.uninstalled_at IS NULL AND o.is_active
    AND (w.team_id = the_team OR (w.team_id IS NULL AND w.enterprise_id = the_enterprise))
  ORDER BY w.team_id NULLS LAST
  LIMIT 1
$$
"""

INSTALL_WORKSPACE = """
CREATE FUNCTION directory.install_workspace(
  the_name text, the_subdomain text, the_enterprise text, the_team text, the_app text,
  the_bot text, the_bot_user text, the_scopes text[], the_time timestamptz)
RETURNS TABLE (organization_id uuid, workspace_id uuid, is_new boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  company uuid;
  place uuid;
  short text := the_subdomain;
  attempt integer := 1;
BEGIN
  -- Two installers of one team at once: the second finds what the first made. A team keeps its
  -- identifier when it joins an enterprise, and is the same company's as before.
  PERFORM pg_advisory_xact_lock(
    hashtextextended('team|' || coalesce(the_team, the_enterprise), 0));
  SELECT w.organization_id, w.id INTO company, place FROM workspaces w
    WHERE w.team_id = the_team
      OR (the_team IS NULL AND w.team_id IS NULL AND w.enterprise_id = the_enterprise);
  IF FOUND THEN
    UPDATE workspaces w SET enterprise_id = the_enterprise
      WHERE w.id = place AND w.enterprise_id IS NULL AND the_enterprise IS NOT NULL;
    RETURN QUERY SELECT company, place, false;
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('subdomain|' || the_subdomain, 0));
  WHILE EXISTS (SELECT FROM organizations o WHERE o.subdomain = short) LOOP
    attempt := attempt + 1;
    short := the_subdomain || '-' || attempt;
  END LOOP;
  INSERT INTO organizations (name, subdomain, created_at) VALUES (the_name, short, the_time)
    RETURNING id INTO company;
  INSERT INTO workspaces (organization_id, enterprise_id, team_id, team_name, app_id, bot_id,
                          bot_user_id, scopes, created_at)
    VALUES (company, the_enterprise, the_team, the_name, the_app, the_bot, the_bot_user,
            the_scopes, the_time)
    RETURNING id INTO place;
  RETURN QUERY SELECT company, place, true;
END $$
"""

DUE_ORGANIZATIONS = """
CREATE FUNCTION directory.due_organizations(the_time timestamptz, at_most integer)
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.organization_id
  FROM schedule s JOIN organizations o ON o.id = s.organization_id
  WHERE s.next_at <= the_time AND o.is_active
  GROUP BY s.organization_id
  ORDER BY min(s.next_at)
  LIMIT at_most
$$
"""

CLAIM_DELIVERIES = """
-- One delivery of each due lane, round robin over companies. The lane is mutex (SKIP LOCKED),
-- pace and lease (next_at) and fairness cursor (served_at) in one row.
CREATE FUNCTION directory.claim_deliveries(
  the_time timestamptz, the_lease interval, at_most integer)
RETURNS TABLE (organization_id uuid, outbox_id bigint, attempts integer, was_sending boolean)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH candidates AS (
    SELECT l.workspace_id, l.lane, l.organization_id, l.served_at
    FROM lanes l JOIN workspaces w ON w.id = l.workspace_id
    WHERE l.waiting > 0 AND l.next_at <= the_time AND l.ready_at <= the_time
      AND w.parked_at IS NULL AND w.uninstalled_at IS NULL
    ORDER BY l.next_at
    LIMIT 1000
  ), heads AS (
    SELECT c.*, h.id AS head_id,
           row_number() OVER (PARTITION BY c.organization_id ORDER BY c.served_at, h.id) AS turn
    FROM candidates c, LATERAL (
      SELECT o.id, o.method FROM outbox o
      WHERE o.workspace_id = c.workspace_id AND o.lane = c.lane
        AND o.state IN ('pending', 'sending') AND o.not_before <= the_time
      ORDER BY o.id LIMIT 1
    ) h
    WHERE NOT EXISTS (
      SELECT FROM gates g
      WHERE g.workspace_id = c.workspace_id AND g.method = h.method AND g.next_at > the_time)
  ), picked AS (
    SELECT l.workspace_id, l.lane, heads.head_id
    FROM lanes l JOIN heads ON heads.workspace_id = l.workspace_id AND heads.lane = l.lane
    WHERE l.next_at <= the_time
    ORDER BY heads.turn, heads.served_at
    LIMIT at_most
    FOR UPDATE OF l SKIP LOCKED
  ), leased AS (
    UPDATE lanes l SET next_at = the_time + the_lease, served_at = the_time
    FROM picked p WHERE l.workspace_id = p.workspace_id AND l.lane = p.lane
    RETURNING p.head_id
  ), before AS (
    SELECT o.id, o.state FROM outbox o JOIN leased ON leased.head_id = o.id
    WHERE o.state IN ('pending', 'sending')
  )
  UPDATE outbox o SET state = 'sending', attempts = o.attempts + 1
  FROM before WHERE o.id = before.id AND o.state IN ('pending', 'sending')
  RETURNING o.organization_id, o.id, o.attempts, before.state = 'sending'
$$
"""

NEXT_DELIVERY_AT = """
CREATE FUNCTION directory.next_delivery_at() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT min(greatest(l.next_at, l.ready_at, coalesce(g.next_at, l.next_at)))
  FROM lanes l
  JOIN workspaces w ON w.id = l.workspace_id
  LEFT JOIN LATERAL (
    SELECT max(g.next_at) AS next_at FROM gates g WHERE g.workspace_id = l.workspace_id) g ON true
  WHERE l.waiting > 0 AND w.parked_at IS NULL AND w.uninstalled_at IS NULL
$$
"""
