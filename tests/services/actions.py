"""Everything people do, each as a call on a real record: one's own, and somebody else's."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from services import (
    alerts,
    channels,
    configuration,
    goals,
    interactions,
    opportunities,
    partners,
    tasks,
    weekly_status,
)
from services.configuration import RESET, Change
from services.configuration.catalogue import DEALS_CHANNEL, STALE_DAYS
from services.db import Database, Tx
from services.errors import NotFound
from services.outbox import Place
from services.partners.overview import overview
from services.tables import Alert
from services.values import Actor, UserId
from services.weekly_status import FileStatus
from tests.factories import START, Company

WEEK = date(2026, 11, 22)


@dataclass(frozen=True)
class Owned:
    """The records of one person."""

    user_id: UserId
    number: int
    opportunity_id: UUID
    task_id: UUID
    alert_id: UUID
    digest_id: UUID
    status_id: UUID
    partner_id: UUID
    place: Place


@dataclass(frozen=True)
class Action:
    """What somebody does to a record. `function`: what of the services it is about."""

    function: Callable[..., Awaitable[object]]
    do: Callable[[Tx, Owned], Awaitable[object]]


async def see_in_a_list(tx: Tx, it: Owned) -> None:
    page = await opportunities.list_opportunities(tx, opportunities.Filter(owner_id=it.user_id))
    if it.number not in {line.number for line in page.rows}:
        raise NotFound("opportunity", str(it.number))


def new_opportunity(partner_id: UUID, user_id: UserId) -> opportunities.CreateOpportunity:
    return opportunities.CreateOpportunity(
        customer_name="Initech",
        partner_id=partner_id,
        deal_value=Decimal(100),
        currency="EUR",
        stage="qualified",
        expected_close_date=date(2026, 12, 31),
        assigned_user_id=user_id,
    )


def a_move(it: Owned) -> opportunities.MoveOpportunity:
    return opportunities.MoveOpportunity(number=it.number, to_stage="proposal")


def a_goal(user_id: UserId | None) -> goals.SetGoal:
    return goals.SetGoal(
        user_id=user_id, quarter=4, year=2026, goal_type="revenue", target_value=Decimal(10)
    )


def a_contact(it: Owned) -> interactions.LogInteraction:
    return interactions.LogInteraction(
        partner_id=it.partner_id, interaction_type="call", interaction_date=START
    )


def a_week(ending: date = WEEK) -> FileStatus:
    return FileStatus(week_ending=ending, accomplishments=("Signed",))


ACTIONS = {
    "see an opportunity": Action(
        opportunities.find_opportunity,
        lambda tx, it: opportunities.find_opportunity(tx, it.number),
    ),
    "see an opportunity's history": Action(
        opportunities.history, lambda tx, it: opportunities.history(tx, it.opportunity_id)
    ),
    "see an opportunity in a list": Action(opportunities.list_opportunities, see_in_a_list),
    "see an alert": Action(alerts.alert, lambda tx, it: alerts.alert(tx, it.alert_id)),
    "see many alerts together": Action(
        alerts.digest, lambda tx, it: alerts.digest(tx, it.digest_id)
    ),
    "create an opportunity": Action(
        opportunities.create_opportunity,
        lambda tx, it: opportunities.create_opportunity(
            tx, new_opportunity(it.partner_id, it.user_id)
        ),
    ),
    "move an opportunity": Action(
        opportunities.move_opportunity,
        lambda tx, it: opportunities.move_opportunity(tx, a_move(it)),
    ),
    "share an opportunity": Action(
        opportunities.share_opportunity,
        lambda tx, it: opportunities.share_opportunity(tx, it.number, it.place),
    ),
    "share a partner": Action(
        partners.share_partner,
        lambda tx, it: partners.share_partner(tx, it.partner_id, it.place),
    ),
    "see a partner": Action(overview, lambda tx, it: overview(tx, it.partner_id)),
    "list partners": Action(
        partners.list_partners, lambda tx, _: partners.list_partners(tx, partners.ListPartners())
    ),
    "find a partner by its name": Action(
        partners.find_partner, lambda tx, _: partners.find_partner(tx, "Globex")
    ),
    "choose a partner": Action(partners.suggest, lambda tx, _: partners.suggest(tx, "Glo")),
    "see interactions": Action(
        interactions.latest, lambda tx, it: interactions.latest(tx, it.partner_id)
    ),
    "add a partner": Action(
        partners.create_partner,
        lambda tx, _: partners.create_partner(
            tx, partners.CreatePartner(name="Vandelay", domain="cloud")
        ),
    ),
    "log an interaction": Action(
        interactions.log_interaction,
        lambda tx, it: interactions.log_interaction(tx, a_contact(it)),
    ),
    "file a weekly status": Action(
        weekly_status.file_status, lambda tx, _: weekly_status.file_status(tx, a_week())
    ),
    "open the form of a week": Action(
        weekly_status.form_for, lambda tx, _: weekly_status.form_for(tx)
    ),
    "read a weekly status": Action(
        weekly_status.status, lambda tx, it: weekly_status.status(tx, it.status_id)
    ),
    "give a task": Action(
        tasks.create_task,
        lambda tx, it: tasks.create_task(tx, tasks.CreateTask(title="Call", user_id=it.user_id)),
    ),
    "complete a task": Action(
        tasks.complete_task, lambda tx, it: tasks.complete_task(tx, it.task_id)
    ),
    "set a person's goal": Action(
        goals.set_goal, lambda tx, it: goals.set_goal(tx, a_goal(it.user_id))
    ),
    "set the company's goal": Action(
        goals.set_goal, lambda tx, _: goals.set_goal(tx, a_goal(None))
    ),
    "acknowledge an alert": Action(
        alerts.acknowledge, lambda tx, it: alerts.acknowledge(tx, it.alert_id)
    ),
    "acknowledge many alerts": Action(
        alerts.acknowledge_digest, lambda tx, it: alerts.acknowledge_digest(tx, it.digest_id)
    ),
    "change a setting": Action(
        configuration.put, lambda tx, _: configuration.put(tx, STALE_DAYS, 20)
    ),
    "reset a setting": Action(
        configuration.reset, lambda tx, _: configuration.reset(tx, STALE_DAYS)
    ),
    "choose a channel": Action(
        channels.change_channels,
        lambda tx, _: channels.change_channels(tx, [Change(DEALS_CHANNEL, RESET)]),
    ),
}


async def records_of(db: Database, company: Company, owners: Sequence[Actor]) -> list[Owned]:
    """A record of each kind for each of these people, made by the application."""
    async with db.transaction(company.application) as tx:
        globex = await partners.create_partner(
            tx, partners.CreatePartner(name="Globex", domain="cloud")
        )
        place = Place(company.workspace_id, "C0DEALS")
        return [await _records(tx, owner, globex.id, place) for owner in owners]


async def _records(tx: Tx, owner: Actor, partner_id: UUID, place: Place) -> Owned:
    user_id = UserId(owner.user_id or uuid4())
    made = await opportunities.create_opportunity(tx, new_opportunity(partner_id, user_id))
    task = await tasks.create_task(tx, tasks.CreateTask(title="Call", user_id=user_id))
    filed = await weekly_status.file_status(
        tx.acting_as(owner, tx.now - timedelta(days=7)), a_week(WEEK - timedelta(days=7))
    )
    alert = Alert(
        id=uuid4(),
        organization_id=tx.organization_id,
        alert_type="stale_opportunity",
        entity_type="opportunity",
        entity_id=made.id,
        title="Stale",
        message="It has not moved.",
        digest_id=uuid4(),
        triggered_at=tx.now,
    )
    tx.session.add(alert)
    await tx.session.flush()
    return Owned(
        user_id=user_id,
        number=made.number,
        opportunity_id=made.id,
        task_id=task.id,
        alert_id=alert.id,
        digest_id=alert.digest_id or uuid4(),
        status_id=filed.status.id,
        partner_id=partner_id,
        place=place,
    )
