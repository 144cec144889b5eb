"""The database tells every replica when a company's settings, people or workspaces change.

Replicas remember these between requests; see services/memory.py. A trigger tells also of what is
changed by hand. One commit tells of a company once, however many rows it changes.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REMEMBERED = ("configurations", "users", "slack_identities", "workspaces")


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION tell_company_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP <> 'INSERT' THEN
            PERFORM pg_notify('company_changed', coalesce(OLD.organization_id::text, ''));
          END IF;
          IF TG_OP <> 'DELETE' THEN
            PERFORM pg_notify('company_changed', coalesce(NEW.organization_id::text, ''));
          END IF;
          RETURN NULL;
        END $$
        """
    )
    for table in REMEMBERED:
        op.execute(
            f"CREATE TRIGGER tell_company_changed AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION tell_company_changed()"
        )


def downgrade() -> None:
    for table in REMEMBERED:
        op.execute(f"DROP TRIGGER tell_company_changed ON {table}")
    op.execute("DROP FUNCTION tell_company_changed()")
