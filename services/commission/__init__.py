"""What partners earn: how it is agreed, and what it comes to for one opportunity. Pure."""

from services.commission.calculating import Commission, Earlier, Line, LineKind, commission_on
from services.commission.structures import (
    STRUCTURE,
    Flat,
    NoCommission,
    Percentage,
    Period,
    Recurring,
    Structure,
    Tier,
    Tiered,
    in_force,
    stored,
)
from services.commission.writing import read_rate, read_tiers

__all__ = [
    "STRUCTURE",
    "Commission",
    "Earlier",
    "Flat",
    "Line",
    "LineKind",
    "NoCommission",
    "Percentage",
    "Period",
    "Recurring",
    "Structure",
    "Tier",
    "Tiered",
    "commission_on",
    "in_force",
    "read_rate",
    "read_tiers",
    "stored",
]
