"""Jobs that see what asked for them.

Who asks for a job that waits already asks for nothing: what it changed is seen by that one. So that
one must not begin before the change is committed. Replaces one function; no lock to speak of.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(DEFER_ONCE)


def downgrade() -> None:
    op.execute(DEFER_ONCE_BEFORE)


DEFER_ONCE = """
-- Asks for a task unless it waits already. One that waits is held until the transaction ends: the
-- workers pass over what is held, and begin it when there is something to see. Whoever cannot be
-- held any more, since a worker has just taken it, is asked for anew.
CREATE OR REPLACE FUNCTION jobs.defer_once(task text, once text, args jsonb)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = jobs, pg_temp AS $$
BEGIN
  LOOP
    PERFORM FROM procrastinate_jobs j
    WHERE j.queueing_lock = once AND j.status = 'todo' FOR KEY SHARE;
    IF FOUND THEN
      RETURN false;
    END IF;
    BEGIN
      PERFORM procrastinate_defer_jobs_v1(
        ARRAY[ROW(task, task, 0, once, once, args, NULL)::procrastinate_job_to_defer_v1]);
      RETURN true;
    EXCEPTION WHEN unique_violation THEN
      NULL;  -- Somebody else has just asked for it.
    END;
  END LOOP;
END $$
"""

DEFER_ONCE_BEFORE = """
CREATE OR REPLACE FUNCTION jobs.defer_once(task text, once text, args jsonb)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = jobs, pg_temp AS $$
BEGIN
  PERFORM procrastinate_defer_jobs_v1(
    ARRAY[ROW(task, task, 0, once, once, args, NULL)::procrastinate_job_to_defer_v1]);
  RETURN true;
EXCEPTION WHEN unique_violation THEN
  RETURN false;
END $$
"""
