"""Lists of opportunities: filters, pages, totals. Changes nothing."""

from services.opportunities.listing.pages import (
    ROWS,
    Filter,
    Page,
    Total,
    list_opportunities,
)

__all__ = ["ROWS", "Filter", "Page", "Total", "list_opportunities"]
