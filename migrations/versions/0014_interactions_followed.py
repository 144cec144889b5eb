"""Interactions that are changed, deleted and followed by a task.

With whom one met was the first line of the notes, `With Hank`. Such a line may as well be
somebody's own words, so that what is there is left as it was read; only new rows have the column.
Going back, the column becomes that line again.
"""

import sqlalchemy as sa
from alembic import op

from migrations.isolation import keep_updated_at

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLE = "partner_interactions"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("contact_name", sa.String(length=255), nullable=True))
    op.add_column(TABLE, sa.Column("permalink", sa.Text(), nullable=True))
    op.add_column(
        TABLE,
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
    )
    op.execute("UPDATE partner_interactions SET updated_at = created_at")
    keep_updated_at(TABLE)
    op.create_unique_constraint(
        "partner_interactions_organization_id_id_key", TABLE, ["organization_id", "id"]
    )
    op.create_index(
        "idx_partner_interactions_user_created", TABLE, ["organization_id", "user_id", "created_at"]
    )
    _promises()


def downgrade() -> None:
    op.drop_index("idx_tasks_org_interaction", "tasks")
    op.drop_column("tasks", "interaction_id")
    op.drop_index("idx_partner_interactions_user_created", TABLE)
    op.drop_constraint("partner_interactions_organization_id_id_key", TABLE)
    op.execute("DROP TRIGGER keep_updated_at ON partner_interactions")
    op.execute(
        "UPDATE partner_interactions "
        "SET description = concat_ws(E'\\n', 'With ' || contact_name, description) "
        "WHERE contact_name IS NOT NULL"
    )
    for column in ("updated_at", "permalink", "contact_name"):
        op.drop_column(TABLE, column)


def _promises() -> None:
    """A task that was promised in an interaction; it stays when that is deleted."""
    op.add_column("tasks", sa.Column("interaction_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "tasks_organization_id_interaction_id_fkey",
        "tasks",
        TABLE,
        ["organization_id", "interaction_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (interaction_id)",
    )
    op.create_index("idx_tasks_org_interaction", "tasks", ["organization_id", "interaction_id"])
