"""What is kept about people beyond the given columns.

When a Slack account was closed, and the question whether a new account is an admin's own. New
columns with no default or a constant one, and a new table: no lock is held but for a moment.
"""

import sqlalchemy as sa
from alembic import op

from migrations.isolation import isolate

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PRESENT = "(NULLIF(current_setting('app.current_organization_id', true), ''))::uuid"


def upgrade() -> None:
    _closed_accounts()
    _account_questions()
    isolate("account_questions", grants="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    op.drop_table("account_questions")
    op.drop_column("slack_identities", "ended_membership")
    op.drop_column("slack_identities", "closed_because")
    op.drop_column("slack_identities", "closed_at")


def _closed_accounts() -> None:
    op.add_column(
        "slack_identities",
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Since when the account may not use the app: deactivated in Slack, a guest.",
        ),
    )
    op.add_column("slack_identities", sa.Column("closed_because", sa.String(20), nullable=True))
    op.add_column(
        "slack_identities",
        sa.Column(
            "ended_membership",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="It was the person's last open account: with it they come back.",
        ),
    )


def _account_questions() -> None:
    op.create_table(
        "account_questions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("slack_user_id", sa.String(length=32), nullable=False),
        sa.Column("shown_name", sa.String(length=201), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("asked_user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Uuid(), server_default=sa.text(PRESENT), nullable=False),
        sa.CheckConstraint(
            "answer IN ('approved', 'refused', 'expired')",
            name=op.f("account_questions_answer_check"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("account_questions_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "workspace_id"],
            ["workspaces.organization_id", "workspaces.id"],
            name=op.f("account_questions_organization_id_workspace_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("account_questions_organization_id_user_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "asked_user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("account_questions_organization_id_asked_user_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("account_questions_pkey")),
    )
    op.create_index(
        "uq_account_questions_one_open",
        "account_questions",
        ["organization_id", "workspace_id", "slack_user_id"],
        unique=True,
        postgresql_where=sa.text("answer IS NULL"),
    )
    op.create_index(
        "idx_account_questions_account",
        "account_questions",
        ["organization_id", "workspace_id", "slack_user_id", "created_at"],
    )
