from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from handlers.blocks import kit
from handlers.blocks import partners as blocks
from handlers.blocks.partners import Beside, EditNote, FormNote, Reader, Unsaved
from handlers.blocks.partners.contacts import contact_form, contacts_view
from handlers.blocks.partners.merging import confirmation, merge_form
from handlers.blocks.partners.values import ContactNote, ContactsNote, MergeNote
from handlers.blocks.sharing import not_shared
from sandbox.blockkit import problems_of_message, problems_of_options, problems_of_view
from services.configuration.catalogue import PARTNER_DOMAINS, Choice
from services.interactions import Interaction
from services.partners import (
    STATUSES,
    Agreement,
    CreatePartner,
    Deal,
    EditPartner,
    Figures,
    ListPartners,
    Merge,
    Moving,
    OpenDeals,
    Overview,
    Partner,
    PartnerPage,
    Sort,
    opened,
)
from services.partners.edit import Status
from services.partners.records import Contact
from services.values import PartnerId

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
READER = Reader(
    locale="en-GB",
    zone=ZoneInfo("Europe/Lisbon"),
    now=NOW,
    may_log=True,
    may_share=True,
    may_create=True,
    may_change=True,
    may_merge=True,
)
LOOKER = Reader(locale="de-DE", zone=ZoneInfo("Asia/Singapore"), now=NOW)
DOMAINS = PARTNER_DOMAINS.default
HOSTILE = "<!channel> & *bold* <script>" + "\u0645\U0001f680" * 120
HOSTILE_TEXT = st.one_of(
    st.text(min_size=1, max_size=255),
    st.text(alphabet="&<>*_~`|\n", min_size=1, max_size=255),
    st.just(HOSTILE[:255]),
)


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.with_defaults(extension_class=JSONSnapshotExtension)


def an_id(number: int) -> UUID:
    return UUID(int=number)


def a_partner(number: int = 1, **fields: object) -> Partner:
    given: dict[str, object] = {
        "id": PartnerId(an_id(number)),
        "name": "Globex",
        "domain": "finops",
        "domain_label": "FinOps",
        "website": "https://www.globex.com/about?a=1&b=2",
        "health": 82,
        "status": "active",
        "contacts": (Contact("c1", "Hank Scorpio", "hank@globex.com"),),
    }
    return Partner(**(given | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def an_interaction(number: int = 1, **fields: object) -> Interaction:
    given: dict[str, object] = {
        "id": an_id(number),
        "partner_id": an_id(1),
        "partner_name": "Globex",
        "type": "meeting",
        "type_label": "Meeting",
        "at": NOW - timedelta(days=number),
        "author_id": an_id(2),
        "by": "Ana Sousa",
        "version": NOW,
        "description": "With Hank\nTalked <prices> & a pilot.",
    }
    return Interaction(**(given | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def an_overview(partner: Partner | None = None, **fields: object) -> Overview:
    given: dict[str, object] = {
        "last_contact_at": NOW - timedelta(days=3),
        "deals": OpenDeals(4, (("EUR", Decimal("48000.00")), ("JPY", Decimal("1200000.00")))),
    }
    return Overview(partner or a_partner(), **(given | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def a_page(*rows: Partner, **fields: object) -> PartnerPage:
    given: dict[str, object] = {
        "total_count": len(rows),
        "page": 1,
        "pages": 1,
        "figures": dict[UUID, Figures](),
        "base_currency": "EUR",
    }
    return PartnerPage(rows, **(given | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def a_merge(gone: Partner) -> Merge:
    moving = Moving(3, 12, 1, 2, 1, 90, 1, 1, 2)
    stays = a_partner(2, name="Globex <Inc>", status="inactive")
    return Merge(gone, stays, moving, terms_differ=True)


def shown(message: blocks.Shown) -> dict[str, object]:
    text, body = message
    payload: dict[str, object] = {"text": text, "blocks": body}
    assert problems_of_message(payload) == []
    return payload


def marked_up(value: object) -> Iterator[str]:
    """Every text that Slack reads as mrkdwn."""
    if isinstance(value, list):
        for each in value:
            yield from marked_up(each)
    if not isinstance(value, dict):
        return
    if value.get("type") == "mrkdwn" or "blocks" in value:
        yield value["text"].replace("<!date^", "")
    for each in value.values():
        yield from marked_up(each)


def checked(view: dict[str, object]) -> dict[str, object]:
    assert problems_of_view(view) == []
    return view


def test_the_card_tells_the_relationship_and_what_to_do(golden: SnapshotAssertion) -> None:
    recent = [an_interaction(3), an_interaction(9, type_label="Call", description=None)]

    assert shown(blocks.card(an_overview(), recent, READER)) == golden


def test_a_card_without_history_says_so(golden: SnapshotAssertion) -> None:
    partner = a_partner(website=None, contacts=(), health=31, status="inactive")
    seen = an_overview(partner, last_contact_at=None, deals=OpenDeals(0, ()))

    assert shown(blocks.card(seen, [], READER)) == golden


def test_who_may_only_look_gets_what_to_read_and_no_figures(golden: SnapshotAssertion) -> None:
    seen = an_overview(deals=None)

    assert shown(blocks.card(seen, [], LOOKER)) == golden


def test_the_card_of_a_conversation_has_a_date_that_does_not_age(
    golden: SnapshotAssertion,
) -> None:
    assert shown(blocks.shared_card(an_overview(), [an_interaction(3)], READER)) == golden


def test_a_card_says_how_the_health_has_moved_and_leads_to_why() -> None:
    text, body = blocks.card(an_overview(a_partner(health=31)), [], READER, Beside(trend=-6))

    assert text.startswith("Globex · 31 at risk · \N{MINUS SIGN}6 this week · last contact")
    assert "'partner.health'" in str(body)


def test_what_stands_for_no_partner_has_no_health() -> None:
    message = blocks.card(an_overview(a_partner(is_direct=True)), [], READER, Beside(trend=3))

    assert "Health" not in str(message)
    assert "fair" not in str(message)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW, "last contact today"),
        (NOW - timedelta(days=1), "last contact 1 day ago (Tue 17 Nov)"),
        (datetime(2025, 11, 18, tzinfo=UTC), "last contact 365 days ago (Tue 18 Nov 2025)"),
        (None, "last contact none yet"),
    ],
)
def test_the_last_contact_is_in_days(at: datetime | None, words: str) -> None:
    text, _ = blocks.card(an_overview(last_contact_at=at), [], READER)

    assert text.endswith(words)


def test_a_list_has_ten_rows_and_paging(golden: SnapshotAssertion) -> None:
    rows = tuple(a_partner(number, name=f"Partner {number}") for number in range(1, 11))
    told = Figures(NOW - timedelta(days=2), pipeline=Decimal(48000), without_rate=True, trend=-6)
    page = a_page(*rows, total_count=30, page=2, pages=3, figures={rows[0].id: told})

    message = blocks.listing(page, ListPartners(page=2, sort=Sort.HEALTH), DOMAINS, READER)

    assert shown(message) == golden


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (ListPartners(), "Partners: 1"),
        (ListPartners(domain="finops"), "Partners in FinOps: 1"),
        (ListPartners(status="pending"), "Pending partners: 1"),
        (ListPartners(words="glo & <b>"), "Partners like “glo &amp; &lt;b&gt;”: 1"),
    ],
)
def test_a_list_begins_with_what_it_is_and_how_many(wanted: ListPartners, words: str) -> None:
    text, _ = blocks.listing(a_page(a_partner()), wanted, DOMAINS, READER)

    assert text == words


@pytest.mark.parametrize(
    "wanted",
    [ListPartners(), ListPartners(domain="finops"), ListPartners(words="hooli")],
    ids=["all", "domain", "words"],
)
def test_an_empty_list_offers_the_first_partner(
    wanted: ListPartners, golden: SnapshotAssertion
) -> None:
    assert shown(blocks.listing(a_page(), wanted, DOMAINS, READER)) == golden


@given(HOSTILE_TEXT, st.sampled_from([None, *Sort]), st.sampled_from([None, *STATUSES]))
def test_a_select_changes_only_what_it_is_of(
    words: str, sort: Sort | None, status: Status | None
) -> None:
    wanted = ListPartners(words=words[:100], sort=sort, status=status)
    _, body = blocks.listing(a_page(a_partner()), wanted, DOMAINS, READER)
    row = str(body[1]["block_id"])

    assert len(row) <= 255
    fresh = blocks.changed(row, "partner.list:domain", "cloud")
    assert fresh == wanted.model_copy(update={"domain": "cloud"})
    assert blocks.changed(row, "partner.list:status", "-") == wanted.model_copy(
        update={"status": None}
    )
    assert blocks.changed(row, "partner.list:sort", "nonsense") is None
    assert blocks.changed("another", "partner.list:sort", "name") is None


def test_several_that_fit_are_offered(golden: SnapshotAssertion) -> None:
    rows = [a_partner(1), a_partner(2, domain_label="Security")]

    assert shown(blocks.choose("globex", rows, READER)) == golden


def test_nobody_that_fits_can_be_created_under_the_typed_name(golden: SnapshotAssertion) -> None:
    assert shown(blocks.unknown("Hooli <Labs>", READER)) == golden


def test_the_partner_form(golden: SnapshotAssertion) -> None:
    view = blocks.partner_form(DOMAINS, FormNote(channel_id="C0DEALS"), name="  Globex \n Inc ")

    assert checked(view) == golden


def test_the_partner_form_warns_of_look_alikes_and_keeps_what_was_typed(
    golden: SnapshotAssertion,
) -> None:
    typed = CreatePartner(
        name="Globex & Co",
        domain="security",
        website="globex.com",
        contact_name="Hank",
        contact_email="hank@globex.com",
    )
    alike = [f"Globex {number} <b> (FinOps)" for number in range(1, 8)]

    view = blocks.partner_form(
        DOMAINS, FormNote(seen=(an_id(1),)), callback_id="elsewhere", typed=typed, alike=alike
    )

    assert checked(view) == golden


def test_the_card_tells_the_agreement_the_first_opportunities_and_the_terms(
    golden: SnapshotAssertion,
) -> None:
    partner = a_partner(
        contacts=tuple(Contact(f"c{n}", f"Hank {n}", title="CEO & <b>") for n in range(5)),
        agreement=Agreement(date(2025, 1, 1), NOW.date() + timedelta(days=40), 60),
    )
    deal = Deal(42, "Acme <renewal>", Decimal(48000), "EUR", date(2026, 12, 1))
    deals = OpenDeals(14, (("EUR", Decimal(48000)),), (deal,))
    all_deals = kit.button("Show all", "opportunity.page:partner", "x")
    beside = Beside(4, "8% of the value", all_deals, "Globex Ltd was merged into Globex.")

    message = blocks.card(an_overview(partner, deals=deals), [], READER, beside)

    assert shown(message) == golden


@pytest.mark.parametrize(
    ("agreement", "words"),
    [
        (Agreement(end=NOW.date()), "until Wed 18 Nov (ends today)"),
        (Agreement(end=NOW.date() - timedelta(days=2)), "until Mon 16 Nov (ended 2 days ago)"),
        (Agreement(start=NOW.date() + timedelta(days=1)), "from Thu 19 Nov"),
        (Agreement(start=date(2025, 1, 1)), "since Wed 1 Jan 2025"),
    ],
)
def test_an_agreement_says_when_it_ends(agreement: Agreement, words: str) -> None:
    _, body = blocks.card(an_overview(a_partner(agreement=agreement)), [], READER)

    assert f"*Agreement*\n{words}" in str(body).replace("\\n", "\n")


def test_the_edit_form_keeps_what_was_typed_and_says_why(golden: SnapshotAssertion) -> None:
    partner = a_partner(domain="gone", domain_label="gone")
    typed = EditPartner(
        partner_id=partner.id,
        opened={},
        name="Globex & Co",
        domain="cloud",
        status="pending",
        agreement_end=date(2027, 1, 1),
        renewal_alert_days=60,
    )
    unsaved = Unsaved(typed, "Ana changed the name.", {an_id(2): "Globex <b> (FinOps)"}, True)

    view = blocks.edit_form(partner, DOMAINS, EditNote(id=partner.id, opened={}), unsaved)

    assert checked(view) == golden


def test_a_merge_is_asked_for_with_both_names_and_all_that_moves(
    golden: SnapshotAssertion,
) -> None:
    view = confirmation(a_merge(a_partner()), MergeNote(gone_id=an_id(1), stays_id=an_id(2)))

    assert checked(view) == golden


def test_the_most_look_alikes_fit_the_form_s_memory() -> None:
    note = FormNote(seen=tuple(an_id(number) for number in range(60)), channel_id="C" * 20)

    assert checked(blocks.partner_form(DOMAINS, note))
    facts = dict(opened(a_partner()))
    edit = EditNote(id=an_id(1), opened=facts, seen=note.seen[:50], channel_id="C" * 20)
    assert checked(blocks.edit_form(a_partner(), DOMAINS, edit))


def test_a_right_to_left_name_does_not_turn_its_line() -> None:
    text, _ = blocks.card(an_overview(a_partner(name="שלמה")), [], READER)

    assert text.startswith("\u2068שלמה\u2069 · ")


def test_a_long_new_name_is_cut_to_what_an_option_carries() -> None:
    option = blocks.new_option("x" * 255)

    assert len(str(option["value"])) == 150
    assert problems_of_options({"options": [option]}) == []


def test_a_refused_card_says_what_to_do() -> None:
    text, body = not_shared("A & B", "C0DEALS", "not_in_channel")

    assert text == (
        "I could not share A &amp; B in <#C0DEALS>: I am not in it. "
        "Type `/invite @Tandem` there, then share it again."
    )
    assert problems_of_message({"text": text, "blocks": body}) == []


@given(HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT)
def test_no_words_break_a_message(name: str, label: str, notes: str) -> None:
    partner = a_partner(
        name=name,
        domain_label=label[:60],
        contacts=(Contact("c1", notes),),
        website=f"https://{'x' * 60}.com/{'&' * 400}",
    )
    done = an_interaction(by=name[:201], type_label=label[:60], description=notes * 10)
    seen = an_overview(partner)
    note = blocks.merged_note(name, partner)

    messages = [
        blocks.card(seen, [done] * 3, READER, Beside(3, "8%", note=note)),
        blocks.shared_card(seen, [done] * 3, LOOKER),
        blocks.listing(a_page(partner), ListPartners(words=notes[:100]), DOMAINS, READER),
        blocks.choose(notes, [partner], READER),
        blocks.unknown(notes, READER),
        not_shared(name, "C0DEALS", notes),
    ]

    for message in messages:
        body = shown(message)
        assert not any("<!" in words for words in marked_up(body))


@given(HOSTILE_TEXT, HOSTILE_TEXT)
def test_no_words_break_a_form_or_an_option(name: str, label: str) -> None:
    partner = a_partner(name=name, domain_label=label[:60])
    choices = (Choice.model_construct(key="finops", label=label[:60]),)

    assert checked(blocks.partner_form(choices, FormNote(), name=name, alike=[name] * 7))
    note = EditNote(id=partner.id, opened=dict(opened(partner)))
    assert checked(blocks.edit_form(partner, choices, note))
    several = replace(partner, contacts=tuple(Contact(str(n), name, label) for n in range(30)))
    own = ContactsNote(id=partner.id)
    assert checked(contacts_view(several, own, may_edit=True))
    assert checked(contact_form(Contact("1", name), ContactNote(id=partner.id)))
    pair = MergeNote(gone_id=an_id(1), stays_id=an_id(2))
    assert checked(merge_form(partner, pair, partner))
    assert checked(confirmation(a_merge(partner), pair))
    options = [blocks.partner_option(partner), blocks.new_option(name)]
    assert problems_of_options({"options": options}) == []
