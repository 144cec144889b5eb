"""Functions about the company's people and who leads whom."""

from uuid import UUID

from services import departures, people, tasks
from services.departures import Leave
from services.opportunities import handover
from services.people import (
    ChangePerson,
    ListPeople,
    Person,
    SlackProfile,
    find,
    joining,
    seats,
    teams,
)
from services.tables import User
from services.values import UTC
from tests.isolation.cases.case import Case, nothing
from tests.isolation.seeds import Known


def person(its: Known) -> Person:
    return Person(
        user_id=its.user_id,
        name="Ron Rep",
        first_name="Ron",
        role="sales_rep",
        is_active=True,
        time_zone=UTC,
        locale="en-US",
        email=its.email,
        slack_user_id=its.slack_user_id,
        workspace_id=its.workspace_id,
    )


def profile(its: Known, slack_user_id: str = "U0NEW") -> SlackProfile:
    return SlackProfile(
        slack_user_id=slack_user_id,
        team_id="T0ACME",
        real_name="Ron Rep",
        email=its.email,
        is_email_confirmed=True,
    )


def user(its: Known) -> User:
    return User(id=its.user_id, email=its.email, role="sales_rep", is_active=False)


def change(user_id: UUID, manager_id: UUID | None = None) -> ChangePerson:
    return ChangePerson(user_id=user_id, role="sales_rep", manager_id=manager_id)


CASES: tuple[Case, ...] = (
    Case(people.actor_for, lambda its, _: (person(its),)),
    Case(people.find_person, lambda its, _: (its.workspace_id, its.slack_user_id)),
    Case(people.find_person, lambda its, own: (own.workspace_id, its.slack_user_id)),
    Case(people.people, nothing),
    Case(people.person, lambda its, _: (its.user_id,)),
    Case(
        people.refresh_profile,
        lambda its, _: (person(its), profile(its, its.slack_user_id)),
        by="application",
    ),
    Case(
        people.welcome_installer, lambda its, _: (its.workspace_id, profile(its)), by="application"
    ),
    Case(
        people.welcome_installer,
        lambda its, own: (own.workspace_id, profile(its)),
        by="application",
    ),
    Case(people.welcome_person, lambda its, _: (its.workspace_id, profile(its)), by="application"),
    Case(
        people.welcome_person, lambda its, own: (own.workspace_id, profile(its)), by="application"
    ),
    Case(people.find_by_email, lambda its, _: (its.email,)),
    Case(people.accounts_of, lambda its, _: (its.user_id,)),
    Case(people.answer_question, lambda its, _: (its.question_id, "approved"), by="application"),
    Case(people.ask_whose, lambda its, _: (its.workspace_id, profile(its)), by="application"),
    Case(people.change_person, lambda its, _: (change(its.user_id),)),
    Case(people.change_person, lambda its, own: (change(own.user_id, manager_id=its.user_id),)),
    Case(people.card, lambda its, _: (its.user_id,)),
    Case(people.count_reports, lambda its, _: (its.user_id,)),
    Case(people.end_membership, lambda its, _: (its.user_id,)),
    Case(people.follow_profile, lambda its, _: (its.workspace_id, profile(its)), by="application"),
    Case(people.has_admin, nothing),
    Case(people.list_people, lambda its, _: (ListPeople(words=its.email, who="everybody"),)),
    Case(people.make_admin, lambda its, _: (its.user_id,), by="application"),
    Case(people.move_reports, lambda its, _: (its.user_id,)),
    Case(people.question, lambda its, _: (its.question_id,)),
    Case(people.reactivate, lambda its, _: (its.user_id,)),
    Case(people.suggest_people, lambda its, _: (its.email, its.user_id)),
    Case(people.team_of, lambda its, _: (its.user_id,)),
    Case(departures.leave, lambda its, _: (Leave(user_id=its.user_id),)),
    Case(
        departures.leave,
        lambda its, own: (Leave(user_id=own.user_id, work="hand_over", successor_id=its.user_id),),
    ),
    Case(departures.open_work, lambda its, _: (its.user_id,)),
    Case(handover.count_open, lambda its, _: (its.user_id,)),
    Case(handover.hand_over, lambda its, own: (its.user_id, own.user_id)),
    Case(tasks.count_open, lambda its, _: (its.user_id,)),
    Case(tasks.hand_over, lambda its, own: (its.user_id, own.user_id)),
    Case(find.account_holder, lambda its, _: (its.workspace_id, its.slack_user_id)),
    Case(find.company_zone, nothing),
    Case(joining.become_admin, lambda its, _: (user(its),)),
    Case(joining.bring_back, lambda its, _: (user(its),)),
    Case(joining.left_with_slack, lambda its, _: (user(its),)),
    Case(joining.link_account, lambda its, _: (its.workspace_id, "U0NEW", user(its))),
    Case(joining.refusal_here, lambda its, _: (its.workspace_id, profile(its))),
    Case(joining.user_with_email, lambda its, _: (its.email,)),
    Case(seats.lock_seats, nothing),
    Case(seats.refuse_without_seat, nothing),
    Case(teams.refuse_manager, lambda its, own: (own.user_id, its.user_id)),
)
