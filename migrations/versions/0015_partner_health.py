"""The health of partners, day by day.

A new table, and another trigger on partners: a number that is worked out is no edit, so that it
must not make the form somebody has open outdated. No lock is held but for a moment.
"""

from alembic import op

from migrations.isolation import isolate, keep_updated_at

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

HEALTH_ALONE = (
    "old.relationship_health IS DISTINCT FROM new.relationship_health "
    "AND to_jsonb(old) - 'relationship_health' = to_jsonb(new) - 'relationship_health'"
)


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE health_snapshots (
          organization_id uuid NOT NULL
            DEFAULT (NULLIF(current_setting('app.current_organization_id', true), ''))::uuid
            CONSTRAINT health_snapshots_organization_id_fkey
            REFERENCES organizations (id) ON DELETE CASCADE,
          partner_id uuid NOT NULL,
          day date NOT NULL,
          score integer NOT NULL
            CONSTRAINT health_snapshots_score_check CHECK (score BETWEEN 0 AND 100),
          parts jsonb NOT NULL,
          CONSTRAINT health_snapshots_pkey PRIMARY KEY (organization_id, partner_id, day),
          CONSTRAINT health_snapshots_organization_id_partner_id_fkey
            FOREIGN KEY (organization_id, partner_id)
            REFERENCES partners (organization_id, id) ON DELETE CASCADE
        )
        """
    )
    op.create_index("idx_health_snapshots_org_day", "health_snapshots", ["organization_id", "day"])
    isolate("health_snapshots")
    op.execute("DROP TRIGGER keep_updated_at ON partners")
    op.execute(
        "CREATE TRIGGER keep_updated_at_of_new BEFORE INSERT ON partners "
        "FOR EACH ROW EXECUTE FUNCTION keep_updated_at()"
    )
    op.execute(
        "CREATE TRIGGER keep_updated_at BEFORE UPDATE ON partners "
        f"FOR EACH ROW WHEN (NOT ({HEALTH_ALONE})) EXECUTE FUNCTION keep_updated_at()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_updated_at ON partners")
    op.execute("DROP TRIGGER keep_updated_at_of_new ON partners")
    keep_updated_at("partners")
    op.drop_table("health_snapshots")
