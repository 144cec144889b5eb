import json
from collections.abc import Mapping
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.configuration import catalogue
from services.configuration.catalogue import CATALOGUE, SETTINGS, Category, Setting
from services.configuration.values import version_of
from services.errors import FieldProblem, InvalidInput, Problem
from tests.services.configuration.strategies import JUNK, VALID, settings_with_values

OTHERS_WORDS = ("pydantic", "Input should", "validation error", "type=")


@given(settings_with_values())
def test_every_value_comes_back_from_its_stored_form(
    both: tuple[Setting[object], object],
) -> None:
    setting, value = both

    stored = json.loads(json.dumps(setting.stored(value)))

    assert setting.checked(stored) == value
    assert setting.stored(setting.checked(stored)) == stored


@given(st.sampled_from(CATALOGUE), JUNK)
def test_what_fits_not_is_refused_with_a_problem_and_never_breaks(
    setting: Setting[object], value: object
) -> None:
    told = problems_of(setting, value)

    assert set(told) <= {setting.name}
    assert not any(words in str(told) for words in OTHERS_WORDS)


def problems_of(setting: Setting[object], value: object) -> Mapping[str, FieldProblem]:
    try:
        setting.checked(value)
    except InvalidInput as refused:
        return refused.problems
    return {}


@pytest.mark.parametrize("setting", CATALOGUE, ids=lambda setting: setting.name)
def test_an_entry_is_whole(setting: Setting[object]) -> None:
    assert setting.checked(setting.stored(setting.default)) == setting.default
    assert setting.description
    assert setting.type.json_schema()
    assert setting.name in VALID
    assert setting.permission == (
        "roles.manage" if setting is catalogue.ROLES else "settings.change"
    )
    assert setting.is_required == (setting.default is not None and not _may_be_empty(setting))


def _may_be_empty(setting: Setting[object]) -> bool:
    return setting.name in {
        catalogue.DIRECT_PARTNER.name,
        catalogue.QUIET_HOURS.name,
        catalogue.ESCALATE_AFTER.name,
        catalogue.SECOND_REMINDER.name,
    }


def test_names_are_there_once_and_every_category_has_some() -> None:
    assert len(SETTINGS) == len(CATALOGUE)
    assert {setting.category for setting in CATALOGUE} == set(Category)


@pytest.mark.parametrize(
    ("setting", "value", "problem", "facts"),
    [
        (catalogue.TIME_ZONE, "Mars/Olympus", Problem.UNKNOWN_ZONE, {}),
        (catalogue.WORKING_DAYS, [], Problem.TOO_FEW, {"least": "1"}),
        (catalogue.WORKING_DAYS, [0], Problem.OUT_OF_RANGE, {"ge": "1", "path": "0"}),
        (catalogue.WORKING_HOURS, {"start": "17:00", "end": "09:00"}, Problem.END_BEFORE_START, {}),
        (catalogue.QUIET_HOURS, {"start": "08:00", "end": "08:00"}, Problem.END_BEFORE_START, {}),
        (catalogue.HOLIDAYS, {"country": "ZZ"}, Problem.UNKNOWN_COUNTRY, {}),
        (catalogue.HOLIDAYS, {"subdivision": "BY"}, Problem.UNKNOWN_SUBDIVISION, {}),
        (
            catalogue.HOLIDAYS,
            {"country": "PT", "subdivision": "XX"},
            Problem.UNKNOWN_SUBDIVISION,
            {},
        ),
        (
            catalogue.HOLIDAYS,
            {"own": [{"day": "2026-12-24", "label": x} for x in "ab"]},
            Problem.NAMED_TWICE,
            {"word": "2026-12-24", "path": "own"},
        ),
        (catalogue.HOLIDAYS, {"removed": [20261224]}, Problem.NOT_A_DATE, {"path": "removed.0"}),
        (catalogue.CURRENCIES, ["EUR", "EUR"], Problem.NAMED_TWICE, {"word": "EUR"}),
        (catalogue.CURRENCIES, ["DEM"], Problem.NOT_A_CURRENCY, {"path": "0"}),
        (catalogue.BASE_CURRENCY, "eur", Problem.NOT_A_CURRENCY, {}),
        (catalogue.FISCAL_START, 13, Problem.OUT_OF_RANGE, {"le": "12"}),
        (catalogue.FISCAL_START, 1.5, Problem.NOT_A_NUMBER, {}),
        (catalogue.FISCAL_START, None, Problem.REQUIRED, {}),
        (catalogue.LOSS_REASONS, [], Problem.TOO_FEW, {"least": "1"}),
        (
            catalogue.LOSS_REASONS,
            [{"key": "a", "label": "Price"}, {"key": "b", "label": "price "}],
            Problem.NAMED_TWICE,
            {"word": "price"},
        ),
        (
            catalogue.LOSS_REASONS,
            [{"key": "Too Dear", "label": "x"}],
            Problem.NOT_A_KEY,
            {"path": "0.key"},
        ),
        (
            catalogue.LOSS_REASONS,
            [{"key": "a", "label": "a", "color": "red"}],
            Problem.UNKNOWN_PART,
            {"path": "0.color"},
        ),
        (catalogue.LOSS_REASONS, [{"key": "a"}], Problem.REQUIRED, {"path": "0.label"}),
        (catalogue.REMINDER_TIME, 960, Problem.NOT_A_TIME, {}),
        (catalogue.REMINDER_TIME, "16:00+02:00", Problem.NOT_A_TIME, {}),
        (
            catalogue.RULES,
            {"opportunity_won": {"routes": [{"to": "role"}]}},
            Problem.ROUTE_WITHOUT_ROLE,
            {"path": "opportunity_won.routes.0"},
        ),
        (
            catalogue.PIPELINE,
            {
                "stages": [
                    {"key": "a", "label": "A", "probability": 1},
                    {"key": "b", "label": "B", "probability": 2},
                ]
            },
            Problem.KINDS_MISSING,
            {},
        ),
    ],
)
def test_a_rule_of_a_type_says_what_is_wrong_and_where(
    setting: Setting[object], value: object, problem: Problem, facts: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        setting.checked(value)

    found = refused.value.problems[setting.name]
    assert found.problem is problem
    assert facts.items() <= found.facts.items()


def test_health_weights_add_up_to_a_hundred() -> None:
    parts = dict.fromkeys(catalogue.HealthWeights.model_fields, 10)

    with pytest.raises(InvalidInput) as refused:
        catalogue.HEALTH.checked({"weights": parts, "half_life_days": 30})

    found = refused.value.problems[catalogue.HEALTH.name]
    assert (found.problem, found.facts["total"]) == (Problem.NOT_A_HUNDRED, "60")


def test_days_are_put_in_order_and_kept_once() -> None:
    found = catalogue.WORKING_DAYS.checked([5, 1, 5])
    removed = catalogue.HOLIDAYS.checked({"removed": ["2026-12-26", "2026-12-25"]}).removed

    assert found == (1, 5)
    assert removed == (date(2026, 12, 25), date(2026, 12, 26))


def test_seconds_of_a_time_do_not_count() -> None:
    assert catalogue.REMINDER_TIME.checked("16:05:59") == time(16, 5)


def test_what_the_application_learns_of_a_channel_makes_no_other_version() -> None:
    chosen = {"workspace_id": "w", "channel_id": "C1"}
    reached = chosen | {"is_reached": True, "chosen_by": "somebody"}

    assert version_of(chosen) == version_of(reached)
    assert version_of(chosen) != version_of(chosen | {"channel_id": "C2"})
