"""The given schema: eleven tables, exactly as documented, isolated per organization.

Beyond the given columns come the organization on history and interactions (a policy through the
parent would read every company's rows), keys that carry the organization, the numbering of
opportunities and the columns the product adds. New tables only: no lock on anything in use.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.isolation import (
    AUTHENTICATED,
    CURRENT,
    DEFINER,
    ensure_role,
    isolate,
    keep_updated_at,
    let_definer,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STAMPED = (
    "organizations",
    "configurations",
    "users",
    "partners",
    "opportunities",
    "tasks",
    "quarterly_goals",
)
TABLES = (
    "organizations",
    "configurations",
    "users",
    "partners",
    "opportunities",
    "opportunity_stage_history",
    "partner_interactions",
    "weekly_status",
    "tasks",
    "quarterly_goals",
    "alerts",
)


def upgrade() -> None:
    ensure_role(AUTHENTICATED)
    ensure_role(DEFINER)
    op.execute(f"GRANT USAGE ON SCHEMA public TO {AUTHENTICATED}, {DEFINER}")
    # The application refuses to start on a schema behind its head: it has to read which it is.
    op.execute(f"GRANT SELECT ON alembic_version TO {AUTHENTICATED}")
    _clock()
    _organizations()
    _configurations()
    _users()
    _partners()
    _opportunities()
    _opportunity_stage_history()
    _partner_interactions()
    _weekly_status()
    _tasks()
    _quarterly_goals()
    _alerts()
    for table in STAMPED:
        keep_updated_at(table)
    _policies()
    _numbering()


def downgrade() -> None:
    op.execute("DROP TRIGGER number_opportunity ON opportunities")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP SCHEMA numbers CASCADE")
    op.execute("DROP FUNCTION keep_updated_at()")
    op.execute(f"REVOKE SELECT ON alembic_version FROM {AUTHENTICATED}")  # noqa: S608  # a constant
    op.execute(f"REVOKE USAGE ON SCHEMA public FROM {AUTHENTICATED}, {DEFINER}")


def _clock() -> None:
    """`updated_at` follows the clock of the transaction and never stands still: it is also the
    version by which a stale button is known.
    """
    op.execute(
        """
        CREATE FUNCTION keep_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          present timestamptz := NULLIF(current_setting('app.now', true), '')::timestamptz;
        BEGIN
          IF TG_OP = 'INSERT' THEN
            NEW.updated_at := coalesce(present, NEW.updated_at);
          ELSE
            NEW.updated_at := greatest(
              coalesce(present, now()), OLD.updated_at + interval '1 microsecond');
          END IF;
          RETURN NEW;
        END $$
        """
    )


def _policies() -> None:
    _isolate_organizations()
    _isolate_configurations()
    isolate("users", grants="SELECT, INSERT, UPDATE")
    isolate("partners", grants="SELECT, INSERT, UPDATE")
    isolate("opportunities")
    isolate("opportunity_stage_history", grants="SELECT, INSERT")
    isolate("partner_interactions")
    isolate("weekly_status")
    isolate("tasks")
    isolate("quarterly_goals")
    isolate("alerts")


def _isolate_organizations() -> None:
    """A company reads and renames itself; its seats, tier and existence are the operator's."""
    isolate("organizations", column="id", grants="SELECT")
    op.execute(f"GRANT UPDATE (name, settings) ON organizations TO {AUTHENTICATED}")
    let_definer("organizations", "SELECT, INSERT")


def _isolate_configurations() -> None:
    """Two policies: one with OR would let a company delete the platform's row."""
    isolate("configurations")
    op.execute(
        f"CREATE POLICY platform_defaults_configurations ON configurations FOR SELECT "
        f"TO {AUTHENTICATED} USING (organization_id IS NULL)"
    )


def _numbering() -> None:
    """A sequence for each organization: a counter row would make the second of two creators wait
    until the first has committed. Numbers may have gaps, never repeats.

    An insert for another company gets no number and then fails its policy, with the same error
    whether that company exists or not.
    """
    op.execute("CREATE SCHEMA numbers")
    op.execute(
        """
        CREATE FUNCTION numbers.begin_numbering() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
          EXECUTE format('CREATE SEQUENCE numbers.%I AS integer', 'opportunities_' || NEW.id);
          RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION numbers.end_numbering() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
          EXECUTE format('DROP SEQUENCE IF EXISTS numbers.%I', 'opportunities_' || OLD.id);
          RETURN OLD;
        END $$
        """
    )
    op.execute(
        f"""
        CREATE FUNCTION numbers.number_opportunity() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
          IF NEW.number IS NULL AND (NEW.organization_id = {CURRENT} OR {CURRENT} IS NULL) THEN
            NEW.number := nextval(
              format('numbers.%I', 'opportunities_' || NEW.organization_id)::regclass);
          END IF;
          RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER begin_numbering AFTER INSERT ON organizations "
        "FOR EACH ROW EXECUTE FUNCTION numbers.begin_numbering()"
    )
    op.execute(
        "CREATE TRIGGER end_numbering AFTER DELETE ON organizations "
        "FOR EACH ROW EXECUTE FUNCTION numbers.end_numbering()"
    )
    op.execute(
        "CREATE TRIGGER number_opportunity BEFORE INSERT ON opportunities "
        "FOR EACH ROW EXECUTE FUNCTION numbers.number_opportunity()"
    )
    op.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA numbers FROM PUBLIC")


def _organizations() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("subdomain", sa.String(length=100), nullable=False),
        sa.Column("settings", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=True),
        sa.Column(
            "subscription_tier",
            sa.String(length=50),
            server_default=sa.text("'basic'::character varying"),
            nullable=True,
        ),
        sa.Column("max_users", sa.Integer(), server_default=sa.text("10"), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.CheckConstraint("max_users >= 0", name=op.f("organizations_max_users_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("organizations_pkey")),
        sa.UniqueConstraint("subdomain", name=op.f("organizations_subdomain_key")),
    )
    op.create_index("idx_organizations_subdomain", "organizations", ["subdomain"])


def _configurations() -> None:
    op.create_table(
        "configurations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("category", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("value", JSONB(), nullable=False),
        sa.Column("default_value", JSONB(), nullable=True),
        sa.Column("data_type", sa.String(length=50), nullable=False),
        sa.Column("is_required", sa.Boolean(), server_default=sa.text("false"), nullable=True),
        sa.Column("validation_rules", JSONB(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.CheckConstraint(
            "data_type IN ('string', 'number', 'boolean', 'object', 'array')",
            name=op.f("configurations_data_type_check"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("configurations_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("configurations_pkey")),
        sa.UniqueConstraint(
            "organization_id",
            "category",
            "key",
            name=op.f("configurations_organization_id_category_key_key"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "idx_configurations_org_category", "configurations", ["organization_id", "category"]
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("permissions", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=True),
        sa.Column(
            "personal_settings", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=True
        ),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=True),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "manager_id"],
            ["users.organization_id", "users.id"],
            name=op.f("users_organization_id_manager_id_fkey"),
            ondelete="SET NULL (manager_id)",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("users_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
        sa.UniqueConstraint(
            "organization_id", "email", name=op.f("users_organization_id_email_key")
        ),
        sa.UniqueConstraint("organization_id", "id", name=op.f("users_organization_id_id_key")),
    )
    op.create_index("idx_users_org_email", "users", ["organization_id", "email"])
    op.create_index("idx_users_org_manager", "users", ["organization_id", "manager_id"])


def _partners() -> None:
    op.create_table(
        "partners",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("domain", sa.String(length=100), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=True),
        sa.Column("commission_structure", JSONB(), nullable=False),
        sa.Column("relationship_health", sa.Integer(), server_default=sa.text("50"), nullable=True),
        sa.Column("primary_contact", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=True),
        sa.Column(
            "agreement_details", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=True
        ),
        sa.Column(
            "status",
            sa.String(length=50),
            server_default=sa.text("'active'::character varying"),
            nullable=True,
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.CheckConstraint(
            "status IN ('active', 'inactive', 'pending')", name=op.f("partners_status_check")
        ),
        sa.CheckConstraint(
            "relationship_health BETWEEN 0 AND 100", name=op.f("partners_relationship_health_check")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("partners_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("partners_pkey")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("partners_organization_id_id_key")),
    )
    op.create_index("idx_partners_org_domain", "partners", ["organization_id", "domain"])
    op.create_index("idx_partners_org_name", "partners", ["organization_id", "name"])


def _opportunities() -> None:
    op.create_table(
        "opportunities",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_user_id", sa.Uuid(), nullable=True),
        sa.Column("customer_name", sa.String(length=255), nullable=False),
        sa.Column(
            "customer_contact", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=True
        ),
        sa.Column("deal_value", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column(
            "currency",
            sa.String(length=3),
            server_default=sa.text("'USD'::character varying"),
            nullable=True,
        ),
        sa.Column("stage", sa.String(length=100), nullable=False),
        sa.Column("probability", sa.Integer(), server_default=sa.text("10"), nullable=True),
        sa.Column("expected_close_date", sa.Date(), nullable=False),
        sa.Column("actual_close_date", sa.Date(), nullable=True),
        sa.Column(
            "commission_details", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=True
        ),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("attachments", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=True),
        sa.Column(
            "status",
            sa.String(length=50),
            server_default=sa.text("'open'::character varying"),
            nullable=True,
        ),
        sa.Column("number", sa.Integer(), server_default=sa.FetchedValue(), nullable=False),
        sa.Column(
            "probability_is_manual", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.CheckConstraint(
            "status IN ('open', 'won', 'lost')", name=op.f("opportunities_status_check")
        ),
        sa.CheckConstraint("deal_value >= 0", name=op.f("opportunities_deal_value_check")),
        sa.CheckConstraint(
            "probability BETWEEN 0 AND 100", name=op.f("opportunities_probability_check")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "assigned_user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("opportunities_organization_id_assigned_user_id_fkey"),
            ondelete="SET NULL (assigned_user_id)",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "partner_id"],
            ["partners.organization_id", "partners.id"],
            name=op.f("opportunities_organization_id_partner_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("opportunities_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("opportunities_pkey")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("opportunities_organization_id_id_key")
        ),
        sa.UniqueConstraint(
            "organization_id", "number", name=op.f("opportunities_organization_id_number_key")
        ),
    )
    op.create_index("idx_opportunities_assigned_user", "opportunities", ["assigned_user_id"])
    op.create_index(
        "idx_opportunities_org_open_close_date",
        "opportunities",
        ["organization_id", "expected_close_date"],
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "idx_opportunities_org_open_owner_close_date",
        "opportunities",
        ["organization_id", "assigned_user_id", "expected_close_date"],
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "idx_opportunities_org_stage",
        "opportunities",
        ["organization_id", "stage"],
        postgresql_include=["deal_value", "currency", "probability", "status"],
    )
    op.create_index("idx_opportunities_partner", "opportunities", ["partner_id"])


def _opportunity_stage_history() -> None:
    op.create_table(
        "opportunity_stage_history",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("from_stage", sa.String(length=100), nullable=True),
        sa.Column("to_stage", sa.String(length=100), nullable=False),
        sa.Column("changed_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("change_reason", sa.Text(), nullable=True),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
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
            name=op.f("opportunity_stage_history_organization_id_changed_by_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "opportunity_id"],
            ["opportunities.organization_id", "opportunities.id"],
            name=op.f("opportunity_stage_history_organization_id_opportunity_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("opportunity_stage_history_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("opportunity_stage_history_pkey")),
    )
    op.create_index(
        "idx_opportunity_history_opp_id", "opportunity_stage_history", ["opportunity_id"]
    )
    op.create_index(
        "idx_opportunity_history_org_changed_at",
        "opportunity_stage_history",
        ["organization_id", "changed_at"],
    )
    op.create_index(
        "idx_opportunity_history_org_to_stage",
        "opportunity_stage_history",
        ["organization_id", "to_stage"],
    )


def _partner_interactions() -> None:
    op.create_table(
        "partner_interactions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("interaction_type", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("interaction_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
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
            ["organization_id", "partner_id"],
            ["partners.organization_id", "partners.id"],
            name=op.f("partner_interactions_organization_id_partner_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("partner_interactions_organization_id_user_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("partner_interactions_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("partner_interactions_pkey")),
    )
    op.create_index(
        "idx_partner_interactions_partner_date",
        "partner_interactions",
        ["organization_id", "partner_id", "interaction_date"],
    )


def _weekly_status() -> None:
    op.create_table(
        "weekly_status",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("week_ending", sa.Date(), nullable=False),
        sa.Column("accomplishments", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=True),
        sa.Column("upcoming_tasks", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=True),
        sa.Column("blockers", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=True),
        sa.Column("kpi_data", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=True),
        sa.Column(
            "submitted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=True,
        ),
        sa.CheckConstraint(
            "EXTRACT(isodow FROM week_ending) = 7", name=op.f("weekly_status_week_ending_check")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("weekly_status_organization_id_user_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("weekly_status_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("weekly_status_pkey")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("weekly_status_organization_id_id_key")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "user_id",
            "week_ending",
            name=op.f("weekly_status_organization_id_user_id_week_ending_key"),
        ),
    )
    op.create_index("idx_weekly_status_user_week", "weekly_status", ["user_id", "week_ending"])


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column(
            "priority",
            sa.String(length=20),
            server_default=sa.text("'medium'::character varying"),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.String(length=20),
            server_default=sa.text("'pending'::character varying"),
            nullable=True,
        ),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.CheckConstraint(
            "priority IN ('low', 'medium', 'high', 'urgent')", name=op.f("tasks_priority_check")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'in_progress', 'completed', 'cancelled')",
            name=op.f("tasks_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "opportunity_id"],
            ["opportunities.organization_id", "opportunities.id"],
            name=op.f("tasks_organization_id_opportunity_id_fkey"),
            ondelete="SET NULL (opportunity_id)",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("tasks_organization_id_user_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("tasks_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("tasks_pkey")),
    )
    op.create_index("idx_tasks_org_opportunity", "tasks", ["organization_id", "opportunity_id"])
    op.create_index("idx_tasks_user_status", "tasks", ["user_id", "status"])


def _quarterly_goals() -> None:
    op.create_table(
        "quarterly_goals",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("goal_type", sa.String(length=100), nullable=False),
        sa.Column("target_value", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column(
            "current_value",
            sa.Numeric(precision=15, scale=2),
            server_default=sa.text("0"),
            nullable=True,
        ),
        sa.Column(
            "currency",
            sa.String(length=3),
            server_default=sa.text("'USD'::character varying"),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.String(length=20),
            server_default=sa.text("'active'::character varying"),
            nullable=True,
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.CheckConstraint(
            "status IN ('active', 'achieved', 'missed', 'cancelled')",
            name=op.f("quarterly_goals_status_check"),
        ),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("quarterly_goals_quarter_check")),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("quarterly_goals_organization_id_user_id_fkey"),
            ondelete="SET NULL (user_id)",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("quarterly_goals_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("quarterly_goals_pkey")),
        sa.UniqueConstraint(
            "organization_id",
            "user_id",
            "quarter",
            "year",
            "goal_type",
            name="quarterly_goals_organization_id_user_id_quarter_year_goal_t_key",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("idx_quarterly_goals_user", "quarterly_goals", ["user_id"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("alert_type", sa.String(length=100), nullable=False),
        sa.Column("entity_type", sa.String(length=100), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column(
            "priority",
            sa.String(length=20),
            server_default=sa.text("'medium'::character varying"),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.String(length=20),
            server_default=sa.text("'pending'::character varying"),
            nullable=True,
        ),
        sa.Column(
            "triggered_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=True,
        ),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_user_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "priority IN ('low', 'medium', 'high', 'urgent')", name=op.f("alerts_priority_check")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'acknowledged', 'resolved')", name=op.f("alerts_status_check")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "acknowledged_by_user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("alerts_organization_id_acknowledged_by_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("alerts_organization_id_user_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("alerts_organization_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("alerts_pkey")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("alerts_organization_id_id_key")),
    )
    op.create_index("idx_alerts_user_status", "alerts", ["user_id", "status"])
    op.create_index(
        "uq_alerts_one_live",
        "alerts",
        ["organization_id", "alert_type", "entity_type", "entity_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'resolved'"),
        postgresql_nulls_not_distinct=True,
    )
