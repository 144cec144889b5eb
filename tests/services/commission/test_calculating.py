from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.commission import (
    Commission,
    Earlier,
    Flat,
    LineKind,
    NoCommission,
    Percentage,
    Period,
    Recurring,
    Structure,
    Tier,
    Tiered,
    commission_on,
)
from services.money import rounded
from tests.commissions import CURRENCIES, structures, tiers

D = Decimal
TIERS = (Tier(up_to=D(50000), rate=D(8)), Tier(up_to=D(100000), rate=D(10)), Tier(rate=D(12)))
MARGINAL = Tiered(tiers=TIERS, currency="EUR")
WHOLE = Tiered(mode="whole", tiers=TIERS, currency="EUR")
QUARTERLY = MARGINAL.model_copy(update={"tiers_per": Period.QUARTER})
WHOLE_QUARTERLY = WHOLE.model_copy(update={"tiers_per": Period.QUARTER})

values = st.decimals(min_value=0, max_value=D("9999999999999.99"), places=2)
near = st.decimals(min_value=0, max_value=12000, places=2)
"""Where tiers up to 9999.99 end."""
earlier_ones = st.builds(Earlier, values, values, values)
currencies = st.sampled_from(CURRENCIES)


def lines(commission: Commission) -> list[tuple[str, str]]:
    return [(line.kind.value, str(line.amount)) for line in commission.lines]


@pytest.mark.parametrize(
    ("structure", "value", "expected"),
    [
        (NoCommission(), "48000", []),
        (Flat(amount=D(500), currency="EUR"), "48000", [("amount", "500.00")]),
        (Percentage(rate=D(10)), "48000", [("share", "4800.00")]),
        (Percentage(rate=D(10)), "0.05", [("share", "0.01")]),
        (Percentage(rate=D(10)), "0.04", [("share", "0.00")]),
        (MARGINAL, "48000", [("tier", "3840.00")]),
        (MARGINAL, "50000", [("tier", "4000.00")]),
        (MARGINAL, "120000", [("tier", "4000.00"), ("tier", "5000.00"), ("tier", "2400.00")]),
        (WHOLE, "49999.99", [("tier", "4000.00")]),
        (WHOLE, "50000", [("tier", "5000.00")]),
        (WHOLE, "120000", [("tier", "14400.00")]),
        (Recurring(months=6, rate=D(10)), "48000", [("months", "2400.00")]),
        (
            Recurring(months=6, amount=D(100), currency="EUR"),
            "48000",
            [("months", "600.00")],
        ),
        (
            Percentage(rate=D(10), cap=D(4000), currency="EUR"),
            "48000",
            [("share", "4800.00"), ("cap", "-800.00")],
        ),
        (
            Percentage(rate=D(10), floor=D(5000), currency="EUR"),
            "48000",
            [("share", "4800.00"), ("floor", "200.00")],
        ),
        (Percentage(rate=D(10), floor=D(5000), currency="EUR"), "0", [("share", "0.00")]),
    ],
)
def test_each_kind_comes_to_what_was_agreed(
    structure: Structure, value: str, expected: list[tuple[str, str]]
) -> None:
    assert lines(commission_on(structure, D(value), "EUR")) == expected


@pytest.mark.parametrize(
    ("structure", "earlier", "expected"),
    [
        (QUARTERLY, Earlier(value=D(40000)), [("tier", "800.00"), ("tier", "1000.00")]),
        (MARGINAL, Earlier(value=D(40000)), [("tier", "1600.00")]),
        (WHOLE_QUARTERLY, Earlier(value=D(40000)), [("tier", "2000.00"), ("catch_up", "800.00")]),
        (
            Percentage(rate=D(10), cap=D(5000), limits_per=Period.YEAR, currency="EUR"),
            Earlier(commission=D(4500), earned=D(4500)),
            [("share", "2000.00"), ("cap", "-1500.00")],
        ),
        (
            Percentage(rate=D(10), cap=D(5000), limits_per=Period.YEAR, currency="EUR"),
            Earlier(commission=D(6000), earned=D(6000)),
            [("share", "2000.00"), ("cap", "-2000.00")],
        ),
        (
            Percentage(rate=D(10), floor=D(5000), limits_per=Period.YEAR, currency="EUR"),
            Earlier(commission=D(2500), earned=D(2500)),
            [("share", "2000.00"), ("floor", "500.00")],
        ),
        (
            Percentage(rate=D(10), floor=D(5000), limits_per=Period.YEAR, currency="EUR"),
            Earlier(commission=D(5000), earned=D(2500)),
            [("share", "2000.00"), ("floor_paid", "-2000.00")],
        ),
    ],
)
def test_what_came_before_counts_where_a_period_is_agreed(
    structure: Structure, earlier: Earlier, expected: list[tuple[str, str]]
) -> None:
    assert lines(commission_on(structure, D(20000), "EUR", earlier=earlier)) == expected


def test_yen_have_no_decimals_and_amounts_come_over_at_the_rate() -> None:
    flat = Flat(amount=D("10.50"), currency="EUR")

    assert commission_on(flat, D(1), "JPY", exchange=D("160.13")).total == D(1681)
    assert commission_on(Percentage(rate=D("2.5")), D(1020), "JPY").total == D(26)


def test_a_longer_term_makes_a_smaller_month() -> None:
    agreed = Recurring(months=12, rate=D(10))

    [line] = commission_on(agreed, D(36000), "EUR", term=36).lines

    assert (line.base, line.times, line.amount) == (D("1000.00"), 12, D("1200.00"))


@given(structures(), values, currencies, earlier_ones)
def test_a_commission_is_the_sum_of_its_rounded_lines_and_never_negative(
    structure: Structure, value: Decimal, currency: str, earlier: Earlier
) -> None:
    found = commission_on(structure, value, currency, earlier=earlier)

    assert found.total == sum(line.amount for line in found.lines)
    assert all(line.amount == rounded(line.amount, currency) for line in found.lines)
    assert found.total >= 0


@given(structures(), values, currencies, earlier_ones)
def test_a_cap_is_never_passed_and_a_floor_is_reached_by_any_value(
    structure: Structure, value: Decimal, currency: str, earlier: Earlier
) -> None:
    total = commission_on(structure, value, currency, earlier=earlier).total
    if isinstance(structure, NoCommission):
        assert total == 0
        return

    per_period = structure.limits_per is not Period.OPPORTUNITY
    before = rounded(earlier.commission, currency) if per_period else D(0)
    if structure.cap is not None:
        assert total <= max(rounded(structure.cap, currency) - before, D(0))
    if structure.floor is not None and value:
        assert total >= rounded(structure.floor, currency) - before


def test_what_the_period_has_paid_in_another_currency_is_rounded_before_it_counts() -> None:
    capped = Flat(amount=D(5), cap=D(10), currency="EUR", limits_per=Period.QUARTER)

    found = commission_on(capped, D(1), "JPY", earlier=Earlier(D(0), D("8.50"), D("8.50")))

    assert lines(found) == [("amount", "5"), ("cap", "-4")]


@given(tiers("9999.99"), near, near, currencies)
def test_more_value_never_earns_less_at_marginal_tiers(
    agreed: tuple[Tier, ...], one: Decimal, other: Decimal, currency: str
) -> None:
    structure = Tiered(tiers=agreed, currency=currency)
    less, more = (commission_on(structure, each, currency).total for each in sorted((one, other)))

    assert less <= more


@given(tiers(), values, values)
def test_marginal_tiers_share_out_the_whole_value(
    agreed: tuple[Tier, ...], value: Decimal, before: Decimal
) -> None:
    structure = Tiered(tiers=agreed, currency="EUR", tiers_per=Period.YEAR)

    found = commission_on(structure, value, "EUR", earlier=Earlier(value=before))

    assert sum((line.base or D(0) for line in found.lines), D(0)) == value
    assert {line.kind for line in found.lines} <= {LineKind.TIER}
