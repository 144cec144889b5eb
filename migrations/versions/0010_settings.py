"""What the settings need beside their rows: exchange rates, each from a day on.

Replicas remember them with the settings, so a change of one is told like theirs (0006).
"""

from alembic import op

from migrations.isolation import isolate, keep_updated_at

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE exchange_rates (
          id uuid DEFAULT gen_random_uuid() NOT NULL CONSTRAINT exchange_rates_pkey PRIMARY KEY,
          organization_id uuid NOT NULL
            DEFAULT (NULLIF(current_setting('app.current_organization_id', true), ''))::uuid
            CONSTRAINT exchange_rates_organization_id_fkey
            REFERENCES organizations (id) ON DELETE CASCADE,
          currency varchar(3) NOT NULL,
          base_currency varchar(3) NOT NULL,
          valid_from date NOT NULL,
          rate numeric(20, 10) NOT NULL CONSTRAINT exchange_rates_rate_check CHECK (rate > 0),
          created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now()
        )
        """
    )
    op.create_unique_constraint(
        "exchange_rates_day_key",
        "exchange_rates",
        ["organization_id", "base_currency", "currency", "valid_from"],
    )
    isolate("exchange_rates")
    keep_updated_at("exchange_rates")
    op.execute(
        "CREATE TRIGGER tell_company_changed AFTER INSERT OR UPDATE OR DELETE ON exchange_rates "
        "FOR EACH ROW EXECUTE FUNCTION tell_company_changed()"
    )


def downgrade() -> None:
    op.drop_table("exchange_rates")
