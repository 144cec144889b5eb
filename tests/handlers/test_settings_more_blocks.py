"""The sections of the settings with fields of several kinds: commission, health, time, holidays."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import forms
from handlers.blocks import commission as words
from handlers.blocks import kit
from handlers.blocks.settings import (
    COMMISSION,
    HEALTH,
    HOLIDAYS,
    HOURS,
    NUMBERS,
    WEEKLY,
    Editor,
    Facts,
    Section,
    SectionNote,
    section_view,
)
from handlers.blocks.settings import commission as commission_form
from handlers.blocks.settings import holidays as holidays_form
from handlers.routing import FieldValue, View
from sandbox.blockkit import problems_of_options, problems_of_view
from services.commission import (
    Flat,
    NoCommission,
    Percentage,
    Recurring,
    Structure,
    Tier,
    Tiered,
    commission_on,
    read_tiers,
)
from services.configuration import Held, Origin, catalogue
from services.configuration.catalogue import Holidays, Kpi, OwnHoliday
from services.errors import InvalidInput, Problem
from services.holidays import known_countries
from tests.commissions import structures
from tests.commissions import tiers as any_tiers
from tests.services.configuration.strategies import VALID

D = Decimal
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
LOCALES = ("en-US", "de-DE", "fr-FR", "de-CH", "en-IN", "pl-PL", "pt-BR", "ja-JP")
SECTIONS = (COMMISSION, HEALTH, HOLIDAYS, HOURS, WEEKLY)
EDITORS = tuple((section, editor) for section in SECTIONS for editor in section.editors)


def facts(section: Section, locale: str = "en-US", **values: object) -> Facts:
    """As shipped, but for these values, by the setting's key."""
    held = {
        setting.name: Held(
            values.get(setting.key, setting.default), setting.default, Origin.ORGANIZATION, "v1"
        )
        for setting in section.settings
    }
    return Facts(held=held, now=NOW, locale=locale)


def untouched(blocks: list[kit.Block]) -> dict[str, FieldValue]:
    """What Slack sends of a form in which nobody touched a thing."""
    return {
        str(block["block_id"]): _initial(cast("dict[str, Any]", block["element"]))
        for block in blocks
        if block["type"] == "input"
    }


def _initial(element: Mapping[str, Any]) -> FieldValue:
    if element["type"] == "checkboxes":
        return [each["value"] for each in element.get("initial_options", [])]
    if "initial_option" in element:
        return cast("str", element["initial_option"]["value"])
    names = ("initial_value", "initial_time", "initial_date")
    return next((element[name] for name in names if name in element), None)


def problems(read: Any, values: Mapping[str, FieldValue], seen: Facts) -> dict[str, Problem]:
    with pytest.raises(InvalidInput) as refused:
        read(values, seen)
    return {name: each.problem for name, each in refused.value.problems.items()}


@given(st.data())
@pytest.mark.parametrize(
    ("section", "editor"), EDITORS, ids=lambda each: getattr(each, "label", "")
)
def test_what_is_drawn_and_not_touched_reads_as_the_same_value(
    section: Section, editor: Editor, data: st.DataObject
) -> None:
    value = data.draw(VALID[editor.setting.name])
    seen = facts(section, data.draw(st.sampled_from(LOCALES)), **{editor.setting.key: value})

    assert editor.read(untouched(editor.draw(seen)), seen) == value


@settings(max_examples=15)
@given(st.data())
@pytest.mark.parametrize("section", [*SECTIONS, NUMBERS], ids=lambda each: each.key)
def test_slack_takes_a_section_with_any_values(section: Section, data: st.DataObject) -> None:
    drawn = {each.key: data.draw(VALID[each.name]) for each in section.settings}
    seen = facts(section, data.draw(st.sampled_from(LOCALES)), **drawn)

    assert problems_of_view(section_view(section, seen, "d1")) == []
    assert 0 < len(section.summary(seen)) < 500


@settings(max_examples=15)
@given(VALID[catalogue.KPIS.name])
def test_a_number_of_the_week_is_read_as_it_was_drawn(kpis: tuple[Kpi, ...]) -> None:
    listing = NUMBERS.listing
    assert listing is not None
    seen = facts(NUMBERS)
    for kpi in (*kpis, Kpi(key="hours", label="On site", unit="hours")):
        assert listing.read(untouched(listing.form(kpi, seen)), kpi.key, kpi, seen) == kpi


@given(any_tiers(), st.sampled_from(LOCALES))
def test_tiers_are_read_as_they_are_written(agreed: tuple[Tier, ...], locale: str) -> None:
    assert read_tiers(words.tier_lines(agreed, locale), locale, "EUR") == agreed


TIERS = (Tier(up_to=D(50000), rate=D(8)), Tier(rate=D("12.5")))


@pytest.mark.parametrize(
    ("structure", "sentence"),
    [
        (NoCommission(), "no commission"),
        (Percentage(rate=D("7.5")), "7.5% of the value"),
        (Flat(amount=D(500), currency="EUR"), "€500 for each opportunity"),
        (
            Tiered(tiers=TIERS, currency="EUR"),
            "8% from zero, 12.5% from €50,000; each part of the value at its own rate",
        ),
        (
            Tiered(mode="whole", tiers=TIERS, currency="EUR", tiers_per="quarter"),  # pyright: ignore[reportArgumentType]  # as a file has it
            (
                "8% from zero, 12.5% from €50,000; all of the value at the rate it reaches, "
                "counted over a partner's quarter"
            ),
        ),
        (Recurring(months=1, rate=D(5)), "5% of the monthly value for 1 month"),
        (
            Recurring(months=6, amount=D(100), currency="JPY", floor=D(200), cap=D(500)),
            "¥100 a month for 6 months, at least ¥200 and at most ¥500 for each opportunity",
        ),
        (
            Percentage(
                rate=D(5), effective_from=date(2026, 1, 1), effective_until=date(2026, 12, 31)
            ),
            "5% of the value, from Thu 1 Jan 2026, until Thu 31 Dec 2026",
        ),
    ],
)
def test_an_agreement_is_one_plain_sentence(structure: Structure, sentence: str) -> None:
    assert words.sentence(structure, "en-US") == sentence


def test_each_line_of_an_explanation_says_where_it_comes_from() -> None:
    capped = Tiered(tiers=TIERS, currency="EUR", cap=D(5000))
    lifted = Percentage(rate=D(1), floor=D(900), currency="EUR")
    monthly = Recurring(months=12, rate=D(10))

    def lines(structure: Structure) -> list[str]:
        return words.explained(commission_on(structure, D(60000), "EUR"), "en-US")

    assert lines(capped) == [
        "8% of €50,000: €4,000",
        "12.5% of €10,000: €1,250",
        "Down to the most agreed: €250 less",
    ]
    assert lines(lifted) == ["1% of €60,000: €600", "Up to the least agreed: €300 more"]
    assert lines(monthly) == ["12 months with 10% of €5,000 each: €6,000"]


@given(structures(), st.sampled_from(LOCALES))
def test_every_agreement_and_its_example_can_be_said(structure: Structure, locale: str) -> None:
    earned = commission_on(structure, D(48000), "EUR")

    assert words.sentence(structure, locale)
    assert all(words.explained(earned, locale))


@pytest.mark.parametrize("kind", commission_form.KINDS)
def test_another_type_starts_with_something_that_has_an_example(kind: str) -> None:
    seen = facts(COMMISSION)
    before = untouched(COMMISSION.editors[0].draw(seen))
    note = _note(COMMISSION, seen)

    view = commission_form.redrawn({**before, commission_form.TYPE: kind}, seen, "d2", note)

    assert problems_of_view(view) == []
    assert "$48,000 → $" in _shown(view)
    drawn = untouched(cast("list[kit.Block]", view["blocks"]))
    assert commission_form.kind_of(commission_form.read(drawn, seen)) == kind


def test_the_example_follows_what_is_typed_and_says_when_it_cannot() -> None:
    seen, note = facts(COMMISSION), _note(COMMISSION, facts(COMMISSION))
    form = untouched(COMMISSION.editors[0].draw(seen))

    typed = commission_form.redrawn({**form, "commission_rate": "12.5"}, seen, "d2", note)
    unreadable = commission_form.redrawn({**form, "commission_rate": "lots"}, seen, "d3", note)

    assert "$48,000 → $6,000" in _shown(typed)
    assert "then press *Work out again*" in _shown(unreadable)
    assert typed["private_metadata"] == unreadable["private_metadata"]


def test_what_is_wrong_with_a_commission_is_told_at_each_field() -> None:
    seen = facts(COMMISSION)
    tiers = {"commission_type": "marginal", "commission_currency": "EUR"}
    read = commission_form.read

    assert problems(
        read,
        {**tiers, "commission_tiers": "up to lots: 8%", "commission_cap": "-5"},
        seen,
    ) == {"commission_tiers": Problem.NOT_A_TIER, "commission_cap": Problem.NEGATIVE}
    assert problems(read, {"commission_type": "percentage", "commission_rate": "101"}, seen) == {
        "commission_rate": Problem.OUT_OF_RANGE
    }
    assert problems(read, {"commission_type": "monthly_amount"}, seen) == {
        "commission_months": Problem.REQUIRED,
        "commission_amount": Problem.REQUIRED,
    }
    assert problems(
        read,
        {
            "commission_type": "percentage",
            "commission_rate": "5",
            "commission_floor": "10",
            "commission_cap": "9",
        },
        seen,
    ) == {"commission_floor": Problem.FLOOR_ABOVE_CAP}
    assert problems(read, {"commission_type": "gift"}, seen) == {
        "commission_type": Problem.UNKNOWN_CHOICE
    }


def test_weights_that_miss_a_hundred_are_told_at_the_last_of_them() -> None:
    seen = facts(HEALTH)
    editor = HEALTH.editors[0]
    form = untouched(editor.draw(seen))

    assert problems(editor.read, {**form, "health_recency": "15"}, seen) == {
        "health_promises": Problem.NOT_A_HUNDRED
    }
    assert problems(editor.read, {**form, "health_mix": "many", "health_half_life": "0"}, seen) == {
        "health_mix": Problem.NOT_A_NUMBER,
        "health_half_life": Problem.OUT_OF_RANGE,
    }


@pytest.mark.parametrize(
    ("at", "typed", "refused"),
    [
        (2, {"work_start": "18:00"}, {"work_end": Problem.END_BEFORE_START}),
        (2, {"work_start": None}, {"work_start": Problem.REQUIRED}),
        (3, {"quiet_end": "18:00"}, {"quiet_end": Problem.END_BEFORE_START}),
        (1, {"working_days": []}, {"working_days": Problem.TOO_FEW}),
        (0, {"time_zone": "Mars/Base"}, {"time_zone": Problem.UNKNOWN_ZONE}),
    ],
)
def test_working_time_that_cannot_be_is_told_at_its_field(
    at: int, typed: Mapping[str, FieldValue], refused: Mapping[str, Problem]
) -> None:
    seen, editor = facts(HOURS), HOURS.editors[at]
    form = untouched(editor.draw(seen))

    assert problems(editor.read, {**form, **typed}, seen) == refused


def test_quiet_hours_are_turned_off_and_on_again() -> None:
    off = facts(HOURS, quiet_hours=None)
    editor = HOURS.editors[3]
    form = untouched(editor.draw(off))

    assert editor.read(form, off) is None
    assert editor.read({**form, "quiet": "on"}, off) == catalogue.QUIET_HOURS.default


BAVARIA = Holidays(
    country="DE",
    subdivision="BY",
    removed=(date(2026, 12, 26), date(2030, 1, 1)),
    own=(
        OwnHoliday(day=date(2025, 12, 24), label="Then"),
        OwnHoliday(day=date(2026, 12, 24), label="Eve"),
    ),
)


def test_days_are_unticked_ticked_again_added_and_removed() -> None:
    seen = facts(HOLIDAYS, holidays=BAVARIA)
    form = untouched(HOLIDAYS.editors[0].draw(seen))
    [first, *_] = [name for name in form if name.startswith("holidays_public")]
    [own] = [name for name in form if name.startswith("holidays_own")]
    ticked = cast("list[str]", form[first])

    changed = holidays_form.read(
        {
            **form,
            first: [*(each for each in ticked if each != "2027-01-06"), "2026-12-26"],
            own: [],
            "holidays_new_day": "2026-12-31",
            "holidays_new_label": "New Year's Eve",
        },
        seen,
    )

    assert changed.removed == (date(2027, 1, 6), date(2030, 1, 1))
    assert [each.label for each in changed.own] == ["Then", "New Year's Eve"]


def test_another_country_has_its_own_days_and_parts() -> None:
    seen = facts(HOLIDAYS, holidays=BAVARIA)
    form = untouched(HOLIDAYS.editors[0].draw(seen))

    view = holidays_form.redrawn(
        {**form, "holidays_country": "PT"}, seen, "d2", _note(HOLIDAYS, seen)
    )
    drawn = untouched(cast("list[kit.Block]", view["blocks"]))
    none = holidays_form.read({**drawn, "holidays_country": "-"}, seen)

    assert problems_of_view(view) == []
    assert "Immaculate Conception" in _shown(view)
    assert holidays_form.read(drawn, seen) == Holidays(country="PT", own=BAVARIA.own)
    assert none == Holidays(own=BAVARIA.own)


def test_a_day_of_ones_own_needs_a_day_and_a_name_and_is_there_once() -> None:
    seen = facts(HOLIDAYS, holidays=BAVARIA)
    form = untouched(HOLIDAYS.editors[0].draw(seen))
    read = holidays_form.read

    assert problems(read, {**form, "holidays_new_day": "2026-12-31"}, seen) == {
        "holidays_new_label": Problem.REQUIRED
    }
    assert problems(read, {**form, "holidays_new_label": "Party"}, seen) == {
        "holidays_new_day": Problem.REQUIRED
    }
    assert problems(
        read, {**form, "holidays_new_day": "2026-12-24", "holidays_new_label": "Eve"}, seen
    ) == {"holidays_new_day": Problem.ALREADY_EXISTS}


@pytest.mark.parametrize(
    "forged",
    [
        {"holidays_public|DE|BY|then|now": []},
        {"holidays_public|2026-12-01": []},
        {"holidays_own": ["2026-12-24"]},
        {"holidays_own|2026-12-01|2026-12-31": ["Eve"]},
    ],
)
def test_boxes_that_nobody_drew_change_nothing(forged: Mapping[str, FieldValue]) -> None:
    seen = facts(HOLIDAYS, holidays=BAVARIA)

    form = untouched(HOLIDAYS.editors[0].draw(seen))

    assert holidays_form.read({**form, **forged}, seen) == BAVARIA


@pytest.mark.parametrize(("query", "code"), [("germ", "DE"), ("pt", "PT"), ("united king", "GB")])
def test_a_country_is_found_by_a_part_of_its_name(query: str, code: str) -> None:
    assert code in [each["value"] for each in holidays_form.country_options(query, "en-US")]


def test_a_part_of_a_country_is_found_by_what_people_call_it() -> None:
    found = holidays_form.region_options("DE", "bay")

    assert [(each["value"], _text(each)) for each in found] == [("BY", "Bayern")]


def test_slack_takes_the_parts_of_every_country() -> None:
    for country in known_countries():
        assert problems_of_options({"options": holidays_form.region_options(country, "")}) == []
    assert len(holidays_form.country_options("", "en-US")) == 100


def test_days_that_follow_each_other_are_said_in_short() -> None:
    seen = facts(HOURS, working_days=(1, 3, 7), working_hours=catalogue.WORKING_HOURS.default)

    assert "Mon, Wed, Sun" in HOURS.summary(seen)
    assert "Mon to Fri, 9:00 AM to 5:30 PM" in HOURS.summary(facts(HOURS))
    assert time(9) == catalogue.WORKING_HOURS.default.start


def _note(section: Section, seen: Facts) -> Any:
    metadata = str(section_view(section, seen, "d1")["private_metadata"])
    return forms.unpack(SectionNote, metadata)


def _shown(view: View) -> str:
    return str(view["blocks"])


def _text(option: Mapping[str, Any]) -> str:
    return str(option["text"]["text"])
