import json
from datetime import UTC, datetime, time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from handlers import forms
from handlers.blocks import settings as blocks
from handlers.routing import View
from sandbox.blockkit import problems_of_message, problems_of_options, problems_of_view
from services.channels import ChannelProblem
from services.configuration.catalogue import (
    ALERTS_CHANNEL,
    DEALS_CHANNEL,
    PIPELINE,
    STATUS_CHANNEL,
    Channel,
)
from services.settings import Changed, CompanySettings, Held
from services.values import WorkspaceId
from services.zones import offered_zones

HERE = WorkspaceId(UUID(int=1))
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
ALL = (DEALS_CHANNEL.name, ALERTS_CHANNEL.name, STATUS_CHANNEL.name)
REASONS = [
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted_action",
    "externally_shared_channel",
    "something_new",
]


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.with_defaults(extension_class=JSONSnapshotExtension)


def a_channel(is_reached: bool = False, problem: str | None = None) -> Held[Channel | None]:
    channel = Channel(
        workspace_id=str(HERE), channel_id="C0DEALS", is_reached=is_reached, problem=problem
    )
    return Held(channel, None, is_own=True)


def as_shipped(**held: object) -> CompanySettings:
    none: Held[Channel | None] = Held(None, None, is_own=False)
    given_values: dict[str, object] = {
        "deals_channel": none,
        "alerts_channel": none,
        "status_channel": none,
        "stale_days": Held(None, None, is_own=False),
        "stale_moves_to": Held(None, None, is_own=False),
        "stages": PIPELINE.default.stages,
        "reminder_day": Held(5, 5, is_own=False),
        "reminder_time": Held(time(16), time(16), is_own=False),
        "time_zone": Held("UTC", "UTC", is_own=False),
    }
    return CompanySettings(**(given_values | held))  # pyright: ignore[reportArgumentType]  # a test's facts


def all_set() -> CompanySettings:
    return as_shipped(
        deals_channel=a_channel(is_reached=True),
        alerts_channel=a_channel(),
        status_channel=a_channel(problem="not_in_channel"),
        stale_days=Held(20, None, is_own=True),
        stale_moves_to=Held("lost", None, is_own=True),
        reminder_day=Held(4, 5, is_own=True),
        reminder_time=Held(time(9, 30), time(16), is_own=True),
        time_zone=Held("Asia/Kolkata", "UTC", is_own=True),
    )


def the_form(settings: CompanySettings, locale: str = "en-US") -> View:
    return blocks.modal(settings, HERE, "C0HERE", locale)


def test_the_form_as_shipped(golden: SnapshotAssertion) -> None:
    view = the_form(as_shipped())

    assert problems_of_view(view) == []
    assert view == golden


def test_the_form_with_everything_set(golden: SnapshotAssertion) -> None:
    view = the_form(all_set(), "en-GB")

    assert problems_of_view(view) == []
    assert view == golden


def test_the_form_carries_what_it_showed() -> None:
    view = the_form(all_set())

    metadata = forms.unpack(blocks.Metadata, str(view["private_metadata"]))

    assert metadata is not None
    assert metadata.shown == all_set().form(HERE)
    assert metadata.channel_id == "C0HERE"


def test_nothing_can_be_reset_while_all_is_at_its_default() -> None:
    assert "Reset" not in json.dumps(the_form(as_shipped()))


def test_a_channel_of_another_workspace_is_not_chosen_beforehand() -> None:
    view = blocks.modal(all_set(), WorkspaceId(UUID(int=2)), None, "en-US")

    assert "initial_conversation" not in json.dumps(view)
    assert problems_of_view(view) == []


@pytest.mark.parametrize("reason", REASONS)
def test_each_refusal_says_what_to_do(reason: str, golden: SnapshotAssertion) -> None:
    problem = ChannelProblem(settings=ALL[:2], channel_id="C0DEALS", reason=reason)

    text, told = blocks.problem_message(problem)

    assert problems_of_message({"text": text, "blocks": told}) == []
    assert reason not in text
    assert {"text": text, "blocks": told} == golden


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (ALL[:1], "Tandem will post new opportunities here."),
        (ALL[:2], "Tandem will post new opportunities and alerts here."),
        (ALL, "Tandem will post new opportunities, alerts and weekly statuses here."),
    ],
)
def test_the_test_post_says_what_will_come(settings: tuple[str, ...], text: str) -> None:
    told, posted = blocks.test_message(settings, "Ada Admin")

    assert told == text
    assert problems_of_message({"text": told, "blocks": posted}) == []


def test_markup_in_a_name_stays_text() -> None:
    _, posted = blocks.test_message(ALL, "<!channel> & co")

    assert "&lt;!channel&gt; &amp; co" in json.dumps(posted)


def test_what_was_saved_is_told_by_name_and_value() -> None:
    changed = Changed(
        ("deals_channel", "alerts_channel", "stale_days", "reminder_day", "reminder_time"),
        as_shipped(
            deals_channel=a_channel(),
            reminder_day=Held(4, 5, is_own=True),
            reminder_time=Held(time(9, 30), time(16), is_own=True),
        ),
    )

    assert blocks.saved(changed, "en-US").splitlines() == [
        "Saved.",
        "Deals channel: <#C0DEALS>, as soon as my test post has arrived there.",
        "Alerts channel: none.",
        "Days without a move before an alert: each stage's own limit.",
        "Day of the weekly status reminder: Thursday.",
        "Time of the reminder: 9:30 AM in each person's own time zone.",
    ]


def test_saving_without_a_change_says_so() -> None:
    assert blocks.saved(Changed((), as_shipped()), "en-US") == "No setting was changed."


def test_an_emptied_channel_says_how_to_have_none() -> None:
    said = blocks.saved(Changed((), as_shipped(), kept=("deals_channel",)), "en-US")

    assert said.splitlines() == [
        "No setting was changed.",
        'Deals channel: left as it is. To have none, tick it at "Reset to default".',
    ]


def test_a_zone_is_offered_with_its_distance_from_utc() -> None:
    names = ("UTC", "Asia/Kolkata", "America/St_Johns")

    options = blocks.zone_options(names, NOW)

    assert [option["text"]["text"] for option in options] == [  # pyright: ignore[reportIndexIssue, reportUnknownVariableType]
        "UTC (UTC+00:00)",
        "Asia/Kolkata (UTC+05:30)",
        "America/St_Johns (UTC-03:30)",
    ]


def test_every_zone_there_is_fits_an_option() -> None:
    every = offered_zones()

    for first in range(0, len(every), 100):
        options = blocks.zone_options(every[first : first + 100], NOW)
        assert problems_of_options({"options": options}) == []


@given(
    locale=st.sampled_from(["en-US", "de-DE", "ar", "ja-JP", "fa-IR", "xx-YY", "", "\x00"]),
    at=st.times(),
    day=st.integers(1, 7),
)
def test_the_form_is_valid_in_any_language(locale: str, at: time, day: int) -> None:
    clock = at.replace(second=0, microsecond=0)
    settings = as_shipped(
        reminder_day=Held(day, day, is_own=True), reminder_time=Held(clock, clock, is_own=True)
    )

    assert problems_of_view(the_form(settings, locale)) == []
