"""Partners: several contacts, the one that stands for *direct*, and merging.

What is written for a partner while it is merged, or by who has not heard of it yet, goes to the
one that stays: a trigger follows, so that no row is left behind whoever writes it. It holds the
partner's row as the foreign key does anyway, which is what a merge waits for.

New columns with constant defaults, and an index over rows there are none of: no lock is held but
for a moment.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.isolation import follow_merged_partner

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _columns()
    _keys()
    op.execute(
        """
        CREATE FUNCTION follow_merged_partner() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          next_id uuid := NEW.partner_id;
        BEGIN
          WHILE next_id IS NOT NULL LOOP
            NEW.partner_id := next_id;
            SELECT merged_into_id INTO next_id FROM public.partners
            WHERE id = next_id AND organization_id = NEW.organization_id
            FOR KEY SHARE;
          END LOOP;
          RETURN NEW;
        END $$
        """
    )
    follow_merged_partner("opportunities")
    follow_merged_partner("partner_interactions")


def downgrade() -> None:
    op.execute("DROP FUNCTION follow_merged_partner() CASCADE")
    op.drop_index("uq_partners_direct", "partners")
    op.drop_index("idx_partners_merged_into", "partners")
    for column in ("is_direct", "merged_at", "merged_into_id", "other_contacts"):
        op.drop_column("partners", column)


def _columns() -> None:
    op.add_column(
        "partners",
        sa.Column("other_contacts", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
    )
    op.add_column("partners", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.add_column("partners", sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "partners",
        sa.Column(
            "is_direct",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Stands for opportunities without a partner.",
        ),
    )


def _keys() -> None:
    op.create_foreign_key(
        op.f("partners_organization_id_merged_into_id_fkey"),
        "partners",
        "partners",
        ["organization_id", "merged_into_id"],
        ["organization_id", "id"],
    )
    op.create_check_constraint(
        op.f("partners_merged_check"),
        "partners",
        "merged_into_id IS NULL OR "
        "(merged_into_id <> id AND merged_at IS NOT NULL AND status = 'inactive')",
    )
    op.create_index(
        "idx_partners_merged_into",
        "partners",
        ["organization_id", "merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index(
        "uq_partners_direct",
        "partners",
        ["organization_id"],
        unique=True,
        postgresql_where=sa.text("is_direct"),
    )
