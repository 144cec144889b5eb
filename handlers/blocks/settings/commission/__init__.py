"""The commission of partners without one of their own: its form, and how it is read back."""

from handlers.blocks.settings.commission.form import SECTION, kind_of, redrawn
from handlers.blocks.settings.commission.names import KINDS, REDRAW, TYPE
from handlers.blocks.settings.commission.reading import read

__all__ = ["KINDS", "REDRAW", "SECTION", "TYPE", "kind_of", "read", "redrawn"]
