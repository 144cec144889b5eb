"""People: who a Slack account is in its company, how it becomes one, and what it may do."""

from services.people.find import actor_for, find_by_email, find_person, people, person
from services.people.following import refresh_profile
from services.people.joining import welcome_installer, welcome_person
from services.people.values import Person
from services.profiles import Refusal, SlackProfile

__all__ = [
    "Person",
    "Refusal",
    "SlackProfile",
    "actor_for",
    "find_by_email",
    "find_person",
    "people",
    "person",
    "refresh_profile",
    "welcome_installer",
    "welcome_person",
]
