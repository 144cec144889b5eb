"""Indexes that the pipeline of any past day is rebuilt from in the order it is rebuilt in.

Of each opportunity the first change of a field since a day says what it was. By the time of the
changes that is found quickly for a day not long ago; for one of years ago most changes there are
had to be sorted. Building one keeps writers of its table waiting: a second for a million rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "idx_opportunity_changes_org_field_opp",
        "opportunity_changes",
        ["organization_id", "field", "opportunity_id", "changed_at"],
        postgresql_include=["from_value"],
    )
    op.create_index(
        "idx_opportunity_history_org_opp_left",
        "opportunity_stage_history",
        ["organization_id", "opportunity_id", "changed_at"],
        postgresql_include=["from_stage"],
        postgresql_where=sa.text("from_stage IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("idx_opportunity_history_org_opp_left", "opportunity_stage_history")
    op.drop_index("idx_opportunity_changes_org_field_opp", "opportunity_changes")
