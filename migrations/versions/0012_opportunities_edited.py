"""What an opportunity has beside its first fields: since when it is in its stage, the archive.

The back-fill rewrites every opportunity once, with the time stamps of before: they are the
versions that buttons and forms of yesterday carry. Whoever moves an opportunity asks
`present_pipeline` first; settings are changed by who holds the company's row, so nobody changes
the stages until the move is done.
"""

import sqlalchemy as sa
from alembic import op

from migrations.isolation import AUTHENTICATED, CURRENT

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLE = "opportunities"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column(TABLE, sa.Column("stage_since", moment, nullable=True))
    op.add_column(TABLE, sa.Column("archived_at", moment, nullable=True))
    op.add_column(
        TABLE,
        sa.Column("term_months", sa.Integer(), server_default=sa.text("12"), nullable=False),
    )
    op.create_check_constraint(
        op.f("opportunities_term_months_check"), TABLE, "term_months BETWEEN 1 AND 120"
    )
    _fill_stage_since()
    op.alter_column(TABLE, "stage_since", nullable=False, server_default=sa.text("now()"))
    _present_pipeline()


def downgrade() -> None:
    op.execute("DROP FUNCTION present_pipeline()")
    op.drop_column(TABLE, "term_months")
    op.drop_column(TABLE, "archived_at")
    op.drop_column(TABLE, "stage_since")


def _fill_stage_since() -> None:
    op.execute("ALTER TABLE opportunities DISABLE TRIGGER keep_updated_at")
    op.execute(
        """
        UPDATE opportunities SET stage_since = coalesce(
          (SELECT max(changed_at) FROM opportunity_stage_history h
           WHERE h.opportunity_id = opportunities.id),
          created_at, now())
        """
    )
    op.execute("ALTER TABLE opportunities ENABLE TRIGGER keep_updated_at")


def _present_pipeline() -> None:
    """When the stages in force were written, NULL for the catalogue's own; they stay in force
    until the transaction ends.

    Each statement of a volatile function sees what was committed before it: whoever waited here
    for a change of the stages is told of that one.
    """
    op.execute(
        f"""
        CREATE FUNCTION present_pipeline() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
          PERFORM FROM public.organizations WHERE id = {CURRENT} FOR SHARE;
          RETURN (SELECT updated_at FROM public.configurations
                  WHERE category = 'pipeline' AND key = 'stages'
                  ORDER BY organization_id IS NULL LIMIT 1);
        END $$
        """  # noqa: S608  # constants
    )
    op.execute("REVOKE ALL ON FUNCTION present_pipeline() FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION present_pipeline() TO {AUTHENTICATED}")
