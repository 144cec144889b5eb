from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.configuration.catalogue import HEALTH
from services.health.evidence import Contact, Deal, Evidence
from services.health.facts import facts
from services.health.formula import score
from services.health.trying import (
    Action,
    BringOpportunity,
    KeepPromise,
    LogContact,
    MoveForward,
    best_of,
)
from tests.services.health.test_health_formula import TODAY, TYPES, ago, evidences, known, met

RULE = HEALTH.default
STUCK = Deal("open", Decimal(60_000), *ago(90))


def keeping(due: date) -> KeepPromise:
    return KeepPromise(uuid4(), "Send the price list", due)


def moving(deal: Deal) -> MoveForward:
    return MoveForward(uuid4(), 42, "Initech", deal)


def possible(evidence: Evidence) -> list[Action]:
    return [
        *(keeping(due) for due in evidence.due if due < TODAY),
        *map(LogContact, evidence.types),
        *(moving(deal) for deal in evidence.deals if deal.status == "open"),
        BringOpportunity(),
    ]


@given(evidences)
def test_the_best_action_comes_to_what_it_says_and_no_other_to_more(evidence: Evidence) -> None:
    actions = possible(evidence)

    best = best_of(actions, evidence, RULE, TODAY)

    def after(action: Action) -> int:
        return score(action.done(evidence, TODAY), RULE.weights, RULE.half_life_days, TODAY).score

    now = score(evidence, RULE.weights, RULE.half_life_days, TODAY).score
    most = max(map(after, actions))
    assert (best.score if best else now) == max(most, now)
    assert best is None or after(best.action) == best.score > now


@given(evidences, st.integers(0, 400))
def test_none_of_what_is_offered_lowers_the_score(evidence: Evidence, age: int) -> None:
    deal = STUCK._replace(since=TODAY - timedelta(days=age))
    promised = replace(evidence, due=(*evidence.due, *ago(1)), deals=(*evidence.deals, deal))

    now = score(promised, RULE.weights, RULE.half_life_days, TODAY).exact
    for action in possible(promised):
        after = score(action.done(promised, TODAY), RULE.weights, RULE.half_life_days, TODAY)
        assert after.exact >= now


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (known(), LogContact("meeting")),
        (known(contacts=(*met(0), *met(0, type_="call"))), BringOpportunity()),
        (known(contacts=met(*range(9)), deals=(STUCK,)), moving(STUCK)),
        (known(contacts=met(0, 0, 0), due=ago(2), typical=None), keeping(*ago(2))),
    ],
)
def test_what_helps_most_depends_on_what_is_missing(evidence: Evidence, expected: Action) -> None:
    best = best_of(possible(evidence), evidence, RULE, TODAY)

    assert best is not None
    assert type(best.action) is type(expected)


def test_a_type_not_seen_lately_helps_more_than_one_that_was() -> None:
    best = best_of([LogContact(each) for each in TYPES], known(contacts=met(5)), RULE, TODAY)

    assert best is not None
    assert best.action == LogContact("call")


def test_nothing_helps_where_nothing_can_be_done_or_everything_was() -> None:
    everything = known(contacts=tuple(Contact(day, each) for day in ago(0) for each in TYPES[:3]))

    assert best_of([], known(), RULE, TODAY) is None
    assert best_of([LogContact("meeting")], everything, RULE, TODAY) is None


def test_the_facts_are_those_the_formula_counts() -> None:
    evidence = known(
        contacts=(*met(3, 3, 3, 3, 30), *met(91, type_="call")),
        deals=(
            STUCK,
            Deal("open", None, *ago(5)),
            Deal("won", Decimal(10), *ago(9)),
            Deal("lost", Decimal(10), *ago(9)),
        ),
        kept=ago(1),
        due=(*ago(1), TODAY),
    )

    told = facts(evidence, 30, TODAY)

    assert (told.last_contact, told.lately) == (3, 3)
    assert (told.seen, told.missing) == (("meeting",), ("call", "email", "event"))
    assert (told.open_count, told.open_value, told.without_rate) == (2, Decimal(60_000), 1)
    assert (told.moved, told.won, told.lost, told.kept, told.overdue) == (5, 1, 1, 1, 1)
