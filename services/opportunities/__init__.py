"""Opportunities: creating, moving, finding, sharing them, and their history. Knows no Slack."""

from services.opportunities.actions import (
    CreateOpportunity,
    Moved,
    MoveOpportunity,
    create_opportunity,
    move_opportunity,
)
from services.opportunities.queries import (
    ROWS,
    Filter,
    Opportunity,
    Page,
    Stay,
    Total,
    find_opportunity,
    history,
    list_opportunities,
    opportunity,
    today,
)
from services.opportunities.rules import CARD, KIND, stage_meant, stage_named
from services.opportunities.share import (
    NOT_SHARED,
    CardNotice,
    RefusedNotice,
    share_opportunity,
    tell_refused,
)

__all__ = [
    "CARD",
    "KIND",
    "NOT_SHARED",
    "ROWS",
    "CardNotice",
    "CreateOpportunity",
    "Filter",
    "MoveOpportunity",
    "Moved",
    "Opportunity",
    "Page",
    "RefusedNotice",
    "Stay",
    "Total",
    "create_opportunity",
    "find_opportunity",
    "history",
    "list_opportunities",
    "move_opportunity",
    "opportunity",
    "share_opportunity",
    "stage_meant",
    "stage_named",
    "tell_refused",
    "today",
]
