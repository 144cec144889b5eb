from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.configuration.catalogue import HEALTH, HealthWeights
from services.health.evidence import Contact, Deal, Evidence
from services.health.formula import Health, PartName, score

TODAY = date(2026, 11, 18)
TYPES = ("meeting", "call", "email", "event")
WEIGHTS = HEALTH.default.weights
HALF_LIFE = 30
ALONE = {name: HealthWeights(**dict.fromkeys(PartName, 0) | {name: 100}) for name in PartName}

ages = st.one_of(st.integers(0, 90), st.integers(0, 4_000))
days = ages.map(lambda age: TODAY - timedelta(days=age))
values = st.none() | st.decimals(0, Decimal("9999999999999.99"), places=2)
contacts = st.builds(Contact, days, st.sampled_from((*TYPES, "fax")))
deals = st.builds(Deal, st.sampled_from(("open", "won", "lost")), values, days)
evidences = st.builds(
    Evidence,
    known_since=days,
    contacts=st.lists(contacts, max_size=8).map(tuple),
    deals=st.lists(deals, max_size=6).map(tuple),
    kept=st.lists(days, max_size=3).map(tuple),
    due=st.lists(days | st.just(TODAY + timedelta(days=9)), max_size=3).map(tuple),
    types=st.sampled_from(((), TYPES[:1], TYPES)),
    typical=values,
)
half_lives = st.integers(1, 365)


@st.composite
def weights(draw: st.DrawFn) -> HealthWeights:
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=5, max_size=5)))
    shares = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    return HealthWeights(**dict(zip(PartName, shares, strict=True)))


def ago(*ages: int) -> tuple[date, ...]:
    return tuple(TODAY - timedelta(days=age) for age in ages)


def met(*ages: int, type_: str = "meeting") -> tuple[Contact, ...]:
    return tuple(Contact(day, type_) for day in ago(*ages))


def known(days: int = 4_000, **more: object) -> Evidence:
    """Of an old partner, so that what it is given as a new one has faded."""
    facts: dict[str, object] = {"types": TYPES, "typical": Decimal(20_000), **more}
    return Evidence(known_since=TODAY - timedelta(days=days), **facts)  # pyright: ignore[reportArgumentType]  # a test's facts


def value_of(name: PartName, evidence: Evidence, half_life: int = HALF_LIFE) -> int:
    return score(evidence, ALONE[name], half_life, TODAY).score


def of(evidence: Evidence) -> Health:
    return score(evidence, WEIGHTS, HALF_LIFE, TODAY)


@given(evidences, weights(), half_lives)
def test_a_score_and_its_parts_are_within_bounds_and_the_points_add_up_to_it(
    evidence: Evidence, weights: HealthWeights, half_life: int
) -> None:
    health = score(evidence, weights, half_life, TODAY)

    assert 0 <= health.score <= 100
    assert sum(part.points for part in health.parts) == health.score
    assert abs(health.exact - 100 * health.score) <= 50
    assert all(0 <= part.value <= 100 for part in health.parts)
    assert all(0 <= part.points <= part.weight for part in health.parts)
    assert all(abs(100 * part.points - part.value * part.weight) < 100 for part in health.parts)
    assert {part.name for part in health.parts} == {
        name for name in PartName if getattr(weights, name)
    }


@given(evidences, weights(), half_lives, contacts | st.sampled_from(met(0)))
def test_one_more_contact_never_lowers_the_score_whenever_it_was_and_of_whatever_type(
    evidence: Evidence, weights: HealthWeights, half_life: int, more: Contact
) -> None:
    after = replace(evidence, contacts=(*evidence.contacts, more))

    assert score(after, weights, half_life, TODAY).exact >= (
        score(evidence, weights, half_life, TODAY).exact
    )


@given(evidences, weights(), half_lives)
def test_the_same_evidence_gives_the_same_health(
    evidence: Evidence, weights: HealthWeights, half_life: int
) -> None:
    again = replace(evidence, deals=evidence.deals[::-1], kept=evidence.kept[::-1])

    assert score(again, weights, half_life, TODAY) == score(evidence, weights, half_life, TODAY)


@given(weights(), half_lives)
def test_a_new_partner_begins_at_fifty(weights: HealthWeights, half_life: int) -> None:
    new = known(days=0)

    assert score(new, weights, half_life, TODAY).score == 50


@pytest.mark.parametrize(
    ("part", "evidence", "expected"),
    [
        (PartName.RECENCY, known(), 0),
        (PartName.RECENCY, known(contacts=met(0)), 50),
        (PartName.RECENCY, known(contacts=met(0, 1)), 75),
        (PartName.RECENCY, known(contacts=met(*range(30, 50))), 50),
        (PartName.RECENCY, known(days=0, contacts=met(0)), 75),
        (PartName.RECENCY, known(days=30), 25),
        (PartName.FREQUENCY, known(), 0),
        (PartName.FREQUENCY, known(contacts=met(0, 0)), 50),
        (PartName.FREQUENCY, known(contacts=met(0, 0, 0, 0, 0)), 65),
        (PartName.FREQUENCY, known(contacts=met(*range(0, 300, 7))), 90),
        (PartName.FREQUENCY, known(contacts=met(*range(0, 300, 30))), 50),
        (PartName.MIX, known(contacts=met(0)), 25),
        (PartName.MIX, known(contacts=(*met(90), *met(91, type_="call"))), 25),
        (PartName.MIX, known(contacts=met(0, type_="fax")), 0),
        (PartName.MIX, known(types=()), 50),
        (PartName.PIPELINE, known(), 0),
        (PartName.PIPELINE, known(typical=None), 50),
        (PartName.PIPELINE, known(deals=(Deal("open", Decimal(20_000), TODAY),)), 50),
        (PartName.PIPELINE, known(deals=(Deal("open", Decimal(40_000), TODAY),)), 75),
        (PartName.PIPELINE, known(deals=(Deal("open", Decimal(40_000), date.min),)), 50),
        (PartName.PIPELINE, known(deals=(Deal("won", Decimal(40_000), *ago(30)),)), 50),
        (PartName.PIPELINE, known(deals=(Deal("lost", Decimal(40_000), TODAY),)), 0),
        (PartName.PIPELINE, known(deals=(Deal("open", None, TODAY),)), 0),
        (PartName.WIN_RATE, known(), 50),
        (PartName.WIN_RATE, known(deals=(Deal("won", None, TODAY),)), 67),
        (PartName.WIN_RATE, known(deals=(Deal("lost", None, TODAY),) * 3), 20),
        (PartName.WIN_RATE, known(deals=(Deal("lost", None, *ago(180)),)), 40),
        (PartName.PROMISES, known(), 50),
        (PartName.PROMISES, known(due=ago(0)), 50),
        (PartName.PROMISES, known(due=ago(1)), 33),
        (PartName.PROMISES, known(kept=ago(0, 0)), 75),
    ],
)
def test_each_part_is_what_the_documentation_says(
    part: PartName, evidence: Evidence, expected: int
) -> None:
    assert value_of(part, evidence) == expected


@pytest.mark.parametrize("half_life", [10, 30, 90, 365])
def test_steady_contact_gives_the_same_frequency_for_any_half_life(half_life: int) -> None:
    weekly = known(days=40_000, contacts=met(*range(3, 10 * half_life, 7)))

    assert 87 <= value_of(PartName.FREQUENCY, weekly, half_life) <= 89


def test_winning_an_opportunity_never_lowers_the_pipeline() -> None:
    open_ = known(deals=(Deal("open", Decimal(40_000), *ago(5)),))
    won = known(deals=(Deal("won", Decimal(40_000), TODAY),))

    assert value_of(PartName.PIPELINE, won) > value_of(PartName.PIPELINE, open_)


def test_few_facts_count_for_less_than_many() -> None:
    lost_once = of(known(contacts=met(1), deals=(Deal("lost", None, TODAY),)))
    lost_often = of(known(contacts=met(1), deals=(Deal("lost", None, TODAY),) * 9))

    assert lost_once.score > lost_often.score
