from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import Listing, Reader
from handlers.blocks.opportunities.list_controls import SORT, STATE, WHOSE, packed
from sandbox.blockkit import problems_of_message
from services.configuration.catalogue import PIPELINE
from services.opportunities import BaseTotal, Filter, Line, Names, Page, Sort, Total, When
from services.values import Actor, OpportunityId, OrganizationId, UserId

TODAY = date(2026, 11, 18)
RON = UserId(UUID(int=7))
OLGA = UUID(int=8)
GLOBEX = UUID(int=3)
ACTOR = Actor(
    organization_id=OrganizationId(UUID(int=1)),
    user_id=RON,
    name="Ron Rep",
    role="sales_rep",
    permissions=frozenset({"opportunities.create", "opportunities.view:any"}),
    locale="en-GB",
)
MINE = Reader("en-GB", TODAY, ACTOR)
NAMES = Names("Olga <Rep>", "Globex & Sons")
EUROS = BaseTotal("EUR", Decimal(412_300), Decimal(188_150))
TOTALS = (Total("EUR", Decimal(412_300), Decimal(188_150)),)
FILTERS = st.builds(
    Filter,
    owner_id=st.none() | st.uuids(),
    stage=st.none() | st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True),
    partner_id=st.none() | st.uuids(),
    words=st.none()
    | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=60),
    with_closed=st.booleans(),
    status=st.sampled_from([None, "open", "won", "lost", "closed"]),
    closing_within_days=st.none() | st.integers(0, 3660),
    when=st.none() | st.sampled_from(get_args(When)),
    is_stale=st.booleans(),
    is_archived=st.booleans(),
    sort=st.sampled_from(get_args(Sort)),
)


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.with_defaults(extension_class=JSONSnapshotExtension)


def a_line(number: int = 42, **fields: object) -> Line:
    usual: dict[str, object] = {
        "id": OpportunityId(UUID(int=number)),
        "number": number,
        "customer_name": "Acme renewal",
        "partner_name": "Globex",
        "owner_name": "Ron Rep",
        "value": Decimal("48000.00"),
        "currency": "EUR",
        "stage_label": "Proposal",
        "expected_close_date": date(2026, 11, 27),
        "actual_close_date": None,
        "status": "open",
    }
    return Line(**(usual | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def a_list(wanted: Filter, *rows: Line, **fields: object) -> Listing:
    page = Page(rows, 1, 1, len(rows), TOTALS if rows else (), EUROS, NAMES)
    return Listing(replace(page, **fields), wanted, PIPELINE.default)  # pyright: ignore[reportArgumentType]  # fields as given by the test


def shown(message: tuple[str, list[dict[str, object]]]) -> dict[str, object]:
    text, body = message
    payload: dict[str, object] = {"text": text, "blocks": body}
    assert problems_of_message(payload) == []
    return payload


def test_a_list_has_its_totals_first_its_controls_and_paging_last(
    golden: SnapshotAssertion,
) -> None:
    rows = [
        a_line(1, owner_name=None, is_stale=True, days_in_stage=21),
        a_line(2, is_archived=True),
    ]
    it = a_list(
        Filter(stage="negotiation", is_stale=True), *rows, number=2, pages=3, total_count=14
    )

    assert shown(blocks.listing(it, MINE)) == golden


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        (Filter(owner_id=RON), "My open opportunities"),
        (Filter(), "All open opportunities"),
        (Filter(stage="won"), "All opportunities in Won"),
        (Filter(stage="gone", owner_id=RON), "My opportunities in gone"),
        (
            Filter(stage="negotiation", is_stale=True),
            "All open opportunities in Negotiation, stale",
        ),
        (Filter(words="A & <b>"), "Open opportunities with “A &amp; &lt;b&gt;”"),
        (Filter(words="A", with_closed=True, sort="best"), "Opportunities with “A”"),
        (Filter(words="A", owner_id=RON), "My open opportunities with “A”"),
        (Filter(owner_id=OLGA), "Olga &lt;Rep&gt;'s open opportunities"),
        (Filter(partner_id=GLOBEX), "All open opportunities via Globex &amp; Sons"),
        (Filter(closing_within_days=1), "All open opportunities, closing within 1 day"),
        (Filter(when="this_month"), "All open opportunities, closing this month"),
        (Filter(when="overdue", sort="value"), "All open opportunities, overdue, by value"),
        (Filter(is_archived=True), "All archived opportunities"),
    ],
)
def test_a_list_says_what_was_understood(wanted: Filter, title: str) -> None:
    text, _ = blocks.listing(a_list(wanted, a_line()), MINE)

    assert text == f"{title}: 1 · €412,300 · weighted €188,150"


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        (Filter(status="won", when="this_quarter"), "All opportunities won this quarter"),
        (Filter(status="closed", when="last_year"), "All opportunities closed last year"),
        (Filter(status="lost", owner_id=RON), "My opportunities lost"),
    ],
)
def test_what_is_closed_has_no_weight(wanted: Filter, title: str) -> None:
    text, _ = blocks.listing(a_list(wanted, a_line()), MINE)

    assert text == f"{title}: 1 · €412,300"


def test_what_has_no_rate_stands_beside_the_total_and_is_said() -> None:
    totals = (
        *TOTALS,
        Total("INR", Decimal(900), Decimal(90)),
        Total("USD", Decimal(1), Decimal(1)),
    )
    base = BaseTotal("EUR", Decimal(412_301), Decimal(188_151), ("INR",))

    text, body = blocks.listing(a_list(Filter(), a_line(), totals=totals, base=base), MINE)

    assert text.endswith(": 1 · €412,301 + ₹900 · weighted €188,151 + ₹90")
    assert "There is no exchange rate from INR to EUR, so I do not add it up." in str(body[1])
    assert "By currency: €412,300 + ₹900 + US$1 · weighted" in str(body[1])


def test_several_without_a_rate_stand_beside_the_total_in_one_order() -> None:
    given = [Total(code, Decimal(900), Decimal(90)) for code in ("USD", "INR")]
    base = BaseTotal("EUR", Decimal(412_300), Decimal(188_150), ("USD", "INR"))

    text, body = blocks.listing(
        a_list(Filter(), a_line(), totals=(*given, *TOTALS), base=base), MINE
    )

    assert text.endswith(": 1 · €412,300 + ₹900 + US$900 · weighted €188,150 + ₹90 + US$90")
    assert "There are no exchange rates from INR, USD to EUR, so I do not add them" in str(body[1])
    assert "By currency: €412,300 + ₹900 + US$900 · weighted" in str(body[1])


def test_several_currencies_are_told_apart_below_their_total() -> None:
    totals = (*TOTALS, Total("USD", Decimal(1), Decimal(1)))

    _, body = blocks.listing(a_list(Filter(), a_line(), totals=totals), MINE)

    assert "At today's rates, of €412,300 + US$1 · weighted €188,150 + US$1" in str(body[1])


@pytest.mark.parametrize(
    ("wanted", "meant", "text", "buttons"),
    [
        (Filter(owner_id=RON), None, "You have no open opportunities.", ["Show everybody's"]),
        (Filter(), None, "All open opportunities: there are none.", []),
        (
            Filter(owner_id=RON, is_stale=True),
            None,
            "My open opportunities, stale: there are none.",
            ["Show all open ones"],
        ),
        (
            Filter(words="negotation"),
            Filter(stage="negotiation"),
            (
                "Open opportunities with “negotation”: there are none. "
                "Did you mean “All opportunities in Negotiation”?"
            ),
            ["Show those", "Show all open ones"],
        ),
    ],
)
def test_an_empty_list_offers_what_to_do(
    wanted: Filter, meant: Filter | None, text: str, buttons: list[str]
) -> None:
    body = shown(blocks.listing(replace(a_list(wanted), meant=meant), MINE))

    assert body["text"] == text
    assert [words for words in [*buttons, "New opportunity"] if words not in str(body)] == []


def test_who_may_neither_create_nor_see_others_is_offered_neither() -> None:
    looker = replace(MINE, actor=replace(ACTOR, permissions=frozenset({"opportunities.view:own"})))

    body = shown(blocks.listing(a_list(Filter(owner_id=RON)), looker))

    assert "New opportunity" not in str(body)
    assert WHOSE not in str(body)
    assert "everybody" not in str(body).lower()


@given(FILTERS)
def test_a_block_id_carries_a_list(wanted: Filter) -> None:
    carried = packed(wanted)

    assert blocks.unpacked(carried) == wanted
    assert len(carried) <= 255


@given(st.text())
def test_a_block_id_that_carries_none_is_none(other: str) -> None:
    assert blocks.unpacked(other) is None
    assert blocks.unpacked(f"opportunities|{other}") is None


@pytest.mark.parametrize(
    ("control", "value", "becomes"),
    [
        (STATE, "stale", Filter(owner_id=RON, is_stale=True, sort="value")),
        (STATE, "stage.proposal", Filter(owner_id=RON, stage="proposal", sort="value")),
        (STATE, "won", Filter(owner_id=RON, status="won", sort="value")),
        (STATE, "as_it_is", Filter(owner_id=RON, when="overdue", sort="value")),
        (SORT, "moved", Filter(owner_id=RON, when="overdue", sort="moved")),
        (WHOSE, "all", Filter(when="overdue", sort="value")),
        (WHOSE, OLGA.hex, Filter(owner_id=OLGA, when="overdue", sort="value")),
        (SORT, "secret", None),
        (STATE, "secret", None),
        (STATE, "stage." + "x" * 300, None),
        (WHOSE, "secret", None),
        ("secret", "all", None),
    ],
)
def test_a_control_changes_one_thing(control: str, value: str, becomes: Filter | None) -> None:
    wanted = Filter(owner_id=RON, when="overdue", sort="value")

    assert blocks.changed(wanted, control, value, RON) == becomes


@settings(max_examples=30)
@given(FILTERS, st.text(min_size=1, max_size=255))
def test_no_list_breaks_slacks_limits_or_mentions_anybody(wanted: Filter, name: str) -> None:
    row = a_line(customer_name=f"<!channel> {name}", partner_name=name, owner_name=name)
    it = a_list(wanted, *[row] * 10, number=2, pages=3, names=Names(name, f"<!here> {name}"))
    other = Filter.model_construct(words=f"<!here> {name}")

    for listing in (it, replace(it, page=replace(it.page, rows=()), meant=other, instead=other)):
        body = shown(blocks.listing(listing, MINE))
        assert "<!" not in str(body["text"])
