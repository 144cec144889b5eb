"""A workspace of an enterprise that has the app is that company's, also with its own installation.

Somebody who installed the app in one workspace of an enterprise that had it for all of them became
the admin of a second, empty company, and everybody there lost sight of the first. And what Slack
tells late of that one workspace's end was taken for the end of the whole enterprise's installation.
Replaces one function and adds one.
"""

from collections.abc import Iterable
from importlib import import_module

from alembic import op

from migrations.isolation import AUTHENTICATED, DEFINER

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

FIRST = import_module("migrations.versions.0003_directory")
BEFORE = import_module("migrations.versions.0008_link_codes")
ALONE = "  PERFORM pg_advisory_xact_lock(hashtextextended('subdomain|' || the_subdomain, 0));\n"
OF_ITS_ENTERPRISE = """\
  SELECT w.organization_id INTO company FROM workspaces w
    WHERE the_team IS NOT NULL AND w.team_id IS NULL AND w.enterprise_id = the_enterprise
      AND w.left_at IS NULL;
  IF FOUND THEN
    INSERT INTO workspaces (organization_id, enterprise_id, team_id, team_name, app_id, bot_id,
                            bot_user_id, scopes, created_at)
      VALUES (company, the_enterprise, the_team, the_name, the_app, the_bot, the_bot_user,
              the_scopes, the_time)
      RETURNING id INTO place;
    RETURN QUERY SELECT company, place, true;
    RETURN;
  END IF;
"""


LEAVING = "leaving_workspace(text, text)"
LEAVING_WORKSPACE = """
CREATE FUNCTION directory.leaving_workspace(the_enterprise text, the_team text)
RETURNS TABLE (organization_id uuid, workspace_id uuid, is_active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT own.organization_id, own.id, own.is_active
  FROM (
    SELECT w.organization_id, w.id, o.is_active, w.uninstalled_at
    FROM workspaces w JOIN organizations o ON o.id = w.organization_id
    WHERE w.left_at IS NULL
      AND (w.team_id = the_team OR (w.team_id IS NULL AND w.enterprise_id = the_enterprise))
    ORDER BY w.team_id NULLS LAST
    LIMIT 1
  ) own
  WHERE own.uninstalled_at IS NULL
$$
"""


def upgrade() -> None:
    _replace((*BEFORE.ONLY_LIVE, (ALONE, OF_ITS_ENTERPRISE + ALONE)))
    op.execute(LEAVING_WORKSPACE)
    op.execute(f"REVOKE ALL ON FUNCTION directory.{LEAVING} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION directory.{LEAVING} TO {AUTHENTICATED}")
    op.execute(f"GRANT CREATE ON SCHEMA directory TO {DEFINER}")
    op.execute(f"ALTER FUNCTION directory.{LEAVING} OWNER TO {DEFINER}")
    op.execute(f"REVOKE CREATE ON SCHEMA directory FROM {DEFINER}")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION directory.{LEAVING}")
    _replace(BEFORE.ONLY_LIVE)


def _replace(changes: Iterable[tuple[str, str]]) -> None:
    """The function as it was at first, with these changes; it stays the one's whose it is."""
    function = FIRST.INSTALL_WORKSPACE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    for before, after in changes:
        if function.count(before) != 1:
            raise ValueError(f"not as it was: {before}")
        function = function.replace(before, after)
    op.execute(f"GRANT CREATE ON SCHEMA directory TO {DEFINER}")
    op.execute(function)
    op.execute(f"REVOKE CREATE ON SCHEMA directory FROM {DEFINER}")
