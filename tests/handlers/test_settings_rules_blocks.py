"""The forms of the alert rules: any rule comes back as it was, in any form Slack takes."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.blocks.settings import ALERTS, INTERRUPTIONS, Facts, Section, section_view
from handlers.blocks.settings.alerts import PARTS, redrawn
from handlers.blocks.settings.alerts.names import WATCHES
from handlers.replies import problem_sentence
from handlers.routing import FieldValue, View
from handlers.tandem.settings.saving import changes_of
from sandbox.blockkit import problems_of_view
from services.alerts import WATCHED
from services.configuration import RESET
from services.configuration.catalogue import (
    PIPELINE,
    ROLES,
    RULES,
    STALE_DAYS,
    Channel,
    Route,
    Rule,
    Rules,
)
from services.configuration.roles import Role
from services.errors import InvalidInput, Problem
from tests.handlers.test_settings_blocks import (
    HERE,
    NASTY,
    carried,
    facts,
    is_plain,
    problems_of,
    untouched,
)
from tests.services.configuration.strategies import CHANNEL_IDS
from tests.services.configuration.strategies import routes as plain_routes

LOCALES = st.sampled_from(["en-US", "de-DE", "fr-FR", "en-IN", "ar", "ja-JP", "xx-YY"])
THERE = UUID(int=5)
GONE = UUID(int=6)
BY_KEY = {part.key: part for part in PARTS}
CLOSING, BIG, STALE = (BY_KEY[each] for each in ("closing-soon", "big-opportunity", PARTS[0].key))


@st.composite
def routes(draw: st.DrawFn) -> Route:
    """With partners and channels, of this workspace and of another."""
    route = draw(plain_routes())
    channel = Channel(
        workspace_id=str(draw(st.sampled_from([HERE, THERE]))),
        channel_id=draw(CHANNEL_IDS),
        is_reached=draw(st.booleans()),
    )
    is_elsewhere = route.to == "channel" and draw(st.booleans())
    partners = draw(st.lists(st.uuids(), unique=True, max_size=3).map(tuple))
    return route.model_copy(
        update={"channel": channel if is_elsewhere else None, "partners": partners}
    )


@st.composite
def rule_and_rules(draw: st.DrawFn, most: int = 5) -> tuple[Section, Rules]:
    """A form, and rules in which its rule tells all kinds of people."""
    part = draw(st.sampled_from(PARTS))
    told = tuple(draw(st.lists(routes(), min_size=1, max_size=most)))
    return part, with_rule(RULES.default, name_of(part), routes=told)


def with_rule(value: Rules, name: str, **changed: object) -> Rules:
    rule = cast("Rule", getattr(value, name)).model_copy(update=changed)
    return value.model_copy(update={name: rule})


def name_of(part: Section) -> str:
    return part.key.replace("-", "_")


def view_of(part: Section, seen: Facts) -> View:
    return section_view(part, seen, "d1")


def form_of(part: Section, seen: Facts) -> dict[str, FieldValue]:
    return untouched(cast("list[object]", view_of(part, seen)["blocks"]))


def changed(part: Section, seen: Facts, **typed: FieldValue) -> Rules:
    """What the form makes of the rules when this is typed in it."""
    [change] = changes_of(part, form_of(part, seen) | typed, carried(view_of(part, seen)), seen)[0]
    return cast("Rules", change.value)


def problems(part: Section, seen: Facts, **typed: FieldValue) -> dict[str, Problem]:
    with pytest.raises(InvalidInput) as refused:
        changed(part, seen, **typed)
    return {name: each.problem for name, each in refused.value.problems.items()}


def pressed(part: Section, seen: Facts, values: Mapping[str, FieldValue], value: str) -> View:
    return redrawn(part, values, value, seen, "d2", carried(view_of(part, seen)))


@settings(max_examples=15)
@given(rule_and_rules(), LOCALES, st.none() | st.integers(1, 365))
def test_an_untouched_rule_changes_nothing_and_fits_slack(
    both: tuple[Section, Rules], locale: str, days: int | None
) -> None:
    part, value = both
    seen = facts({RULES.name: value, STALE_DAYS.name: days}, locale=locale)

    view = view_of(part, seen)
    values = untouched(cast("list[object]", view["blocks"]))

    assert problems_of_view(view) == []
    assert problems_of_view(view_of(ALERTS, seen)) == []
    assert part.editors[-1].read(values, seen) == value
    assert changes_of(part, values, carried(view), seen) == ([], [])


@settings(max_examples=8)
@given(rule_and_rules(), st.data())
def test_a_form_with_more_fields_still_reads_the_same(
    both: tuple[Section, Rules], data: st.DataObject
) -> None:
    part, value = both
    seen = facts({RULES.name: value})
    values = form_of(part, seen)

    for press in data.draw(st.lists(st.sampled_from(["more", "limit 0 x", "limit 7", ""]))):
        view = pressed(part, seen, values, press)
        values = untouched(cast("list[object]", view["blocks"]))
        assert problems_of_view(view) == []

    assert part.editors[-1].read(values, seen) == value


@settings(max_examples=8)
@given(rule_and_rules(most=2), st.data())
def test_what_a_rule_cannot_be_is_told_at_a_field_in_plain_words(
    both: tuple[Section, Rules], data: st.DataObject
) -> None:
    part, value = both
    seen = facts({RULES.name: value})
    values = form_of(part, seen)
    junk = st.none() | st.text(max_size=12) | st.lists(st.text(max_size=5), max_size=2)
    sent = {name: data.draw(junk | st.just(each)) for name, each in values.items()}

    told = problems_of(part.editors[-1], sent, seen)

    assert set(told) <= set(values)
    for each in told.values():
        is_plain(problem_sentence(each))
    assert problems_of_view(pressed(part, seen, sent, "more")) == []


@pytest.mark.parametrize("label", NASTY)
def test_ten_routes_with_any_names_fit_slack(label: str) -> None:
    stages = tuple(
        each.model_copy(update={"label": f"{label[:55]} {at}"})
        for at, each in enumerate(PIPELINE.default.stages)
    )
    own = tuple(
        Role(key=f"role_{at}", label=f"{label[:50]} {at}", permissions=()) for at in range(25)
    )
    told = tuple(
        Route(
            to="role",
            role=f"role_{at}",
            stages=tuple(each.key for each in stages),
            partners=tuple(UUID(int=each) for each in range(100)),
        )
        for at in range(10)
    )
    every = RULES.default.model_copy(
        update={
            name: cast("Rule", getattr(RULES.default, name)).model_copy(update={"routes": told})
            for name in Rules.model_fields
        }
    )
    roles = ROLES.default.model_copy(update={"roles": (*ROLES.default.roles, *own)})
    pipeline = PIPELINE.default.model_copy(update={"stages": stages})
    seen = facts({RULES.name: every, ROLES.name: roles, PIPELINE.name: pipeline})

    views = [view_of(each, seen) for each in (ALERTS, BIG)]

    assert [problems_of_view(view) for view in views] == [[]] * len(views)
    assert BIG.editors[-1].read(form_of(BIG, seen), seen) == every


def test_there_is_a_form_for_each_rule_and_those_that_work_come_first() -> None:
    assert sorted(watch.name for watch in WATCHES) == sorted(Rules.model_fields)
    assert {name_of(part) for part in PARTS[: len(WATCHED)]} == WATCHED
    for part in PARTS:
        kept = "I do not watch this yet; the setting is kept." in part.about
        assert kept is (name_of(part) not in WATCHED)


def test_somebody_more_is_told_and_only_in_some_cases() -> None:
    seen = facts()

    more = pressed(CLOSING, seen, form_of(CLOSING, seen), "more now")
    limited = pressed(CLOSING, seen, _sent(more) | {"tell_1": "role:vp"}, "limit 1 now")
    asked = _sent(limited) | {"amount_1": "50k", "stages_1": ["proposal"], "rule_limit": "3"}
    rule = changed(CLOSING, seen, **asked).closing_soon

    assert rule.days == 3
    assert [each.to for each in rule.routes] == ["owner", "role"]
    assert (rule.routes[1].role, rule.routes[1].stages) == ("vp", ("proposal",))
    assert str(rule.routes[1].at_least) == "50000.00"


def _sent(view: View) -> dict[str, FieldValue]:
    return untouched(cast("list[object]", view["blocks"]))


def test_another_channel_is_chosen_once_its_picker_is_there() -> None:
    seen = facts()
    form = form_of(CLOSING, seen) | {"tell_0": "elsewhere"}

    assert problems(CLOSING, seen, **form) == {"tell_0": Problem.REQUIRED}
    drawn = _sent(pressed(CLOSING, seen, form, "elsewhere"))
    assert problems(CLOSING, seen, **drawn) == {"channel_0": Problem.REQUIRED}
    [route] = changed(CLOSING, seen, **(drawn | {"channel_0": "C0NEW"})).closing_soon.routes
    assert route.channel == Channel(workspace_id=str(HERE), channel_id="C0NEW")


def test_a_channel_of_another_workspace_stays_until_another_is_chosen() -> None:
    far = Channel(workspace_id=str(THERE), channel_id="C0FAR", is_reached=True)
    value = with_rule(RULES.default, "closing_soon", routes=(Route(to="channel", channel=far),))
    seen = facts({RULES.name: value})

    assert changed(CLOSING, seen, rule_limit="3").closing_soon.routes == value.closing_soon.routes
    assert "another workspace" in json.dumps(view_of(CLOSING, seen))
    [route] = changed(CLOSING, seen, channel_0="C0NEAR").closing_soon.routes
    assert route.channel == Channel(workspace_id=str(HERE), channel_id="C0NEAR")


@pytest.mark.parametrize(
    ("part", "typed", "refused"),
    [
        (CLOSING, {"rule_limit": "400"}, {"rule_limit": Problem.OUT_OF_RANGE}),
        (CLOSING, {"rule_limit": None}, {"rule_limit": Problem.REQUIRED}),
        (CLOSING, {"rule_limit": "soon"}, {"rule_limit": Problem.NOT_A_NUMBER}),
        (CLOSING, {"tell_0": "-"}, {"tell_0": Problem.TOO_FEW}),
        (CLOSING, {"tell_0": "the boss"}, {"tell_0": Problem.UNKNOWN_CHOICE}),
        (BIG, {"rule_limit": "much"}, {"rule_limit": Problem.NOT_AN_AMOUNT}),
        (BIG, {"rule_limit": "-5"}, {"rule_limit": Problem.NEGATIVE}),
        (
            BIG,
            {"rule_limit": "x", "amount_0": "1.234", "stages_0": ["No Stage"]},
            {
                "rule_limit": Problem.NOT_AN_AMOUNT,
                "amount_0": Problem.TOO_MANY_DECIMALS,
                "stages_0": Problem.NOT_A_KEY,
            },
        ),
        (BIG, {"amount_0": None, "partners_0": ["me"]}, {"partners_0": Problem.UNKNOWN_CHOICE}),
        (STALE, {"stale_days": "366"}, {"stale_days": Problem.OUT_OF_RANGE}),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    part: Section, typed: Mapping[str, FieldValue], refused: Mapping[str, Problem]
) -> None:
    assert problems(part, facts(), **typed) == refused


def test_a_rule_is_reset_alone_and_the_last_one_resets_the_setting() -> None:
    one = with_rule(RULES.default, "closing_soon", days=3)
    two = with_rule(one, "big_opportunity", is_on=False)
    box: dict[str, Any] = {"reset": [RULES.name]}

    assert changed(BIG, facts({RULES.name: two}), **box) == one
    assert changed(CLOSING, facts({RULES.name: one}), **box) is RESET
    assert "reset" not in form_of(BIG, facts({RULES.name: one}))


def test_a_partner_is_shown_by_name_and_one_that_is_gone_without() -> None:
    told = (Route(to="owner", partners=(THERE, GONE)),)
    value = with_rule(RULES.default, "closing_soon", routes=told)
    seen = replace(facts({RULES.name: value}), partners={THERE: "Globex <&>"})

    shown = json.dumps(view_of(CLOSING, seen))

    assert "Globex <&>" in shown
    assert "A partner that is not active" in shown


def test_what_does_not_count_yet_says_so() -> None:
    assert "these do not count yet; the settings are kept" in INTERRUPTIONS.about
    assert "not used yet" in INTERRUPTIONS.summary(facts())
