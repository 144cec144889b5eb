from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from handlers.blocks.opportunities import Reader
from handlers.blocks.opportunities.past import (
    BucketRef,
    Since,
    bucket_view,
    pipeline,
    rows_view,
    unclear,
)
from handlers.blocks.opportunities.waterfalls import effect
from sandbox.blockkit import problems_of_message, problems_of_view
from services.opportunities import Total
from services.opportunities.past import (
    Bucket,
    BucketPage,
    Move,
    Past,
    PastLine,
    StageSums,
    Step,
    Sums,
    Waterfall,
)
from services.values import Actor, OpportunityId, OrganizationId, UserId

HOSTILE = "<!channel> & \u202e*Bücher* 🚀 שלום " + "x" * 255
DAY, TODAY = date(2026, 9, 30), date(2026, 11, 22)
OWN = Actor(
    organization_id=OrganizationId(UUID(int=1)),
    user_id=UserId(UUID(int=2)),
    name="Ron Rep",
    permissions=frozenset({"opportunities.view:own"}),
)
READER = Reader("en-US", TODAY, OWN)
MOST = Decimal("9999999999999.99")


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(JSONSnapshotExtension)


def a_stage(label: str, without: tuple[str, ...] = ("GBP",)) -> StageSums:
    totals = (Total("EUR", Decimal("1000.50"), Decimal(500)), Total("GBP", Decimal(7), Decimal(1)))
    base = Decimal("1000.50"), Decimal(500)
    return StageSums(2, totals, *base, without_rate=without, stage="x", label=label)


def a_move(bucket: Bucket, base: Decimal | None = MOST) -> Move:
    return Move(
        number=42,
        customer_name=HOSTILE,
        partner_name=HOSTILE,
        owner_name=None if base is None else HOSTILE,
        bucket=bucket,
        value_before=Decimal(1000),
        currency_before="EUR",
        value_after=MOST,
        currency_after="JPY" if bucket is Bucket.CURRENCY else "EUR",
        base=base,
    )


def a_line() -> PastLine:
    return PastLine(
        id=OpportunityId(UUID(int=3)),
        number=42,
        customer_name=HOSTILE,
        partner_name=HOSTILE,
        owner_name=None,
        value=MOST,
        currency="EUR",
        stage_label=HOSTILE[:60],
        expected_close_date=date(2027, 1, 1),
        actual_close_date=None,
        status="open",
        owner_id=None,
        stage="x",
        probability=50,
    )


def a_past(stages: int) -> Past:
    listed = tuple(a_stage(f"{at} {HOSTILE}"[:60]) for at in range(stages))
    first = a_stage("")
    total = Sums(2 * stages, first.totals, first.base, first.base_weighted, first.without_rate)
    return Past(DAY, "EUR", total, listed, (a_line(),), number=2, pages=3, row_count=30)


def a_flow() -> Waterfall:
    steps = tuple(
        Step(each, 3, {"EUR": -MOST, "GBP": Decimal(at)}, Decimal(at - 5))
        for at, each in enumerate(Bucket)
    )
    moves = tuple(a_move(each) for each in (Bucket.VALUE, Bucket.CURRENCY, Bucket.WON))
    return Waterfall(DAY, TODAY, "EUR", steps, ("GBP",), (*moves, a_move(Bucket.LOST, None)))


def test_a_past_day_with_everything_that_can_happen(golden: SnapshotAssertion) -> None:
    since = [Since("Since start of quarter", DAY)]

    text, blocks = pipeline(a_past(30), a_flow(), READER, since)

    assert problems_of_message({"text": text, "blocks": blocks}) == []
    assert {"text": text, "blocks": blocks} == golden


def test_without_any_rate_the_currency_itself_is_told() -> None:
    steps = (
        Step(Bucket.START, 1, {"GBP": Decimal(700)}),
        Step(Bucket.WON, 1, {"GBP": Decimal(-700)}),
        Step(Bucket.END),
    )
    flow = Waterfall(DAY, TODAY, "EUR", steps, ("GBP",), ())

    _, blocks = pipeline(a_past(1), flow, READER, [])

    said = str(blocks)
    assert "The pipeline shrank by £700 since Wed 30 Sep" in said
    assert "£700 at the end of Wed 30 Sep" in said
    assert "= *£0* now" in said


@pytest.mark.parametrize("bucket", [each for each in Bucket if each is not Bucket.RATES])
def test_the_opportunities_of_a_step_fit_a_modal(bucket: Bucket) -> None:
    page = BucketPage(bucket, (a_move(bucket), a_move(bucket, None)), number=1, pages=2, count=16)

    view = bucket_view(page, BucketRef(start=DAY, end=TODAY, bucket=bucket), "EUR", READER)

    assert problems_of_view(view) == []
    assert "<!channel>" not in str(view)


def test_the_rows_of_a_day_and_its_emptiness_fit() -> None:
    empty = Past(DAY, "EUR", Sums(0, (), Decimal(0), Decimal(0)), (), (), 1, 1, 0)
    still = Waterfall(DAY, DAY, "EUR", (Step(Bucket.START), Step(Bucket.END)), (), ())

    text, blocks = pipeline(empty, still, READER, [])

    assert text == "Pipeline at the end of Wed 30 Sep: nothing was open"
    assert problems_of_message({"text": text, "blocks": blocks}) == []
    assert problems_of_view(rows_view(a_past(1), READER)) == []


def test_a_day_that_may_be_two_is_asked_about() -> None:
    text, blocks = unclear("3/4 <!here>", [date(2026, 3, 4), date(2026, 4, 3)], READER)

    assert text == "“3/4 &lt;!here&gt;” may be Wed 4 Mar or Fri 3 Apr. Which day do you mean?"
    assert problems_of_message({"text": text, "blocks": blocks}) == []


@pytest.mark.parametrize(
    ("bucket", "told"),
    [
        (Bucket.VALUE, "€1,000 → €1,200.50 · +\u00a0€200.50"),
        (Bucket.CURRENCY, "€1,000 → ¥1,200"),
        (Bucket.WON, "won · €1,200.50"),
    ],
)
def test_without_a_rate_a_move_is_told_in_its_own_currency(bucket: Bucket, told: str) -> None:
    to = "JPY" if bucket is Bucket.CURRENCY else "EUR"
    after = Decimal(1200) if bucket is Bucket.CURRENCY else Decimal("1200.50")
    it = replace(a_move(bucket, None), value_after=after, currency_after=to)

    assert effect(it, "USD", READER) == told
