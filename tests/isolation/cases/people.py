"""Functions about the company's people and who leads whom."""

from services import people
from services.people import Person, SlackProfile, find, joining
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


CASES: tuple[Case, ...] = (
    Case(people.actor_for, lambda its, _: (person(its),)),
    Case(people.find_person, lambda its, _: (its.workspace_id, its.slack_user_id)),
    Case(people.find_person, lambda its, own: (own.workspace_id, its.slack_user_id)),
    Case(people.people, nothing),
    Case(people.person, lambda its, _: (its.user_id,)),
    Case(people.refresh_profile, lambda its, _: (person(its), profile(its, its.slack_user_id))),
    Case(people.welcome_installer, lambda its, _: (its.workspace_id, profile(its))),
    Case(people.welcome_installer, lambda its, own: (own.workspace_id, profile(its))),
    Case(people.welcome_person, lambda its, _: (its.workspace_id, profile(its))),
    Case(people.welcome_person, lambda its, own: (own.workspace_id, profile(its))),
    Case(people.find_by_email, lambda its, _: (its.email,)),
    Case(find.company_zone, nothing),
    Case(joining.has_admin, nothing),
    Case(joining.lock_seats, nothing),
    Case(joining.refuse_strangers, lambda its, _: (its.workspace_id, profile(its))),
    Case(joining.user_with_email, lambda its, _: (its.email,)),
)
