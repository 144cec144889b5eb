"""What partners earned and were paid, entry by entry.

A new table: nothing waits for it. The application adds and reads. It changes nothing but whose an
entry is, when two partners turn out to be one; what was wrong is taken back by another entry.

And another trigger on opportunities: what a commission comes to is worked out and no edit, so that
it must not make the form somebody has open outdated.
"""

from alembic import op

from migrations.isolation import (
    AUTHENTICATED,
    follow_merged_partner,
    isolate,
    keep_updated_at,
)

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COMMISSION_ALONE = (
    "old.commission_details IS DISTINCT FROM new.commission_details "
    "AND to_jsonb(old) - 'commission_details' = to_jsonb(new) - 'commission_details'"
)


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE commission_entries (
          id uuid DEFAULT gen_random_uuid() NOT NULL
            CONSTRAINT commission_entries_pkey PRIMARY KEY,
          organization_id uuid NOT NULL
            DEFAULT (NULLIF(current_setting('app.current_organization_id', true), ''))::uuid
            CONSTRAINT commission_entries_organization_id_fkey
            REFERENCES organizations (id) ON DELETE CASCADE,
          partner_id uuid NOT NULL,
          opportunity_id uuid,
          kind varchar(20) NOT NULL,
          month integer,
          earned_on date NOT NULL,
          currency varchar(3) NOT NULL,
          amount numeric(20, 2) NOT NULL,
          reverses_id uuid,
          reason text,
          details jsonb DEFAULT '{}'::jsonb NOT NULL,
          created_by_user_id uuid,
          created_at timestamptz DEFAULT now() NOT NULL,
          CONSTRAINT commission_entries_kind_check
            CHECK (kind IN ('accrual', 'reversal', 'adjustment', 'payment')),
          CONSTRAINT commission_entries_month_check CHECK (month BETWEEN 1 AND 120),
          CONSTRAINT commission_entries_opportunity_check
            CHECK ((kind IN ('accrual', 'reversal')) = (opportunity_id IS NOT NULL)),
          CONSTRAINT commission_entries_reverses_check
            CHECK (kind <> 'reversal' OR reverses_id IS NOT NULL),
          CONSTRAINT commission_entries_organization_id_id_key UNIQUE (organization_id, id),
          CONSTRAINT commission_entries_organization_id_reverses_id_key
            UNIQUE (organization_id, reverses_id),
          CONSTRAINT commission_entries_organization_id_partner_id_fkey
            FOREIGN KEY (organization_id, partner_id)
            REFERENCES partners (organization_id, id) ON DELETE CASCADE,
          CONSTRAINT commission_entries_organization_id_opportunity_id_fkey
            FOREIGN KEY (organization_id, opportunity_id)
            REFERENCES opportunities (organization_id, id) ON DELETE CASCADE,
          CONSTRAINT commission_entries_organization_id_reverses_id_fkey
            FOREIGN KEY (organization_id, reverses_id)
            REFERENCES commission_entries (organization_id, id) ON DELETE CASCADE,
          CONSTRAINT commission_entries_organization_id_created_by_user_id_fkey
            FOREIGN KEY (organization_id, created_by_user_id)
            REFERENCES users (organization_id, id)
        )
        """
    )
    op.create_index(
        "idx_commission_entries_partner",
        "commission_entries",
        ["organization_id", "partner_id", "earned_on"],
    )
    op.create_index(
        "idx_commission_entries_opportunity",
        "commission_entries",
        ["organization_id", "opportunity_id"],
    )
    isolate("commission_entries", grants="SELECT, INSERT")
    op.execute(f"GRANT UPDATE (partner_id) ON commission_entries TO {AUTHENTICATED}")
    follow_merged_partner("commission_entries")
    op.execute("DROP TRIGGER keep_updated_at ON opportunities")
    op.execute(
        "CREATE TRIGGER keep_updated_at_of_new BEFORE INSERT ON opportunities "
        "FOR EACH ROW EXECUTE FUNCTION keep_updated_at()"
    )
    op.execute(
        "CREATE TRIGGER keep_updated_at BEFORE UPDATE ON opportunities "
        f"FOR EACH ROW WHEN (NOT ({COMMISSION_ALONE})) EXECUTE FUNCTION keep_updated_at()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_updated_at ON opportunities")
    op.execute("DROP TRIGGER keep_updated_at_of_new ON opportunities")
    keep_updated_at("opportunities")
    op.drop_table("commission_entries")
