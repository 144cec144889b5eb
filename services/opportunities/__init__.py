"""Opportunities: creating, moving, finding, sharing them, and their history. Knows no Slack."""

from services.opportunities.actions import (
    CreateOpportunity,
    Moved,
    MoveOpportunity,
    create_opportunity,
    move_opportunity,
)
from services.opportunities.listing import (
    ROWS,
    Filter,
    Page,
    Total,
    list_opportunities,
)
from services.opportunities.queries import (
    Line,
    Opportunity,
    Stay,
    find_opportunity,
    history,
    opportunity,
    today,
)
from services.opportunities.rules import CARD, KIND, stage_meant, stage_named
from services.opportunities.share import (
    NOT_SHARED,
    share_opportunity,
)

__all__ = [
    "CARD",
    "KIND",
    "NOT_SHARED",
    "ROWS",
    "CreateOpportunity",
    "Filter",
    "Line",
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
