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
    About,
    Beside,
    CreateChoices,
    CreateDraft,
    CreateNote,
    EditChoices,
    EditNote,
    MoreRef,
    MoveDraft,
    MoveNote,
    MoveRef,
    OpportunityRef,
    ParentNote,
    Reader,
    RecordNote,
    Sharing,
    StateRef,
    UndoRef,
)
from handlers.blocks.opportunities.changes import change_words
from handlers.blocks.opportunities.editing import digests, field_values
from handlers.blocks.partners import FormNote, partner_form
from sandbox.blockkit import problems_of_message, problems_of_options, problems_of_view
from services.commission.basis import Hold, HoldReason, Source
from services.commission.calculating import Commission, Line, LineKind
from services.commission.projecting import Projection, State
from services.commission.structures import Flat
from services.configuration.catalogue import (
    CURRENCIES,
    LOSS_REASONS,
    PARTNER_DOMAINS,
    PIPELINE,
)
from services.errors import Difference, EditedMeanwhile
from services.opportunities import (
    MOST_ATTACHMENTS,
    Attachment,
    Change,
    Contact,
    Edited,
    Moved,
    Opportunity,
    Stay,
)
from services.tasks import TaskLine
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
            "opportunities.edit:own",
            "opportunities.reassign:own",
            "opportunities.archive:own",
            "interactions.log",
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
        "stage_since": NOW - timedelta(days=3),
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


def a_change(field: str, before: str | None, after: str | None, at: datetime = NOW) -> Change:
    return Change(field, before, after, "Mia Manager", at)


def an_attachment(title: str = "The <offer>", **fields: object) -> Attachment:
    given: dict[str, object] = {
        "id": "a" * 32,
        "kind": "link",
        "title": title,
        "url": "https://example.com/offer?a=1&b=<2>|3",
        "file_id": None,
        "added_by": RON,
        "added_at": NOW,
    }
    return Attachment(**(given | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def a_task(title: str, status: str = "pending", due_date: date | None = None) -> TaskLine:
    return TaskLine(UUID(int=9), title, "Ron Rep", due_date, status)


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
    beside = Beside(commission="€4,800 projected")

    assert shown(blocks.card(a_deal(), MINE, beside)) == golden


def test_the_card_for_who_may_only_look(golden: SnapshotAssertion) -> None:
    assert shown(blocks.card(a_deal(), THEIRS, Beside())) == golden


def test_an_archived_card_is_looked_at_and_restored(golden: SnapshotAssertion) -> None:
    assert shown(blocks.card(a_deal(is_archived=True), MINE, Beside())) == golden


def test_a_closed_card_is_reopened(golden: SnapshotAssertion) -> None:
    it = replace(a_won_deal(), may_move_to=(STAGES["proposal"],))

    assert shown(blocks.card(it, MINE, Beside())) == golden


def test_what_was_changed_after_the_last_move_is_what_changed_last() -> None:
    change = a_change("deal_value", "40000.00", "48000.00")

    _, body = blocks.card(a_deal(), MINE, Beside(last=change))

    assert "Value: €40,000 → €48,000 · Mia Manager · <!date" in str(body)


def test_a_stale_one_says_so_in_words() -> None:
    it = a_deal(is_stale=True, days_in_stage=21)

    said = [str(each) for each in (blocks.card(it, MINE, Beside()), blocks.shared_card(it, MINE))]

    assert all("*Stale*\\n21 days in Proposal without a move" in each for each in said)
    assert "not moved since <!date" in str(blocks.shared_card(it, EVERYBODY))


def test_a_change_is_told_in_words_of_its_field() -> None:
    told = [
        last_told_words("expected_close_date", "2026-11-27", None),
        last_told_words("assigned_user_id", None, "Olga <b>"),
        last_told_words("probability", "50", "60"),
        last_told_words("notes", None, None),
        last_told_words("deal_value", "a lot", "48000.00"),
    ]

    assert told == [
        "Expected close: Fri 27 Nov → none",
        "Owner: none → Olga &lt;b&gt;",
        "Probability: 50% → 60%",
        "Notes changed",
        "Value: a lot → €48,000",
    ]


def last_told_words(field: str, before: str | None, after: str | None) -> str:
    return change_words(a_change(field, before, after), a_deal(), MINE)


@pytest.mark.parametrize(
    ("fields", "line", "effect"),
    [
        ({}, "€4,800 projected · weighted €2,400", "Won today, it earns Globex €4,800."),
        ({"state": State.EARNED, "weighted": None}, "€4,800 earned", None),
        ({"structure": None}, None, None),
        (
            {
                "state": State.HELD,
                "held": Hold(reason=HoldReason.NO_RATE, currency="GBP", day=TODAY),
            },
            "held: there is no exchange rate for GBP on Wed 18 Nov",
            "Commission held: there is no exchange rate for GBP on Wed 18 Nov",
        ),
    ],
    ids=["projected", "earned", "not agreed", "held"],
)
def test_what_it_brings_its_partner_is_told_in_a_line(
    fields: dict[str, object], line: str | None, effect: str | None
) -> None:
    given: dict[str, object] = {
        "state": State.PROJECTED,
        "commission": Commission("EUR", (Line(LineKind.AMOUNT, Decimal(4800)),)),
        "structure": Flat.model_validate({"type": "flat", "amount": 4800, "currency": "EUR"}),
        "source": Source.AGREEMENT,
        "on": TODAY,
        "weighted": Decimal(2400),
    }
    it = Projection(**(given | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test

    assert blocks.commission_line(it, MINE) == line
    if it.state is not State.EARNED:
        assert blocks.win_brings(it, a_deal(), MINE) == effect


def test_a_move_may_be_taken_back_beside_its_words(golden: SnapshotAssertion) -> None:
    it = a_deal(undo_until=NOW + timedelta(minutes=10))

    said = ("#42 moved.", [blocks.notice("#42 moved.", it, is_brief=True)])

    assert shown(said) == golden


def test_a_control_without_a_mark_leads_to_what_has_its_number(golden: SnapshotAssertion) -> None:
    assert shown(blocks.older(a_deal(), MINE)) == golden


def test_a_control_means_the_one_it_was_made_of_and_an_older_one_means_none() -> None:
    it, other = a_deal(), a_deal(id=OpportunityId(UUID(int=2**127)))
    refs = [OpportunityRef.of(it), StateRef.of(it), MoreRef.of(it, "archive")]
    yesterdays = ['{"v":1,"number":42}', '{"v":1,"number":42,"show":"details"}']

    old = [
        forms.unpack(OpportunityRef, yesterdays[0]),
        forms.unpack(MoreRef, yesterdays[1]),
        StateRef(number=42, x=f"zz.{'0' * 6}"),
    ]

    assert [each.means(it) for each in refs] == [True] * 3
    assert [each.means(other) for each in refs] == [False] * 3
    assert all(each is not None and not each.means(it) for each in old[:2])
    assert StateRef.of(it).version == it.version
    assert StateRef(number=42, x="zz.000000").version == 0


def test_the_card_for_a_conversation(golden: SnapshotAssertion) -> None:
    assert shown(blocks.shared_card(a_deal(), EVERYBODY)) == golden


def test_the_card_of_a_won_deal_that_is_closed_for_good(golden: SnapshotAssertion) -> None:
    assert shown(blocks.shared_card(a_won_deal(), EVERYBODY)) == golden


def test_the_card_with_everything(golden: SnapshotAssertion) -> None:
    notes = "Ask <legal> & procurement\n" + "a long story " * 40
    it = a_deal(notes=notes, days_in_stage=3)
    it = replace(
        it,
        contact=Contact(name="Jane Doe", title="CFO", email="jane@acme.example"),
        attachments=(an_attachment(), an_attachment("Offer.pdf", kind="file", file_id="F1")),
    )
    about = About(
        stays=[
            a_stay("Prospecting", 0.5, by=None, lasted=timedelta(minutes=20)),
            a_stay("Qualified", 0.4, lasted=timedelta(hours=5), reason="They called back"),
            a_stay("Proposal", 3),
        ],
        changes=[
            a_change("assigned_user_id", "Olga Rep", "Ron Rep", at=NOW),
            a_change("deal_value", "40000.00", "48000.00", at=NOW - timedelta(days=1)),
            a_change("probability", "25", "50", at=NOW - timedelta(days=3)),
        ],
        tasks=[
            a_task("Send the offer", due_date=TODAY - timedelta(days=1)),
            a_task("Call Jane", status="completed"),
        ],
        commission="€4,800 projected",
    )

    assert shown(blocks.detail(it, about, MINE, Sharing(may_share=True))) == golden


def test_the_stage_it_was_closed_in_has_a_date_and_no_length() -> None:
    about = About([a_stay("Won", 90, lasted=None)])

    _, body = blocks.detail(a_won_deal(), about, MINE, Sharing())

    assert "• Won: since <!date" in str(body)
    assert "hour" not in str(body)


def test_the_present_stay_is_as_long_as_the_deal_has_not_moved() -> None:
    about = About([a_stay("Proposal", 37, lasted=timedelta(days=37, hours=12))])

    _, body = blocks.detail(a_deal(is_stale=True, days_in_stage=38), about, MINE, Sharing())

    assert "38 days in Proposal without a move" in str(body)
    assert "• Proposal: 38 days, since <!date" in str(body)


def test_a_new_deal_says_who_created_it() -> None:
    _, body = blocks.card(a_deal(moved_from_label=None), MINE, Beside())

    assert "Created by Ron Rep" in str(body)


def test_a_rule_that_moved_is_called_tandem() -> None:
    _, body = blocks.card(a_deal(last_moved_by=None), MINE, Beside())

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
    _, body = blocks.card(a_deal(expected_close_date=closes), MINE, Beside())

    assert f"*Expected close*\n{words}" in str(body).replace("\\n", "\n")


def test_the_first_line_is_in_the_readers_language() -> None:
    german = "#42 Acme renewal · 48.000\u00a0€ · Proposal · closes Fri 27 Nov"

    assert blocks.line(a_deal(), THEIRS) == german


def test_a_right_to_left_name_does_not_turn_its_line() -> None:
    assert blocks.line(a_deal(customer_name="שלמה"), MINE).startswith("#42 \u2068שלמה\u2069 · €")


def test_another_version_has_other_controls() -> None:
    _, before = blocks.card(a_deal(), MINE, Beside())
    _, after = blocks.card(a_deal(version=a_deal().version + 1), MINE, Beside())

    assert before[-1]["block_id"] != after[-1]["block_id"]


def test_the_longest_move_fits_an_option() -> None:
    longest = MoveRef(n=2**31 - 1, to="s" * 40, at="t" * 40, x=f"{10**17:x}.{'f' * 6}")

    assert len(forms.pack(longest)) <= 150


def test_the_longest_entry_of_the_overflow_fits_an_option() -> None:
    it = a_deal(number=2**31 - 1, version=10**17)

    assert all(len(forms.pack(MoreRef.of(it, show))) <= 150 for show in ("details", "archive"))
    assert UndoRef.after(it, is_brief=True).version == 10**17


def test_a_history_too_long_for_a_message_shows_the_latest() -> None:
    about = About([a_stay(f"Stage {n}", by="B" * 100, reason="<" * 200) for n in range(100)])

    _, body = blocks.detail(a_deal(), about, MINE, Sharing())

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
    words, body = blocks.with_notice("#42 moved.", blocks.card(a_deal(), MINE, Beside()))

    assert str(body).count(words) == 1
    assert "Moved from" not in str(body)


def test_every_reader_gets_english_days_and_their_own_amounts() -> None:
    assert "48.000\u00a0€ · Proposal · closes Fri 27 Nov" in blocks.line(a_deal(), THEIRS)


def test_an_open_deal_past_its_close_date_was_to_close() -> None:
    it = a_deal(expected_close_date=TODAY - timedelta(days=1))

    assert blocks.line(it, MINE).endswith(" · was to close Tue 17 Nov")


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


SOURCE = f"https://{'a' * 60}.slack.com/archives/C0123456789/p1234567890123456?thread_ts=1"
FIELDS = field_values(a_deal(), "en-GB")


@pytest.mark.parametrize(
    "parent",
    [
        ParentNote(
            view_id="V" * 20,
            note=CreateNote(channel_id="C" * 12, words='"' * 100, source=SOURCE),
        ),
        ParentNote(
            view_id="V" * 20,
            edit=EditNote(
                number=2**31 - 1,
                id=UUID(int=2**127),
                version=10**17,
                base=digests(FIELDS),
                turns=dict.fromkeys(FIELDS, 10),
                channel_id="C" * 12,
            ),
        ),
    ],
    ids=["create", "edit"],
)
def test_a_partner_forms_memory_takes_what_comes_back_with_the_most_look_alikes(
    parent: ParentNote,
) -> None:
    seen = tuple(UUID(int=2**127 + number) for number in range(50))
    note = FormNote(seen=seen, more=forms.pack(parent))

    view = partner_form(PARTNER_DOMAINS.default, note, callback_id=blocks.PARTNER_FORM)

    assert checked(view)


def an_edit(it: Opportunity, *touched: str) -> View:
    note = blocks.begun(it, "en-GB", "C0DEALS", is_told=False)
    note = blocks.renewed(note, replace(it, value=Decimal(1)), "en-GB", touched)
    return blocks.edit_form(it, note, EditChoices(("EUR", "USD"), may_reassign=True), MINE)


def test_the_form_of_an_edit_is_filled_in(golden: SnapshotAssertion) -> None:
    it = a_deal(notes="Two\nlines", contact=Contact(name="Jane", email="jane@acme.example"))
    note = blocks.begun(it, "en-GB", "C0DEALS", is_told=False)
    choices = EditChoices(("EUR", "USD"), may_reassign=True)

    assert checked(blocks.edit_form(it, note, choices, MINE)) == golden


@pytest.mark.parametrize(
    ("it", "fields"),
    [
        (a_deal(), {"expected_close_date", "probability", "notes"}),
        (a_won_deal(), {"actual_close_date", "notes"}),
        (a_deal(notes="n" * 3001), {"expected_close_date", "probability"}),
    ],
    ids=["open", "won", "endless notes"],
)
def test_an_edit_asks_for_what_can_be_changed(it: Opportunity, fields: set[str]) -> None:
    sometimes = {"expected_close_date", "actual_close_date", "probability", "notes"}

    view = checked(an_edit(it))

    assert sometimes & set(fields_of(view)) == fields
    before = str(view["blocks"]).split("'type': 'divider'")[0]
    assert before.count("'type': 'input'") <= 7


def test_a_currency_no_longer_offered_stays_the_present_one() -> None:
    view = checked(an_edit(a_deal(currency="GBP")))

    chosen = fields_of(view)["currency"][1]
    assert isinstance(chosen, dict)
    assert chosen["value"] == "GBP"


def test_only_what_holds_something_else_was_touched() -> None:
    it = a_deal()
    note = blocks.begun(it, "en-GB", None, is_told=False)
    untouched = {"deal_value": "48,000", "currency": "EUR", "notes": None, "probability": "50"}

    assert blocks.touched(note, untouched) == set()
    assert blocks.touched(note, {**untouched, "deal_value": "48k"}) == {"deal_value"}


def test_what_others_changed_is_taken_over_where_nothing_was_typed() -> None:
    it = a_deal()
    note = blocks.begun(it, "en-GB", None, is_told=False)
    theirs = replace(it, value=Decimal(50000), customer_name="Acme Ltd", version=it.version + 1)

    fresh = blocks.renewed(note, theirs, "en-GB", {"deal_value"})

    assert (fresh.version, fresh.turns) == (theirs.version, {"customer_name": 2})
    assert blocks.touched(fresh, {"deal_value": "48k", "customer_name": "Acme Ltd"}) == {
        "deal_value"
    }


def test_a_conflict_says_who_changed_what_from_what_to_what() -> None:
    told = EditedMeanwhile(
        number=42,
        version=1,
        differences=[Difference("deal_value", "48000.00", "50000.00")],
        by="Mia <M>",
        seconds_ago=60,
    )

    assert blocks.edited_meanwhile(told, a_deal(), {"deal_value"}, MINE) == (
        "Mia &lt;M&gt; changed #42 meanwhile:\n• Value: €48,000 → €50,000. "
        "What you typed is still there, and replaces it when you save."
    )


def test_an_edit_says_what_it_changed() -> None:
    done = Edited(a_deal(), ("deal_value", "customer_contact", "notes"))
    theirs = (Difference("expected_close_date", "2026-11-27", "2026-12-18"),)

    saved = "#42 Acme renewal is saved: value, contact and notes changed."
    assert blocks.edited(done, MINE) == saved
    assert blocks.edited(replace(done, meanwhile=theirs), MINE) == (
        f"{saved}\nOthers changed meanwhile:\n• Expected close: Fri 27 Nov → Fri 18 Dec"
    )


def test_attachments_can_be_taken_off_and_added(golden: SnapshotAssertion) -> None:
    it = a_deal(attachments=(an_attachment(),))

    assert checked(blocks.attach_form(it, RecordNote.of(it, None))) == golden


def test_the_most_attachments_there_can_be_fit_and_take_no_more() -> None:
    many = tuple(
        an_attachment("<" * 255, id=f"{n:032x}", url=f"https://e.com/{'x' * 1980}{n}")
        for n in range(MOST_ATTACHMENTS)
    )
    it = a_deal(attachments=many)

    view = checked(blocks.attach_form(it, RecordNote.of(it, None)))
    shown(blocks.detail(it, About([]), MINE, Sharing(may_share=True)))

    assert "submit" not in view
    assert "20 is the most" in str(view)


def test_archiving_names_what_is_put_away(golden: SnapshotAssertion) -> None:
    it = a_deal()

    assert checked(blocks.archive_form(it, RecordNote.of(it, None), MINE)) == golden


def test_a_stage_asks_for_just_what_it_needs(golden: SnapshotAssertion) -> None:
    note = MoveNote(number=42, at="proposal", to="won")
    missing = ("deal_value", "contact_name", "assigned_user_id", "notes")
    draft = MoveDraft(STAGES["won"], missing=missing, effect="Won today, it earns Globex €4,800.")

    assert checked(blocks.move_form(a_deal(), LOSS_REASONS.default, note, MINE, draft)) == golden


def test_a_deal_with_thirty_stages_and_the_longest_names_fits() -> None:
    stages = tuple(
        STAGES["proposal"].model_copy(update={"key": f"{n}{'s' * 38}", "label": "Ŵ" * 60})
        for n in range(30)
    )
    it = a_deal(number=2**31 - 1, may_move_to=stages, next_stage=stages[0])

    assert shown(blocks.shared_card(it, EVERYBODY))


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
    about = About(
        [a_stay(label[:60], by=name, reason=notes * 10) for _ in range(10)],
        [a_change("assigned_user_id", name, notes) for _ in range(12)],
        [a_task(notes) for _ in range(10)],
        "€1 projected",
    )
    it = replace(
        it,
        contact=Contact(name, notes, label, name),
        attachments=tuple(an_attachment(name, id=f"{n:032x}") for n in range(20)),
    )
    note = MoveNote(number=42, at="proposal")

    messages = [
        blocks.detail(it, about, MINE, Sharing(may_share=True)),
        blocks.older(it, MINE),
        blocks.given_to_you(it, name, MINE),
        blocks.shared_card(it, EVERYBODY),
        blocks.meant_stage(it, notes, stage, MINE),
        blocks.with_notice(blocks.created(it), blocks.card(it, MINE, Beside())),
    ]
    forms_shown = [
        blocks.create_form(CHOICES, CreateNote(), ACTOR, CreateDraft(" ".join(name.split()))),
        blocks.move_form(it, LOSS_REASONS.default, note, MINE, MoveDraft(stage, reason=notes)),
        blocks.notes_view(it),
        an_edit(it),
        blocks.attach_form(it, RecordNote.of(it, None)),
        blocks.assign_form(it, RecordNote.of(it, None), MINE, blocks.nobody_called(notes, [name])),
        blocks.archive_form(it, RecordNote.of(it, None), MINE),
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
