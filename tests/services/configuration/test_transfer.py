"""The whole configuration as one document."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from services import configuration
from services.configuration import RESET, Change, Changed, catalogue, transfer
from services.configuration.catalogue import CATALOGUE, Channel, Pipeline, Setting
from services.configuration.document import MOST_CHARACTERS, read, read_value, written
from services.configuration.rates import Rate, SetRate, current_rates, set_rate
from services.configuration.reading import Reading
from services.configuration.transfer import Difference
from services.db import Database
from services.errors import (
    InvalidDocument,
    InvalidInput,
    LineProblem,
    NotAllowed,
    Problem,
    StillUsed,
)
from services.tables import AuditEntry, Configuration, Outbox
from tests.deals import a_deal
from tests.factories import Company
from tests.services.configuration.strategies import JUNK, settings_with_values, together

STAGES = catalogue.PIPELINE.default.stages
FEWER = Pipeline(stages=tuple(stage for stage in STAGES if stage.key != "negotiation"))
JANUARY = date(2026, 1, 1)
RATES = """\
version: 1
revenue:
  rates:
  - {{currency: {}, valid_from: 2026-01-01, rate: {}}}
"""
Moves = Mapping[str, Mapping[str, str]]


async def exported(db: Database, company: Company) -> str:
    async with db.transaction(company.admin) as tx:
        return await transfer.export(tx)


async def diff(db: Database, company: Company, text: str, moves: Moves | None = None) -> Difference:
    async with db.transaction(company.admin) as tx:
        return await transfer.diff(tx, text, moves)


async def import_(
    db: Database,
    company: Company,
    text: str,
    shown: str | None = None,
    moves: Moves | None = None,
) -> Changed:
    async with db.transaction(company.admin) as tx:
        return await transfer.import_(tx, text, shown, moves)


async def change(db: Database, company: Company, *changes: Change) -> Changed:
    async with db.transaction(company.admin) as tx:
        return await configuration.change(tx, changes)


async def own(db: Database, company: Company) -> dict[str, object]:
    """What is stored for the company, by name."""
    async with db.transaction(company.admin) as tx:
        rows = await tx.session.scalars(
            select(Configuration).where(Configuration.organization_id == company.organization_id)
        )
        return {f"{row.category}.{row.key}": row.value for row in rows}


def text_of(setting: Setting[object], value: str) -> str:
    """A document that sets only this."""
    return f"version: 1\n{setting.category}:\n  {setting.key}: {value}\n"


@given(settings_with_values())
def test_every_value_comes_back_from_yaml(both: tuple[Setting[object], object]) -> None:
    setting, value = both
    dumped = setting.type.dump_python(value, mode="json", exclude_none=True)

    found = read(written({"value": dumped})).content["value"]

    assert setting.checked(found) == value


@given(st.sampled_from(CATALOGUE), JUNK.map(repr) | st.text(max_size=60))
def test_no_text_breaks_the_reading(setting: Setting[object], words: str) -> None:
    try:
        setting.checked(read_value(words))
        read(text_of(setting, words))
    except (InvalidDocument, InvalidInput) as refused:
        found = refused.problems
        assert found


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("16:00", "16:00"),
        ("2026-01-01", "2026-01-01"),
        ("1.10", "1.10"),
        ("10", 10),
        ("true", True),
        ("yes", "yes"),
        ("~", None),
        ("'12'", "12"),
        ("0o17", "0o17"),
        ("", None),
    ],
)
def test_what_is_not_a_whole_number_stays_as_it_stands(words: str, value: object) -> None:
    assert read_value(words) == value


@hypothesis_settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=together(least=12), rate=st.decimals(Decimal("0.0001"), 1000, places=6))
async def test_what_is_exported_and_imported_leaves_the_same_rows(
    db: Database, acme: Company, values: list[tuple[Setting[object], object]], rate: Decimal
) -> None:
    ours = [
        (setting, value.model_copy(update={"workspace_id": str(acme.workspace_id)}))
        if isinstance(value, Channel)
        else (setting, value)
        for setting, value in values
    ]
    await change(db, acme, *(Change(setting, value) for setting, value in ours))
    async with db.transaction(acme.admin) as tx:
        used = await configuration.get(tx, catalogue.CURRENCIES)
        base = await configuration.get(tx, catalogue.BASE_CURRENCY)
        code = next((each for each in used if each != base), None)
        if code is not None:
            await set_rate(tx, SetRate(currency=code, valid_from=JANUARY, rate=rate))
        rates = await current_rates(tx)
    before, text = await own(db, acme), await exported(db, acme)
    await import_(db, acme, "version: 1")
    emptied = await own(db, acme)
    await import_(db, acme, text)

    assert emptied == {}
    assert {name: _chosen(value) for name, value in (await own(db, acme)).items()} == {
        name: _chosen(value) for name, value in before.items()
    }
    async with db.transaction(acme.admin) as tx:
        assert await current_rates(tx) == rates
    await change(db, acme, *(Change(setting, RESET) for setting, _ in ours))


def _chosen(value: object) -> object:
    """Without what the application notes of a channel."""
    if isinstance(value, dict) and "channel_id" in value:
        return value | {"is_reached": False, "problem": None, "chosen_by": None}
    return value


async def test_a_fresh_company_exports_comments_that_can_be_taken_in(
    db: Database, acme: Company
) -> None:
    text = await exported(db, acme)
    taken_in = text.replace("  # ", "  ")

    assert (await diff(db, acme, text)).lines == ()
    for setting in CATALOGUE:
        assert f"  # {setting.description}" in text
        assert f"  # {setting.key}:" in text
    uncommented = "".join(
        line
        for line in taken_in.splitlines(keepends=True)
        if not any(line.strip() == setting.description for setting in CATALOGUE)
        and "for one of a currency" not in line
    )
    assert [line.setting for line in (await diff(db, acme, uncommented)).lines] == ["revenue.rates"]


async def test_a_difference_tells_what_would_change_and_changes_nothing(
    db: Database, acme: Company
) -> None:
    await change(db, acme, Change(catalogue.STALE_DAYS, 9))
    text = text_of(catalogue.REMINDER_DAY, "4")

    found = await diff(db, acme, text)

    lines = {line.setting: (line.before, line.after, line.is_reset) for line in found.lines}
    assert lines == {
        catalogue.REMINDER_DAY.name: (5, 4, False),
        catalogue.STALE_DAYS.name: (9, None, True),
    }
    assert await own(db, acme) == {catalogue.STALE_DAYS.name: 9}


async def test_a_difference_that_is_outdated_is_not_taken_over(db: Database, acme: Company) -> None:
    text = text_of(catalogue.REMINDER_DAY, "4")
    shown = (await diff(db, acme, text)).version
    async with db.transaction(acme.admin) as tx:
        await set_rate(tx, SetRate(currency="EUR", valid_from=JANUARY, rate=Decimal(2)))

    with pytest.raises(InvalidInput) as refused:
        await import_(db, acme, text, shown)

    assert refused.value.problems["configuration"].problem is Problem.CHANGED_MEANWHILE
    assert await own(db, acme) == {}


async def test_records_move_where_the_document_or_its_reader_says(
    db: Database, acme: Company
) -> None:
    await a_deal(db, acme)
    dumped = catalogue.PIPELINE.type.dump_python(FEWER, mode="json", exclude_none=True)
    text = "version: 1\n" + written({"pipeline": {"stages": dumped}})
    moves = {catalogue.PIPELINE.name: {"negotiation": "proposal"}}

    (line,) = (await diff(db, acme, text)).lines
    with pytest.raises(StillUsed):
        await import_(db, acme, text)
    (moved,) = (await diff(db, acme, text + written({"moves": moves}))).lines
    changed = await import_(db, acme, text, moves=moves)

    assert (line.unmoved, line.can_move) == ({"negotiation": {"opportunity": 1}}, True)
    assert (moved.unmoved, moved.moves) == ({}, {"negotiation": "proposal"})
    assert changed.moved == {catalogue.PIPELINE.name: 1}


async def test_a_new_base_comes_with_its_rates(db: Database, acme: Company) -> None:
    await a_deal(db, acme)
    text = (
        "version: 1\nrevenue:\n  base_currency: CHF\n"
        "  rates:\n  - {currency: EUR, valid_from: 2026-01-01, rate: 0.93}\n"
    )

    found = await diff(db, acme, text)
    await import_(db, acme, text, found.version)

    assert [line.setting for line in found.lines] == [
        catalogue.BASE_CURRENCY.name,
        "revenue.rates",
    ]
    async with db.transaction(acme.admin) as tx:
        assert (await current_rates(tx)).all() == (Rate("EUR", JANUARY, Decimal("0.93")),)


async def test_a_channel_stands_by_its_workspace_in_slack_and_is_tested_when_new(
    db: Database, acme: Company
) -> None:
    text = text_of(catalogue.DEALS_CHANNEL, "{workspace: T0ACME, channel: C0DEALS}")

    await import_(db, acme, text)
    again = await import_(db, acme, text)

    async with db.transaction(acme.admin) as tx:
        kinds = list(await tx.session.scalars(select(Outbox.kind)))
        chosen = await configuration.get(tx, catalogue.DEALS_CHANNEL)
    assert kinds == ["channel_test"]
    assert again == Changed(())
    assert chosen is not None
    assert (chosen.workspace_id, chosen.chosen_by) == (
        str(acme.workspace_id),
        acme.admin.user_id,
    )
    assert "    workspace: T0ACME\n    channel: C0DEALS\n" in await exported(db, acme)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("- a\n", 1, Problem.NOT_A_DOCUMENT),
        ("", 1, Problem.NOT_A_DOCUMENT),
        ("a: [1\n", 2, Problem.NOT_A_DOCUMENT),
        ("a: 1\n---\nb: 2\n", 2, Problem.NOT_A_DOCUMENT),
        ("a: \x07\n", 1, Problem.NOT_A_DOCUMENT),
        ("a:" + " [" * 50 + "]" * 50, 1, Problem.NOT_A_DOCUMENT),
        ("x" * (MOST_CHARACTERS + 1), 1, Problem.DOCUMENT_TOO_LONG),
        ("version: 1\na: &x 1\nb: *x\n", 2, Problem.REFERENCE_IN_DOCUMENT),
        ("version: 1\na: !!python/name:os.system 1\n", 2, Problem.REFERENCE_IN_DOCUMENT),
        ("%YAML 1.1\n---\nversion: 1\n", 2, Problem.NOT_A_DOCUMENT),
        ("version: 1\nteam:\nteam:\n", 3, Problem.NAMED_TWICE),
        ("team:\n", 1, Problem.OTHER_FORMAT),
        ("version: 2\n", 1, Problem.OTHER_FORMAT),
        ("version: 1\nteams:\n", 2, Problem.UNKNOWN_SETTING),
        ("version: 1\nteam:\n  rolls: 1\n", 3, Problem.UNKNOWN_SETTING),
        ("version: 1\nteam: 5\n", 2, Problem.NOT_A_DOCUMENT),
        ("version: 1\nmoves: {team.size: {a: b}}\n", 2, Problem.UNKNOWN_SETTING),
        (RATES.format("EUR", 0), 4, Problem.NOT_A_RATE),
        (RATES.format("USD", 2), 4, Problem.RATE_OF_BASE),
    ],
)
def test_what_is_wrong_with_the_shape_is_told_with_its_line(
    text: str, line: int, problem: Problem
) -> None:
    first = problems_of(text)[0]

    assert (first.line, first.problem.problem) == (line, problem)


def problems_of(text: str) -> Sequence[LineProblem]:
    try:
        reading = Reading(read(text))
    except InvalidDocument as refused:
        return refused.problems
    reading.refuse_unknown()
    reading.moves()
    reading.rates("USD")
    return reading.problems


@pytest.mark.parametrize(
    ("text", "line", "setting", "problem"),
    [
        (
            "version: 1\n\nweekly_status:\n  # the day\n  reminder_day: Friday\n",
            5,
            "weekly_status.reminder_day",
            Problem.NOT_A_NUMBER,
        ),
        (
            "version: 1\npipeline:\n  loss_reasons:\n  - key: a\n    label: 2026\n",
            5,
            "pipeline.loss_reasons",
            Problem.NOT_TEXT,
        ),
        (
            "version: 1\nrevenue:\n  base_currency: PLN\n",
            3,
            "revenue.base_currency",
            Problem.BASE_NOT_LISTED,
        ),
        (
            "version: 1\nalerts:\n  channel: {workspace: T0GLOBEX, channel: C0THEIRS}\n",
            3,
            "alerts.channel",
            Problem.UNKNOWN_WORKSPACE,
        ),
    ],
)
async def test_what_is_wrong_with_a_value_is_told_with_its_line_and_setting(
    db: Database, acme: Company, text: str, line: int, setting: str, problem: Problem
) -> None:
    with pytest.raises(InvalidDocument) as refused:
        await diff(db, acme, text)

    (found,) = refused.value.problems
    assert (found.line, found.setting, found.problem.problem) == (line, setting, problem)


async def test_every_line_that_is_wrong_is_told_at_once(db: Database, acme: Company) -> None:
    text = "version: 1\nalerts:\n  stale_days: 0\n  daily_budget: many\n"

    with pytest.raises(InvalidDocument) as refused:
        await import_(db, acme, text)

    assert [each.line for each in refused.value.problems] == [3, 4]
    assert await own(db, acme) == {}


async def test_reps_neither_export_nor_import(db: Database, acme: Company) -> None:
    async with db.transaction(acme.rep) as tx:
        for attempt in (
            transfer.export(tx),
            transfer.diff(tx, "version: 1"),
            transfer.import_(tx, "version: 1"),
        ):
            with pytest.raises(NotAllowed):
                await attempt


async def test_exports_and_imports_are_audited(db: Database, acme: Company) -> None:
    await exported(db, acme)
    await import_(db, acme, text_of(catalogue.REMINDER_DAY, "4"))
    await import_(db, acme, text_of(catalogue.REMINDER_DAY, "4"))

    async with db.transaction(acme.admin) as tx:
        entries = await tx.session.scalars(select(AuditEntry))
        told = {(each.action, str(each.details)) for each in entries}
    assert told == {
        ("configuration.exported", "{}"),
        (
            "setting.changed",
            "{'to': 4, 'from': 5, 'setting': 'weekly_status.reminder_day'}",
        ),
        ("configuration.imported", "{'settings': ['weekly_status.reminder_day']}"),
    }


async def test_a_reset_and_a_document_without_a_setting_come_to_the_same(
    db: Database, acme: Company
) -> None:
    await change(db, acme, Change(catalogue.REMINDER_DAY, 4))

    changed = await import_(db, acme, "version: 1\nweekly_status:\n")

    assert changed.settings == (catalogue.REMINDER_DAY.name,)
    assert (await change(db, acme, Change(catalogue.REMINDER_DAY, RESET))).settings == ()
