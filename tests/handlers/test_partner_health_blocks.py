from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from handlers.blocks.partners import Reader
from handlers.blocks.partners import explained as blocks
from handlers.blocks.partners.standing import standing
from sandbox.blockkit import problems_of_message
from services.configuration.catalogue import HEALTH, INTERACTION_TYPES, Choice
from services.health.evidence import Deal, Evidence
from services.health.facts import facts
from services.health.formula import PartName, score
from services.health.report import Report
from services.health.snapshots import Day, change
from services.health.trying import (
    Action,
    Best,
    BringOpportunity,
    KeepPromise,
    LogContact,
    MoveForward,
)
from services.partners import Partner
from services.values import PartnerId
from tests.factories import START
from tests.services.health.test_health_formula import TODAY, ago, evidences, known, met

RULE = HEALTH.default
TYPES = INTERACTION_TYPES.default
READER = Reader(locale="en-GB", zone=ZoneInfo("Europe/Lisbon"), now=START)
WEEK_AGO = Day(
    TODAY - timedelta(days=7), 61, {PartName.RECENCY: 25, PartName.MIX: 3, PartName.PROMISES: 8}
)
ACTIONS: dict[str, Action] = {
    "contact": LogContact("email"),
    "promise": KeepPromise(UUID(int=7), "Send the <price list>", date(2026, 11, 12)),
    "move": MoveForward(UUID(int=8), 42, "Acme & Sons", Deal("open", Decimal(1), TODAY)),
    "opportunity": BringOpportunity(),
}


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.with_defaults(extension_class=JSONSnapshotExtension)


def a_partner(name: str = "Globex") -> Partner:
    return Partner(PartnerId(UUID(int=1)), name, "finops", "FinOps", None, 82, "active")


def a_report(evidence: Evidence, **fields: object) -> Report:
    health = score(evidence, RULE.weights, RULE.half_life_days, TODAY)
    given: dict[str, object] = {
        "partner": a_partner(),
        "health": health,
        "facts": facts(evidence, RULE.half_life_days, TODAY),
        "types": TYPES,
        "base": "EUR",
        "may_see_deals": True,
        "change": change(WEEK_AGO, health),
        "weeks": ((TODAY - timedelta(days=14), 70), (WEEK_AGO.on, 61), (TODAY, health.score)),
        "best": Best(ACTIONS["contact"], 71),
    }
    return Report(**(given | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def shown(message: blocks.Shown) -> dict[str, object]:
    text, body = message
    payload: dict[str, object] = {"text": text, "blocks": body}
    assert problems_of_message(payload) == []
    return payload


def words_of(report: Report) -> str:
    return str(shown(blocks.explained(report, READER)))


def test_it_tells_each_part_with_its_points_and_why(golden: SnapshotAssertion) -> None:
    evidence = known(
        contacts=(*met(3, 9), *met(20, type_="call")),
        deals=(
            Deal("open", Decimal(48_000), *ago(12)),
            Deal("open", None, *ago(40)),
            Deal("won", Decimal(9_000), *ago(80)),
        ),
        kept=ago(30),
        due=ago(4),
    )

    assert shown(blocks.explained(a_report(evidence), READER)) == golden


@pytest.mark.parametrize("kind", ACTIONS)
def test_each_action_has_a_button_that_does_it_or_leads_there(
    kind: str, golden: SnapshotAssertion
) -> None:
    report = a_report(known(), best=Best(ACTIONS[kind], 60), change=None, weeks=())

    assert shown(blocks.explained(report, READER))["blocks"][3:] == golden  # pyright: ignore[reportIndexIssue,reportUnknownVariableType]  # JSON


def test_without_facts_it_says_so_in_words() -> None:
    words = words_of(a_report(known(days=2), change=None, weeks=((TODAY, 50),), best=None))

    for each in (
        "No contact yet",
        "0 contacts in the last 30 days",
        "None of your types of contact in the last 90 days",
        "No open opportunity",
        "Nothing won or lost yet",
        "None yet",
        "next week tells what has changed",
        "Nothing you could do today would raise it.",
    ):
        assert each in words


def test_amounts_and_outcomes_are_not_told_to_who_may_not_see_opportunities() -> None:
    evidence = known(deals=(Deal("open", Decimal(48_000), TODAY), Deal("won", None, TODAY)))

    words = words_of(a_report(evidence, may_see_deals=False))

    assert "48" not in words
    assert "1 won" not in words


@given(evidences, st.text("<!here>&*_~`x\n\u0645\U0001f680", min_size=1, max_size=255))
def test_whatever_the_facts_and_the_words_it_fits_slack_and_mentions_nobody(
    evidence: Evidence, words: str
) -> None:
    types = tuple(Choice(key=each.key, label="<!here> & " + "x" * 30) for each in TYPES)
    promise = KeepPromise(UUID(int=7), words * 2, TODAY)
    more = [(TODAY - timedelta(days=7 * at), 100) for at in range(8)]

    report = a_report(
        evidence,
        partner=a_partner(name=words),
        types=types,
        best=Best(promise, 100),
        weeks=tuple(more),
    )

    assert "<!here>" not in words_of(report)


@pytest.mark.parametrize(
    ("score", "delta", "words"),
    [
        (82, None, "82 good"),
        (55, 0, "55 fair"),
        (31, -6, "31 at risk · \N{MINUS SIGN}6 this week"),
        (70, 2, "70 good · +2 this week"),
    ],
)
def test_a_standing_is_a_number_a_word_and_how_it_moved(
    score: int, delta: int | None, words: str
) -> None:
    assert standing(score, delta) == words
