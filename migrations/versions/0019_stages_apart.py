"""What opportunities go by is held by a lock of its own.

Whoever created or changed an opportunity held the company's row, and so waited for whatever else
holds it: somebody who joins, whose role is changed, a channel that is set. Now they hold what only
those wait for who change the settings they go by, or many of them at once. Replaces one function;
neither is best done while replicas of the version before still run.
"""

from alembic import op

from migrations.isolation import CURRENT

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OWN = f"PERFORM pg_advisory_xact_lock_shared(hashtextextended('stages:' || {CURRENT}, 0));"
THE_COMPANY_S = f"PERFORM FROM public.organizations WHERE id = {CURRENT} FOR SHARE;"


def upgrade() -> None:
    _present_pipeline(OWN)


def downgrade() -> None:
    _present_pipeline(THE_COMPANY_S)


def _present_pipeline(hold: str) -> None:
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION present_pipeline() RETURNS timestamptz
        LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
          {hold}
          RETURN (SELECT updated_at FROM public.configurations
                  WHERE category = 'pipeline' AND key = 'stages'
                  ORDER BY organization_id IS NULL LIMIT 1);
        END $$
        """  # noqa: S608  # constants
    )
