"""Changing settings: rows, versions, origins, refusals, what follows."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from psycopg.types.json import Jsonb
from sqlalchemy import event, select

from services import configuration
from services.configuration import RESET, Change, Changed, Held, Origin, catalogue
from services.configuration.catalogue import Channel, Route, Rule, Rules, Setting
from services.configuration.rates import current_rates
from services.db import Database
from services.errors import InvalidInput, NotAllowed, Problem
from services.tables import AuditEntry, Configuration, Goal, Schedule
from services.values import Actor
from tests.conftest import Urls
from tests.factories import Company
from tests.services.configuration.strategies import together

Stored = tuple[str, object]


async def change(db: Database, actor: Actor, *changes: Change) -> Changed:
    async with db.transaction(actor) as tx:
        return await configuration.change(tx, changes)


async def held(db: Database, actor: Actor, setting: Setting[object]) -> Held[object]:
    async with db.transaction(actor) as tx:
        return await configuration.held(tx, setting)


async def rows(db: Database, company: Company) -> list[Stored]:
    """What is stored for the company, by name."""
    async with db.transaction(company.admin) as tx:
        found = await tx.session.scalars(
            select(Configuration)
            .where(Configuration.organization_id == company.organization_id)
            .order_by(Configuration.category, Configuration.key)
        )
        return [(f"{row.category}.{row.key}", row.value) for row in found]


async def audited(db: Database, company: Company) -> list[tuple[str, object]]:
    async with db.transaction(company.admin) as tx:
        entries = await tx.session.scalars(select(AuditEntry).order_by(AuditEntry.at))
        return [(entry.action, entry.details) for entry in entries]


def problem(refused: pytest.ExceptionInfo[InvalidInput], setting: Setting[object]) -> Problem:
    (name,) = refused.value.problems
    assert name == setting.name
    return refused.value.problems[name].problem


def set_platform(urls: Urls, setting: Setting[object], value: object) -> None:
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO configurations (category, key, value, data_type) VALUES (%s, %s, %s, %s)",
            (setting.category, setting.key, Jsonb(value), setting.data_type),
        )


async def test_a_value_comes_from_the_company_else_the_platform_else_the_catalogue(
    db: Database, urls: Urls, acme: Company
) -> None:
    setting = catalogue.REMINDER_DAY
    shipped = await held(db, acme.admin, setting)
    set_platform(urls, setting, 4)
    db.memory.forget_all()
    platform = await held(db, acme.admin, setting)

    await change(db, acme.admin, Change(setting, 3))

    own = await held(db, acme.admin, setting)
    assert (shipped.value, shipped.default, shipped.origin) == (5, 5, Origin.CATALOGUE)
    assert (platform.value, platform.default, platform.origin) == (4, 4, Origin.PLATFORM)
    assert (own.value, own.default, own.origin) == (3, 4, Origin.ORGANIZATION)
    assert (shipped.version, platform.version) == ("", "")
    assert own.version


@hypothesis_settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=together())
async def test_what_is_changed_is_read_back_and_a_reset_leaves_no_row(
    db: Database, acme: Company, values: list[tuple[Setting[object], object]]
) -> None:
    values = [(setting, _reachable(value, acme)) for setting, value in values]

    changed = await change(db, acme.admin, *(Change(*each, shown="") for each in values))

    own = {setting.name: value for setting, value in values if value != setting.default}
    assert set(changed.settings) == set(own)
    assert await rows(db, acme) == sorted(
        (name, catalogue.SETTINGS[name].stored(value)) for name, value in own.items()
    )
    db.memory.forget_all()
    async with db.transaction(acme.admin) as tx:
        for setting, value in values:
            found = await configuration.held(tx, setting)
            assert (found.value, found.is_own) == (value, setting.name in own)
        await configuration.change(tx, [Change(setting, RESET) for setting, _ in values])
    assert await rows(db, acme) == []


def _reachable(value: object, company: Company) -> object:
    if isinstance(value, Channel):
        return value.model_copy(update={"workspace_id": str(company.workspace_id)})
    return value


async def test_a_row_says_what_it_is_a_value_of(db: Database, acme: Company) -> None:
    await change(db, acme.admin, Change(catalogue.STALE_DAYS, 9))

    async with db.transaction(acme.admin) as tx:
        row = (await tx.session.scalars(select(Configuration))).one()
    assert (row.value, row.default_value, row.data_type, row.is_required) == (
        9,
        None,
        "number",
        False,
    )
    assert row.validation_rules == catalogue.STALE_DAYS.type.json_schema()


async def test_each_change_is_audited_with_from_and_to(db: Database, acme: Company) -> None:
    setting = catalogue.REMINDER_TIME

    await change(db, acme.admin, Change(setting, time(9, 30)))
    await change(db, acme.admin, Change(setting, RESET))

    name = {"setting": setting.name}
    assert await audited(db, acme) == [
        ("setting.changed", name | {"from": "16:00:00", "to": "09:30:00"}),
        ("setting.reset", name | {"from": "09:30:00", "to": "16:00:00"}),
    ]


async def test_what_is_as_it_was_is_not_written(db: Database, acme: Company) -> None:
    changed = await change(
        db, acme.admin, Change(catalogue.REMINDER_DAY, 5), Change(catalogue.STALE_DAYS, RESET)
    )

    assert changed == Changed(())
    assert (await rows(db, acme), await audited(db, acme)) == ([], [])


async def test_all_are_changed_or_none(db: Database, acme: Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        await change(
            db,
            acme.admin,
            Change(catalogue.REMINDER_DAY, 1),
            Change(catalogue.FISCAL_START, 13),
            Change(catalogue.TIME_ZONE, "Nowhere"),
        )

    assert set(refused.value.problems) == {catalogue.FISCAL_START.name, catalogue.TIME_ZONE.name}
    assert await rows(db, acme) == []


async def test_who_saw_an_older_version_is_refused(db: Database, acme: Company) -> None:
    setting = catalogue.REMINDER_DAY
    await change(db, acme.admin, Change(setting, 1, shown=""))

    with pytest.raises(InvalidInput) as refused:
        await change(db, acme.admin, Change(setting, 2, shown=""))

    assert problem(refused, setting) is Problem.CHANGED_MEANWHILE
    assert (await held(db, acme.admin, setting)).value == 1


async def test_of_two_at_once_the_second_is_told(db: Database, acme: Company) -> None:
    setting = catalogue.REMINDER_DAY

    outcomes = await asyncio.gather(
        *(change(db, acme.admin, Change(setting, day, shown="")) for day in (1, 2)),
        return_exceptions=True,
    )

    refused = [each for each in outcomes if isinstance(each, InvalidInput)]
    assert len(refused) == 1
    assert refused[0].problems[setting.name].problem is Problem.CHANGED_MEANWHILE


@pytest.mark.parametrize("setting", [catalogue.REMINDER_DAY, catalogue.ROLES])
async def test_each_setting_asks_for_its_permission(
    db: Database, acme: Company, setting: Setting[object]
) -> None:
    with pytest.raises(NotAllowed) as refused:
        await change(db, acme.manager, Change(setting, RESET))

    assert refused.value.permission == setting.permission


async def test_a_stored_value_that_fits_no_more_counts_as_not_there(
    db: Database, urls: Urls, acme: Company, caplog: pytest.LogCaptureFixture
) -> None:
    setting = catalogue.LOSS_REASONS
    await change(db, acme.admin, Change(setting, [{"key": "fee", "label": "Fee"}]))
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("UPDATE configurations SET value = '[{\"secret\": 1}]'")
    db.memory.forget_all()

    with caplog.at_level(logging.WARNING):
        found = await held(db, acme.admin, setting)

    assert (found.value, found.origin, found.broken) == (
        setting.default,
        Origin.CATALOGUE,
        Problem.REQUIRED,
    )
    assert found.is_own
    assert "secret" not in caplog.text
    await change(db, acme.admin, Change(setting, RESET, shown=found.version))
    assert await rows(db, acme) == []


async def test_a_channel_of_another_company_is_refused(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    theirs = Channel(workspace_id=str(globex_corp.workspace_id), channel_id="C0THEIRS")

    for setting, value in (
        (catalogue.DEALS_CHANNEL, theirs),
        (
            catalogue.RULES,
            Rules(goal_reached=Rule(routes=(Route(to="channel", channel=theirs),))),
        ),
    ):
        with pytest.raises(InvalidInput) as refused:
            await change(db, acme.admin, Change(setting, value))
        assert problem(refused, setting) is Problem.UNKNOWN_WORKSPACE


@pytest.mark.parametrize(
    ("changes", "at", "problem_"),
    [
        (
            [Change(catalogue.BASE_CURRENCY, "PLN")],
            catalogue.BASE_CURRENCY,
            Problem.BASE_NOT_LISTED,
        ),
        ([Change(catalogue.CURRENCIES, ["EUR"])], catalogue.CURRENCIES, Problem.BASE_NOT_LISTED),
        (
            [Change(catalogue.STALE_MOVES_TO, "nirvana")],
            catalogue.STALE_MOVES_TO,
            Problem.UNKNOWN_STAGE,
        ),
        (
            [
                Change(
                    catalogue.RULES, Rules(goal_reached=Rule(routes=(Route(to="role", role="x"),)))
                )
            ],
            catalogue.RULES,
            Problem.UNKNOWN_ROLE,
        ),
        (
            [
                Change(
                    catalogue.RULES,
                    Rules(goal_reached=Rule(routes=(Route(to="owner", partners=(UUID(int=7),)),))),
                )
            ],
            catalogue.RULES,
            Problem.UNKNOWN_PARTNER,
        ),
    ],
)
async def test_settings_that_contradict_each_other_are_refused(
    db: Database,
    acme: Company,
    changes: Sequence[Change],
    at: Setting[object],
    problem_: Problem,
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await change(db, acme.admin, *changes)

    assert problem(refused, at) is problem_


async def test_currencies_and_base_may_change_together(db: Database, acme: Company) -> None:
    changed = await change(
        db,
        acme.admin,
        Change(catalogue.CURRENCIES, ["EUR", "PLN"]),
        Change(catalogue.BASE_CURRENCY, "PLN"),
    )

    assert set(changed.settings) == {catalogue.CURRENCIES.name, catalogue.BASE_CURRENCY.name}


async def test_the_fiscal_year_stays_while_there_are_goals(db: Database, acme: Company) -> None:
    async with db.transaction(acme.admin) as tx:
        goal = Goal(
            organization_id=acme.organization_id,
            quarter=1,
            year=2027,
            goal_type="revenue",
            target_value=Decimal(1),
        )
        tx.session.add(goal)

    with pytest.raises(InvalidInput) as refused:
        await change(db, acme.admin, Change(catalogue.FISCAL_START, 4))

    assert problem(refused, catalogue.FISCAL_START) is Problem.GOALS_EXIST
    assert refused.value.problems[catalogue.FISCAL_START.name].facts["count"] == "1"


async def test_the_reminder_is_looked_at_anew_when_its_time_changes(
    db: Database, acme: Company
) -> None:
    await change(db, acme.admin, Change(catalogue.DAILY_BUDGET, 5))
    async with db.transaction(acme.admin) as tx:
        assert (await tx.session.scalars(select(Schedule.kind))).all() == []

    await change(db, acme.admin, Change(catalogue.HOLIDAYS, {"removed": [date(2026, 12, 24)]}))

    async with db.transaction(acme.admin) as tx:
        assert (await tx.session.scalars(select(Schedule.kind))).all() == ["weekly_reminder"]


async def test_every_setting_and_rate_is_read_without_a_statement_on_a_hit(
    db: Database, acme: Company
) -> None:
    await change(db, acme.admin, Change(catalogue.REMINDER_DAY, 4))
    db.memory.heard(db.memory.now())
    await read_everything(db, acme)
    asked: list[str] = []
    event.listen(
        db._engine.sync_engine, "before_cursor_execute", lambda *call: asked.append(call[2])
    )

    db.memory.heard(db.memory.now())
    await read_everything(db, acme)

    assert asked == []


async def read_everything(db: Database, company: Company) -> None:
    async with db.transaction(company.rep) as tx:
        for setting in catalogue.CATALOGUE:
            await configuration.get(tx, setting)
            await configuration.held(tx, setting)
        await current_rates(tx)
