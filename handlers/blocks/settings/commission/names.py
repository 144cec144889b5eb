"""The fields of the form of a commission, and the types it offers."""

from collections.abc import Mapping

REDRAW = "commission_redraw"
"""The controls that have the form drawn anew: its type, and the way to another example."""
TYPE = "commission_type"
SAMPLE = "commission_sample"
"""A value to try the terms with; it is not saved."""
RATE = "commission_rate"
AMOUNT = "commission_amount"
TIERS = "commission_tiers"
TIERS_PER = "commission_tiers_per"
MONTHS = "commission_months"
CURRENCY = "commission_currency"
FLOOR = "commission_floor"
CAP = "commission_cap"
LIMITS_PER = "commission_limits_per"

NONE, FLAT, PERCENTAGE = "none", "flat", "percentage"
MARGINAL, WHOLE = "marginal", "whole"
MONTHLY_SHARE, MONTHLY_AMOUNT = "monthly_share", "monthly_amount"
KINDS: Mapping[str, str] = {
    NONE: "None",
    PERCENTAGE: "A percentage of the value",
    FLAT: "An amount for each opportunity",
    MARGINAL: "Tiers, each part at its own rate",
    WHOLE: "Tiers, everything at the rate reached",
    MONTHLY_SHARE: "Every month, a percentage",
    MONTHLY_AMOUNT: "Every month, an amount",
}
