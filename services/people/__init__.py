"""People: who a Slack account is in its company, how it becomes one, and what it may do."""

from services.people.approvals import (
    ANSWERED,
    QUESTION,
    Question,
    answer_question,
    ask_whose,
    question,
)
from services.people.changing import (
    MANAGE,
    ChangePerson,
    PersonForm,
    change_person,
    end_membership,
    form_of,
    make_admin,
    move_reports,
    reactivate,
)
from services.people.find import (
    actor_for,
    find_by_email,
    find_person,
    names_of,
    people,
    person,
)
from services.people.following import LEFT, follow_profile, refresh_profile
from services.people.joining import welcome_installer, welcome_person
from services.people.listing import (
    Account,
    Card,
    ListPeople,
    Named,
    Page,
    Row,
    accounts_of,
    card,
    list_people,
    suggest_people,
)
from services.people.seats import has_admin, is_admin
from services.people.teams import count_reports, team_of
from services.people.values import Person
from services.profiles import Refusal, SlackProfile

__all__ = [
    "ANSWERED",
    "LEFT",
    "MANAGE",
    "QUESTION",
    "Account",
    "Card",
    "ChangePerson",
    "ListPeople",
    "Named",
    "Page",
    "Person",
    "PersonForm",
    "Question",
    "Refusal",
    "Row",
    "SlackProfile",
    "accounts_of",
    "actor_for",
    "answer_question",
    "ask_whose",
    "card",
    "change_person",
    "count_reports",
    "end_membership",
    "find_by_email",
    "find_person",
    "follow_profile",
    "form_of",
    "has_admin",
    "is_admin",
    "list_people",
    "make_admin",
    "move_reports",
    "names_of",
    "people",
    "person",
    "question",
    "reactivate",
    "refresh_profile",
    "suggest_people",
    "team_of",
    "welcome_installer",
    "welcome_person",
]
