"""The tables beyond the given ones. Each class says why it exists."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.tables.base import (
    CURRENT_ORGANIZATION,
    NOW,
    Identified,
    JsonObject,
    Owned,
    Stamped,
    Table,
)


class ProcessedRequest(Owned, Table):
    """What was already answered, so that a double click, a double submit or Slack's retry has one
    effect: the repeat gets the first answer.
    """

    __tablename__ = "processed_requests"
    __table_args__ = (Index("idx_processed_requests_created_at", "organization_id", "created_at"),)

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"),
        primary_key=True,
        server_default=CURRENT_ORGANIZATION,
    )
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer: Mapped[JsonObject | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class OpportunityChange(Identified, Owned, Table):
    """Every change of value, currency, probability, owner, close date or status; stages have the
    given history. Append-only, from the first day: the past cannot be rebuilt later.
    """

    __tablename__ = "opportunity_changes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "opportunity_id"],
            ["opportunities.organization_id", "opportunities.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "changed_by_user_id"], ["users.organization_id", "users.id"]
        ),
        Index("idx_opportunity_changes_opp", "organization_id", "opportunity_id", "changed_at"),
        Index(
            "idx_opportunity_changes_org_field_changed_at",
            "organization_id",
            "field",
            "changed_at",
            postgresql_include=["opportunity_id", "from_value"],
        ),
        Index(
            "idx_opportunity_changes_org_field_opp",
            "organization_id",
            "field",
            "opportunity_id",
            "changed_at",
            postgresql_include=["from_value"],
        ),
    )

    opportunity_id: Mapped[UUID] = mapped_column()
    field: Mapped[str] = mapped_column(String(50))
    from_value: Mapped[str | None] = mapped_column(Text)
    to_value: Mapped[str | None] = mapped_column(Text)
    changed_by_user_id: Mapped[UUID | None] = mapped_column()
    change_reason: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(server_default=NOW)


class MessageCopy(Identified, Owned, Table):
    """Where a card, a status or an alert was posted, so that each copy is kept current in place."""

    __tablename__ = "message_copies"
    __table_args__ = (
        UniqueConstraint("organization_id", "id"),
        ForeignKeyConstraint(
            ["organization_id", "workspace_id"],
            ["workspaces.organization_id", "workspaces.id"],
            ondelete="CASCADE",
        ),
        Index("idx_message_copies_entity", "organization_id", "entity_type", "entity_id"),
        Index(
            "uq_message_copies_place",
            "organization_id",
            "workspace_id",
            "channel_id",
            "ts",
            unique=True,
            postgresql_where=text("ts IS NOT NULL"),
        ),
    )

    workspace_id: Mapped[UUID] = mapped_column()
    lane: Mapped[str] = mapped_column(
        String(32), comment="The conversation as first addressed: a channel, or a person for a DM."
    )
    channel_id: Mapped[str | None] = mapped_column(
        String(32), comment="The conversation Slack answered with; unknown until posted."
    )
    ts: Mapped[str | None] = mapped_column(String(32))
    entity_type: Mapped[str] = mapped_column(String(100))
    entity_id: Mapped[UUID] = mapped_column()
    gone_at: Mapped[datetime | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Outbox(Owned, Table):
    """One row is one message or file for Slack, written in the transaction whose state it tells of
    and rendered when it is sent. Also the delivery log that people see.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("organization_id", "dedupe_key"),
        ForeignKeyConstraint(
            ["organization_id", "workspace_id"],
            ["workspaces.organization_id", "workspaces.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "copy_id"],
            ["message_copies.organization_id", "message_copies.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("state IN ('pending', 'sending', 'sent', 'dropped', 'dead')", "state"),
        Index(
            "idx_outbox_lane_waiting",
            "workspace_id",
            "lane",
            "id",
            postgresql_where=text("state IN ('pending', 'sending')"),
        ),
        Index(
            "uq_outbox_one_pending_update",
            "organization_id",
            "copy_id",
            unique=True,
            postgresql_where=text("state = 'pending' AND method = 'chat.update'"),
        ),
        Index("idx_outbox_org_created_at", "organization_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column()
    lane: Mapped[str] = mapped_column(String(32))
    method: Mapped[str] = mapped_column(String(50))
    kind: Mapped[str] = mapped_column(String(100))
    payload: Mapped[JsonObject] = mapped_column()
    copy_id: Mapped[UUID | None] = mapped_column()
    dedupe_key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), server_default=text("'pending'"))
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    not_before: Mapped[datetime] = mapped_column(server_default=NOW)
    outcome: Mapped[str | None] = mapped_column(String(200))
    is_possibly_twice: Mapped[bool] = mapped_column(server_default=text("false"))
    slack_ts: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    sent_at: Mapped[datetime | None] = mapped_column()


class Lane(Owned, Table):
    """One conversation of one workspace: mutex, pace, order and fairness cursor in a row."""

    __tablename__ = "lanes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "workspace_id"],
            ["workspaces.organization_id", "workspaces.id"],
            ondelete="CASCADE",
        ),
        Index("idx_lanes_due", "next_at", postgresql_where=text("waiting > 0")),
    )

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(String(32), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"),
        primary_key=True,
        server_default=CURRENT_ORGANIZATION,
    )
    next_at: Mapped[datetime] = mapped_column(server_default=NOW)
    served_at: Mapped[datetime] = mapped_column(
        server_default=text("'-infinity'::timestamp with time zone")
    )
    ready_at: Mapped[datetime] = mapped_column(
        server_default=NOW, comment="The earliest not_before of what waits here."
    )
    waiting: Mapped[int] = mapped_column(Integer, server_default=text("0"))


class Gate(Owned, Table):
    """A method of one workspace that Slack asked to rest: holds the Retry-After of a 429."""

    __tablename__ = "gates"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "workspace_id"],
            ["workspaces.organization_id", "workspaces.id"],
            ondelete="CASCADE",
        ),
    )

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(String(50), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"),
        primary_key=True,
        server_default=CURRENT_ORGANIZATION,
    )
    next_at: Mapped[datetime] = mapped_column()


class Schedule(Owned, Table):
    """When something periodic is next due for an organization."""

    __tablename__ = "schedule"
    __table_args__ = (Index("idx_schedule_next_at", "next_at"),)

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"),
        primary_key=True,
        server_default=CURRENT_ORGANIZATION,
    )
    kind: Mapped[str] = mapped_column(String(50), primary_key=True)
    next_at: Mapped[datetime] = mapped_column()


class ScheduleRun(Owned, Table):
    """One run per organization, kind and period, written with what the run decided: the key is
    what makes it happen once.
    """

    __tablename__ = "schedule_runs"
    __table_args__ = (CheckConstraint("outcome IN ('ran', 'skipped')", "outcome"),)

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"),
        primary_key=True,
        server_default=CURRENT_ORGANIZATION,
    )
    kind: Mapped[str] = mapped_column(String(50), primary_key=True)
    period: Mapped[str] = mapped_column(String(100), primary_key=True)
    scheduled_for: Mapped[datetime] = mapped_column()
    outcome: Mapped[str] = mapped_column(String(20))
    ran_at: Mapped[datetime] = mapped_column(server_default=NOW)


class AuditEntry(Identified, Owned, Table):
    """Who changed what, from what, to what. Append-only by grants."""

    __tablename__ = "audit_log"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "user_id"], ["users.organization_id", "users.id"]),
        Index("idx_audit_log_org_at", "organization_id", "at"),
        Index("idx_audit_log_entity", "organization_id", "entity_type", "entity_id"),
        Index("idx_audit_log_org_user", "organization_id", "user_id", "at"),
    )

    at: Mapped[datetime] = mapped_column(server_default=NOW)
    user_id: Mapped[UUID | None] = mapped_column()
    action: Mapped[str] = mapped_column(String(100))
    entity_type: Mapped[str] = mapped_column(String(100))
    entity_id: Mapped[UUID | None] = mapped_column()
    details: Mapped[JsonObject] = mapped_column(server_default=text("'{}'::jsonb"))


class ExchangeRate(Identified, Stamped, Owned, Table):
    """What one unit of a currency is worth in the base currency, from a day on."""

    __tablename__ = "exchange_rates"
    __table_args__ = (
        UniqueConstraint(
            "organization_id",
            "base_currency",
            "currency",
            "valid_from",
            name="exchange_rates_day_key",
        ),
        CheckConstraint("rate > 0", "rate"),
    )

    currency: Mapped[str] = mapped_column(String(3))
    base_currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[date] = mapped_column()
    rate: Mapped[Decimal] = mapped_column(Numeric(20, 10))


class HealthSnapshot(Owned, Table):
    """How a partner's health was on a day of the organization's calendar, and of which parts:
    what has changed since cannot be told from today's facts.
    """

    __tablename__ = "health_snapshots"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "partner_id"],
            ["partners.organization_id", "partners.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("score BETWEEN 0 AND 100", "score"),
        Index("idx_health_snapshots_org_day", "organization_id", "day"),
    )

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"),
        primary_key=True,
        server_default=CURRENT_ORGANIZATION,
    )
    partner_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    score: Mapped[int] = mapped_column(Integer)
    parts: Mapped[JsonObject] = mapped_column()


class CommissionEntry(Identified, Owned, Table):
    """What a partner earned, was taken back or was paid. Append-only by grants, but for whose it
    is when two partners are merged.
    """

    __tablename__ = "commission_entries"
    __table_args__ = (
        UniqueConstraint("organization_id", "id"),
        UniqueConstraint("organization_id", "reverses_id"),
        ForeignKeyConstraint(
            ["organization_id", "partner_id"],
            ["partners.organization_id", "partners.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "opportunity_id"],
            ["opportunities.organization_id", "opportunities.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "reverses_id"],
            ["commission_entries.organization_id", "commission_entries.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "created_by_user_id"], ["users.organization_id", "users.id"]
        ),
        CheckConstraint("kind IN ('accrual', 'reversal', 'adjustment', 'payment')", "kind"),
        CheckConstraint("month BETWEEN 1 AND 120", "month"),
        CheckConstraint(
            "(kind IN ('accrual', 'reversal')) = (opportunity_id IS NOT NULL)", "opportunity"
        ),
        CheckConstraint("kind <> 'reversal' OR reverses_id IS NOT NULL", "reverses"),
        Index("idx_commission_entries_partner", "organization_id", "partner_id", "earned_on"),
        Index("idx_commission_entries_opportunity", "organization_id", "opportunity_id"),
    )

    partner_id: Mapped[UUID] = mapped_column()
    opportunity_id: Mapped[UUID | None] = mapped_column()
    kind: Mapped[str] = mapped_column(String(20))
    month: Mapped[int | None] = mapped_column(Integer)
    earned_on: Mapped[date] = mapped_column()
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Numeric(20, 2))
    reverses_id: Mapped[UUID | None] = mapped_column()
    reason: Mapped[str | None] = mapped_column(Text)
    details: Mapped[JsonObject] = mapped_column(server_default=text("'{}'::jsonb"))
    created_by_user_id: Mapped[UUID | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
