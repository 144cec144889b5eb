"""The job queue: procrastinate's own schema, in a schema of its own.

Its tables carry no policy, so nobody but the owner reads them: every function runs with the
owner's rights and a pinned path, and the one plain query a worker makes (which of my jobs was
asked to stop) gets the columns it needs, none of which belongs to a company. Rescuing stalled jobs
goes through a function that answers with identifiers. New objects only.
"""

from pathlib import Path

from alembic import op

from migrations.isolation import AUTHENTICATED

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql" / "procrastinate_3_10_0.sql"


def upgrade() -> None:
    op.execute("CREATE SCHEMA jobs")
    op.execute("SET LOCAL search_path = jobs")
    op.get_bind().exec_driver_sql(SQL.read_text().replace("%", "%%"))
    op.execute(STALLED)
    op.execute("SET LOCAL search_path = public")
    op.execute(PIN_AND_GRANT)
    op.execute(f"GRANT USAGE ON SCHEMA jobs TO {AUTHENTICATED}")
    op.execute(
        "GRANT SELECT (id, status, queue_name, abort_requested) ON jobs.procrastinate_jobs "
        f"TO {AUTHENTICATED}"
    )


def downgrade() -> None:
    op.execute("DROP SCHEMA jobs CASCADE")


STALLED = """
CREATE FUNCTION jobs.stalled(heartbeat_older_than interval)
RETURNS TABLE (id bigint, attempts integer) LANGUAGE sql STABLE AS $$
  SELECT j.id, j.attempts FROM procrastinate_jobs j
  LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
  WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - heartbeat_older_than)
$$
"""

PIN_AND_GRANT = """
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'jobs'::regnamespace
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = jobs, pg_temp', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO authenticated', f);
  END LOOP;
END $$
"""
