"""The tables of the product's schema about people, partners and opportunities, with the columns and
keys that make them safe.

Foreign keys between tenants' tables carry the organization, so that a row can never point at
another company's record, whatever its identifier.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import FetchedValue

from services.tables.base import (
    ARRAY,
    CURRENT_ORGANIZATION,
    MONEY,
    NOW,
    OBJECT,
    Identified,
    JsonArray,
    JsonObject,
    Stamped,
    Table,
    organization_key,
)


class Organization(Identified, Stamped, Table):
    __tablename__ = "organizations"
    __table_args__ = (
        CheckConstraint("max_users >= 0", "max_users"),
        Index("idx_organizations_subdomain", "subdomain"),
    )

    name: Mapped[str] = mapped_column(String(255))
    subdomain: Mapped[str] = mapped_column(String(100), unique=True)
    settings: Mapped[JsonObject | None] = mapped_column(server_default=OBJECT)
    is_active: Mapped[bool | None] = mapped_column(server_default=text("true"))
    subscription_tier: Mapped[str | None] = mapped_column(
        String(50), server_default=text("'basic'::character varying")
    )
    max_users: Mapped[int | None] = mapped_column(Integer, server_default=text("10"))


class Configuration(Identified, Stamped, Table):
    __tablename__ = "configurations"
    __table_args__ = (
        UniqueConstraint("organization_id", "category", "key", postgresql_nulls_not_distinct=True),
        CheckConstraint(
            "data_type IN ('string', 'number', 'boolean', 'object', 'array')", "data_type"
        ),
        Index("idx_configurations_org_category", "organization_id", "category"),
    )

    organization_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE")
    )
    category: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(255))
    value: Mapped[object] = mapped_column(JSONB)
    default_value: Mapped[object | None] = mapped_column(JSONB)
    data_type: Mapped[str] = mapped_column(String(50))
    is_required: Mapped[bool | None] = mapped_column(server_default=text("false"))
    validation_rules: Mapped[JsonObject | None] = mapped_column()


class User(Identified, Stamped, Table):
    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("organization_id", "email"),
        UniqueConstraint("organization_id", "id"),
        organization_key("manager_id", "users", on_delete="SET NULL (manager_id)"),
        Index("idx_users_org_email", "organization_id", "email"),
        Index("idx_users_org_manager", "organization_id", "manager_id"),
    )

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE")
    )
    email: Mapped[str] = mapped_column(String(255))
    password_hash: Mapped[str] = mapped_column(String(255))
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(100))
    permissions: Mapped[JsonObject | None] = mapped_column(server_default=OBJECT)
    personal_settings: Mapped[JsonObject | None] = mapped_column(server_default=OBJECT)
    last_login_at: Mapped[datetime | None] = mapped_column()
    is_active: Mapped[bool | None] = mapped_column(server_default=text("true"))
    manager_id: Mapped[UUID | None] = mapped_column()


class Partner(Identified, Stamped, Table):
    __tablename__ = "partners"
    __table_args__ = (
        UniqueConstraint("organization_id", "id"),
        CheckConstraint("relationship_health BETWEEN 0 AND 100", "relationship_health"),
        CheckConstraint("status IN ('active', 'inactive', 'pending')", "status"),
        organization_key("merged_into_id", "partners"),
        CheckConstraint(
            "merged_into_id IS NULL OR "
            "(merged_into_id <> id AND merged_at IS NOT NULL AND status = 'inactive')",
            "merged",
        ),
        Index("idx_partners_org_domain", "organization_id", "domain"),
        Index("idx_partners_org_name", "organization_id", "name"),
        Index(
            "idx_partners_merged_into",
            "organization_id",
            "merged_into_id",
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        Index(
            "uq_partners_direct",
            "organization_id",
            unique=True,
            postgresql_where=text("is_direct"),
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(String(255))
    domain: Mapped[str] = mapped_column(String(100))
    website: Mapped[str | None] = mapped_column(String(500))
    commission_structure: Mapped[JsonObject] = mapped_column()
    relationship_health: Mapped[int | None] = mapped_column(Integer, server_default=text("50"))
    primary_contact: Mapped[JsonObject | None] = mapped_column(server_default=OBJECT)
    agreement_details: Mapped[JsonObject | None] = mapped_column(server_default=OBJECT)
    status: Mapped[str | None] = mapped_column(
        String(50), server_default=text("'active'::character varying")
    )
    other_contacts: Mapped[JsonArray] = mapped_column(server_default=ARRAY)
    merged_into_id: Mapped[UUID | None] = mapped_column()
    merged_at: Mapped[datetime | None] = mapped_column()
    is_direct: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="Stands for opportunities without a partner."
    )


_LISTED = [
    "id",
    "partner_id",
    "assigned_user_id",
    "stage",
    "deal_value",
    "currency",
    "probability",
    "created_at",
    "archived_at",
]


class Opportunity(Identified, Stamped, Table):
    __tablename__ = "opportunities"
    __table_args__ = (
        UniqueConstraint("organization_id", "id"),
        UniqueConstraint("organization_id", "number"),
        organization_key("partner_id", "partners", on_delete="CASCADE"),
        organization_key("assigned_user_id", "users", on_delete="SET NULL (assigned_user_id)"),
        CheckConstraint("deal_value >= 0", "deal_value"),
        CheckConstraint("probability BETWEEN 0 AND 100", "probability"),
        CheckConstraint("status IN ('open', 'won', 'lost')", "status"),
        CheckConstraint("term_months BETWEEN 1 AND 120", "term_months"),
        # The given index, made to answer totals by stage without visiting the rows.
        Index(
            "idx_opportunities_org_stage",
            "organization_id",
            "stage",
            postgresql_include=["deal_value", "currency", "probability", "status"],
        ),
        Index("idx_opportunities_partner", "partner_id"),
        Index("idx_opportunities_assigned_user", "assigned_user_id"),
        # These two hold what lists, their totals and past days are made of, for the same reason.
        Index(
            "idx_opportunities_org_open_close_date",
            "organization_id",
            "expected_close_date",
            "number",
            postgresql_include=[*_LISTED, "stage_since"],
            postgresql_where=text("status = 'open'"),
        ),
        Index(
            "idx_opportunities_org_status_closed",
            "organization_id",
            "status",
            text("actual_close_date DESC NULLS LAST"),
            text("number DESC"),
            postgresql_include=[*_LISTED, "expected_close_date"],
        ),
        Index(
            "idx_opportunities_org_open_owner_close_date",
            "organization_id",
            "assigned_user_id",
            "expected_close_date",
            postgresql_where=text("status = 'open'"),
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE")
    )
    partner_id: Mapped[UUID] = mapped_column()
    assigned_user_id: Mapped[UUID | None] = mapped_column()
    customer_name: Mapped[str] = mapped_column(String(255))
    customer_contact: Mapped[JsonObject | None] = mapped_column(server_default=OBJECT)
    deal_value: Mapped[Decimal] = mapped_column(MONEY)
    currency: Mapped[str | None] = mapped_column(
        String(3), server_default=text("'USD'::character varying")
    )
    stage: Mapped[str] = mapped_column(String(100))
    probability: Mapped[int | None] = mapped_column(Integer, server_default=text("10"))
    expected_close_date: Mapped[date] = mapped_column()
    actual_close_date: Mapped[date | None] = mapped_column()
    commission_details: Mapped[JsonObject | None] = mapped_column(server_default=OBJECT)
    notes: Mapped[str | None] = mapped_column(Text)
    attachments: Mapped[JsonArray | None] = mapped_column(server_default=ARRAY)
    status: Mapped[str | None] = mapped_column(
        String(50), server_default=text("'open'::character varying")
    )
    number: Mapped[int] = mapped_column(Integer, server_default=FetchedValue())
    probability_is_manual: Mapped[bool] = mapped_column(server_default=text("false"))
    stage_since: Mapped[datetime] = mapped_column(server_default=NOW)
    archived_at: Mapped[datetime | None] = mapped_column()
    term_months: Mapped[int] = mapped_column(Integer, server_default=text("12"))


class StageChange(Identified, Table):
    __tablename__ = "opportunity_stage_history"
    __table_args__ = (
        organization_key("opportunity_id", "opportunities", on_delete="CASCADE"),
        organization_key("changed_by_user_id", "users"),
        Index("idx_opportunity_history_opp_id", "opportunity_id"),
        Index("idx_opportunity_history_org_to_stage", "organization_id", "to_stage"),
        Index(
            "idx_opportunity_history_org_changed_at",
            "organization_id",
            "changed_at",
            postgresql_include=["opportunity_id", "from_stage"],
        ),
        Index(
            "idx_opportunity_history_org_opp_left",
            "organization_id",
            "opportunity_id",
            "changed_at",
            postgresql_include=["from_stage"],
            postgresql_where=text("from_stage IS NOT NULL"),
        ),
    )

    opportunity_id: Mapped[UUID] = mapped_column()
    from_stage: Mapped[str | None] = mapped_column(String(100))
    to_stage: Mapped[str] = mapped_column(String(100))
    changed_by_user_id: Mapped[UUID | None] = mapped_column()
    change_reason: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime | None] = mapped_column(server_default=NOW)
    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"), server_default=CURRENT_ORGANIZATION
    )


class Interaction(Identified, Table):
    __tablename__ = "partner_interactions"
    __table_args__ = (
        UniqueConstraint("organization_id", "id"),
        organization_key("partner_id", "partners", on_delete="CASCADE"),
        organization_key("user_id", "users", on_delete="CASCADE"),
        Index(
            "idx_partner_interactions_partner_date",
            "organization_id",
            "partner_id",
            "interaction_date",
        ),
        Index("idx_partner_interactions_user_created", "organization_id", "user_id", "created_at"),
    )

    partner_id: Mapped[UUID] = mapped_column()
    user_id: Mapped[UUID] = mapped_column()
    interaction_type: Mapped[str] = mapped_column(String(100))
    description: Mapped[str | None] = mapped_column(Text)
    interaction_date: Mapped[datetime] = mapped_column()
    created_at: Mapped[datetime | None] = mapped_column(server_default=NOW)
    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"), server_default=CURRENT_ORGANIZATION
    )
    contact_name: Mapped[str | None] = mapped_column(String(255))
    permalink: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime | None] = mapped_column(server_default=NOW)
