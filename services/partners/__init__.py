"""Partners: the companies sold with. Knows their names, contacts and figures, no Slack."""

from services.partners.contacts import SaveContact, make_primary, remove_contact, save_contact
from services.partners.create import CreatePartner, create_partner
from services.partners.direct import direct, direct_id, offered_direct
from services.partners.edit import Edited, EditPartner, edit_partner, opened, reconciled
from services.partners.find import Found, active_names, find_partner, look_up, suggest
from services.partners.listing import (
    STATUSES,
    Figures,
    ListPartners,
    PartnerPage,
    Sort,
    list_partners,
    read_list,
)
from services.partners.merging import MERGE, Merge, Moving, merge_partners, merge_preview
from services.partners.overview import Deal, OpenDeals, Overview, last_contacts, overview
from services.partners.records import CARD, Agreement, Contact, Partner, domains, partner
from services.partners.share import (
    NOT_SHARED,
    SHARE,
    share_partner,
)
from services.partners.websites import host_of

__all__ = [
    "CARD",
    "MERGE",
    "NOT_SHARED",
    "SHARE",
    "STATUSES",
    "Agreement",
    "Contact",
    "CreatePartner",
    "Deal",
    "EditPartner",
    "Edited",
    "Figures",
    "Found",
    "ListPartners",
    "Merge",
    "Moving",
    "OpenDeals",
    "Overview",
    "Partner",
    "PartnerPage",
    "SaveContact",
    "Sort",
    "active_names",
    "create_partner",
    "direct",
    "direct_id",
    "domains",
    "edit_partner",
    "find_partner",
    "host_of",
    "last_contacts",
    "list_partners",
    "look_up",
    "make_primary",
    "merge_partners",
    "merge_preview",
    "offered_direct",
    "opened",
    "overview",
    "partner",
    "read_list",
    "reconciled",
    "remove_contact",
    "save_contact",
    "share_partner",
    "suggest",
]
