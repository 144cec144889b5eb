"""Partners on the screen: the card, the list, the forms."""

from handlers.blocks.partners.cards import (
    Shown,
    card,
    choose,
    listing,
    shared_card,
    sharing,
    unknown,
)
from handlers.blocks.partners.forms import (
    new_option,
    partner_form,
    partner_option,
)
from handlers.blocks.partners.values import (
    CREATE_FORM,
    LOG,
    NEW,
    NEW_PREFIX,
    PAGE,
    SHARE,
    SHOW,
    SUGGEST,
    FormNote,
    NameRef,
    PageRef,
    PartnerRef,
    Reader,
)

__all__ = [
    "CREATE_FORM",
    "LOG",
    "NEW",
    "NEW_PREFIX",
    "PAGE",
    "SHARE",
    "SHOW",
    "SUGGEST",
    "FormNote",
    "NameRef",
    "PageRef",
    "PartnerRef",
    "Reader",
    "Shown",
    "card",
    "choose",
    "listing",
    "new_option",
    "partner_form",
    "partner_option",
    "shared_card",
    "sharing",
    "unknown",
]
