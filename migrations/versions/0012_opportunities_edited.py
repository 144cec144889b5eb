"""What an opportunity has beside its first fields: since when it is in its stage, the archive."""

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
