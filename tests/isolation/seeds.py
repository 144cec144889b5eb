"""Two companies with a row of each in every table, and what the one may know of the other's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import text

from services import tables
from services.db import Database, Tx
from services.values import AlertId, OpportunityId, OrganizationId, PartnerId, UserId, WorkspaceId
from tests.factories import START, Company, a_company

_T = TypeVar("_T")

WEEK = date(2026, 11, 22)
LAST_WEEK = WEEK - timedelta(days=7)
NUMBERS = {"Acme": 1001, "Umbrella": 2002}
QUESTIONS = {"Acme": uuid4(), "Umbrella": uuid4()}
INTERACTIONS = {"Acme": uuid4(), "Umbrella": uuid4()}


@dataclass(frozen=True)
class Known:
    """Every identifier and name of one company that another might come to hold."""

    organization_id: OrganizationId
    workspace_id: WorkspaceId
    user_id: UserId
    slack_user_id: str
    email: str
    partner_id: PartnerId
    partner_name: str
    opportunity_id: OpportunityId
    number: int
    alert_id: AlertId
    digest_id: UUID
    status_id: UUID
    task_id: UUID
    copy_id: UUID
    outbox_id: int
    audit_id: UUID
    question_id: UUID
    interaction_id: UUID
    request_key: str = "the same key"


async def seeded(db: Database, name: str) -> tuple[Company, Known]:
    """A company with a row in every table a company has rows in."""
    company = await a_company(db, name, f"T0{name.upper()}")
    async with db.transaction(company.rep) as tx:
        return company, await _filled(tx, name, company)


async def _filled(tx: Tx, name: str, company: Company) -> Known:
    ours = {"organization_id": tx.organization_id}
    user_id = _present(tx.actor.user_id)
    partner = tables.Partner(
        id=uuid4(),
        **ours,
        name=f"{name} Reseller",
        domain="cloud",
        commission_structure={"rate": 10},
    )
    tx.session.add(partner)
    await tx.session.flush()
    opportunity = tables.Opportunity(
        id=uuid4(),
        **ours,
        partner_id=partner.id,
        assigned_user_id=user_id,
        customer_name=f"{name} Customer",
        deal_value=Decimal(len(name)),
        currency="EUR",
        stage="discovery",
        expected_close_date=date(2026, 12, 31),
        number=NUMBERS[name],
        created_at=START - timedelta(days=60),
    )
    copy = tables.MessageCopy(
        id=uuid4(),
        **ours,
        workspace_id=company.workspace_id,
        lane="C0DEALS",
        channel_id="C0DEALS",
        ts="1763460000.000100",
        entity_type="opportunity_card",
        entity_id=opportunity.id,
        created_at=START,
    )
    status = tables.WeeklyStatus(
        id=uuid4(),
        **ours,
        user_id=user_id,
        week_ending=LAST_WEEK,
        accomplishments=[f"{name} won"],
        submitted_at=START,
    )
    tx.session.add_all([opportunity, copy, status])
    await tx.session.flush()
    alert = tables.Alert(
        id=uuid4(),
        **ours,
        alert_type="stale_opportunity",
        entity_type="opportunity",
        entity_id=opportunity.id,
        title=f"{name} is stale",
        message="It has not moved.",
        digest_id=uuid4(),
        triggered_at=START,
    )
    message = tables.Outbox(
        **ours,
        workspace_id=company.workspace_id,
        lane="C0DEALS",
        method="chat.postMessage",
        kind="opportunity_card",
        payload={"v": 1, "id": str(opportunity.id)},
        copy_id=copy.id,
        state="sending",
        attempts=1,
        dedupe_key="the same key",
        not_before=START,
        created_at=START,
    )
    task = tables.Task(
        id=uuid4(), **ours, user_id=user_id, opportunity_id=opportunity.id, title=f"{name} task"
    )
    entry = tables.AuditEntry(
        id=uuid4(),
        **ours,
        user_id=user_id,
        action="opportunity.created",
        entity_type="opportunity",
        entity_id=opportunity.id,
    )
    tx.session.add_all(
        [alert, message, task, entry, *_the_rest(ours, name, company, opportunity.id, partner.id)]
    )
    await tx.session.execute(
        text("UPDATE workspaces SET sealed_bot_token = :token"), {"token": name.encode()}
    )
    await tx.session.flush()
    return Known(
        organization_id=tx.organization_id,
        workspace_id=company.workspace_id,
        user_id=user_id,
        slack_user_id=f"U0{name.upper()}",
        email=f"ron@{tx.organization_id.hex[:8]}.example",
        partner_id=PartnerId(partner.id),
        partner_name=partner.name,
        opportunity_id=OpportunityId(opportunity.id),
        number=opportunity.number,
        alert_id=AlertId(alert.id),
        digest_id=_present(alert.digest_id),
        status_id=status.id,
        task_id=task.id,
        copy_id=copy.id,
        outbox_id=message.id,
        audit_id=entry.id,
        question_id=QUESTIONS[name],
        interaction_id=INTERACTIONS[name],
    )


def _the_rest(
    ours: Mapping[str, UUID], name: str, company: Company, opportunity_id: UUID, partner_id: UUID
) -> list[tables.Table]:
    user_id, place = company.rep.user_id, {"workspace_id": company.workspace_id}
    return [
        tables.Configuration(
            **ours, category="alerts", key="stale_days", value=len(name), data_type="number"
        ),
        tables.ExchangeRate(
            **ours,
            currency="EUR",
            base_currency="USD",
            valid_from=WEEK - timedelta(days=365),
            rate=Decimal(len(name)),
        ),
        tables.StageChange(
            **ours,
            opportunity_id=opportunity_id,
            to_stage="discovery",
            changed_by_user_id=user_id,
            changed_at=START - timedelta(days=60),
        ),
        tables.OpportunityChange(
            **ours,
            opportunity_id=opportunity_id,
            field="deal_value",
            changed_by_user_id=user_id,
            changed_at=START,
        ),
        tables.Interaction(
            id=INTERACTIONS[name],
            **ours,
            contact_name=f"{name} Hank",
            updated_at=START,
            partner_id=partner_id,
            user_id=user_id,
            interaction_type="call",
            description=f"{name} called",
            interaction_date=START,
        ),
        tables.CommissionEntry(
            **ours,
            partner_id=partner_id,
            opportunity_id=opportunity_id,
            kind="accrual",
            earned_on=WEEK,
            currency="EUR",
            amount=Decimal(len(name)),
            created_at=START,
        ),
        tables.HealthSnapshot(
            **ours, partner_id=partner_id, day=START.date(), score=len(name), parts={"v": 1}
        ),
        tables.Goal(
            **ours,
            user_id=user_id,
            quarter=4,
            year=2026,
            goal_type="revenue",
            target_value=Decimal(len(name)),
        ),
        tables.ProcessedRequest(
            **ours, key="the same key", answer={"kind": "say", "text": name}, created_at=START
        ),
        tables.Lane(
            **ours,
            **place,
            lane="C0DEALS",
            next_at=START,
            served_at=START,
            ready_at=START,
            waiting=1,
        ),
        tables.Gate(**ours, **place, method="chat.update", next_at=START),
        tables.Schedule(**ours, kind="weekly_reminder", next_at=START - timedelta(hours=1)),
        tables.ScheduleRun(
            **ours,
            kind="weekly_reminder",
            period="2026-W46@UTC",
            scheduled_for=START,
            outcome="ran",
        ),
        tables.AccountQuestion(
            id=QUESTIONS[name],
            **ours,
            **place,
            slack_user_id="U0ASKS",
            shown_name=f"{name} newcomer",
            user_id=user_id,
            asked_user_id=user_id,
            created_at=START,
            expires_at=START + timedelta(days=1),
            answer="expired",
        ),
    ]


def _present(value: _T | None) -> _T:
    assert value is not None
    return value
