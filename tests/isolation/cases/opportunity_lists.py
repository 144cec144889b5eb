"""Lists of opportunities."""

from services.opportunities.listing import asking, pages
from services.opportunities.listing.filters import Filter
from tests.isolation.cases.case import Case

CASES: tuple[Case, ...] = (
    Case(pages.list_opportunities, lambda _, __: (Filter(),)),
    Case(pages.list_opportunities, lambda its, _: (Filter(owner_id=its.user_id),)),
    Case(pages.list_opportunities, lambda its, _: (Filter(partner_id=its.partner_id),)),
    Case(pages.list_opportunities, lambda its, _: (Filter(words=its.partner_name),)),
    Case(
        pages.names_of,
        lambda its, _: (Filter(owner_id=its.user_id, partner_id=its.partner_id),),
    ),
    Case(asking.read_list, lambda its, _: (f"via {its.partner_name}",)),
    Case(asking.meant_list, lambda its, _: (f"{its.partner_name}x",)),
)
