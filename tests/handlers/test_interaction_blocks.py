import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from handlers.blocks.kit import View
from handlers.blocks.partners import interactions as blocks
from handlers.blocks.partners.interaction_values import (
    ContactReader,
    DeleteNote,
    Draft,
    EditRef,
    FormChoices,
    LogNote,
    TimelineRef,
)
from handlers.blocks.partners.timeline import timeline_view
from sandbox.blockkit import problems_of_message, problems_of_options, problems_of_view
from services.configuration.catalogue import INTERACTION_TYPES, Choice
from services.interactions import Agreed, Entry, Happening, Interaction, Moved, NextStep, Timeline
from services.partners import Partner
from services.values import Actor, OrganizationId, PartnerId

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
EVERYBODY = Actor.application(OrganizationId(UUID(int=9)))
READER = ContactReader(
    locale="en-GB", zone=ZoneInfo("Europe/Lisbon"), now=NOW, may_log=True, actor=EVERYBODY
)
ME = ("Ana Sousa", UUID(int=2))
CHOICES = FormChoices(types=INTERACTION_TYPES.default, me=ME, may_give=True)
HOSTILE = ("<!channel> &", "مجموعة ", "🚀", "`*_~", "x", "\u200b", "日本 ")


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.with_defaults(extension_class=JSONSnapshotExtension)


def a_partner(name: str = "Globex") -> Partner:
    return Partner(PartnerId(UUID(int=1)), name, "finops", "FinOps", None, 82, "active")


def a_step(**fields: object) -> NextStep:
    given_: dict[str, object] = {
        "task_id": UUID(int=5),
        "title": "Send the quote",
        "status": "pending",
        "due_date": date(2026, 11, 16),
        "who": "Olga Reis",
    }
    return NextStep(**(given_ | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def an_interaction(**fields: object) -> Interaction:
    given_: dict[str, object] = {
        "id": UUID(int=3),
        "partner_id": UUID(int=1),
        "partner_name": "Globex",
        "type": "meeting",
        "type_label": "Meeting",
        "at": NOW - timedelta(days=3),
        "author_id": UUID(int=2),
        "by": "Ana Sousa",
        "version": NOW,
        "contact_name": "Hank Scorpio",
        "description": "Talked <prices> & a pilot.",
        "permalink": "https://acme.slack.com/archives/C0DEALS/p1794996000000100",
        "next_steps": (a_step(), a_step(title="Call", status="completed", due_date=None)),
    }
    return Interaction(**(given_ | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def a_move(**fields: object) -> Moved:
    given_: dict[str, object] = {
        "number": 42,
        "customer": "Acme renewal",
        "value": Decimal("48000.00"),
        "currency": "EUR",
        "from_label": "Proposal",
        "from_kind": "open",
        "to_label": "Negotiation",
        "to_kind": "open",
        "reason": None,
    }
    return Moved(**(given_ | fields))  # pyright: ignore[reportArgumentType]  # fields as given by the test


def a_page(*whats: Interaction | Moved | Agreed, name: str = "Globex", by: str = "Ana") -> Timeline:
    entries = tuple(
        Entry(UUID(int=number), NOW - timedelta(hours=number), by, what)
        for number, what in enumerate(whats)
    )
    return Timeline(a_partner(name), None, entries, 45, 2, 3)


def checked(view: View) -> View:
    assert problems_of_view(view) == []
    return view


def marked_up(value: object) -> Iterator[str]:
    """Every text that Slack reads as mrkdwn."""
    if isinstance(value, list):
        for each in value:
            yield from marked_up(each)
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield str(value["text"])
        for each in value.values():
            yield from marked_up(each)


def test_the_form_is_ready_to_submit(golden: SnapshotAssertion) -> None:
    draft = Draft(day=NOW.date(), partner=a_partner(), type="call")

    assert checked(blocks.interaction_form(CHOICES, LogNote(channel_id="C0"), draft)) == golden


def test_the_form_says_why_no_partner_is_chosen() -> None:
    hint = blocks.ambiguous_hint("globex", ("Globex (FinOps)", "Globex (Security)"))

    view = checked(blocks.interaction_form(CHOICES, LogNote(), Draft(NOW.date(), notice=hint)))

    assert hint in list(marked_up(view["blocks"]))


def test_the_form_of_a_change_has_what_is_there(golden: SnapshotAssertion) -> None:
    it = an_interaction()
    draft = Draft(
        day=it.at.date(),
        at=time(10, 0),
        partner=a_partner(),
        type="séance",
        contacts=("Hank Scorpio", "x" * 200),
        notes=it.description or "",
        notice=blocks.changed_meanwhile("Mia <b>", it, READER),
        steps=[blocks.step(each, READER) for each in it.next_steps],
    )
    note = LogNote(edits=EditRef(id=it.id, version=NOW), permalink=it.permalink)

    assert checked(blocks.interaction_form(CHOICES, note, draft)) == golden


def test_who_may_promise_nothing_is_not_asked_what_is_next() -> None:
    choices = FormChoices(types=(Choice(key="visit", label="Visit"),), me=None, may_give=False)

    view = checked(blocks.interaction_form(choices, LogNote(), Draft(NOW.date())))

    assert "next_" not in str(view)
    assert "'initial_option': {'text': {'type': 'plain_text', 'text': 'Visit'" in str(view)


def test_what_was_logged_is_said_with_what_comes_next(golden: SnapshotAssertion) -> None:
    it = an_interaction(partner_name="A & B")

    text, body = blocks.told(blocks.logged(it, READER), it, READER)

    assert text == "Meeting with A &amp; B on Sun 15 Nov is logged."
    assert problems_of_message({"text": text, "blocks": body}) == []
    assert body == golden


def test_the_question_before_deleting_names_it(golden: SnapshotAssertion) -> None:
    assert checked(blocks.delete_form(an_interaction(), DeleteNote(id=UUID(int=3)), READER)) == (
        golden
    )


def test_a_timeline_with_everything(golden: SnapshotAssertion) -> None:
    terms = {"status": ("active", "inactive"), "agreement_end": (None, "2026-12-31")}
    page = a_page(
        an_interaction(),
        an_interaction(description="x" * 400, at=NOW - timedelta(minutes=5), next_steps=()),
        a_move(),
        a_move(from_label=None, from_kind=None),
        a_move(to_label="Won", to_kind="won"),
        a_move(to_label="Lost", to_kind="lost", reason="<price>"),
        a_move(from_label="Lost", from_kind="lost"),
        Agreed("partner.edited", "Globex", terms),
        Agreed("partner.created", "Globex", {}),
        Agreed("partner.merged", "Globex <GmbH>", {}),
    )

    assert checked(timeline_view(page, TimelineRef(partner_id=UUID(int=1), page=2), READER)) == (
        golden
    )


def test_a_timeline_without_anything_says_so() -> None:
    page = Timeline(a_partner(), Happening.OPPORTUNITIES, (), 0, 1, 1)
    ref = TimelineRef(partner_id=UUID(int=1), only=Happening.OPPORTUNITIES)

    view = checked(timeline_view(page, ref, READER))

    assert "Nothing of this has happened with Globex yet." in str(view)


@pytest.mark.parametrize("said", HOSTILE)
def test_no_words_break_slack_s_limits_or_its_markup(said: str) -> None:
    name, words = (said * 255)[:255], (said * 3000)[:3000]
    steps = tuple(a_step(title=words[:500], who=name) for _ in range(9))
    it = an_interaction(
        partner_name=name,
        type_label=name[:100],
        by=name,
        contact_name=name,
        description=words,
        next_steps=steps,
    )
    moves = [a_move(customer=name, from_label=name, to_label=name, reason=words)] * 5
    page = a_page(
        *([it] * 15),
        *moves,
        Agreed("partner.edited", name, {"name": (name, name)}),
        Agreed("partner.merged", name, {}),
        name=name,
    )
    draft = Draft(NOW.date(), partner=a_partner(name), contacts=[name] * 3, notes=words)
    text, body = blocks.told(blocks.logged(it, READER), it, READER)

    views = (
        timeline_view(page, TimelineRef(partner_id=UUID(int=1)), READER),
        blocks.whole(it, READER),
        blocks.delete_form(it, DeleteNote(id=it.id), READER),
        blocks.interaction_form(CHOICES, LogNote(), draft),
    )

    assert all(checked(view) for view in views)
    assert problems_of_message({"text": text, "blocks": body}) == []
    assert problems_of_options({"options": [blocks.contact_option(name)]}) == []
    told = [*marked_up(body), *(each for view in views for each in marked_up(view["blocks"]))]
    assert not any(re.search(r"<(?!!date\^|https://acme)", each) for each in told)
