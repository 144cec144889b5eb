"""Settings of commission: what counts where a partner has nothing of its own."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, TypeAdapter

from services.commission.structures import STRUCTURE, Percentage
from services.configuration.catalogue.setting import Category, Setting

COMMISSION = Setting(
    Category.COMMISSION,
    "default_structure",
    STRUCTURE,
    Percentage(rate=Decimal("10.00")),
    "The commission of a partner without one of its own",
    "object",
)
RECURRING_MONTHS = Setting(
    Category.COMMISSION,
    "recurring_months",
    TypeAdapter(Annotated[int, Field(ge=1, le=120)]),
    12,
    "The months a recurring commission is paid for, unless its structure says otherwise",
    "number",
)

SETTINGS = (COMMISSION, RECURRING_MONTHS)
