"""Functions about the company's records and about the work around them."""

import base64
from datetime import date, datetime
from decimal import Decimal

import handlers
from services import (
    alerts,
    audit,
    channels,
    goals,
    opportunities,
    outbox,
    requests,
    schedule,
    sharing,
    tasks,
    weekly_status,
)
from services.alerts import actions as alert_actions
from services.alerts import queries as alert_queries
from services.alerts.rules import StaleMove
from services.channels import ChannelTest
from services.configuration import Change
from services.configuration.catalogue import DEALS_CHANNEL, Channel
from services.directory import Claim
from services.opportunities import queries as opportunity_queries
from services.opportunities import share as opportunity_share
from services.outbox import Delivery, Place, Sent
from services.schedule import Period
from services.sealing import Sealer
from services.values import UTC
from services.weekly_status import filing, queries, reminders
from tests.factories import START
from tests.isolation.cases.case import Case, nothing
from tests.isolation.cases.people import person
from tests.isolation.seeds import LAST_WEEK, WEEK, Known

SEALER = Sealer([base64.b64encode(bytes(32)).decode()])
REMINDER = reminders.FridayReminder()
EVALUATION = alerts.RuleEvaluation()
PERIODICS = handlers.periodics()
CARD = opportunities.CARD
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FRIDAY = Period("2026-W46@UTC", START)


def elsewhere(its: Known) -> Place:
    return Place(its.workspace_id, "C0DEALS")


def claim(its: Known) -> Claim:
    return Claim(its.organization_id, its.outbox_id, attempts=1, was_sending=False)


def delivery(its: Known, kind: str = "opportunity_card") -> Delivery:
    return Delivery(
        claim=claim(its),
        workspace_id=its.workspace_id,
        lane="C0DEALS",
        method=outbox.POST,
        kind=kind,
        payload={"v": 1, "id": str(its.opportunity_id)},
        copy_id=its.copy_id,
        channel_id="C0DEALS",
        ts="1763460000.000100",
        created_at=START,
        installed_at=START,
    )


def new_opportunity(**more: object) -> opportunities.CreateOpportunity:
    return opportunities.CreateOpportunity.model_validate(
        {
            "customer_name": "Initech",
            "deal_value": Decimal(100),
            "currency": "EUR",
            "stage": "discovery",
            "expected_close_date": date(2026, 12, 31),
            **more,
        }
    )


def channel_test() -> ChannelTest:
    return ChannelTest(settings=(DEALS_CHANNEL.name,), channel_id="C0DEALS", tell="U0ACME")


def new_channel(its: Known) -> Change:
    chosen = Channel(workspace_id=str(its.workspace_id), channel_id="C0DEALS")
    return Change(DEALS_CHANNEL, chosen)


def goal(its: Known) -> goals.SetGoal:
    return goals.SetGoal(
        user_id=its.user_id, quarter=4, year=2026, goal_type="revenue", target_value=Decimal(10)
    )


def week(when: date = WEEK) -> weekly_status.FileStatus:
    return weekly_status.FileStatus(week_ending=when, accomplishments=("Signed",))


CASES: tuple[Case, ...] = (
    Case(alert_actions.acknowledge, lambda its, _: (its.alert_id,)),
    Case(alert_actions.acknowledge_digest, lambda its, _: (its.digest_id,)),
    Case(alert_actions.alert, lambda its, _: (its.alert_id,)),
    Case(alert_actions.digest, lambda its, _: (its.digest_id,)),
    Case(alert_actions.evaluate, nothing, by="application"),
    Case(
        alert_actions.move_on,
        lambda its, _: (StaleMove(its.number, "discovery", "proposal", "No movement"),),
        by="application",
    ),
    Case(
        alert_actions.take_back,
        lambda its, _: (alert_queries.DIGEST, its.digest_id, its.copy_id),
        by="application",
    ),
    Case(alert_queries.find, lambda its, _: (its.alert_id, its.workspace_id)),
    Case(alert_queries.find, lambda its, own: (own.alert_id, its.workspace_id)),
    Case(alert_queries.gather, lambda its, _: (its.digest_id, its.workspace_id)),
    Case(alert_queries.live, nothing),
    Case(alert_queries.stuck, lambda _, __: ({"discovery": START},)),
    Case(alert_queries.take_turn, nothing),
    Case(alert_queries.untold, nothing),
    Case(audit.record, lambda its, _: ("alert.seen", "alert", its.alert_id)),
    Case(channels.change_channels, lambda its, _: ([new_channel(its)],)),
    Case(
        channels.give_up_channel,
        lambda its, _: (elsewhere(its), "is_archived"),
        by="application",
    ),
    Case(channels.reached_channel, lambda _, __: (DEALS_CHANNEL,)),
    Case(
        channels.record_test,
        lambda its, _: (its.workspace_id, channel_test(), None),
        by="application",
    ),
    Case(channels.still_chosen, lambda its, _: (its.workspace_id, channel_test())),
    Case(goals.set_goal, lambda its, _: (goal(its),)),
    Case(
        opportunities.create_opportunity,
        lambda its, _: (new_opportunity(partner_id=its.partner_id),),
    ),
    Case(
        opportunities.create_opportunity,
        lambda its, own: (
            new_opportunity(partner_id=own.partner_id, assigned_user_id=its.user_id),
        ),
    ),
    Case(
        opportunities.move_opportunity,
        lambda its, _: (opportunities.MoveOpportunity(number=its.number, to_stage="proposal"),),
    ),
    Case(opportunity_queries.as_it_is, lambda its, _: (its.opportunity_id,)),
    Case(opportunity_queries.find_opportunity, lambda its, _: (its.number,)),
    Case(opportunity_queries.history, lambda its, _: (its.opportunity_id,)),
    Case(opportunity_queries.opportunity, lambda its, _: (its.opportunity_id,)),
    Case(opportunity_queries.today, nothing, by="application"),
    Case(opportunity_share.share_opportunity, lambda its, own: (its.number, elsewhere(own))),
    Case(opportunity_share.share_opportunity, lambda its, own: (own.number, elsewhere(its))),
    Case(outbox.begin, lambda its, _: (claim(its),)),
    Case(outbox.drop_waiting, lambda its, _: (its.workspace_id, "uninstalled")),
    Case(outbox.finish, lambda its, _: (delivery(its), Sent("C0DEALS", "1763460001.000100"))),
    Case(outbox.finish, lambda its, _: (delivery(its), outbox.Dead("is_archived"))),
    Case(outbox.finish, lambda its, _: (delivery(its), outbox.Parked("token_revoked"))),
    Case(
        outbox.finish,
        lambda its, _: (delivery(its), outbox.Later(START, "ratelimited", gate_method=True)),
    ),
    Case(outbox.is_shown, lambda its, _: (elsewhere(its), CARD, its.opportunity_id, LONG_AGO)),
    Case(outbox.is_shown, lambda its, own: (elsewhere(own), CARD, its.opportunity_id, LONG_AGO)),
    Case(outbox.mark_gone, lambda its, _: (its.copy_id,)),
    Case(outbox.note_file, lambda its, _: (delivery(its), "F0STATEMENT")),
    Case(outbox.post, lambda its, _: (elsewhere(its), "alert", {"id": str(its.alert_id)})),
    Case(outbox.send_file, lambda its, _: (elsewhere(its), "file", {"id": str(its.alert_id)})),
    Case(outbox.refresh_copies, lambda its, _: ("opportunity_card", its.opportunity_id)),
    Case(requests.answered_before, lambda its, _: (its.request_key,)),
    Case(requests.remember_answer, lambda its, _: (its.request_key, {"kind": "done"})),
    Case(schedule.ensure, lambda _, __: (PERIODICS,)),
    Case(schedule.reconsider, lambda _, __: ("weekly_reminder",)),
    Case(schedule.run_due, lambda _, __: (PERIODICS,), by="application"),
    Case(sharing.is_gone, lambda its, _: (CARD, its.opportunity_id, elsewhere(its))),
    Case(sharing.is_gone, lambda its, own: (CARD, its.opportunity_id, elsewhere(own))),
    Case(
        sharing.post_card,
        lambda its, _: (CARD, its.opportunity_id, elsewhere(its)),
    ),
    Case(
        sharing.post_card,
        lambda its, own: (CARD, its.opportunity_id, elsewhere(own)),
    ),
    Case(
        sharing.share_card,
        lambda its, _: (CARD, its.opportunity_id, elsewhere(its)),
    ),
    Case(
        sharing.share_card,
        lambda its, own: (CARD, its.opportunity_id, elsewhere(own)),
    ),
    Case(
        sharing.tell_refused,
        lambda its, _: (delivery(its), "not_shared", "is_archived"),
        by="application",
    ),
    Case(tasks.complete_task, lambda its, _: (its.task_id,)),
    Case(tasks.create_task, lambda its, _: (tasks.CreateTask(title="Call", user_id=its.user_id),)),
    Case(
        tasks.create_task,
        lambda its, _: (tasks.CreateTask(title="Call", opportunity_id=its.opportunity_id),),
    ),
    Case(filing.file_status, lambda _, __: (week(),)),
    Case(
        filing.record_refusal,
        lambda its, _: (delivery(its, "weekly_status"),),
        by="application",
    ),
    Case(queries.filed_by, lambda _, __: (LAST_WEEK,)),
    Case(queries.form_for, nothing),
    Case(queries.joined_before, lambda its, _: (WEEK, {its.user_id: person(its)})),
    Case(queries.status, lambda its, _: (its.status_id,)),
    Case(queries.status_of, lambda its, _: (its.user_id, LAST_WEEK)),
    Case(REMINDER.first_at, nothing, by="application"),
    Case(REMINDER.periods_due, lambda _, __: (START,), by="application"),
    Case(REMINDER.run, lambda _, __: (FRIDAY,), by="application"),
    Case(REMINDER.next_at, nothing, by="application"),
    Case(EVALUATION.first_at, nothing, by="application"),
    Case(EVALUATION.periods_due, lambda _, __: (START,), by="application"),
    Case(EVALUATION.run, lambda _, __: (FRIDAY,), by="application"),
    Case(EVALUATION.next_at, nothing, by="application"),
)
