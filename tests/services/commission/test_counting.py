from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.commission import (
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
from services.commission.basis import Basis, Details, Source, as_kept, read_details, read_lines
from services.commission.counting import Deal, alone, counted, standing
from services.commission.entries import planned
from tests.commissions import CURRENCIES, structures, tiers

D = Decimal
CENT = D("0.01")
values = st.decimals(min_value=0, max_value=D("9999999999.99"), places=2)


def basis(rule: Structure, value: Decimal, currency: str = "EUR", day: int = 1) -> Basis:
    return Basis(
        counted_as=UUID(int=7),
        won_on=date(2026, 10, day),
        value=value,
        currency=currency,
        term=12,
        source=Source.AGREEMENT,
        rule=rule,
        quarter="2026-Q4",
        year="2026",
    )


def deals(rule: Structure, wins: Sequence[Decimal]) -> list[Deal]:
    return [
        Deal(UUID(int=at), at, basis(rule, value, day=1 + at // 2)) for at, value in enumerate(wins)
    ]


@given(structures(), values, st.sampled_from(CURRENCIES))
def test_the_entries_of_a_commission_add_up_to_it_each_to_its_lines(
    rule: Structure, value: Decimal, currency: str
) -> None:
    won = basis(rule, value, currency)
    commission = alone(won)

    entries = planned(won, commission)

    if isinstance(rule, NoCommission):
        assert entries == []
        return
    assert sum(each.amount for each in entries) == commission.total
    assert len(entries) == (rule.months if isinstance(rule, Recurring) else 1)
    assert all(each.amount >= 0 for each in entries)
    assert all(
        each.amount == sum(line.amount for line in read_lines(each.details["lines"]))
        for each in entries
    )
    days = [each.earned_on for each in entries]
    assert days == sorted(set(days))


def test_the_first_month_is_the_one_after_the_win_and_the_floor_comes_last() -> None:
    agreed = Recurring(months=3, rate=D(10), floor=D(400), currency="EUR")
    won = basis(agreed, D(12000), day=31)

    entries = planned(won, alone(won))

    assert [(each.month, each.earned_on, each.amount) for each in entries] == [
        (1, date(2026, 11, 30), D("100.00")),
        (2, date(2026, 12, 31), D("100.00")),
        (3, date(2027, 1, 31), D("200.00")),
    ]


@given(structures(), values, st.sampled_from(CURRENCIES))
def test_a_basis_is_read_as_it_was_kept(rule: Structure, value: Decimal, currency: str) -> None:
    details = Details(accrued=basis(rule, value, currency))

    kept = as_kept(details, alone(basis(rule, value, currency)))

    assert read_details(kept) == details


@given(tiers("99999999.99"), st.lists(values, min_size=1, max_size=6), st.permutations(range(6)))
def test_marginal_tiers_of_a_quarter_share_out_its_whole_value_in_any_order(
    agreed: tuple[Tier, ...], wins: list[Decimal], order: list[int]
) -> None:
    rule = Tiered(tiers=agreed, currency="EUR", tiers_per=Period.QUARTER)
    made = deals(rule, wins)
    shuffled = [made[at] for at in order if at < len(made)]

    found = counted(rule, made)

    assert counted(rule, shuffled) == found
    at = len(made) // 2
    before = [standing(each.basis, found[each.id]) for each in made[:at]]
    assert counted(rule, made[at:], before) == {each.id: found[each.id] for each in made[at:]}
    at_once = commission_on(rule, sum(wins, D(0)), "EUR").total
    rounded_lines = sum(len(each.lines) for each in found.values())
    total = sum((each.total for each in found.values()), D(0))
    assert abs(total - at_once) <= CENT * (rounded_lines + len(agreed))


@given(st.lists(values, min_size=1, max_size=6), st.integers(0, 5000), st.integers(0, 5000))
def test_cap_and_floor_of_a_quarter_hold_for_its_sum(
    wins: list[Decimal], floor: int, more: int
) -> None:
    least, most = D(floor + 1), D(floor + 1 + more)
    rule = Percentage(
        rate=D("7.5"), floor=least, cap=most, currency="EUR", limits_per=Period.QUARTER
    )

    found = counted(rule, deals(rule, wins))

    total = sum((each.total for each in found.values()), D(0))
    bare = sum((alone(basis(Percentage(rate=D("7.5")), each)).total for each in wins), D(0))
    assert total == (min(max(bare, least), most) if any(wins) else 0)
    assert all(each.total >= 0 for each in found.values())


def test_another_quarter_counts_anew_and_another_currency_at_its_rate() -> None:
    rule = Tiered(
        tiers=(Tier(up_to=D(100), rate=D(10)), Tier(rate=D(50))),
        currency="EUR",
        tiers_per=Period.QUARTER,
    )
    first = Deal(UUID(int=1), 1, basis(rule, D(80)))
    yen = replace(
        first,
        id=UUID(int=2),
        basis=basis(rule, D(8000), "JPY", day=2).model_copy(update={"exchange": D(160)}),
    )
    later = replace(
        first, id=UUID(int=3), basis=first.basis.model_copy(update={"quarter": "2027-Q1"})
    )

    found = counted(rule, [later, yen, first])

    assert [found[UUID(int=at)].total for at in (1, 2, 3)] == [D(8), D(320 + 2400), D(8)]
    assert {line.kind for line in found[UUID(int=2)].lines} == {LineKind.TIER}
