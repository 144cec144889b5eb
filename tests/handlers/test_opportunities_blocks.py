from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from handlers import forms
from handlers.blocks import opportunities as blocks
from handlers.blocks.kit import View, option
from handlers.blocks.opportunities import (
    CreateChoices,
    CreateDraft,
    CreateNote,
    MoveDraft,
    MoveNote,
    MoveRef,
    ParentNote,
    Reader,
)
from handlers.blocks.partners import FormNote, partner_form
from sandbox.blockkit import problems_of_message, problems_of_options, problems_of_view
from services.configuration.catalogue import (
    CURRENCIES,
    LOSS_REASONS,
    PARTNER_DOMAINS,
    PIPELINE,
    Stage,
)
from services.opportunities import Filter, Moved, Opportunity, Page, Stay, Total
from services.values import Actor, OpportunityId, OrganizationId, PartnerId, UserId

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
RON = UserId(UUID(int=7))
STAGES = {stage.key: stage for stage in PIPELINE.default.stages}
ACTOR = Actor(
    organization_id=OrganizationId(UUID(int=1)),
    user_id=RON,
    name="Ron Rep",
    role="sales_rep",
    permissions=frozenset(
        {
            "opportunities.create",
            "opportunities.view:any",
            "opportunities.move:own",
            "opportunities.share:own",
        }
    ),
    locale="en-GB",
)
MINE = Reader("en-GB", TODAY, ACTOR)
THEIRS = Reader("de-DE", TODAY, replace(ACTOR, user_id=UserId(UUID(int=8))))
EVERYBODY = Reader("en-US", TODAY)
CHOICES = CreateChoices(
    stages=PIPELINE.default.stages,
    currencies=CURRENCIES.default,
    base_currency="EUR",
)
HOSTILE = st.one_of(
    st.text(min_size=1, max_size=255),
    st.text(alphabet="&<>*_~`|\n", min_size=1, max_size=255),
    st.just(("<!channel> & *bold* <script>" + "\u0645\U0001f680" * 120)[:255]),
)


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.with_defaults(extension_class=JSONSnapshotExtension)


def a_deal(number: int = 42, **fields: object) -> Opportunity:
    given: dict[str, object] = {
        "id": OpportunityId(UUID(int=number)),
        "number": number,
        "customer_name": "Acme renewal",
        "partner_id": PartnerId(UUID(int=3)),
        "partner_name": "Globex",
        "owner_id": RON,
        "owner_name": "Ron Rep",
        "owner_slack_user_id": "U0RON",
        "value": Decimal("48000.00"),
        "currency": "EUR",
        "stage": "proposal",
        "stage_label": "Proposal",
        "stage_kind": "open",
        "probability": 50,
        "expected_close_date": date(2026, 11, 27),
        "actual_close_date": None,
        "status": "open",
        "notes": None,
        "created_at": NOW - timedelta(days=40),
        "last_moved_at": NOW - timedelta(days=3),
        "last_moved_by": "Ron Rep",
        "moved_from_label": "Qualified",
        "version": 1_794_996_000_000_000,
        "next_stage": STAGES["negotiation"],
        "may_move_to": tuple(stage for key, stage in STAGES.items() if key != "proposal"),
    }
    return Opportunity(**(given | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def a_won_deal() -> Opportunity:
    return a_deal(
        stage="won",
        stage_label="Won",
        stage_kind="won",
        status="won",
        probability=100,
        actual_close_date=date(2026, 11, 17),
        next_stage=None,
        may_move_to=(),
    )


def a_stay(label: str = "Proposal", days: float = 3, **fields: object) -> Stay:
    given: dict[str, object] = {
        "stage_label": label,
        "since": NOW - timedelta(days=days),
        "by": "Ron Rep",
        "reason": None,
        "lasted": timedelta(days=days),
    }
    return Stay(**(given | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def a_page(*rows: Opportunity, number: int = 1, pages: int = 1, count: int | None = None) -> Page:
    totals = (
        Total("EUR", Decimal("412300.00"), Decimal("188150.00")),
        Total("JPY", Decimal(1200000), Decimal(600000)),
    )
    return Page(rows, number, pages, len(rows) if count is None else count, totals)


def shown(message: tuple[str, list[dict[str, object]]]) -> dict[str, object]:
    text, body = message
    payload: dict[str, object] = {"text": text, "blocks": body}
    assert problems_of_message(payload) == []
    return payload


def checked(view: View) -> View:
    assert problems_of_view(view) == []
    return view


def marked_up(value: object) -> Iterator[str]:
    """Every text that Slack reads as mrkdwn, without our own dates."""
    if isinstance(value, list):
        for each in value:
            yield from marked_up(each)
    if not isinstance(value, dict):
        return
    if value.get("type") == "mrkdwn" or "blocks" in value:
        yield value["text"].replace("<!date^", "")
    for each in value.values():
        yield from marked_up(each)


def test_the_card_for_its_owner(golden: SnapshotAssertion) -> None:
    assert shown(blocks.card(a_deal(), MINE, may_share_here=True)) == golden


def test_the_card_for_who_may_only_look(golden: SnapshotAssertion) -> None:
    assert shown(blocks.card(a_deal(), THEIRS, may_share_here=True)) == golden


def test_the_card_for_a_conversation(golden: SnapshotAssertion) -> None:
    assert shown(blocks.shared_card(a_deal(), EVERYBODY)) == golden


def test_the_card_of_a_won_deal_that_is_closed_for_good(golden: SnapshotAssertion) -> None:
    assert shown(blocks.shared_card(a_won_deal(), EVERYBODY)) == golden


def test_the_card_with_everything(golden: SnapshotAssertion) -> None:
    it = a_deal(notes="Ask <legal> & procurement\n" + "a long story " * 40)
    stays = [
        a_stay("Prospecting", 0.5, by=None, lasted=timedelta(minutes=20)),
        a_stay("Qualified", 0.4, lasted=timedelta(hours=5), reason="They called back"),
        a_stay("Proposal", 3),
    ]

    assert shown(blocks.detail(it, stays, MINE, may_share_here=True)) == golden


def test_the_stage_it_was_closed_in_has_a_date_and_no_length() -> None:
    stays = [a_stay("Won", 90, lasted=None)]

    _, body = blocks.detail(a_won_deal(), stays, MINE, may_share_here=False)

    assert "• Won: since <!date" in str(body)
    assert "hour" not in str(body)


def test_a_new_deal_says_who_created_it() -> None:
    _, body = blocks.card(a_deal(moved_from_label=None), MINE)

    assert "Created by Ron Rep" in str(body)


def test_a_rule_that_moved_is_called_tandem() -> None:
    _, body = blocks.card(a_deal(last_moved_by=None), MINE)

    assert "Moved from Qualified to Proposal by Tandem" in str(body)


@pytest.mark.parametrize(
    ("closes", "words"),
    [
        (TODAY, "Wed 18 Nov · today"),
        (TODAY + timedelta(days=1), "Thu 19 Nov · in 1 day"),
        (TODAY - timedelta(days=5), "Fri 13 Nov · 5 days overdue"),
        (date(2027, 1, 4), "Mon 4 Jan 2027 · in 47 days"),
    ],
)
def test_the_close_date_says_how_far_away_it_is(closes: date, words: str) -> None:
    _, body = blocks.card(a_deal(expected_close_date=closes), MINE)

    assert f"*Expected close*\n{words}" in str(body).replace("\\n", "\n")


def test_the_first_line_is_in_the_readers_language() -> None:
    german = "#42 Acme renewal · 48.000\u00a0€ · Proposal · closes Fri 27 Nov"

    assert blocks.line(a_deal(), THEIRS) == german


def test_a_right_to_left_name_does_not_turn_its_line() -> None:
    assert blocks.line(a_deal(customer_name="שלמה"), MINE).startswith("#42 \u2068שלמה\u2069 · €")


def test_another_version_has_other_controls() -> None:
    _, before = blocks.card(a_deal(), MINE)
    _, after = blocks.card(a_deal(version=a_deal().version + 1), MINE)

    assert before[-1]["block_id"] != after[-1]["block_id"]


def test_the_longest_move_fits_an_option() -> None:
    longest = MoveRef(n=2**31 - 1, to="s" * 40, at="t" * 40, x=f"{10**17:x}.{'f' * 6}")

    assert len(forms.pack(longest)) <= 150


def test_a_history_too_long_for_a_message_shows_the_latest() -> None:
    stays = [a_stay(f"Stage {n}", by="B" * 100, reason="<" * 200) for n in range(100)]

    _, body = blocks.detail(a_deal(), stays, MINE, may_share_here=False)

    text = str(body[-1])
    assert "Stage 99" in text
    assert "earlier moves" in text
    assert problems_of_message({"text": "x", "blocks": body}) == []


def test_all_of_the_notes_open_in_a_view(golden: SnapshotAssertion) -> None:
    assert checked(blocks.notes_view(a_deal(notes="One\n<two> & *three*"))) == golden


def test_what_came_of_a_move_is_said_in_a_sentence() -> None:
    it, proposal, won = a_deal(), STAGES["proposal"], STAGES["won"]

    assert blocks.moved(Moved(it, STAGES["qualified"], proposal, is_change=True), MINE) == (
        "#42 Acme renewal moved from Qualified to Proposal."
    )
    assert blocks.moved(Moved(it, proposal, won, is_change=True), MINE) == (
        "#42 Acme renewal is won: €48,000!"
    )
    assert blocks.moved(Moved(it, proposal, proposal, is_change=False), MINE) == (
        "#42 Acme renewal is in Proposal already."
    )


def test_a_move_is_not_told_again_below_its_card() -> None:
    words, body = blocks.with_notice("#42 moved.", blocks.card(a_deal(), MINE))

    assert str(body).count(words) == 1
    assert "Moved from" not in str(body)


def test_every_reader_gets_english_days_and_their_own_amounts() -> None:
    assert "48.000\u00a0€ · Proposal · closes Fri 27 Nov" in blocks.line(a_deal(), THEIRS)


def test_an_open_deal_past_its_close_date_was_to_close() -> None:
    it = a_deal(expected_close_date=TODAY - timedelta(days=1))

    assert blocks.line(it, MINE).endswith(" · was to close Tue 17 Nov")


def test_a_list_has_its_totals_first_and_paging_last(golden: SnapshotAssertion) -> None:
    rows = [a_deal(number, owner_name=None) for number in range(1, 11)]
    page = a_page(*rows, number=2, pages=3, count=24)

    assert shown(blocks.listing(page, Filter(owner_id=RON), None, MINE)) == golden


@pytest.mark.parametrize(
    ("wanted", "label", "title"),
    [
        (Filter(owner_id=RON), None, "My open opportunities"),
        (Filter(), None, "All open opportunities"),
        (Filter(stage="won"), "Won", "All opportunities in Won"),
        (Filter(stage="won", owner_id=RON), "Won", "My opportunities in Won"),
        (Filter(words="A & <b>"), None, "Open opportunities with “A &amp; &lt;b&gt;”"),
        (Filter(words="A", with_closed=True), None, "Opportunities with “A”"),
        (Filter(words="A", owner_id=RON), None, "My open opportunities with “A”"),
    ],
)
def test_a_list_says_what_it_is(wanted: Filter, label: str | None, title: str) -> None:
    text, _ = blocks.listing(a_page(a_deal()), wanted, label, MINE)

    assert text == f"{title}: 1 · €412,300 + JP¥1,200,000 · weighted €188,150 + JP¥600,000"


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [(Filter(owner_id=RON), None), (Filter(words="negotation"), STAGES["negotiation"])],
    ids=["mine", "typo"],
)
def test_an_empty_list_offers_what_to_do(
    wanted: Filter, meant: Stage | None, golden: SnapshotAssertion
) -> None:
    page = Page((), 1, 1, 0, ())

    assert shown(blocks.listing(page, wanted, None, MINE, meant)) == golden


def test_an_empty_list_for_who_may_not_create_has_no_button() -> None:
    looker = replace(MINE, actor=replace(ACTOR, permissions=frozenset()))

    _, body = blocks.listing(Page((), 1, 1, 0, ()), Filter(), None, looker)

    assert [block["type"] for block in body] == ["section"]


def test_a_typo_of_a_stage_offers_the_move(golden: SnapshotAssertion) -> None:
    message = blocks.meant_stage(a_deal(), "negotation", STAGES["negotiation"], MINE)

    assert shown(message) == golden


def test_an_unknown_stage_lists_those_there_are() -> None:
    text, _ = blocks.meant_stage(a_deal(), "<moon>", None, MINE)

    assert text == (
        "There is no stage “&lt;moon&gt;”. #42 Acme renewal · €48,000 · Proposal · closes Fri 27 "
        "Nov may move to: Prospecting, Qualified, Negotiation, Won, Lost. Nothing was saved."
    )


def test_the_form_of_a_new_opportunity(golden: SnapshotAssertion) -> None:
    note = CreateNote(channel_id="C0DEALS", words="Acme")
    view = blocks.create_form(CHOICES, note, ACTOR, CreateDraft(customer="Acme"))

    assert checked(view) == golden


def test_the_form_with_a_new_partner_changes_nothing_but_the_partners_field() -> None:
    partner = option("Globex", str(UUID(int=3)))
    before = checked(blocks.create_form(CHOICES, CreateNote(), ACTOR, CreateDraft()))
    draft = CreateDraft(partner=partner)
    after = checked(blocks.create_form(CHOICES, CreateNote(turn=2), ACTOR, draft))

    old, new = fields_of(before), fields_of(after)
    changed = {name for name in old if old[name] != new[name]}
    assert (list(old), changed) == (list(new), {"partner_id"})
    assert new["partner_id"] == ("opportunity.partner~2", partner)


def test_a_base_currency_that_is_not_offered_gives_way_to_the_first() -> None:
    choices = replace(CHOICES, base_currency="XAU")
    view = checked(blocks.create_form(choices, CreateNote(), ACTOR, CreateDraft()))

    chosen = fields_of(view)["currency"][1]
    assert isinstance(chosen, dict)
    assert chosen["value"] == "USD"


def test_the_form_of_a_move_asks_for_the_stage(golden: SnapshotAssertion) -> None:
    note = MoveNote(number=42, at="proposal", channel_id="C0DEALS")
    draft = MoveDraft(STAGES["negotiation"])

    assert checked(blocks.move_form(a_deal(), LOSS_REASONS.default, note, MINE, draft)) == golden


def test_the_form_of_a_loss_asks_just_why(golden: SnapshotAssertion) -> None:
    note = MoveNote(number=42, at="proposal", to="lost")
    draft = MoveDraft(STAGES["lost"], reason="Too dear")

    assert checked(blocks.move_form(a_deal(), LOSS_REASONS.default, note, MINE, draft)) == golden


def test_the_form_of_a_move_says_what_happened_meanwhile() -> None:
    note = MoveNote(number=42, at="proposal", turn=2)
    draft = MoveDraft(STAGES["won"], notice="Mia moved #42 to Proposal 2 minutes ago.")

    view = checked(blocks.move_form(a_deal(), LOSS_REASONS.default, note, MINE, draft))

    assert "Mia moved #42" in str(view["blocks"])
    assert fields_of(view)["to_stage"][0] == "opportunity.move_stage~2"


def test_a_partner_forms_memory_takes_what_comes_back_with_the_most_look_alikes() -> None:
    parent = ParentNote(view_id="V" * 20, note=CreateNote(channel_id="C" * 12, words='"' * 200))
    seen = tuple(UUID(int=2**127 + number) for number in range(50))
    note = FormNote(seen=seen, more=forms.pack(parent))

    view = partner_form(PARTNER_DOMAINS.default, note, callback_id=blocks.PARTNER_FORM)

    assert checked(view)


def test_people_in_the_owners_list_fit_its_options() -> None:
    options = [blocks.person_option("x" * 201, UUID(int=n)) for n in range(100)]

    assert problems_of_options({"options": options}) == []


@given(HOSTILE, HOSTILE, HOSTILE, st.decimals(0, 9_999_999_999_999, places=2))
def test_no_words_break_a_message_or_a_form(
    name: str, label: str, notes: str, value: Decimal
) -> None:
    stage = STAGES["negotiation"].model_copy(update={"label": label[:60]})
    it = a_deal(
        customer_name=name,
        partner_name=label,
        owner_name=notes[:201],
        last_moved_by=name[:201],
        moved_from_label=label[:60],
        stage_label=label[:60],
        value=value,
        notes=notes * 10,
        next_stage=stage,
        may_move_to=(stage, STAGES["won"]),
    )
    stays = [a_stay(label[:60], by=name, reason=notes * 10) for _ in range(10)]
    wanted = Filter.model_construct(words=notes)
    note = MoveNote(number=42, at="proposal")

    messages = [
        blocks.detail(it, stays, MINE, may_share_here=True),
        blocks.shared_card(it, EVERYBODY),
        blocks.listing(a_page(*[it] * 10), wanted, None, MINE),
        blocks.listing(a_page(), wanted, label[:60], MINE, stage),
        blocks.meant_stage(it, notes, stage, MINE),
        blocks.with_notice(blocks.created(it), blocks.card(it, MINE)),
    ]
    forms_shown = [
        blocks.create_form(CHOICES, CreateNote(), ACTOR, CreateDraft(" ".join(name.split()))),
        blocks.move_form(it, LOSS_REASONS.default, note, MINE, MoveDraft(stage, reason=notes)),
        blocks.notes_view(it),
    ]

    for message in messages:
        body = shown(message)
        assert not any("<!" in words for words in marked_up(body))
    for view in forms_shown:
        assert checked(view)


def fields_of(view: View) -> dict[str, tuple[object, object]]:
    """Each field's action and first choice, by its name."""
    listed = view["blocks"]
    assert isinstance(listed, list)
    return {
        block["block_id"]: (block["element"]["action_id"], block["element"].get("initial_option"))
        for block in listed
        if block["type"] == "input"
    }
