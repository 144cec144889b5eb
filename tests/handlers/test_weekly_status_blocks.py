import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from handlers.blocks import weekly_status as blocks
from handlers.blocks.weekly_status import FormNote
from sandbox.blockkit import problems_of_message, problems_of_view
from services.calendar import week_ending
from services.outbox import Place
from services.values import UserId, WorkspaceId
from services.weekly_status import Filed, ReminderNotice, Status, StatusForm

SUNDAY = date(2026, 11, 22)
FRIDAY = date(2026, 11, 20)
REMINDER = ReminderNotice(user_id=UUID(int=7), week_ending=SUNDAY)
Items = tuple[str, ...]
HERE = WorkspaceId(UUID(int=7))
THERE = WorkspaceId(UUID(int=8))
LOCALES = ("en-US", "en-GB", "de-DE", "fr-FR", "pt-BR", "es-ES", "it-IT", "ja-JP", "ko-KR", "zh-CN")

STATUS = Status(
    id=UUID(int=1),
    author_id=UserId(UUID(int=2)),
    author_name="Ana Sousa",
    week_ending=SUNDAY,
    accomplishments=("Signed the renewal with Acme", "Met Globex <legal> & finance"),
    upcoming_tasks=("Send the proposal",),
    blockers=(),
    submitted_at=datetime(2026, 11, 20, 16, 20, tzinfo=UTC),
    is_late=False,
    version=1,
    edited_at=None,
)
LATE_AND_EDITED = replace(
    STATUS,
    blockers=("Legal has not answered",),
    submitted_at=datetime(2026, 11, 23, 9, 12, tzinfo=UTC),
    is_late=True,
    version=3,
    edited_at=datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
)
LONG = replace(
    STATUS,
    accomplishments=tuple(f"Number {number} of many things" for number in range(1, 41)),
    blockers=("A single line that goes on " + "and on " * 60,),
)
ESCAPED = replace(
    STATUS,
    accomplishments=("&" * 500,) * 5,
    upcoming_tasks=("<" * 58,) * 50,
    blockers=(">" * 200,) * 14,
)

items: st.SearchStrategy[Items] = st.lists(
    st.one_of(
        st.text(min_size=1, max_size=500),
        st.text(alphabet="&<>*_~`|", min_size=1, max_size=500),
    ),
    max_size=50,
).map(tuple)


def _with_items(done: Items, next_: Items, blocked: Items) -> Status:
    return replace(STATUS, accomplishments=done, upcoming_tasks=next_, blockers=blocked)


statuses = st.builds(_with_items, items, items, items)


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.with_defaults(extension_class=JSONSnapshotExtension)


def a_form(
    filed: Status | None = None, *, is_over: bool = False, week_before: date | None = None
) -> StatusForm:
    return StatusForm(SUNDAY, filed, is_over=is_over, week_before=week_before)


def is_sound(shown: blocks.Shown) -> dict[str, object]:
    """The message, having checked that Slack takes it."""
    text, listed = shown
    message: dict[str, object] = {"text": text, "blocks": listed}
    assert problems_of_message(message) == []
    return message


def is_sound_view(view: Mapping[str, object]) -> Mapping[str, object]:
    assert problems_of_view(view) == []
    return view


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(a_form(), id="empty"),
        pytest.param(a_form(week_before=date(2026, 11, 15)), id="week before missing"),
        pytest.param(a_form(is_over=True), id="late"),
        pytest.param(a_form(LATE_AND_EDITED, is_over=True), id="filed"),
    ],
)
def test_the_form(form: StatusForm, golden: SnapshotAssertion) -> None:
    assert is_sound_view(blocks.modal(form, "C0GENERAL", "en-GB")) == golden


@pytest.mark.parametrize("locale", LOCALES)
def test_the_form_names_its_week_in_full_in_every_language(locale: str) -> None:
    for month in range(1, 13):
        form = replace(a_form(), week_ending=week_ending(date(2026, month, 22)))

        title = is_sound_view(blocks.modal(form, None, locale))["title"]

        assert isinstance(title, dict)
        assert "…" not in title["text"]


def test_the_form_keeps_what_was_typed_when_the_week_was_filed_meanwhile(
    golden: SnapshotAssertion,
) -> None:
    view = blocks.modal_again(
        FormNote(week=SUNDAY, seen=2, channel_id="C0GENERAL"),
        {"accomplishments": "From the phone", "blockers": None},
        datetime(2026, 11, 20, 15, 2, tzinfo=UTC),
        "en-GB",
    )

    assert is_sound_view(view) == golden


def test_another_week_has_fields_of_its_own() -> None:
    this_week = blocks.modal(a_form(), None, "en-GB")
    other = blocks.modal(replace(a_form(), week_ending=date(2026, 11, 15)), None, "en-GB")

    assert _actions(this_week).isdisjoint(_actions(other))


def _actions(view: Mapping[str, object]) -> set[str]:
    listed = view["blocks"]
    assert isinstance(listed, list)
    return {block["element"]["action_id"] for block in listed if block["type"] == "input"}


@pytest.mark.parametrize(
    "status",
    [
        pytest.param(STATUS, id="short"),
        pytest.param(LATE_AND_EDITED, id="late and edited"),
        pytest.param(LONG, id="long"),
    ],
)
def test_the_post(status: Status, golden: SnapshotAssertion) -> None:
    assert is_sound(blocks.post(status, FRIDAY)) == golden


def test_only_a_post_that_is_cut_offers_the_rest() -> None:
    assert "Show all" not in str(blocks.post(LATE_AND_EDITED, FRIDAY))
    assert "Show all" in str(blocks.post(LONG, FRIDAY))
    assert "Show all" in str(blocks.post(replace(STATUS, blockers=("x" * 201,)), FRIDAY))


def test_nobodys_words_become_a_mention_or_a_link() -> None:
    hostile = replace(STATUS, author_name="<!channel>", blockers=("<@U0ADA> <!here>",))

    text, listed = blocks.post(hostile, FRIDAY)

    assert "<!" not in text
    assert "<@" not in str(listed)


def test_right_to_left_words_do_not_turn_their_line() -> None:
    text, body = blocks.post(replace(STATUS, author_name="שלמה", blockers=("שלמה",)), FRIDAY)

    assert text.startswith("\u2068שלמה\u2069: week ending")
    assert "• \u2068שלמה\u2069" in json.dumps(body, ensure_ascii=False)


def test_the_whole_status(golden: SnapshotAssertion) -> None:
    assert is_sound_view(blocks.whole(LONG, "en-GB")) == golden


def test_the_whole_status_leaves_nothing_out_however_it_is_escaped() -> None:
    view = is_sound_view(blocks.whole(ESCAPED, "en-GB"))

    shown = str(view["blocks"])
    assert shown.count("&amp;") == 500 * 5
    assert shown.count("&lt;") == 58 * 50
    assert shown.count("&gt;") == 200 * 14


@given(statuses)
def test_whatever_was_filed_slack_takes_it(status: Status) -> None:
    is_sound(blocks.post(status, FRIDAY))
    is_sound_view(blocks.whole(status, "en-GB"))


@given(statuses)
def test_a_post_never_breaks_an_escaped_character(status: Status) -> None:
    _, listed = blocks.post(status, FRIDAY)

    for block in listed:
        text = block.get("text")
        if isinstance(text, dict):
            bare = str(text["text"]).replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
            assert "&" not in bare


def test_the_reminder(golden: SnapshotAssertion) -> None:
    assert is_sound(blocks.reminder("Ana", REMINDER, FRIDAY, "en-GB")) == golden


def test_the_last_reminder_names_the_deadline() -> None:
    due_at = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    last = REMINDER.model_copy(update={"due_at": due_at})

    shown = blocks.reminder("Ana", last, FRIDAY, "en-GB")

    assert is_sound(shown)
    assert f"It is due <!date^{int(due_at.timestamp())}^" in shown[0]
    assert "this is the last reminder." in shown[0]


def test_the_reminder_once_the_week_is_filed(golden: SnapshotAssertion) -> None:
    assert is_sound(blocks.reminder_settled(LATE_AND_EDITED, FRIDAY, "en-GB")) == golden


def test_the_word_about_a_post_that_was_refused(golden: SnapshotAssertion) -> None:
    assert is_sound(blocks.refused(STATUS, FRIDAY, "en-GB")) == golden


@pytest.mark.parametrize(
    ("filed", "expected"),
    [
        (
            Filed(STATUS, is_edit=False, has_changed=True, place=Place(HERE, "C0STATUS")),
            (
                "Your status for the week ending Sun 22 Nov is filed. "
                "Your team reads it in <#C0STATUS>."
            ),
        ),
        (
            Filed(LATE_AND_EDITED, is_edit=False, has_changed=True, place=Place(HERE, "C0STATUS")),
            (
                "Your status for the week ending Sun 22 Nov is filed and marked late. "
                "Your team reads it in <#C0STATUS>."
            ),
        ),
        (
            Filed(STATUS, is_edit=False, has_changed=True, place=Place(THERE, "C0STATUS")),
            (
                "Your status for the week ending Sun 22 Nov is filed. "
                "Your team reads it in the status channel."
            ),
        ),
        (
            Filed(STATUS, is_edit=False, has_changed=True, place=None),
            (
                "Your status for the week ending Sun 22 Nov is filed. It is not posted anywhere: "
                "no status channel is set up yet. An admin can choose one with `/tandem settings`."
            ),
        ),
        (
            Filed(LATE_AND_EDITED, is_edit=True, has_changed=True, place=Place(HERE, "C0STATUS")),
            "Your status for the week ending Sun 22 Nov is updated, also in <#C0STATUS>.",
        ),
        (
            Filed(STATUS, is_edit=True, has_changed=False, place=Place(HERE, "C0STATUS")),
            "Your status for the week ending Sun 22 Nov is as it was: nothing had changed.",
        ),
    ],
)
def test_filing_is_confirmed_in_words(filed: Filed, expected: str) -> None:
    assert blocks.confirmation(filed, HERE, FRIDAY, "en-GB") == expected


def test_a_week_of_another_year_is_named_with_its_year() -> None:
    last_year = replace(STATUS, week_ending=date(2025, 12, 28))

    text, _ = blocks.post(last_year, FRIDAY)

    assert text == "Ana Sousa: week ending Sun 28 Dec 2025"
