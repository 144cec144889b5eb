"""A person's day in one screen: what the Home shows, read in one transaction."""

from dataclasses import dataclass

from sqlalchemy import func, select

from services import alerts, opportunities, people, weekly_status
from services.alerts import Alert
from services.db import Tx
from services.opportunities import Filter, Opportunity, Page
from services.organizations import onboarding
from services.organizations.onboarding import Progress
from services.tables import Alert as AlertRow
from services.tables import Opportunity as OpportunityRow
from services.values import AlertId
from services.weekly_status import StatusForm

MOST_ALERTS = 5


@dataclass(frozen=True, slots=True)
class Day:
    """None: not this person's. Lists hold the first few, with how many there are in all."""

    setup: Progress | None
    has_admin: bool
    page: Page | None
    mine: tuple[Opportunity, ...]
    week: StatusForm | None
    alerts: tuple[Alert, ...]
    alert_count: int


async def day(tx: Tx) -> Day:
    """What the actor may see of today."""
    page = await _page(tx)
    rows = page.rows if page else ()
    told, count = await _alerts(tx)
    return Day(
        has_admin=await people.has_admin(tx),
        setup=await onboarding.progress(tx) if tx.actor.may(onboarding.CHANGE) else None,
        page=page,
        mine=tuple([await opportunities.opportunity(tx, each.id) for each in rows]),
        week=await weekly_status.form_for(tx) if tx.actor.may("weekly_status.file") else None,
        alerts=told,
        alert_count=count,
    )


async def _page(tx: Tx) -> Page | None:
    if not tx.actor.may("opportunities.view", tx.actor.user_id):
        return None
    return await opportunities.list_opportunities(tx, Filter(owner_id=tx.actor.user_id))


async def _alerts(tx: Tx) -> tuple[tuple[Alert, ...], int]:
    """About the actor's own opportunities, the newest first."""
    if not tx.actor.may("opportunities.view", tx.actor.user_id):
        return (), 0
    mine = (
        select(AlertRow.id)
        .join(OpportunityRow, OpportunityRow.id == AlertRow.entity_id)
        .where(OpportunityRow.assigned_user_id == tx.actor.user_id, AlertRow.status != "resolved")
    )
    count = await tx.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    newest = mine.order_by(AlertRow.triggered_at.desc(), AlertRow.id).limit(MOST_ALERTS)
    ids = list(await tx.session.scalars(newest))
    workspace_id = tx.actor.workspace_id
    return tuple([await alerts.alert(tx, AlertId(each), workspace_id) for each in ids]), count
