import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from handlers.blocks import alerts as blocks
from sandbox.blockkit import problems_of_message
from services.alerts import Acknowledgement, Alert, Digest
from services.configuration.catalogue import PIPELINE
from services.opportunities import Opportunity
from services.values import AlertId, OpportunityId, PartnerId, UserId

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
MIA = Acknowledgement(UserId(UUID(int=7)), "Mia Manager", "U0MIA", NOW + timedelta(minutes=5))
NAMES = st.one_of(
    st.text(min_size=1, max_size=255),
    st.text(alphabet="&<>*_~`|", min_size=1, max_size=255),
    st.just("<!channel> \u0645\U0001f680" * 20),
)


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.with_defaults(extension_class=JSONSnapshotExtension)


def an_alert(number: int = 42, *, name: str = "Acme renewal", **fields: object) -> Alert:
    given: dict[str, object] = {
        "id": AlertId(UUID(int=number)),
        "status": "pending",
        "priority": "high",
        "title": f"#{number} {name} has not moved for 21 days (limit 14 in Negotiation). "
        "€48,000, closes in 9 days.",
        "message": "7 days over its limit. Weighted at 75%: €36,000.",
        "triggered_at": NOW,
        "resolved_at": None,
        "acknowledged": None,
        "opportunity_id": OpportunityId(UUID(int=number)),
        "opportunity_number": number,
        "customer_name": name,
        "owner_id": None,
        "value": Decimal(48000),
        "currency": "EUR",
    }
    return Alert(**(given | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def an_opportunity(name: str = "Acme renewal", **fields: object) -> Opportunity:
    given: dict[str, object] = {
        "id": OpportunityId(UUID(int=42)),
        "number": 42,
        "customer_name": name,
        "partner_id": PartnerId(UUID(int=3)),
        "partner_name": "Globex",
        "owner_id": UserId(UUID(int=8)),
        "owner_name": "Ron Rep",
        "owner_slack_user_id": "U0RON",
        "value": Decimal(48000),
        "currency": "EUR",
        "stage": "negotiation",
        "stage_label": "Negotiation",
        "stage_kind": "open",
        "probability": 75,
        "expected_close_date": date(2026, 11, 27),
        "actual_close_date": None,
        "status": "open",
        "notes": None,
        "created_at": NOW - timedelta(days=60),
        "stage_since": NOW - timedelta(days=21),
        "last_moved_at": NOW - timedelta(days=21),
        "last_moved_by": "Ron Rep",
        "moved_from_label": "Proposal",
        "version": 1,
        "next_stage": PIPELINE.default.stages[-2],
        "may_move_to": PIPELINE.default.stages,
    }
    return Opportunity(**(given | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def a_digest(*top: Alert, count: int = 34, **fields: object) -> Digest:
    given: dict[str, object] = {
        "id": UUID(int=99),
        "top": top or tuple(an_alert(number) for number in range(42, 52)),
        "count": count,
        "pending": count,
        "acknowledged": 0,
        "resolved": 0,
        "totals": (("EUR", Decimal(412300)), ("JPY", Decimal(900000))),
    }
    return Digest(**(given | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def labels(told: list[dict[str, object]]) -> str:
    return str([block for block in told if block["type"] == "actions"])


def test_a_pending_alert_says_it_in_its_first_line_and_can_be_acknowledged(
    golden: SnapshotAssertion,
) -> None:
    text, told = blocks.message(an_alert(), an_opportunity())

    assert text == an_alert().title
    assert problems_of_message({"text": text, "blocks": told}) == []
    assert {"text": text, "blocks": told} == golden


def test_an_acknowledged_alert_says_who_and_when_and_has_no_acknowledge_button(
    golden: SnapshotAssertion,
) -> None:
    alert = an_alert(status="acknowledged", acknowledged=MIA)

    text, told = blocks.message(alert, an_opportunity())

    assert "Acknowledged by <@U0MIA>" in text
    assert "Acknowledge" not in labels(told)
    assert problems_of_message({"text": text, "blocks": told}) == []
    assert {"text": text, "blocks": told} == golden


def test_who_has_no_account_in_the_workspace_is_named_without_a_mention() -> None:
    by = Acknowledgement(MIA.user_id, "Mia <Manager>", None, NOW)

    text, _ = blocks.message(an_alert(status="acknowledged", acknowledged=by), an_opportunity())

    assert "Acknowledged by Mia &lt;Manager&gt;" in text


def test_right_to_left_names_do_not_turn_their_line() -> None:
    about = an_opportunity(name="שלמה", partner_name="שלמה")

    text, body = blocks.message(an_alert(name="שלמה"), about)

    assert text.startswith("#42 \u2068שלמה\u2069 has not moved")
    assert "Partner \u2068שלמה\u2069 · " in json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize(
    ("moved_at", "by", "words"),
    [
        (NOW, "Ana", "Ana moved it to Won."),
        (NOW, None, "I moved it to Won."),
        (NOW - timedelta(days=21), "Ana", "it is within its limit again."),
    ],
)
def test_a_resolved_alert_says_why(moved_at: datetime, by: str | None, words: str) -> None:
    about = an_opportunity(stage_label="Won", last_moved_at=moved_at, last_moved_by=by)
    alert = an_alert(status="resolved", resolved_at=NOW + timedelta(hours=1), acknowledged=MIA)

    text, told = blocks.message(alert, about)

    assert "Resolved" in text
    assert text.endswith(words)
    assert "Acknowledge" not in labels(told)


def test_a_resolved_alert_looks_so(golden: SnapshotAssertion) -> None:
    alert = an_alert(status="resolved", resolved_at=NOW + timedelta(hours=1))
    about = an_opportunity(last_moved_at=NOW, stage_label="Won")

    text, told = blocks.message(alert, about)

    assert problems_of_message({"text": text, "blocks": told}) == []
    assert {"text": text, "blocks": told} == golden


def test_a_digest_lists_ten_with_their_totals_and_one_control_each(
    golden: SnapshotAssertion,
) -> None:
    text, told = blocks.digest(a_digest(), "en-US")

    assert text == "34 opportunities have not moved within the limit: €412,300 + ¥900,000."
    assert problems_of_message({"text": text, "blocks": told}) == []
    assert {"text": text, "blocks": told} == golden


def test_a_digest_shows_what_became_of_its_alerts(golden: SnapshotAssertion) -> None:
    top = (
        an_alert(42),
        an_alert(43, status="acknowledged", acknowledged=MIA),
        an_alert(44, status="resolved", resolved_at=NOW),
    )

    text, told = blocks.digest(
        a_digest(*top, count=3, pending=1, acknowledged=1, resolved=1), "en-US"
    )

    assert text.startswith("2 opportunities have not moved")
    assert problems_of_message({"text": text, "blocks": told}) == []
    assert {"text": text, "blocks": told} == golden


def test_a_digest_of_which_all_moved_on_says_so_and_asks_for_nothing() -> None:
    top = tuple(an_alert(number, status="resolved", resolved_at=NOW) for number in range(12))

    text, told = blocks.digest(
        a_digest(*top[:10], count=12, pending=0, resolved=12, totals=()), "en-US"
    )

    assert text == "All 12 opportunities of this message have moved on."
    assert "Acknowledge" not in str(told)


@given(name=NAMES)
def test_no_customers_name_breaks_a_message_or_notifies_anybody(name: str) -> None:
    alert = an_alert(name=name)

    single = blocks.message(alert, an_opportunity(name))
    many = blocks.digest(a_digest(alert), "en-US")

    for text, told in (single, many):
        assert problems_of_message({"text": text, "blocks": told}) == []
        assert "<!" not in str(told)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("acknowledged", "Mia Manager acknowledged this already"),
        ("resolved", "This alert is resolved already."),
    ],
)
def test_who_comes_second_learns_what_has_become_of_it(status: str, words: str) -> None:
    alert = an_alert(status=status, acknowledged=MIA)

    assert blocks.already(alert).startswith(words)
