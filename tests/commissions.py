"""Commission structures of every kind, for property tests."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from services.commission import (
    Flat,
    NoCommission,
    Percentage,
    Period,
    Recurring,
    Structure,
    Tier,
    Tiered,
)

CURRENCIES = ("EUR", "USD", "JPY", "KWD")
rates = st.decimals(min_value=0, max_value=100, places=2)
periods = st.sampled_from(Period)


def amounts(most: str = "9999999999999.99") -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=Decimal("0.01"), max_value=Decimal(most), places=2)


@st.composite
def tiers(draw: st.DrawFn, most: str = "9999999999999.99") -> tuple[Tier, ...]:
    bounds = sorted(draw(st.sets(amounts(most), max_size=5)))
    return tuple(Tier(up_to=bound, rate=draw(rates)) for bound in [*bounds, None])


@st.composite
def structures(draw: st.DrawFn, most: str = "9999999999999.99") -> Structure:
    """Any structure there can be, amounts up to `most`."""
    kind = draw(st.sampled_from(("none", "flat", "percentage", "tiered", "recurring")))
    if kind == "none":
        return NoCommission()
    limits = draw(st.lists(st.none() | amounts(most), min_size=2, max_size=2))
    floor, cap = sorted(limits, key=lambda each: each or 0) if all(limits) else limits
    first = draw(st.none() | st.dates(date(1990, 1, 1), date(2090, 1, 1)))
    last = None if first is None else first + timedelta(days=draw(st.integers(0, 3650)))
    more = {
        "cap": cap,
        "floor": floor,
        "limits_per": draw(periods),
        "currency": draw(st.sampled_from(CURRENCIES)),
        "effective_from": first,
        "effective_until": draw(st.sampled_from((None, last))),
    }
    match kind:
        case "flat":
            return Flat.model_validate({"amount": draw(amounts(most)), **more})
        case "percentage":
            return Percentage.model_validate({"rate": draw(rates), **more})
        case "tiered":
            return Tiered.model_validate(
                {
                    "mode": draw(st.sampled_from(("marginal", "whole"))),
                    "tiers": draw(tiers(most)),
                    "tiers_per": draw(periods),
                    **more,
                }
            )
        case _:
            by_rate = draw(st.booleans())
            each = {"rate": draw(rates)} if by_rate else {"amount": draw(amounts(most))}
            return Recurring.model_validate({"months": draw(st.integers(1, 120)), **each, **more})
