"""The rows behind alerts: what is stuck, what has not been told, one alert, many in a digest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Exists,
    Select,
    String,
    Uuid,
    and_,
    any_,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    values,
)
from sqlalchemy.orm import InstrumentedAttribute

from services.alerts.rules import OPPORTUNITY, STALE, Stuck, weight
from services.db import Tx
from services.errors import NotFound
from services.tables import Alert as AlertRow
from services.tables import MessageCopy, Opportunity, SlackIdentity, User
from services.values import UTC, AlertId, OpportunityId, UserId, WorkspaceId

KIND = "alert"
MESSAGE = "alert"
"""The kind of the message that tells of one alert."""
DIGEST = "alert_digest"
"""The kind of the message that tells of many at once."""
TOP = 10
"""Rows of a digest."""

Status = Literal["pending", "acknowledged", "resolved"]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who took an alert on, and when. `slack_user_id`: in the reader's workspace, if they have an
    account there.
    """

    user_id: UserId
    name: str
    slack_user_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert: `title` says what happened to what, `message` why it matters."""

    id: AlertId
    status: Status
    priority: str
    title: str
    message: str
    triggered_at: datetime
    resolved_at: datetime | None
    acknowledged: Acknowledgement | None
    opportunity_id: OpportunityId
    opportunity_number: int
    customer_name: str
    owner_id: UserId | None
    value: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Digest:
    """Many alerts told at once: the biggest by money, and figures over all of them."""

    id: UUID
    top: tuple[Alert, ...]
    count: int
    pending: int
    acknowledged: int
    resolved: int
    totals: tuple[tuple[str, Decimal], ...]
    """What is at stake in those not resolved, by currency."""


@dataclass(frozen=True, slots=True)
class Told:
    """An alert and the digest that told of it, if any."""

    alert_id: UUID
    digest_id: UUID | None


async def take_turn(tx: Tx) -> None:
    """One evaluation of an organization at a time, until its transaction ends."""
    key = f"alert_rules:{tx.organization_id}"
    await tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def stuck(tx: Tx, before: Mapping[str, datetime]) -> list[Stuck]:
    """The open opportunities that came into their stage before its moment, but for archived ones. A
    move that was taken back counts as none.
    """
    if not before:
        return []
    rows = await tx.session.execute(_stuck(before))
    return [Stuck(**row) for row in rows.mappings()]


async def live(tx: Tx) -> list[UUID]:
    """The alerts of the rule that are not resolved."""
    is_live = AlertRow.alert_type == STALE, AlertRow.status != "resolved"
    return list(await tx.session.scalars(select(AlertRow.id).where(*is_live)))


def among(alert_ids: Sequence[UUID]) -> ColumnElement[bool]:
    """One of these, however many: they go as one value, not as one parameter each."""
    return AlertRow.id == any_(literal(list(alert_ids), ARRAY(Uuid)))


async def untold(tx: Tx) -> list[UUID]:
    """Pending alerts nobody has been told of, those with most money first."""
    rows = await tx.session.execute(
        select(AlertRow.id, Opportunity.deal_value, func.coalesce(Opportunity.currency, "USD"))
        .join(Opportunity, Opportunity.id == AlertRow.entity_id)
        .where(AlertRow.alert_type == STALE, AlertRow.status == "pending")
        .where(~_told(MESSAGE, AlertRow.id), ~_told(DIGEST, AlertRow.digest_id))
        .order_by(AlertRow.id)
    )
    weighed = [(weight(value, currency), alert_id) for alert_id, value, currency in rows]
    return [alert_id for _, alert_id in sorted(weighed, key=lambda each: each[0], reverse=True)]


async def find(tx: Tx, alert_id: UUID, workspace_id: WorkspaceId | None) -> Alert:
    """The alert with this identifier. Raises NotFound, also for another company's."""
    rows = await tx.session.execute(_alerts(workspace_id).where(AlertRow.id == alert_id))
    row = rows.one_or_none()
    if row is None:
        raise NotFound(KIND, str(alert_id))
    return _read(row)


async def gather(tx: Tx, digest_id: UUID, workspace_id: WorkspaceId | None) -> Digest:
    """The digest with this identifier. Raises NotFound, also for another company's."""
    rows = await tx.session.execute(_alerts(workspace_id).where(AlertRow.digest_id == digest_id))
    alerts = [_read(row) for row in rows]
    if not alerts:
        raise NotFound(KIND, str(digest_id))
    by_money = sorted(alerts, key=lambda each: weight(each.value, each.currency), reverse=True)
    counts = {
        status: sum(each.status == status for each in alerts)
        for status in ("pending", "acknowledged", "resolved")
    }
    return Digest(digest_id, tuple(by_money[:TOP]), len(alerts), **counts, totals=_totals(alerts))


def _told(
    kind: str, record_id: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]
) -> Exists:
    """Whether there is, was or soon will be a message of it; not when none could be posted."""
    return exists().where(
        MessageCopy.entity_type == kind,
        MessageCopy.entity_id == record_id,
        or_(MessageCopy.ts.is_not(None), MessageCopy.gone_at.is_(None)),
    )


def _stuck(before: Mapping[str, datetime]) -> Select[tuple[object, ...]]:
    limits = (
        values(column("stage", String), column("moment", DateTime(timezone=True)), name="limits")
        .data([(stage, moment) for stage, moment in before.items()])
        .alias("limits")
    )
    by_value = func.percent_rank().over(
        partition_by=Opportunity.currency, order_by=Opportunity.deal_value
    )
    ranked = (
        select(
            Opportunity.id.label("opportunity_id"),
            Opportunity.number,
            Opportunity.customer_name,
            Opportunity.stage,
            Opportunity.deal_value.label("value"),
            func.coalesce(Opportunity.currency, "USD").label("currency"),
            func.coalesce(Opportunity.probability, 0).label("probability"),
            Opportunity.expected_close_date.label("closes_on"),
            Opportunity.stage_since.label("last_moved_at"),
            by_value.label("rank"),
        )
        .where(Opportunity.status == "open", Opportunity.archived_at.is_(None))
        .subquery("ranked")
    )
    is_live = and_(
        AlertRow.alert_type == STALE,
        AlertRow.entity_type == OPPORTUNITY,
        AlertRow.entity_id == ranked.c.opportunity_id,
        AlertRow.user_id.is_(None),
        AlertRow.status != "resolved",
    )
    return (
        select(*ranked.c, AlertRow.id.label("alert_id"))
        .join(limits, limits.c.stage == ranked.c.stage)
        .outerjoin(AlertRow, is_live)
        .where(ranked.c.last_moved_at < limits.c.moment)
        .order_by(ranked.c.number)
    )


def _alerts(workspace_id: WorkspaceId | None) -> Select[AlertRow, Opportunity, str, str, str]:
    account = (
        select(SlackIdentity.slack_user_id)
        .where(SlackIdentity.user_id == AlertRow.acknowledged_by_user_id)
        .where(SlackIdentity.workspace_id == workspace_id)
        .order_by(SlackIdentity.created_at)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(AlertRow, Opportunity, User.first_name, User.last_name, account)
        .join(Opportunity, Opportunity.id == AlertRow.entity_id)
        .outerjoin(User, User.id == AlertRow.acknowledged_by_user_id)
        .where(AlertRow.entity_type == OPPORTUNITY)
        .order_by(AlertRow.id)
        .execution_options(populate_existing=True)
    )


def _read(row: tuple[AlertRow, Opportunity, str | None, str | None, str | None]) -> Alert:
    alert, about, first, last, account = row
    return Alert(
        id=AlertId(alert.id),
        status=cast("Status", alert.status),
        priority=alert.priority or "medium",
        title=alert.title,
        message=alert.message,
        triggered_at=alert.triggered_at or datetime.min.replace(tzinfo=UTC),
        resolved_at=alert.resolved_at,
        acknowledged=_acknowledgement(alert, f"{first or ''} {last or ''}".strip(), account),
        opportunity_id=OpportunityId(about.id),
        opportunity_number=about.number,
        customer_name=about.customer_name,
        owner_id=UserId(about.assigned_user_id) if about.assigned_user_id else None,
        value=about.deal_value,
        currency=about.currency or "USD",
    )


def _acknowledgement(alert: AlertRow, name: str, account: str | None) -> Acknowledgement | None:
    by, at = alert.acknowledged_by_user_id, alert.acknowledged_at
    if by is None or at is None:
        return None
    return Acknowledgement(UserId(by), name, account, at)


def _totals(alerts: Sequence[Alert]) -> tuple[tuple[str, Decimal], ...]:
    totals: dict[str, Decimal] = {}
    for alert in alerts:
        if alert.status != "resolved":
            totals[alert.currency] = totals.get(alert.currency, Decimal(0)) + alert.value
    return tuple(sorted(totals.items(), key=lambda each: weight(each[1], each[0]), reverse=True))
