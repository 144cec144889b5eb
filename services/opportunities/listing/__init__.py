"""Lists of opportunities: filters, pages, totals, searches. Changes nothing."""

from services.opportunities.listing.asking import meant_list, read_list
from services.opportunities.listing.filters import Filter, Sort, State, When
from services.opportunities.listing.pages import (
    ROWS,
    BaseTotal,
    Names,
    Page,
    Total,
    list_opportunities,
    names_of,
)
from services.opportunities.listing.words import Read

__all__ = [
    "ROWS",
    "BaseTotal",
    "Filter",
    "Names",
    "Page",
    "Read",
    "Sort",
    "State",
    "Total",
    "When",
    "list_opportunities",
    "meant_list",
    "names_of",
    "read_list",
]
