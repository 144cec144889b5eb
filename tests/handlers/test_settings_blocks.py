import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.payloads import View as Submitted
from handlers import forms
from handlers.blocks import settings as blocks
from handlers.blocks.settings import SECTIONS, Editor, Facts, Listing, Section, SectionNote
from handlers.blocks.settings.section import Untouched
from handlers.replies import problem_sentence
from handlers.routing import FieldValue, View
from handlers.tandem.settings.facts import with_parts
from handlers.tandem.settings.saving import changes_of
from sandbox.blockkit import problems_of_message, problems_of_view
from sandbox.controls import controls_of
from sandbox.views import state_of, values_for
from sandbox.wire import as_objects
from services.channels import ChannelProblem
from services.configuration import Held, Origin
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    CATALOGUE,
    DEALS_CHANNEL,
    FISCAL_START,
    PIPELINE,
    STATUS_CHANNEL,
    Channel,
    Choice,
    Pipeline,
    Setting,
    Stage,
)
from services.configuration.rates import Rate, Rates
from services.errors import FieldProblem, InvalidInput, Problem
from services.values import WorkspaceId
from tests.services.configuration.strategies import LABELS, VALID, WORKSPACE

HERE = WorkspaceId(WORKSPACE)
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
ALL = (DEALS_CHANNEL.name, ALERTS_CHANNEL.name, STATUS_CHANNEL.name)
REASONS = [
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted_action",
    "externally_shared_channel",
    "guests_in_channel",
    "something_new",
]
LOCALES = st.sampled_from(["en-US", "de-DE", "ar", "ja-JP", "fa-IR", "xx-YY", "", "\x00"])
LISTS = [each for each in SECTIONS if each.listing]
FORMS = [(section, each) for section in SECTIONS for each in section.editors]
NASTY = ["<!channel> & co", "🚀" * 60, "עברית " * 10, "a" * 60, "& < >" * 12, "*_~`" * 15]


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.with_defaults(extension_class=JSONSnapshotExtension)


def facts(
    own: Mapping[str, object] | None = None,
    *,
    locale: str = "en-US",
    known: Rates = Rates("USD", {}),  # noqa: B008  # frozen
) -> Facts:
    """Everything as shipped, but for the company's own values, by the setting's name."""
    given_values = own or {}
    every = {setting.name: setting for section in SECTIONS for setting in section.settings}

    def held(setting: Setting[Any]) -> Held[Any]:
        is_own = setting.name in given_values
        value = given_values.get(setting.name, setting.default)
        origin = Origin.ORGANIZATION if is_own else Origin.CATALOGUE
        return Held(value, setting.default, origin, "1" if is_own else "")

    return Facts(
        held={name: held(setting) for name, setting in every.items()},
        now=NOW,
        locale=locale,
        workspace_id=HERE,
        channel_id="C0HERE",
        workspaces={HERE: "Acme"},
        rates=known,
    )


def untouched(drawn: Sequence[object]) -> dict[str, FieldValue]:
    """What Slack sends of these blocks when nobody touched a thing, as the app reads it."""
    controls = controls_of(as_objects(drawn))
    sent = {"id": "V1", "state": {"values": state_of(values_for(controls, {}))}}
    return dict(Submitted.model_validate(sent).as_state().values)


def listing_of(section: Section) -> Listing:
    assert section.listing is not None
    return section.listing


def view_of(section: Section, seen: Facts, **more: Any) -> View:
    return blocks.section_view(section, seen, "d1", **more)


def carried(view: View) -> SectionNote:
    note = forms.unpack(SectionNote, str(view["private_metadata"]))
    assert note is not None
    return note


@settings(max_examples=12)
@given(st.data())
@pytest.mark.parametrize(("section", "editor"), FORMS, ids=lambda each: getattr(each, "label", ""))
def test_what_nobody_touched_comes_back_as_it_was(
    section: Section, editor: Editor, data: st.DataObject
) -> None:
    value = data.draw(VALID[editor.setting.name])
    seen = facts({editor.setting.name: value}, locale=data.draw(LOCALES))

    read = editor.read(untouched(editor.draw(seen)), seen)

    assert isinstance(read, Untouched) or read == value


def test_every_setting_of_the_catalogue_has_an_editor() -> None:
    edited = {editor.setting.name for each in with_parts(SECTIONS) for editor in each.editors}
    listed = {listing_of(section).setting.name for section in LISTS}

    assert {setting.name for setting in CATALOGUE} - edited - listed == set()


@settings(max_examples=12)
@given(st.data())
@pytest.mark.parametrize("section", LISTS, ids=lambda each: each.key)
def test_a_record_nobody_touched_comes_back_as_it_was(
    section: Section, data: st.DataObject
) -> None:
    of = listing_of(section)
    value = data.draw(VALID[of.setting.name])
    seen = facts({of.setting.name: value})

    for item in of.items(value):
        view = blocks.item_view(section, of, item, seen, 1)
        assert problems_of_view(view) == []
        assert (
            of.read(untouched(cast("list[object]", view["blocks"])), item.key, item, seen) == item
        )


@settings(max_examples=8)
@given(st.data())
@pytest.mark.parametrize("section", SECTIONS, ids=lambda each: each.key)
def test_an_untouched_section_changes_nothing_and_fits_slack(
    section: Section, data: st.DataObject
) -> None:
    own = {each.name: data.draw(VALID[each.name]) for each in section.settings}
    seen = facts(own, locale=data.draw(LOCALES))

    view = view_of(section, seen, told="Saved.")

    assert problems_of_view(view) == []
    assert len(str(view["private_metadata"])) <= 3000
    values = untouched(cast("list[object]", view["blocks"]))
    assert changes_of(section, values, carried(view), seen) == ([], [])


@settings(max_examples=8)
@given(st.data())
def test_the_menu_fits_slack_with_any_values(data: st.DataObject) -> None:
    every = {each.name for section in SECTIONS for each in section.settings}
    own = {name: data.draw(VALID[name]) for name in sorted(every) if data.draw(st.booleans())}

    assert problems_of_view(blocks.menu(SECTIONS, facts(own, locale=data.draw(LOCALES)))) == []


def many_stages(label: str) -> Pipeline:
    kinds = ["won", "lost", *["open"] * 28]
    return Pipeline.model_construct(
        stages=tuple(
            Stage.model_construct(
                key=f"stage_{at}",
                label=f"{label}"[:57] + f" {at}",
                kind=kind,
                probability=50,
                stale_after_days=3650,
                next=tuple(f"stage_{each}" for each in range(30)),
                required_fields=("deal_value", "customer_contact", "assigned_user_id", "notes"),
            )
            for at, kind in enumerate(kinds)
        )
    )


@pytest.mark.parametrize("label", NASTY)
def test_thirty_stages_with_any_names_fit_slack(label: str) -> None:
    pipeline = many_stages(label)
    seen = facts({PIPELINE.name: pipeline})
    of = listing_of(blocks.STAGES)
    note = blocks.RemovalNote(section="pipeline", key=None)
    used = {stage.key: {"opportunity": 10_000, "setting": 2} for stage in pipeline.stages}

    views = [
        view_of(blocks.STAGES, seen),
        blocks.item_view(blocks.STAGES, of, pipeline.stages[0], seen, 1),
        blocks.item_view(blocks.STAGES, of, None, seen, 1),
        blocks.removal_view(of, note, used, seen),
        blocks.menu(SECTIONS, seen),
    ]

    assert [problems_of_view(view) for view in views] == [[]] * 5


@pytest.mark.parametrize("label", NASTY)
def test_a_list_of_a_hundred_is_turned_by_pages(label: str) -> None:
    [section] = [each for each in LISTS if each.key == "losses"]
    of = listing_of(section)
    long = tuple(
        Choice.model_construct(key=f"choice_{at}", label=f"{label[:50]} {at}") for at in range(100)
    )
    seen = facts({of.setting.name: long})

    pages = [view_of(section, seen, page=page) for page in range(6)]
    form = blocks.item_view(section, of, long[99], seen, 4)

    assert [problems_of_view(view) for view in [*pages, form]] == [[]] * 7
    assert "choice_0 " in json.dumps(pages[1])
    assert "choice_99 " in json.dumps(pages[5])


def test_rates_of_every_currency_fit_slack() -> None:
    codes = tuple(sorted({"USD", *(f"{a}{b}X" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ")}))[:100]
    days = [date(2026, 1, 1 + at % 28) for at in range(70)]
    history = [Rate("EUR", each, Decimal("0.0000000001")) for each in days]
    known = Rates("USD", {"EUR": history, **dict.fromkeys(codes, history)})
    seen = facts({"revenue.currencies": codes}, known=known)

    views = [
        view_of(blocks.RATES, seen),
        blocks.rate_form(seen, None),
        *(blocks.history_view(seen, "EUR", page, "d1") for page in range(5)),
    ]

    assert [problems_of_view(view) for view in views] == [[]] * 7


@settings(max_examples=25)
@given(data=st.data())
@pytest.mark.parametrize(("section", "editor"), FORMS, ids=lambda each: getattr(each, "label", ""))
def test_what_cannot_be_read_is_told_at_a_field_in_plain_words(
    section: Section, editor: Editor, data: st.DataObject
) -> None:
    seen = facts()
    drawn = untouched(editor.draw(seen))
    sent = {name: data.draw(st.none() | st.text(max_size=12) | LABELS) for name in drawn}

    told = problems_of(editor, sent, seen)

    assert set(told) <= set(drawn)
    for problem in told.values():
        is_plain(problem_sentence(problem))


def problems_of(
    editor: Editor, sent: Mapping[str, FieldValue], seen: Facts
) -> Mapping[str, FieldProblem]:
    try:
        editor.read(sent, seen)
    except InvalidInput as refused:
        return refused.problems
    return {}


def is_plain(sentence: str) -> None:
    """No library's or programmer's words."""
    assert sentence[0].isupper()
    assert sentence.endswith((".", "?"))
    assert "None" not in sentence
    for word in ("Value error", "regex", "pattern", "Input should", "tuple", "string", "validat"):
        assert word not in sentence


def test_a_stored_value_that_does_not_count_is_marked_and_saving_mends_it() -> None:
    seen = facts()
    name = FISCAL_START.name
    broken = Held(1, 1, Origin.CATALOGUE, "v9", Problem.OUT_OF_RANGE)
    seen = replace(seen, held={**seen.held, name: broken})

    view = view_of(blocks.MONEY, seen)
    values = untouched(cast("list[object]", view["blocks"]))
    changes, _ = changes_of(blocks.MONEY, values, carried(view), seen)

    assert "does not count any more" in json.dumps(blocks.menu(SECTIONS, seen))
    assert "does not count any more" in json.dumps(view)
    assert [(each.setting.name, each.value, each.shown) for each in changes] == [(name, 1, "v9")]


def test_the_menu_as_shipped(golden: SnapshotAssertion) -> None:
    sections = (blocks.CHANNELS, blocks.STAGES, blocks.RATES)

    assert blocks.menu(sections, facts(), "Saved.") == golden


def test_the_stages_as_shipped(golden: SnapshotAssertion) -> None:
    assert view_of(blocks.STAGES, facts()) == golden


def test_the_form_of_a_stage(golden: SnapshotAssertion) -> None:
    proposal = PIPELINE.default.stages[2].model_copy(update={"next": ("won", "lost")})
    view = blocks.item_view(blocks.STAGES, listing_of(blocks.STAGES), proposal, facts(), 1)

    assert view == golden


def test_the_question_before_a_stage_in_use_goes(golden: SnapshotAssertion) -> None:
    note = blocks.RemovalNote(section="pipeline", key="proposal")
    used = {"proposal": {"opportunity": 12, "setting": 1}}

    assert blocks.removal_view(listing_of(blocks.STAGES), note, used, facts()) == golden


def test_the_channels_in_every_state(golden: SnapshotAssertion) -> None:
    here, there = str(HERE), str(UUID(int=5))
    reached = Channel(workspace_id=here, channel_id="C0DEALS", is_reached=True)
    refused = Channel(workspace_id=here, channel_id="C0ALERTS", problem="not_in_channel")
    elsewhere = Channel(workspace_id=there, channel_id="C0FAR", is_reached=True)
    seen = facts(dict(zip(ALL, (reached, refused, elsewhere), strict=True)))

    view = view_of(blocks.CHANNELS, seen)

    assert problems_of_view(view) == []
    assert view == golden


@pytest.mark.parametrize("reason", REASONS)
def test_each_refusal_says_what_to_do(reason: str, golden: SnapshotAssertion) -> None:
    problem = ChannelProblem(settings=ALL[:2], channel_id="C0DEALS", reason=reason)

    text, told = blocks.problem_message(problem)

    assert problems_of_message({"text": text, "blocks": told}) == []
    assert reason not in text
    assert {"text": text, "blocks": told} == golden


@pytest.mark.parametrize(
    ("chosen", "text"),
    [
        (ALL[:1], "Tandem will post new opportunities here."),
        (ALL[:2], "Tandem will post new opportunities and alerts here."),
        (ALL, "Tandem will post new opportunities, alerts and weekly statuses here."),
    ],
)
def test_the_test_post_says_what_will_come(chosen: tuple[str, ...], text: str) -> None:
    told, posted = blocks.test_message(chosen, "Ada Admin")

    assert told == text
    assert problems_of_message({"text": told, "blocks": posted}) == []


def test_markup_in_a_name_stays_text() -> None:
    _, posted = blocks.test_message(ALL, "<!channel> & co")

    assert "&lt;!channel&gt; &amp; co" in json.dumps(posted)
