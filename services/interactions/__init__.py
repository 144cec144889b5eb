"""Contacts with partners: who met whom, when, what was said and what comes next. Knows no health
formula.
"""

from services.interactions.actions import delete_interaction, edit_interaction, log_interaction
from services.interactions.history import (
    Agreed,
    Entry,
    Happening,
    Moved,
    Timeline,
    timeline,
)
from services.interactions.queries import (
    interaction,
    interaction_types,
    known_contacts,
    latest,
    usual_type,
)
from services.interactions.values import (
    EditInteraction,
    Interaction,
    LogInteraction,
    NextStep,
    today,
)

__all__ = [
    "Agreed",
    "EditInteraction",
    "Entry",
    "Happening",
    "Interaction",
    "LogInteraction",
    "Moved",
    "NextStep",
    "Timeline",
    "delete_interaction",
    "edit_interaction",
    "interaction",
    "interaction_types",
    "known_contacts",
    "latest",
    "log_interaction",
    "timeline",
    "today",
    "usual_type",
]
