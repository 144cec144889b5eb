"""Everything people do, each as a call on a real record: one's own, and somebody else's."""

import base64
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select

from services import (
    alerts,
    audit,
    audit_export,
    channels,
    configuration,
    departures,
    goals,
    interactions,
    opportunities,
    organizations,
    partners,
    people,
    sharing,
    tasks,
    weekly_status,
)
from services.audit import Search
from services.commission import NoCommission, adjustments
from services.commission.accruing import unsettled
from services.commission.agreements import agree, agreement, override, override_version, withdraw
from services.commission.exporting import Export, export, exported, refused, tell_not_sent
from services.commission.projecting import projection, what_if
from services.commission.statements import statement, statements
from services.configuration import RESET, Change, rates, transfer
from services.configuration.catalogue import DEALS_CHANNEL, ROLES, STALE_DAYS, Channel
from services.configuration.values import version_of
from services.db import Database, Tx
from services.errors import InvalidInput, NotFound, TermsChanged, UndoRefused
from services.health.recomputing import recompute
from services.health.report import report
from services.opportunities import handover, past
from services.organizations import linking, onboarding
from services.organizations.overview import company_workspaces
from services.organizations.workspaces import note_left_teams
from services.outbox import Place
from services.partners.overview import overview
from services.sealing import Sealer
from services.tables import Alert, AuditEntry, Interaction, Partner
from services.values import Actor, OrganizationId, UserId
from services.weekly_status import FileStatus
from tests.factories import START, Company

WEEK = date(2026, 11, 22)
A_LINK = opportunities.NewLink(url="https://example.com/offer")
SEALER = Sealer([base64.b64encode(bytes(32)).decode()])


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
    audit_id: UUID
    successor_id: UserId
    interaction_id: UUID
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


async def see_as_of(tx: Tx, it: Owned) -> None:
    day = await past.today(tx)
    page = await past.as_of(tx, day, past.Wanted(everything=True))
    if it.number not in {line.number for line in page.rows}:
        raise NotFound("opportunity", str(it.number))


async def see_moved(tx: Tx, it: Owned) -> None:
    day = await past.today(tx)
    moves = await past.bucket(tx, past.EARLIEST, day, past.Bucket.CREATED)
    if it.number not in {line.number for line in moves.rows}:
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


def an_edit(it: Owned) -> opportunities.EditOpportunity:
    return opportunities.EditOpportunity(
        number=it.number, expected_version=0, deal_value=Decimal(200)
    )


async def take_back(tx: Tx, it: Owned) -> None:
    """Nobody has moved it: who may is asked first."""
    with suppress(UndoRefused):
        await opportunities.undo_move(tx, it.number, 0)


async def detach(tx: Tx, it: Owned) -> None:
    """None of a kind that is there: who may take one away is asked first."""
    try:
        await opportunities.detach(tx, it.number, "gone")
    except NotFound as missing:
        if missing.kind != "attachment":
            raise


def a_goal(user_id: UserId | None) -> goals.SetGoal:
    return goals.SetGoal(
        user_id=user_id, quarter=4, year=2026, goal_type="revenue", target_value=Decimal(10)
    )


def a_contact(it: Owned) -> interactions.LogInteraction:
    return interactions.LogInteraction(
        partner_id=it.partner_id, interaction_type="call", interaction_date=START
    )


async def change_a_contact(tx: Tx, it: Owned) -> None:
    now = await interactions.interaction(tx, it.interaction_id)
    edit = interactions.EditInteraction(
        interaction_id=now.id,
        version=now.version,
        partner_id=now.partner_id,
        interaction_type="meeting",
        interaction_date=START,
    )
    await interactions.edit_interaction(tx, edit)


async def promise(tx: Tx, it: Owned) -> None:
    promised = {"next_step": "Call back", "next_user_id": it.user_id}
    await interactions.log_interaction(tx, a_contact(it).model_copy(update=promised))


def a_week(ending: date = WEEK) -> FileStatus:
    return FileStatus(week_ending=ending, accomplishments=("Signed",))


def a_channel(it: Owned) -> Channel:
    return Channel(workspace_id=str(it.place.workspace_id), channel_id=it.place.lane)


async def move_without_confirming(tx: Tx, it: Owned) -> None:
    """There is something to leave behind: who may move it is asked first."""
    target = linking.Target(OrganizationId(it.partner_id), "Globex", is_here=False)
    with suppress(InvalidInput):
        await linking.move_workspace(tx, "CODE", target, SEALER)


async def import_what_is_there(tx: Tx, _: Owned) -> None:
    application = Actor.application(tx.organization_id)
    text = await transfer.export(tx.acting_as(application, tx.now))
    await transfer.import_(tx, text)


async def see_commission(tx: Tx, it: Owned) -> None:
    if await projection(tx, it.opportunity_id) is None:
        raise NotFound("commission", str(it.number))


async def see_what_if(tx: Tx, it: Owned) -> None:
    if await what_if(tx, it.opportunity_id, WEEK) is None:
        raise NotFound("commission", str(it.number))


async def withdraw_none(tx: Tx, it: Owned) -> None:
    """There are none to come: who may take them back is asked first."""
    with suppress(TermsChanged):
        await withdraw(tx, it.partner_id, WEEK, "")


def an_adjustment(it: Owned) -> adjustments.Adjust:
    return adjustments.Adjust(
        partner_id=it.partner_id, currency="EUR", amount=Decimal(5), reason="Booth", on=WEEK
    )


async def agree_anew(tx: Tx, it: Owned) -> None:
    kept = await tx.session.scalar(
        select(Partner.commission_structure).where(Partner.id == it.partner_id)
    )
    await agree(tx, it.partner_id, NoCommission(effective_from=WEEK), version_of(kept))


async def pay_too_much(tx: Tx, it: Owned) -> None:
    """Nothing is due: who may pay is asked first."""
    new = adjustments.Pay(
        partner_id=it.partner_id, currency="EUR", amount=Decimal(5), on=START.date()
    )
    with suppress(InvalidInput):
        await adjustments.pay(tx, new)


async def edit_a_partner(tx: Tx, it: Owned) -> None:
    """As the application would show it to them."""
    application = tx.acting_as(Actor.application(tx.organization_id), tx.now)
    shown = await partners.partner(application, it.partner_id)
    edit = partners.EditPartner(
        partner_id=it.partner_id,
        opened=partners.opened(shown),
        name="Vandelay",
        domain="cloud",
        status="pending",
    )
    await partners.edit_partner(tx, edit)


async def with_a_contact(
    tx: Tx, it: Owned, do: Callable[[Tx, UUID, str], Awaitable[object]]
) -> None:
    """The partner has one that the application noted."""
    application = tx.acting_as(Actor.application(tx.organization_id), tx.now)
    new = partners.SaveContact(partner_id=it.partner_id, name="Homer")
    saved = await partners.save_contact(application, new)
    await do(tx, it.partner_id, saved.contacts[0].id)


async def with_another(
    tx: Tx, it: Owned, do: Callable[[Tx, UUID, UUID], Awaitable[object]]
) -> None:
    """There is another partner that the application added."""
    application = tx.acting_as(Actor.application(tx.organization_id), tx.now)
    new = partners.CreatePartner(name="Vandelay", domain="cloud")
    other = await partners.create_partner(application, new)
    await do(tx, other.id, it.partner_id)


ACTIONS = {
    "see an opportunity": Action(
        opportunities.find_opportunity,
        lambda tx, it: opportunities.find_opportunity(tx, it.number),
    ),
    "see an opportunity's history": Action(
        opportunities.history, lambda tx, it: opportunities.history(tx, it.opportunity_id)
    ),
    "see an opportunity in a list": Action(opportunities.list_opportunities, see_in_a_list),
    "see the pipeline of a past day": Action(past.as_of, see_as_of),
    "see what came into a pipeline": Action(past.bucket, see_moved),
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
    "take a move back": Action(opportunities.undo_move, take_back),
    "reopen an opportunity": Action(
        opportunities.reopen,
        lambda tx, it: opportunities.reopen(tx, opportunities.ReopenOpportunity(number=it.number)),
    ),
    "edit an opportunity": Action(
        opportunities.edit_opportunity,
        lambda tx, it: opportunities.edit_opportunity(tx, an_edit(it)),
    ),
    "attach a link": Action(
        opportunities.attach, lambda tx, it: opportunities.attach(tx, it.number, A_LINK)
    ),
    "take a link away": Action(opportunities.detach, detach),
    "see an opportunity's changes": Action(
        opportunities.changes, lambda tx, it: opportunities.changes(tx, it.opportunity_id)
    ),
    "reassign an opportunity": Action(
        opportunities.reassign,
        lambda tx, it: opportunities.reassign(tx, it.number, it.successor_id, 0),
    ),
    "archive an opportunity": Action(
        opportunities.archive, lambda tx, it: opportunities.archive(tx, it.number)
    ),
    "restore an opportunity": Action(
        opportunities.restore, lambda tx, it: opportunities.restore(tx, it.number)
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
    "see a partner's health": Action(report, lambda tx, it: report(tx, it.partner_id)),
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
    "edit a partner": Action(partners.edit_partner, edit_a_partner),
    "save a contact of a partner": Action(
        partners.save_contact,
        lambda tx, it: partners.save_contact(
            tx, partners.SaveContact(partner_id=it.partner_id, name="Homer")
        ),
    ),
    "remove a contact of a partner": Action(
        partners.remove_contact,
        lambda tx, it: with_a_contact(tx, it, partners.remove_contact),
    ),
    "put a contact first": Action(
        partners.make_primary, lambda tx, it: with_a_contact(tx, it, partners.make_primary)
    ),
    "see what a merge moves": Action(
        partners.merge_preview, lambda tx, it: with_another(tx, it, partners.merge_preview)
    ),
    "merge partners": Action(
        partners.merge_partners, lambda tx, it: with_another(tx, it, partners.merge_partners)
    ),
    "log an interaction": Action(
        interactions.log_interaction,
        lambda tx, it: interactions.log_interaction(tx, a_contact(it)),
    ),
    "change an interaction": Action(interactions.edit_interaction, change_a_contact),
    "delete an interaction": Action(
        interactions.delete_interaction,
        lambda tx, it: interactions.delete_interaction(tx, it.interaction_id),
    ),
    "promise a next step": Action(interactions.log_interaction, promise),
    "see a timeline": Action(
        interactions.timeline, lambda tx, it: interactions.timeline(tx, it.partner_id)
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
    "see an opportunity's tasks": Action(
        tasks.about, lambda tx, it: tasks.about(tx, it.opportunity_id)
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
    "see a commission": Action(projection, see_commission),
    "see what a win would earn": Action(what_if, see_what_if),
    "see commission terms": Action(agreement, lambda tx, it: agreement(tx, it.partner_id)),
    "see a statement": Action(statement, lambda tx, it: statement(tx, it.partner_id)),
    "see all statements": Action(statements, lambda tx, _: statements(tx)),
    "export a statement": Action(
        export, lambda tx, it: export(tx, Export(partner_id=it.partner_id))
    ),
    "export all statements": Action(export, lambda tx, _: export(tx, Export())),
    "see what is due to a partner": Action(
        adjustments.balances, lambda tx, it: adjustments.balances(tx, it.partner_id)
    ),
    "agree on commission terms": Action(agree, agree_anew),
    "take back commission terms": Action(withdraw, withdraw_none),
    "override commission terms": Action(
        override,
        lambda tx, it: override(
            tx, it.number, NoCommission(), "Agreed by phone", override_version(None)
        ),
    ),
    "adjust a commission": Action(
        adjustments.adjust, lambda tx, it: adjustments.adjust(tx, an_adjustment(it))
    ),
    "enter a commission payment": Action(adjustments.pay, pay_too_much),
    "change a setting": Action(
        configuration.change,
        lambda tx, _: configuration.change(tx, [Change(STALE_DAYS, 20)]),
    ),
    "reset a setting": Action(
        configuration.change,
        lambda tx, _: configuration.change(tx, [Change(STALE_DAYS, RESET)]),
    ),
    "set an exchange rate": Action(
        rates.set_rate,
        lambda tx, _: rates.set_rate(
            tx, rates.SetRate(currency="EUR", valid_from=WEEK, rate=Decimal("1.1"))
        ),
    ),
    "remove an exchange rate": Action(
        rates.remove_rate, lambda tx, _: rates.remove_rate(tx, "EUR", START.date())
    ),
    "export the settings": Action(transfer.export, lambda tx, _: transfer.export(tx)),
    "import settings": Action(transfer.import_, import_what_is_there),
    "choose a channel": Action(
        channels.change_channels,
        lambda tx, it: channels.change_channels(tx, [Change(DEALS_CHANNEL, a_channel(it))]),
    ),
    "see what is to be set up": Action(onboarding.progress, lambda tx, _: onboarding.progress(tx)),
    "accept the shipped pipeline": Action(
        onboarding.note_pipeline_seen, lambda tx, _: onboarding.note_pipeline_seen(tx)
    ),
    "change a role": Action(
        configuration.change,
        lambda tx, _: configuration.change(tx, [Change(ROLES, ROLES.default.without("vp"))]),
    ),
    "list people": Action(
        people.list_people, lambda tx, _: people.list_people(tx, people.ListPeople())
    ),
    "change a person": Action(
        people.change_person,
        lambda tx, it: people.change_person(tx, people.ChangePerson(user_id=it.user_id, role="vp")),
    ),
    "let a person leave": Action(
        departures.leave,
        lambda tx, it: departures.leave(tx, departures.Leave(user_id=it.user_id)),
    ),
    "see somebody's open work": Action(
        departures.open_work, lambda tx, it: departures.open_work(tx, it.user_id)
    ),
    "end a membership": Action(
        people.end_membership, lambda tx, it: people.end_membership(tx, it.user_id)
    ),
    "let a person in again": Action(
        people.reactivate, lambda tx, it: people.reactivate(tx, it.user_id)
    ),
    "hand over somebody's team": Action(
        people.move_reports, lambda tx, it: people.move_reports(tx, it.user_id)
    ),
    "hand over opportunities": Action(
        handover.hand_over, lambda tx, it: handover.hand_over(tx, it.user_id, it.successor_id)
    ),
    "hand over tasks": Action(
        tasks.hand_over, lambda tx, it: tasks.hand_over(tx, it.user_id, it.successor_id)
    ),
    "list workspaces": Action(company_workspaces, lambda tx, _: company_workspaces(tx)),
    "issue a link code": Action(linking.issue_link_code, lambda tx, _: linking.issue_link_code(tx)),
    "take back a link code": Action(
        linking.revoke_link_code, lambda tx, _: linking.revoke_link_code(tx, uuid4())
    ),
    "unlink a workspace": Action(
        linking.unlink_workspace, lambda tx, it: linking.unlink_workspace(tx, it.place.workspace_id)
    ),
    "move a workspace": Action(linking.move_workspace, move_without_confirming),
    "see who changed what": Action(audit.entries, lambda tx, _: audit.entries(tx, Search())),
    "see a change whole": Action(audit.entry, lambda tx, it: audit.entry(tx, it.audit_id)),
    "look for who changed something": Action(audit.authors, lambda tx, _: audit.authors(tx)),
    "export who changed what": Action(
        audit_export.export, lambda tx, _: audit_export.export(tx, Search())
    ),
}


OF_THE_APPLICATION = {
    unsettled: "a rate has come that commissions waited for",
    exported: "a file is sent, with the rights of who asked for it",
    refused: "a file could not be sent",
    tell_not_sent: "a file could not be sent",
    channels.give_up_channel: "a delivery was refused",
    recompute: "a job of the queue asks for it",
    channels.record_test: "a test post was delivered or refused",
    organizations.installation: "to speak to Slack: it holds the token",
    organizations.not_renewed: "a token is due",
    organizations.park: "a token was refused",
    organizations.renew: "a token is due",
    organizations.renewable: "a token is due",
    organizations.reseal: "the operator has a new key",
    organizations.uninstall: "Slack tells of it",
    organizations.unpark: "a token works again",
    people.ask_whose: "somebody uses the app for the first time, and is nobody yet",
    people.follow_profile: "Slack tells of a changed account",
    people.make_admin: "the operator grants it, for a company without an admin",
    people.refresh_profile: "somebody uses the app for the first time of the day",
    people.welcome_installer: "somebody has installed the app, and is nobody yet",
    people.welcome_person: "somebody uses the app for the first time, and is nobody yet",
    note_left_teams: "Slack tells of it",
    sharing.tell_refused: "a card was refused",
    weekly_status.record_refusal: "a status was refused",
}
"""What the application does by itself or for its operator, and when. Refused to everybody else."""


async def records_of(db: Database, company: Company, owners: Sequence[Actor]) -> list[Owned]:
    """A record of each kind for each of these people, made by the application."""
    async with db.transaction(company.application) as tx:
        globex = await partners.create_partner(
            tx, partners.CreatePartner(name="Globex", domain="cloud")
        )
        place = Place(company.workspace_id, "C0DEALS")
        await configuration.write(tx, STALE_DAYS, 10)
        await rates.set_rate(
            tx, rates.SetRate(currency="EUR", valid_from=START.date(), rate=Decimal("1.2"))
        )
        successor_id = UserId(company.manager.user_id or uuid4())
        return [await _records(tx, each, globex.id, successor_id, place) for each in owners]


async def _records(
    tx: Tx, owner: Actor, partner_id: UUID, successor_id: UserId, place: Place
) -> Owned:
    user_id = UserId(owner.user_id or uuid4())
    made = await opportunities.create_opportunity(tx, new_opportunity(partner_id, user_id))
    contact = Interaction(
        id=uuid4(),
        organization_id=tx.organization_id,
        partner_id=partner_id,
        user_id=user_id,
        interaction_type="call",
        interaction_date=tx.now,
        created_at=tx.now,
    )
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
    entry = AuditEntry(
        id=uuid4(), organization_id=tx.organization_id, action="task.created", entity_type="task"
    )
    tx.session.add_all([alert, entry, contact])
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
        audit_id=entry.id,
        successor_id=successor_id,
        interaction_id=contact.id,
        place=place,
    )
