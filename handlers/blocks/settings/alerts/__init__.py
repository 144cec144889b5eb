"""The alert rules: what each watches, from when, whom it tells. A list of forms, one for each."""

from handlers.blocks.settings.alerts.forms import PARTS, redrawn
from handlers.blocks.settings.alerts.overview import SECTION
from handlers.blocks.settings.alerts.routes import REDRAW, partners_typed

__all__ = ["PARTS", "REDRAW", "SECTION", "partners_typed", "redrawn"]
