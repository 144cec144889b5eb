"""Partners: the companies sold with. Knows their names, contacts and figures, no Slack."""

from services.partners.create import CreatePartner, create_partner
from services.partners.find import (
    ListPartners,
    PartnerPage,
    active_names,
    find_partner,
    list_partners,
    read_list,
    suggest,
)
from services.partners.overview import OpenDeals, Overview, last_contacts, overview
from services.partners.records import CARD, Partner, domains, partner
from services.partners.share import (
    NOT_SHARED,
    SHARE,
    share_partner,
)
from services.partners.websites import host_of

__all__ = [
    "CARD",
    "NOT_SHARED",
    "SHARE",
    "CreatePartner",
    "ListPartners",
    "OpenDeals",
    "Overview",
    "Partner",
    "PartnerPage",
    "active_names",
    "create_partner",
    "domains",
    "find_partner",
    "host_of",
    "last_contacts",
    "list_partners",
    "overview",
    "partner",
    "read_list",
    "share_partner",
    "suggest",
]
