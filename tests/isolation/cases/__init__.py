"""How each public service function is called inside one company with what another's holds.

A new function needs a case in one of these modules: the identifiers and names it takes, from `its`.
"""

from tests.isolation.cases import (
    audit,
    commission,
    companies,
    health,
    interactions,
    linking,
    opportunities,
    opportunity_lists,
    partners,
    past,
    people,
    records,
    settings,
)
from tests.isolation.cases.case import Case

CASES: tuple[Case, ...] = (
    *audit.CASES,
    *commission.CASES,
    *companies.CASES,
    *health.CASES,
    *interactions.CASES,
    *linking.CASES,
    *opportunities.CASES,
    *opportunity_lists.CASES,
    *partners.CASES,
    *past.CASES,
    *people.CASES,
    *records.CASES,
    *settings.CASES,
)

__all__ = ["CASES", "Case"]
