"""Alerts told together: which message told of an alert that has none of its own.

A column with no default on one table: its lock is held for a moment only.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "alerts",
        sa.Column(
            "digest_id",
            sa.Uuid(),
            nullable=True,
            comment="The message that told of many alerts at once; none when it has its own.",
        ),
    )
    op.create_index("idx_alerts_org_digest", "alerts", ["organization_id", "digest_id"])


def downgrade() -> None:
    op.drop_index("idx_alerts_org_digest", "alerts")
    op.drop_column("alerts", "digest_id")
