"""What all tables share: naming like PostgreSQL's own, time stamps kept by the database."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, ForeignKeyConstraint, MetaData, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
"""PostgreSQL's own habit for unnamed constraints, so that the given schema keeps its names."""

CURRENT_ORGANIZATION = text(
    "(NULLIF(current_setting('app.current_organization_id'::text, true), ''::text))::uuid"
)
NOW = text("now()")
NEW_ID = text("gen_random_uuid()")
OBJECT = text("'{}'::jsonb")
ARRAY = text("'[]'::jsonb")
MONEY = Numeric(15, 2)

JsonObject = dict[str, object]
JsonArray = list[object]


class Table(DeclarativeBase):
    """Base of every table. Relationships are not used: services say which rows they read."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: dict[object, object] = {  # noqa: RUF012  # SQLAlchemy reads it from the class
        datetime: DateTime(timezone=True),
        JsonObject: JSONB,
        JsonArray: JSONB,
    }


class Identified:
    """A random identifier made by the database."""

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NEW_ID, sort_order=-1)


class Stamped:
    """When the row came and last changed. `updated_at` is kept by a trigger on every such table."""

    created_at: Mapped[datetime | None] = mapped_column(server_default=NOW, sort_order=90)
    updated_at: Mapped[datetime | None] = mapped_column(server_default=NOW, sort_order=90)


class Owned:
    """Belongs to one organization: the tenant's, unless said otherwise."""

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"), server_default=CURRENT_ORGANIZATION
    )


def organization_key(
    column: str, parent: str, *, on_delete: str | None = None
) -> ForeignKeyConstraint:
    """To a parent's row of the same organization, whatever its identifier."""
    return ForeignKeyConstraint(
        ["organization_id", column],
        [f"{parent}.organization_id", f"{parent}.id"],
        ondelete=on_delete,
    )
