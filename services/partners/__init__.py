"""Partners: the companies sold with. Knows their names, contacts and figures, no Slack."""

from services.partners.create import CreatePartner, create_partner
from services.partners.find import (
    ListPartners,
    PartnerPage,
    find_partner,
    list_partners,
    read_list,
    suggest,
)
from services.partners.overview import OpenDeals, Overview, last_contacts, overview
from services.partners.records import CARD, Partner, domains, partner

__all__ = [
    "CARD",
    "CreatePartner",
    "ListPartners",
    "OpenDeals",
    "Overview",
    "Partner",
    "PartnerPage",
    "create_partner",
    "domains",
    "find_partner",
    "last_contacts",
    "list_partners",
    "overview",
    "partner",
    "read_list",
    "suggest",
]
