"""The form of a commission, of the default and of what is agreed, and how it is read back."""

from handlers.blocks.settings.commission.form import (
    SECTION,
    Trial,
    Use,
    drawn_anew,
    fields_of,
    kind_of,
    redrawn,
)
from handlers.blocks.settings.commission.names import CURRENCY, KINDS, REDRAW, TYPE
from handlers.blocks.settings.commission.reading import at, read

__all__ = [
    "CURRENCY",
    "KINDS",
    "REDRAW",
    "SECTION",
    "TYPE",
    "Trial",
    "Use",
    "at",
    "drawn_anew",
    "fields_of",
    "kind_of",
    "read",
    "redrawn",
]
