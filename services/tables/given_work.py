"""The tables of the product's schema about people's work: weeks, tasks, goals, alerts."""

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
from sqlalchemy.orm import Mapped, mapped_column

from services.tables.base import (
    ARRAY,
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


class WeeklyStatus(Identified, Table):
    __tablename__ = "weekly_status"
    __table_args__ = (
        UniqueConstraint("organization_id", "user_id", "week_ending"),
        UniqueConstraint("organization_id", "id"),
        organization_key("user_id", "users", on_delete="CASCADE"),
        CheckConstraint("EXTRACT(isodow FROM week_ending) = 7", "week_ending"),
        Index("idx_weekly_status_user_week", "user_id", "week_ending"),
    )

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE")
    )
    user_id: Mapped[UUID] = mapped_column()
    week_ending: Mapped[date] = mapped_column()
    accomplishments: Mapped[JsonArray | None] = mapped_column(server_default=ARRAY)
    upcoming_tasks: Mapped[JsonArray | None] = mapped_column(server_default=ARRAY)
    blockers: Mapped[JsonArray | None] = mapped_column(server_default=ARRAY)
    kpi_data: Mapped[JsonObject | None] = mapped_column(server_default=OBJECT)
    submitted_at: Mapped[datetime | None] = mapped_column(server_default=NOW)


class Task(Identified, Stamped, Table):
    __tablename__ = "tasks"
    __table_args__ = (
        organization_key("user_id", "users", on_delete="CASCADE"),
        organization_key("opportunity_id", "opportunities", on_delete="SET NULL (opportunity_id)"),
        CheckConstraint("priority IN ('low', 'medium', 'high', 'urgent')", "priority"),
        CheckConstraint("status IN ('pending', 'in_progress', 'completed', 'cancelled')", "status"),
        Index("idx_tasks_user_status", "user_id", "status"),
        Index("idx_tasks_org_opportunity", "organization_id", "opportunity_id"),
        organization_key(
            "interaction_id", "partner_interactions", on_delete="SET NULL (interaction_id)"
        ),
        Index("idx_tasks_org_interaction", "organization_id", "interaction_id"),
    )

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE")
    )
    user_id: Mapped[UUID] = mapped_column()
    opportunity_id: Mapped[UUID | None] = mapped_column()
    title: Mapped[str] = mapped_column(String(500))
    description: Mapped[str | None] = mapped_column(Text)
    priority: Mapped[str | None] = mapped_column(
        String(20), server_default=text("'medium'::character varying")
    )
    status: Mapped[str | None] = mapped_column(
        String(20), server_default=text("'pending'::character varying")
    )
    due_date: Mapped[date | None] = mapped_column()
    completed_at: Mapped[datetime | None] = mapped_column()
    interaction_id: Mapped[UUID | None] = mapped_column()


class Goal(Identified, Stamped, Table):
    __tablename__ = "quarterly_goals"
    __table_args__ = (
        UniqueConstraint(
            "organization_id",
            "user_id",
            "quarter",
            "year",
            "goal_type",
            name="quarterly_goals_organization_id_user_id_quarter_year_goal_t_key",
            postgresql_nulls_not_distinct=True,
        ),
        organization_key("user_id", "users", on_delete="SET NULL (user_id)"),
        CheckConstraint("quarter BETWEEN 1 AND 4", "quarter"),
        CheckConstraint("status IN ('active', 'achieved', 'missed', 'cancelled')", "status"),
        Index("idx_quarterly_goals_user", "user_id"),
    )

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE")
    )
    user_id: Mapped[UUID | None] = mapped_column()
    quarter: Mapped[int] = mapped_column(Integer)
    year: Mapped[int] = mapped_column(Integer)
    goal_type: Mapped[str] = mapped_column(String(100))
    target_value: Mapped[Decimal] = mapped_column(MONEY)
    current_value: Mapped[Decimal | None] = mapped_column(MONEY, server_default=text("0"))
    currency: Mapped[str | None] = mapped_column(
        String(3), server_default=text("'USD'::character varying")
    )
    status: Mapped[str | None] = mapped_column(
        String(20), server_default=text("'active'::character varying")
    )


class Alert(Identified, Table):
    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("organization_id", "id"),
        organization_key("user_id", "users", on_delete="CASCADE"),
        organization_key("acknowledged_by_user_id", "users"),
        CheckConstraint("priority IN ('low', 'medium', 'high', 'urgent')", "priority"),
        CheckConstraint("status IN ('pending', 'acknowledged', 'resolved')", "status"),
        Index("idx_alerts_user_status", "user_id", "status"),
        Index("idx_alerts_org_digest", "organization_id", "digest_id"),
        Index(
            "uq_alerts_one_live",
            "organization_id",
            "alert_type",
            "entity_type",
            "entity_id",
            "user_id",
            unique=True,
            postgresql_where=text("status <> 'resolved'"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE")
    )
    user_id: Mapped[UUID | None] = mapped_column()
    alert_type: Mapped[str] = mapped_column(String(100))
    entity_type: Mapped[str] = mapped_column(String(100))
    entity_id: Mapped[UUID | None] = mapped_column()
    title: Mapped[str] = mapped_column(String(500))
    message: Mapped[str] = mapped_column(Text)
    priority: Mapped[str | None] = mapped_column(
        String(20), server_default=text("'medium'::character varying")
    )
    status: Mapped[str | None] = mapped_column(
        String(20), server_default=text("'pending'::character varying")
    )
    triggered_at: Mapped[datetime | None] = mapped_column(server_default=NOW)
    acknowledged_at: Mapped[datetime | None] = mapped_column()
    resolved_at: Mapped[datetime | None] = mapped_column()
    snoozed_until: Mapped[datetime | None] = mapped_column()
    acknowledged_by_user_id: Mapped[UUID | None] = mapped_column()
    digest_id: Mapped[UUID | None] = mapped_column(
        comment="The message that told of many alerts at once; none when it has its own."
    )
