"""Workspaces and the Slack accounts in them: how people and companies are met in Slack."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY as PG_ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.tables.base import Identified, Owned, Stamped, Table


class Workspace(Identified, Stamped, Owned, Table):
    """One installation of the app in Slack, with its sealed token. Leads to its company."""

    __tablename__ = "workspaces"
    __table_args__ = (
        UniqueConstraint("organization_id", "id"),
        # An installation for a whole Enterprise Grid organization has no team.
        Index(
            "workspaces_enterprise_id_team_id_key",
            "enterprise_id",
            "team_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        CheckConstraint("num_nonnulls(enterprise_id, team_id) > 0", "identity"),
        Index(
            "idx_workspaces_token_expires_at",
            "token_expires_at",
            postgresql_where=text("token_expires_at IS NOT NULL"),
        ),
    )

    enterprise_id: Mapped[str | None] = mapped_column(String(32))
    team_id: Mapped[str | None] = mapped_column(String(32))
    team_name: Mapped[str] = mapped_column(String(255))
    app_id: Mapped[str | None] = mapped_column(String(32))
    bot_id: Mapped[str] = mapped_column(String(32))
    bot_user_id: Mapped[str] = mapped_column(String(32))
    scopes: Mapped[list[str]] = mapped_column(PG_ARRAY(Text), server_default=text("'{}'::text[]"))
    sealed_bot_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_refresh_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    token_expires_at: Mapped[datetime | None] = mapped_column(
        comment="When the bot token ends unless it is renewed before; NULL: never."
    )
    rotation_leased_until: Mapped[datetime | None] = mapped_column(
        comment="Until then one replica renews the token, or rests after a failure."
    )
    parked_at: Mapped[datetime | None] = mapped_column(
        comment="Since when Slack refuses this workspace's token; its messages wait."
    )
    parked_because: Mapped[str | None] = mapped_column(String(100))
    uninstalled_at: Mapped[datetime | None] = mapped_column()
    left_at: Mapped[datetime | None] = mapped_column(
        comment="When it moved to another company; what hangs on it stays in this one."
    )


class SlackIdentity(Identified, Stamped, Owned, Table):
    """Who a Slack account of a workspace is in this organization."""

    __tablename__ = "slack_identities"
    __table_args__ = (
        UniqueConstraint("organization_id", "workspace_id", "slack_user_id"),
        ForeignKeyConstraint(
            ["organization_id", "workspace_id"],
            ["workspaces.organization_id", "workspaces.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            ondelete="CASCADE",
        ),
        Index("idx_slack_identities_org_user", "organization_id", "user_id"),
    )

    workspace_id: Mapped[UUID] = mapped_column()
    slack_user_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[UUID] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column(
        comment="Since when the account may not use the app: deactivated in Slack, a guest."
    )
    closed_because: Mapped[str | None] = mapped_column(String(20))
    ended_membership: Mapped[bool] = mapped_column(
        server_default=text("false"),
        comment="It was the person's last open account: with it they come back.",
    )


class AccountQuestion(Identified, Owned, Table):
    """Whether a new Slack account is that of somebody who may change settings and has the same
    e-mail: they are asked, once, and what they answered is kept.
    """

    __tablename__ = "account_questions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "workspace_id"],
            ["workspaces.organization_id", "workspaces.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "asked_user_id"],
            ["users.organization_id", "users.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("answer IN ('approved', 'refused', 'expired')", "answer"),
        Index(
            "uq_account_questions_one_open",
            "organization_id",
            "workspace_id",
            "slack_user_id",
            unique=True,
            postgresql_where=text("answer IS NULL"),
        ),
        Index(
            "idx_account_questions_account",
            "organization_id",
            "workspace_id",
            "slack_user_id",
            "created_at",
        ),
    )

    workspace_id: Mapped[UUID] = mapped_column()
    slack_user_id: Mapped[str] = mapped_column(String(32))
    shown_name: Mapped[str] = mapped_column(String(201))
    user_id: Mapped[UUID] = mapped_column()
    asked_user_id: Mapped[UUID] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    answer: Mapped[str | None] = mapped_column(String(20))
    answered_at: Mapped[datetime | None] = mapped_column()
