"""Lists of opportunities."""

from services.opportunities import listing
from services.opportunities.listing import Filter
from tests.isolation.cases.case import Case

CASES: tuple[Case, ...] = (
    Case(listing.list_opportunities, lambda _, __: (Filter(),)),
    Case(listing.list_opportunities, lambda its, _: (Filter(owner_id=its.user_id),)),
    Case(listing.list_opportunities, lambda its, _: (Filter(partner_id=its.partner_id),)),
    Case(listing.list_opportunities, lambda its, _: (Filter(words=its.partner_name),)),
)
