"""The audit is read by person: who did little, long ago, is not looked for through all of it.

An index on a table that only grows. Building it waits for nobody who reads, and holds up who writes
for as long as one reading of the table takes.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("idx_audit_log_org_user", "audit_log", ["organization_id", "user_id", "at"])


def downgrade() -> None:
    op.drop_index("idx_audit_log_org_user", "audit_log")
