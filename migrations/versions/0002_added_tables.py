"""The tables beyond the given ones: installations, history, delivery, schedule, audit.

New tables only: no lock on anything in use.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from migrations.isolation import AUTHENTICATED, isolate, keep_updated_at, let_definer

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = "SELECT, INSERT"
WORKSPACE = (
    "id, organization_id, enterprise_id, team_id, team_name, app_id, bot_id, bot_user_id, "
    "scopes, created_at, parked_at, uninstalled_at"
)
"""What the functions that know no company may read of a workspace: never its token."""
REPAIRED = (
    "team_name, app_id, bot_id, bot_user_id, scopes, sealed_bot_token, parked_at, parked_because, "
    "uninstalled_at"
)
"""What a company may change of its workspace: never which team of Slack it is."""
OUTBOX = "id, organization_id, workspace_id, lane, method, state, attempts, not_before"
TABLES = (
    "workspaces",
    "slack_identities",
    "processed_requests",
    "opportunity_changes",
    "message_copies",
    "outbox",
    "lanes",
    "gates",
    "schedule",
    "schedule_runs",
    "audit_log",
)


def upgrade() -> None:
    _workspaces()
    _slack_identities()
    _processed_requests()
    _opportunity_changes()
    _message_copies()
    _outbox()
    _lanes()
    _gates()
    _schedule()
    _schedule_runs()
    _audit_log()
    keep_updated_at("workspaces")
    keep_updated_at("slack_identities")
    _policies()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _policies() -> None:
    isolate("workspaces", grants=f"SELECT, UPDATE ({REPAIRED})")
    let_definer("workspaces", f"SELECT ({WORKSPACE}), INSERT ({WORKSPACE}), UPDATE (enterprise_id)")
    isolate("slack_identities")
    isolate("processed_requests")
    isolate("opportunity_changes", grants=APPEND_ONLY)
    isolate("message_copies")
    isolate("outbox", grants="SELECT, INSERT, UPDATE")
    op.execute(f"GRANT USAGE ON SEQUENCE outbox_id_seq TO {AUTHENTICATED}")
    let_definer("outbox", f"SELECT ({OUTBOX}), UPDATE (state, attempts)")
    isolate("lanes", grants="SELECT, INSERT, UPDATE")
    let_definer("lanes", "SELECT, UPDATE (next_at, served_at)")
    isolate("gates")
    let_definer("gates", "SELECT")
    isolate("schedule")
    let_definer("schedule", "SELECT")
    isolate("schedule_runs", grants=APPEND_ONLY)
    isolate("audit_log", grants=APPEND_ONLY)


def _workspaces() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("enterprise_id", sa.String(length=32), nullable=True),
        sa.Column("team_id", sa.String(length=32), nullable=True),
        sa.Column("team_name", sa.String(length=255), nullable=False),
        sa.Column("app_id", sa.String(length=32), nullable=True),
        sa.Column("bot_id", sa.String(length=32), nullable=False),
        sa.Column("bot_user_id", sa.String(length=32), nullable=False),
        sa.Column(
            "scopes", ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column("sealed_bot_token", sa.LargeBinary(), nullable=True),
        sa.Column(
            "parked_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Since when Slack refuses this workspace's token; its messages wait.",
        ),
        sa.Column("parked_because", sa.String(length=100), nullable=True),
        sa.Column("uninstalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "organization_id",
            sa.Uuid(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.current_organization_id', true), ''))::uuid"
            ),
            nullable=False,
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.CheckConstraint(
            "num_nonnulls(enterprise_id, team_id) > 0", name=op.f("workspaces_identity_check")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("workspaces_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("workspaces_pkey")),
        sa.UniqueConstraint(
            "enterprise_id",
            "team_id",
            name=op.f("workspaces_enterprise_id_team_id_key"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("workspaces_organization_id_id_key")
        ),
    )


def _slack_identities() -> None:
    op.create_table(
        "slack_identities",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("slack_user_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "organization_id",
            sa.Uuid(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.current_organization_id', true), ''))::uuid"
            ),
            nullable=False,
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("slack_identities_organization_id_user_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "workspace_id"],
            ["workspaces.organization_id", "workspaces.id"],
            name=op.f("slack_identities_organization_id_workspace_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("slack_identities_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("slack_identities_pkey")),
        sa.UniqueConstraint(
            "organization_id",
            "workspace_id",
            "slack_user_id",
            name=op.f("slack_identities_organization_id_workspace_id_slack_user_id_key"),
        ),
    )
    op.create_index(
        "idx_slack_identities_org_user", "slack_identities", ["organization_id", "user_id"]
    )


def _processed_requests() -> None:
    op.create_table(
        "processed_requests",
        sa.Column(
            "organization_id",
            sa.Uuid(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.current_organization_id', true), ''))::uuid"
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("answer", JSONB(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("processed_requests_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "key", name=op.f("processed_requests_pkey")),
    )
    op.create_index(
        "idx_processed_requests_created_at", "processed_requests", ["organization_id", "created_at"]
    )


def _opportunity_changes() -> None:
    op.create_table(
        "opportunity_changes",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=50), nullable=False),
        sa.Column("from_value", sa.Text(), nullable=True),
        sa.Column("to_value", sa.Text(), nullable=True),
        sa.Column("changed_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("change_reason", sa.Text(), nullable=True),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "organization_id",
            sa.Uuid(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.current_organization_id', true), ''))::uuid"
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "changed_by_user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("opportunity_changes_organization_id_changed_by_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "opportunity_id"],
            ["opportunities.organization_id", "opportunities.id"],
            name=op.f("opportunity_changes_organization_id_opportunity_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("opportunity_changes_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("opportunity_changes_pkey")),
    )
    op.create_index(
        "idx_opportunity_changes_opp",
        "opportunity_changes",
        ["organization_id", "opportunity_id", "changed_at"],
    )
    op.create_index(
        "idx_opportunity_changes_org_changed_at",
        "opportunity_changes",
        ["organization_id", "changed_at"],
    )


def _message_copies() -> None:
    op.create_table(
        "message_copies",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column(
            "lane",
            sa.String(length=32),
            nullable=False,
            comment="The conversation as first addressed: a channel, or a person for a DM.",
        ),
        sa.Column(
            "channel_id",
            sa.String(length=32),
            nullable=True,
            comment="The conversation Slack answered with; unknown until posted.",
        ),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("entity_type", sa.String(length=100), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "organization_id",
            sa.Uuid(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.current_organization_id', true), ''))::uuid"
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "workspace_id"],
            ["workspaces.organization_id", "workspaces.id"],
            name=op.f("message_copies_organization_id_workspace_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("message_copies_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("message_copies_pkey")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("message_copies_organization_id_id_key")
        ),
    )
    op.create_index(
        "idx_message_copies_entity",
        "message_copies",
        ["organization_id", "entity_type", "entity_id"],
    )
    op.create_index(
        "uq_message_copies_place",
        "message_copies",
        ["organization_id", "workspace_id", "channel_id", "ts"],
        unique=True,
        postgresql_where=sa.text("ts IS NOT NULL"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.String(length=32), nullable=False),
        sa.Column("method", sa.String(length=50), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("payload", JSONB(), nullable=False),
        sa.Column("copy_id", sa.Uuid(), nullable=True),
        sa.Column("dedupe_key", sa.String(length=200), nullable=True),
        sa.Column(
            "state", sa.String(length=20), server_default=sa.text("'pending'"), nullable=False
        ),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "not_before",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=200), nullable=True),
        sa.Column(
            "is_possibly_twice", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("slack_ts", sa.String(length=32), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "organization_id",
            sa.Uuid(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.current_organization_id', true), ''))::uuid"
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'dropped', 'dead')",
            name=op.f("outbox_state_check"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "copy_id"],
            ["message_copies.organization_id", "message_copies.id"],
            name=op.f("outbox_organization_id_copy_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "workspace_id"],
            ["workspaces.organization_id", "workspaces.id"],
            name=op.f("outbox_organization_id_workspace_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("outbox_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pkey")),
        sa.UniqueConstraint(
            "organization_id", "dedupe_key", name=op.f("outbox_organization_id_dedupe_key_key")
        ),
    )
    op.create_index(
        "idx_outbox_lane_waiting",
        "outbox",
        ["workspace_id", "lane", "id"],
        postgresql_where=sa.text("state IN ('pending', 'sending')"),
    )
    op.create_index("idx_outbox_org_created_at", "outbox", ["organization_id", "created_at"])
    op.create_index(
        "uq_outbox_one_pending_update",
        "outbox",
        ["organization_id", "copy_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending' AND method = 'chat.update'"),
    )


def _lanes() -> None:
    op.create_table(
        "lanes",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.String(length=32), nullable=False),
        sa.Column(
            "next_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "served_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("'-infinity'::timestamp with time zone"),
            nullable=False,
        ),
        sa.Column(
            "ready_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="The earliest not_before of what waits here.",
        ),
        sa.Column("waiting", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "organization_id",
            sa.Uuid(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.current_organization_id', true), ''))::uuid"
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "workspace_id"],
            ["workspaces.organization_id", "workspaces.id"],
            name=op.f("lanes_organization_id_workspace_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("lanes_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "lane", "organization_id", name=op.f("lanes_pkey")),
    )
    op.create_index("idx_lanes_due", "lanes", ["next_at"], postgresql_where=sa.text("waiting > 0"))


def _gates() -> None:
    op.create_table(
        "gates",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=50), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "organization_id",
            sa.Uuid(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.current_organization_id', true), ''))::uuid"
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "workspace_id"],
            ["workspaces.organization_id", "workspaces.id"],
            name=op.f("gates_organization_id_workspace_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("gates_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "method", "organization_id", name=op.f("gates_pkey")
        ),
    )


def _schedule() -> None:
    op.create_table(
        "schedule",
        sa.Column(
            "organization_id",
            sa.Uuid(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.current_organization_id', true), ''))::uuid"
            ),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("schedule_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "kind", name=op.f("schedule_pkey")),
    )
    op.create_index("idx_schedule_next_at", "schedule", ["next_at"])


def _schedule_runs() -> None:
    op.create_table(
        "schedule_runs",
        sa.Column(
            "organization_id",
            sa.Uuid(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.current_organization_id', true), ''))::uuid"
            ),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("period", sa.String(length=100), nullable=False),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column(
            "ran_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "outcome IN ('ran', 'skipped')", name=op.f("schedule_runs_outcome_check")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("schedule_runs_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "kind", "period", name=op.f("schedule_runs_pkey")
        ),
    )


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=100), nullable=False),
        sa.Column("entity_type", sa.String(length=100), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("details", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column(
            "organization_id",
            sa.Uuid(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.current_organization_id', true), ''))::uuid"
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("audit_log_organization_id_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("audit_log_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_log_pkey")),
    )
    op.create_index(
        "idx_audit_log_entity", "audit_log", ["organization_id", "entity_type", "entity_id"]
    )
    op.create_index("idx_audit_log_org_at", "audit_log", ["organization_id", "at"])
