"""Opportunities: creating, moving, finding, sharing them, and their history. Knows no Slack."""

from services.opportunities.actions import (
    CreateOpportunity,
    Moved,
    MoveOpportunity,
    create_opportunity,
    move_opportunity,
    share_opportunity,
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

__all__ = [
    "CARD",
    "KIND",
    "ROWS",
    "CreateOpportunity",
    "Filter",
    "MoveOpportunity",
    "Moved",
    "Opportunity",
    "Page",
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
    "today",
]
