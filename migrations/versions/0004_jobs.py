"""The job queue: procrastinate's own schema, in a schema of its own.

Its tables carry no policy, so nobody but the owner reads them: every function runs with the
owner's rights and a pinned path, and the one plain query a worker makes (which of my jobs was
asked to stop) gets the columns it needs, none of which belongs to a company. What the library
leaves to its user is added: jobs left behind are rescued, and a job that waits again gives up its
queueing lock. New objects only.
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
    op.execute(RESCUE)
    op.execute(GIVE_UP_QUEUEING_LOCK)
    op.execute(DEFER_ONCE)
    op.execute(
        "CREATE TRIGGER give_up_queueing_lock BEFORE UPDATE OF status ON procrastinate_jobs "
        "FOR EACH ROW WHEN (old.status = 'doing' AND new.status = 'todo') "
        "EXECUTE FUNCTION give_up_queueing_lock()"
    )
    op.execute("SET LOCAL search_path = public")
    op.execute(PIN_AND_GRANT)
    op.execute(f"GRANT USAGE ON SCHEMA jobs TO {AUTHENTICATED}")
    op.execute(
        "GRANT SELECT (id, status, queue_name, abort_requested) ON jobs.procrastinate_jobs "
        f"TO {AUTHENTICATED}"
    )


def downgrade() -> None:
    op.execute("DROP SCHEMA jobs CASCADE")


RESCUE = """
-- Puts back what its worker left behind: the worker is gone or silent, or the job has been running
-- longer than any may (its end could not be written). The last attempt is given up: a dead letter.
-- One statement, so that of two rescuers each job meets one; a job that changed hands meanwhile has
-- another worker or more attempts, and stays.
CREATE FUNCTION jobs.rescue(silent interval, running interval, most_attempts integer)
RETURNS TABLE (id bigint, is_given_up boolean) LANGUAGE sql AS $$
  WITH stalled AS (
    SELECT j.id, j.worker_id, j.attempts
    FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
    WHERE j.status = 'doing' AND (
      w.id IS NULL
      OR w.last_heartbeat < now() - silent
      OR NOT EXISTS (
        SELECT FROM procrastinate_events e
        WHERE e.job_id = j.id AND e.type = 'started' AND e.at >= now() - running))
  )
  UPDATE procrastinate_jobs j
  SET attempts = j.attempts + 1,
      status = (CASE WHEN j.attempts + 1 < most_attempts AND NOT j.abort_requested
                THEN 'todo' ELSE 'failed' END)::procrastinate_job_status
  FROM stalled s
  WHERE j.id = s.id AND j.status = 'doing' AND j.attempts = s.attempts
    AND j.worker_id IS NOT DISTINCT FROM s.worker_id
  RETURNING j.id, j.status = 'failed'
$$
"""

GIVE_UP_QUEUEING_LOCK = """
-- While a job runs, another with its queueing lock may have begun to wait. The unique index would
-- refuse the first one's return, and leave it running for ever in name.
CREATE FUNCTION jobs.give_up_queueing_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.queueing_lock := NULL;
  RETURN NEW;
END $$
"""

DEFER_ONCE = """
-- Asks for a task unless it waits already. The refusal is caught here and not by the caller's
-- savepoint: one statement instead of three, and a client forgets its prepared statements when it
-- rolls back.
CREATE FUNCTION jobs.defer_once(task text, once text, args jsonb)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM procrastinate_defer_jobs_v1(
    ARRAY[ROW(task, task, 0, once, once, args, NULL)::procrastinate_job_to_defer_v1]);
  RETURN true;
EXCEPTION WHEN unique_violation THEN
  RETURN false;
END $$
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
