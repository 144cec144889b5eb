"""The settings in blocks: the menu, its sections, their forms and lists.

A section is one module with a `Section`, and a line in SECTIONS.
"""

from handlers.blocks.settings.alerts import SECTION as ALERTS
from handlers.blocks.settings.channels import (
    CHANNELS,
    posted_in,
    problem_message,
    test_message,
)
from handlers.blocks.settings.choices import DOMAINS, GOALS, INTERACTIONS, LOSSES
from handlers.blocks.settings.commission import SECTION as COMMISSION
from handlers.blocks.settings.direct import SECTION as DIRECT
from handlers.blocks.settings.health import SECTION as HEALTH
from handlers.blocks.settings.holidays import SECTION as HOLIDAYS
from handlers.blocks.settings.hours import SECTION as HOURS
from handlers.blocks.settings.interruptions import SECTION as INTERRUPTIONS
from handlers.blocks.settings.kpis import SECTION as NUMBERS
from handlers.blocks.settings.listing import (
    ADD,
    CONSENT,
    DOWN,
    EDIT,
    FIRST,
    ITEM,
    PLACE,
    REMOVAL,
    REMOVE,
    RESET_LIST,
    ROW,
    ROWS,
    TURN,
    UP,
    ItemNote,
    Listing,
    RemovalNote,
    asking_view,
    fingerprint_item,
    in_use,
    item_view,
    named,
    refused_view,
    removal_view,
)
from handlers.blocks.settings.money import MONEY, SUGGEST_CURRENCY, currencies_matching
from handlers.blocks.settings.outside import SECTION as OUTSIDE
from handlers.blocks.settings.rates import (
    ADD_RATE,
    HISTORY,
    NEW,
    RATE,
    RATE_HISTORY,
    RATE_ROW,
    RATES,
    REMOVE_RATE,
    RateNote,
    history_view,
    rate_form,
    rate_words,
)
from handlers.blocks.settings.roles import SECTION as ROLES
from handlers.blocks.settings.section import (
    Editor,
    Facts,
    Group,
    Section,
    SectionNote,
    Untouched,
    Values,
    editor,
)
from handlers.blocks.settings.stages import STAGES
from handlers.blocks.settings.views import (
    OPEN_SECTION,
    OPEN_SETTINGS,
    RESET,
    SECTION,
    MenuNote,
    menu,
    section_view,
    told_moved,
    told_of,
)
from handlers.blocks.settings.weekly import SECTION as WEEKLY

SECTIONS = (
    CHANNELS,
    HOURS,
    HOLIDAYS,
    ROLES,
    STAGES,
    LOSSES,
    DOMAINS,
    DIRECT,
    INTERACTIONS,
    OUTSIDE,
    COMMISSION,
    HEALTH,
    MONEY,
    RATES,
    GOALS,
    WEEKLY,
    NUMBERS,
    ALERTS,
    INTERRUPTIONS,
)
"""The menu, in its order; those of one group stand together."""

__all__ = [
    "ADD",
    "ADD_RATE",
    "CHANNELS",
    "CONSENT",
    "DOMAINS",
    "DOWN",
    "EDIT",
    "FIRST",
    "GOALS",
    "HISTORY",
    "INTERACTIONS",
    "ITEM",
    "LOSSES",
    "MONEY",
    "NEW",
    "OPEN_SECTION",
    "OPEN_SETTINGS",
    "PLACE",
    "RATE",
    "RATES",
    "RATE_HISTORY",
    "RATE_ROW",
    "REMOVAL",
    "REMOVE",
    "REMOVE_RATE",
    "RESET",
    "RESET_LIST",
    "ROW",
    "ROWS",
    "SECTION",
    "SECTIONS",
    "STAGES",
    "SUGGEST_CURRENCY",
    "TURN",
    "UP",
    "Editor",
    "Facts",
    "Group",
    "ItemNote",
    "Listing",
    "MenuNote",
    "RateNote",
    "RemovalNote",
    "Section",
    "SectionNote",
    "Untouched",
    "Values",
    "asking_view",
    "currencies_matching",
    "editor",
    "fingerprint_item",
    "history_view",
    "in_use",
    "item_view",
    "menu",
    "named",
    "posted_in",
    "problem_message",
    "rate_form",
    "rate_words",
    "refused_view",
    "removal_view",
    "section_view",
    "test_message",
    "told_moved",
    "told_of",
]
